"""Questions that a robots.txt answers, and the marks that come of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obelics_like.record_rows import stored_rows
from obelics_like.settings import load_settings
from webdoc.archive.captures import Capture
from webdoc.permission.archive_robots import Question, Refusal, RobotsReader, robots_bind
from webdoc.permission.signs import PermissionSettings
from webdoc.reasons import Kind
from webdoc.tables.records import Record

A, B = "https://a.example", "https://b.example"
TIME = "2024-05-18T01:58:10Z"
PRIVATE = b"User-agent: *\nDisallow: /private"
SOURCE = f"robots.txt of a.example, captured {TIME}"


def robots(origin: str, rules: bytes = PRIVATE, status: int = 200) -> Question:
    return Question(origin, http_status=status, robots_txt=rules, capture_time=TIME)


def asked(url: str, doc_id: str = "1") -> Question:
    return Question("/".join(url.split("/")[:3]), url, doc_id)


def refused_urls(*questions: Question, settings: PermissionSettings | None = None) -> list[str]:
    reader = RobotsReader(settings or PermissionSettings())
    return [refusal.url for refusal in reader.refusals(questions)]


def test_a_refusal_says_who_refuses_and_since_when() -> None:
    reader = RobotsReader(PermissionSettings())
    refusals = reader.refusals([robots(A), asked(f"{A}/a"), asked(f"{A}/private/b")])
    assert refusals == [Refusal("1", f"{A}/private/b", "robots_txt", SOURCE)]


def test_an_origin_goes_by_its_own_robots_txt_only() -> None:
    """b.example has none in the archives: nobody says no."""
    questions = [robots(A), asked(f"{A}/private/1"), asked(f"{B}/private/1")]
    assert refused_urls(*questions) == [f"{A}/private/1"]
    assert refused_urls(asked(f"{A}/private/1")) == []
    allowing = [*questions[:2], robots(B, b""), asked(f"{B}/private/1")]
    assert refused_urls(*allowing) == [f"{A}/private/1"]


def test_the_same_url_is_refused_to_each_document() -> None:
    url = f"{A}/private/a.png"
    reader = RobotsReader(PermissionSettings())
    refusals = reader.refusals([robots(A), asked(url, "1"), asked(url, "2")])
    assert [refusal.doc_id for refusal in refusals] == ["1", "2"]


@pytest.mark.parametrize(("status", "refused"), [(200, 0), (404, 0), (301, 1), (503, 1), (0, 1)])
def test_an_answer_without_rules(status: int, refused: int) -> None:
    """Redirects without an end, failing servers and what cannot be read mean no."""
    reader = RobotsReader(PermissionSettings())
    refusals = reader.refusals([robots(A, b"", status), asked(f"{A}/a")])
    assert [refusal.reason for refusal in refusals] == ["robots_unreachable"] * refused


@given(st.lists(st.integers(0, 7), max_size=4).map(sorted))
def test_questions_may_come_in_parts(cuts: list[int]) -> None:
    questions = [
        robots(A),
        *(asked(f"{A}/{path}") for path in ("a", "private/a", "private/b")),
        robots(B, b"User-agent: *\nDisallow: /a"),
        *(asked(f"{B}/{path}") for path in ("a", "private/a")),
    ]
    reader = RobotsReader(PermissionSettings())
    parts = zip([0, *cuts], [*cuts, len(questions)], strict=True)
    found = [refusal for start, end in parts for refusal in reader.refusals(questions[start:end])]
    assert [refusal.url for refusal in found] == [f"{A}/private/a", f"{A}/private/b", f"{B}/a"]


@pytest.mark.parametrize(
    ("signals", "bind"),
    [((), False), (("noai", "noindex"), False), (("noai", "robots_txt"), True),
     (("content_usage",), True), (("content_signal",), True)],
)  # fmt: skip
def test_whether_robots_txt_binds(signals: tuple[str, ...], bind: bool) -> None:
    settings = PermissionSettings(signals=signals)
    assert robots_bind(settings) is bind
    rules = b"User-agent: *\nDisallow: /\nContent-Usage: train-ai=n\nContent-Signal: ai-train=no"
    assert bool(refused_urls(robots(A, rules), asked(f"{A}/a"), settings=settings)) is bind


def test_presets_say_whether_it_binds() -> None:
    assert robots_bind(load_settings().permission)
    assert not robots_bind(load_settings(options={"preset": "obelics"}).permission)


def test_the_row_of_a_robots_txt_holds_it() -> None:
    """And counts by its size: a batch of rows waits in memory."""
    capture = Capture("a.warc", 0, 9, url=f"{A}/robots.txt", kind=Kind.ROBOTS, body=b"#" * 9_000)
    settings = load_settings()
    ((row, size),) = stored_rows([capture], "a.warc", settings, None)  # type: ignore[arg-type]
    assert isinstance(row, Record)
    assert (row.kind, row.robots_txt) == ("robots", capture.body)
    assert size > 9_000
