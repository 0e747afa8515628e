"""Headers and meta elements become one decision; what cannot be read means no."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.archives import read, record
from webdoc.permission.signs import (
    ALLOWED,
    HEADERS,
    UNREADABLE,
    Decision,
    PermissionSettings,
    Signal,
    first_no,
    header_decision,
    header_pairs,
    meta_decision,
)

SETTINGS = PermissionSettings()


def reason(name: str, value: str, of: str = "page", settings: PermissionSettings = SETTINGS) -> str:
    return header_decision([(name, value)], settings, of).reason


@pytest.mark.parametrize(
    ("value", "page", "image"),
    [
        ("noai", "noai", "noai"),
        ("noai, noimageai", "noai", "noai"),
        ("noimageai", "", "noimageai"),
        ("noimageindex", "", "noimageindex"),
        ("noindex", "noindex", "noindex"),
        ("NOINDEX;nofollow", "noindex", "noindex"),
        ("nofollow noindex", "noindex", "noindex"),
        ("no-ai", "noai", "noai"),
        ("none", "noindex", "noindex"),
        ("all", "", ""),
        ("index, follow", "", ""),
        ("nofollow, noarchive, nosnippet, notranslate", "", ""),
        ("max-image-preview:none", "", ""),
        ("max-image-preview: none, noai", "noai", "noai"),
        ("max-snippet:-1, max-video-preview:-1", "", ""),
        ("unavailable_after: Fri, 25 Nov 2010 15:00:00 GMT", "", ""),
        ("unavailable_after: 25 Nov 2010 15:00:00 PST, noindex", "noindex", "noindex"),
        ("noml", UNREADABLE, UNREADABLE),
        ("", "", ""),
    ],
)
def test_robots_words(value: str, page: str, image: str) -> None:
    assert reason("X-Robots-Tag", value) == page
    assert reason("X-Robots-Tag", value, "page_images") == image
    assert reason("X-Robots-Tag", value, "image") == image
    assert meta_decision([("robots", value)], SETTINGS, "page").reason == page


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("googlebot: noindex", ""),
        ("googlebot: nofollow, noindex", ""),
        ("interleaf: noindex", "noindex"),
        ("Interleaf : noindex", "noindex"),
        ("*: noai", "noai"),
        ("googlebot: noindex, interleaf: noai", "noai"),
        ("noai, googlebot: index", "noai"),
        ("otherbot: noml", ""),
        ("otherbot: max-snippet:-1, noindex", ""),
        ("noindex: true", "noindex"),
    ],
)
def test_words_for_one_agent_bind_that_agent(value: str, expected: str) -> None:
    assert reason("x-robots-tag", value) == expected


def test_other_agents_can_be_heeded() -> None:
    heeding = PermissionSettings(agents=("interleaf", "GPTBot"))
    assert reason("x-robots-tag", "gptbot: noai", settings=heeding) == "noai"
    assert meta_decision([("gptbot", "noindex")], heeding).reason == "noindex"


@pytest.mark.parametrize(
    ("value", "expected"),
    [("1", "tdm_reservation"), (" 1 ", "tdm_reservation"), ("0", ""), ("2", UNREADABLE),
     ("yes", UNREADABLE), ("", UNREADABLE), ("0, 1", UNREADABLE)],
)  # fmt: skip
def test_tdm_reservation(value: str, expected: str) -> None:
    assert reason("TDM-Reservation", value) == expected


def test_a_policy_alone_reserves_nothing() -> None:
    assert reason("tdm-policy", "https://example.org/policy.json") == ""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("train-ai=n", "content_usage"),
        ("search=y, train-ai=n", "content_usage"),
        ("train-genai=n", "content_usage"),
        ("bots=n, train-ai=y", "content_usage"),
        ("train-ai=n;exceptions=x", "content_usage"),
        ("train-ai=y", ""),
        ("train-ai=n, train-ai=y", ""),
        ("search=n", ""),
        ("ai-use=n", ""),
        ("", ""),
        ("train-ai", UNREADABLE),
        ('train-ai="n"', UNREADABLE),
        ("train-ai=(n y)", UNREADABLE),
        ("train-ai=maybe", UNREADABLE),
        ("Train-AI=n", UNREADABLE),
        ("train-ai=n,", UNREADABLE),
        ("train-ai=ñ", UNREADABLE),
        ("train-ai=y, " + "x=1, " * 1000 + "y=1", UNREADABLE),
    ],
)
def test_content_usage(value: str, expected: str) -> None:
    assert reason("Content-Usage", value) == expected


def test_content_signal() -> None:
    assert reason("Content-Signal", "search=yes,ai-train=no") == "content_signal"
    assert reason("Content-Signal", "search=yes, ai-train=yes") == ""


@pytest.mark.parametrize(
    ("signal", "name", "value"),
    [
        ("noai", "x-robots-tag", "noai"),
        ("noindex", "x-robots-tag", "none"),
        ("noimageai", "x-robots-tag", "noimageai"),
        ("noimageindex", "x-robots-tag", "noimageindex"),
        ("tdm_reservation", "tdm-reservation", "1"),
        ("tdm_reservation", "tdm-reservation", "?"),
        ("content_usage", "content-usage", "train-ai=n"),
        ("content_usage", "content-usage", "?"),
        ("content_signal", "content-signal", "ai-train=no"),
    ],
)
def test_only_signals_of_the_settings_bind(signal: str, name: str, value: str) -> None:
    alone = PermissionSettings(signals=(signal,))
    others = PermissionSettings(signals=tuple(s for s in Signal if s != signal))
    assert reason(name, value, "image", alone) != ""
    assert reason(name, value, "image", others) == ""


def test_unknown_prohibitions_bind_only_with_robots_words() -> None:
    assert reason("x-robots-tag", "noml", settings=PermissionSettings(signals=())) == ""


def test_several_headers_and_where_they_stand() -> None:
    headers = [("Server", "noai"), ("X-Robots-Tag", "all"), ("x-robots-tag", "noindex")]
    said = header_decision(headers, SETTINGS)
    assert said == Decision(False, "noindex", "page header x-robots-tag")
    assert header_decision(headers, SETTINGS, "image").source == "image header x-robots-tag"
    assert meta_decision([("robots", "none")], SETTINGS).source == "page meta robots"
    assert header_decision([], SETTINGS) == meta_decision([], SETTINGS) == ALLOWED


def test_first_no_stops_asking() -> None:
    no = Decision(False, "noai", "page meta robots")
    asked = iter([ALLOWED, no, Decision(False, "noindex", "image header")])
    assert first_no(asked) == no
    assert len(list(asked)) == 1
    assert first_no([]) == ALLOWED


def test_headers_come_out_of_an_archive(tmp_path: Path) -> None:
    block = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nServer: noai\r\nX-ROBOTS-TAG: other: none"
        b"\r\nX-Robots-Tag: noai\r\nTDM-Policy: https://example.org/p: q\r\n\r\n<html>page"
    )
    (capture,) = read(tmp_path / "a.warc", record(block))
    assert capture.usage_headers == (
        *("x-robots-tag: other: none", "x-robots-tag: noai"),
        "tdm-policy: https://example.org/p: q",
    )
    said = header_decision(header_pairs(capture.usage_headers), SETTINGS)
    assert said == Decision(False, "noai", "page header x-robots-tag")


@given(st.sampled_from(HEADERS), st.text())
def test_any_value_gives_a_decision_with_its_reason(name: str, value: str) -> None:
    said = header_decision([(name, value)], SETTINGS, "image")
    assert said.allowed == (said.reason == "") == (said.source == "")


@pytest.mark.parametrize(
    "wrong",
    [{"agents": ()}, {"agents": ("a b",)}, {"signals": ("noAI",)}, {"opt_out_hash_distance": 17}],
)
def test_impossible_settings_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"must be|unknown signal"):
        PermissionSettings(**wrong)
