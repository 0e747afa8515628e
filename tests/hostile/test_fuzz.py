"""Archives, bodies and pages by chance: nothing is raised. FUZZ_SECONDS says for how long.

`make fuzz` runs a minute, as CI does; `make fuzz FUZZ_SECONDS=3600` an hour. What hypothesis finds
it makes small, and tries first the next time.
"""

import io
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.archives import chunked, gz, http, read, record
from webdoc.http_body import (
    BodyBudget,
    BodyCutError,
    BodyDamagedError,
    BodyTooLargeError,
    decoded_blocks,
    whole,
)
from webdoc.page.extract import ExtractSettings, extract
from webdoc.reasons import CaptureReason
from webdoc.urls import absolute_url

SECONDS = float(os.environ.get("FUZZ_SECONDS", "0"))
PIECES = [
    "<p>",
    "</p>",
    "<b>",
    "</b>",
    "<a>",
    "</a>",
    "<div>",
    "</div>",
    "<table>",
    "<tr>",
    "<td>",
    "</table>",
    "<svg>",
    "</svg>",
    "<math>",
    "<title>",
    "</title>",
    "<script>",
    "</script>",
    "<!--",
    "-->",
    "<img_src=/a.jpg>",
    "<li>",
    "<ul>",
    "</ul>",
    "<select>",
    "<option>",
    "&amp;",
    "<template>",
    "</template>",
    "<figure>",
    "<figcaption>",
    "</figure>",
    "<base_href=//x/>",
    "&",
    "<meta_charset=utf-16>",
    "<br/>",
    "</br>",
    "<input>",
    "<noscript>",
    "</noscript>",
    "words",
    "\x00",
    "\ud7ff",
    "é",
]
MARKUP = st.lists(st.sampled_from(PIECES) | st.text(max_size=9), max_size=60).map(
    lambda parts: "".join(parts).replace("_", " ").encode("utf-8", "surrogatepass")
)
NAMES = st.lists(st.sampled_from(["gzip", "deflate", "br", "zstd", "chunked", "x"]), max_size=5)


def for_a_while(test: Callable[[], None]) -> None:
    """Run a test of hypothesis once, and again until the time is over."""
    end = time.monotonic() + SECONDS / 4
    test()
    while time.monotonic() < end:
        test()


def quick(examples: int) -> settings:
    """Return few examples for `make test`, where in CI they are the same each time."""
    checks = list(HealthCheck)
    if not SECONDS:
        return settings(max_examples=examples, suppress_health_check=checks)
    return settings(max_examples=2_000, suppress_health_check=checks, derandomize=False)


@pytest.mark.timeout(0)
def test_pages() -> None:
    @quick(60)
    @given(MARKUP | st.binary(max_size=400))
    def look(markup: bytes) -> None:
        for scope in ("main", "page", "document"):
            found = extract(
                markup,
                "http://e.org/a",
                ExtractSettings(scope=scope, keep_html=True),  # type: ignore[arg-type]
            )
            assert bool(found.nodes) != bool(found.reject_reason)

    for_a_while(look)


@pytest.mark.timeout(0)
def test_bodies() -> None:
    @quick(100)
    @given(st.binary(max_size=300) | st.binary(max_size=99).map(chunked), NAMES, NAMES)
    def look(sent: bytes, transfer: list[str], content: list[str]) -> None:
        budget = BodyBudget(layer_bytes=1 << 20, seconds=5)
        with suppress(BodyCutError, BodyDamagedError, BodyTooLargeError):
            body = whole(decoded_blocks(io.BytesIO(sent), transfer[:2], content, budget), 1 << 20)
            assert len(body) <= 1 << 20

    for_a_while(look)


@pytest.mark.timeout(0)
def test_archives(tmp_path: Path) -> None:
    good = [record(http(b"<p>a page")), record(b"x", kind="request"), record(http(b""), length=99)]

    @quick(40)
    @given(
        st.lists(st.sampled_from(good) | st.binary(max_size=40), max_size=5),
        st.booleans(),
        st.integers(0, 400),
        st.binary(max_size=3),
        st.sampled_from([200, 1 << 20]),
    )
    def look(parts: list[bytes], packed: bool, at: int, instead: bytes, split: int) -> None:
        data = bytearray(gz(*parts) if packed else b"".join(parts))
        data[at : at + len(instead)] = instead
        name = "a.warc.gz" if packed else "a.warc"
        for capture in read(tmp_path / name, bytes(data), split_bytes=split):
            assert capture.reject_reason != CaptureReason.INTERNAL_ERROR, capture.reject_detail

    for_a_while(look)


@pytest.mark.timeout(0)
def test_urls() -> None:
    @quick(100)
    @given(
        st.text(max_size=40) | st.text(":/?#[]@!$&.%\\ \t\u017f\u212ahtps", max_size=30),
        st.sampled_from(["", "http://e.org/a/b", "https://user@h:1/x?y", "x"]),
    )
    def look(url: str, base: str) -> None:
        try:
            found = absolute_url(url, base)
        except UnicodeEncodeError:  # half of a surrogate pair: those who call look out for it
            return
        assert found == "" or found.isascii()
        assert found == "" or found.lower().startswith(("http://", "https://"))

    for_a_while(look)
