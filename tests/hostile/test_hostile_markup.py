"""Pages that keep a parser busy: most are refused before it sees them, and quickly."""

import pytest

from webdoc.page.extract import ExtractSettings, extract
from webdoc.page.open_elements import work_of
from webdoc.reasons import Reason

MANY = 10**12


def test_work_is_the_open_elements_at_each_tag() -> None:
    # 0 + 1 + 2 at the start tags, 3 + 2 + 1 at the end tags
    assert work_of(b"<div><section><span></span></section></div>", MANY) == 9


@pytest.mark.parametrize(
    ("markup", "depth_at_the_end"),
    [
        (b"<p>one<p>two<p>three", 1),  # a p closes the one before
        (b"<ul><li>one<li>two<li>three", 2),
        (b"<ul><li><ul><li>one<li>two", 4),
        (b"<table><tr><td>one<td>two<tr><td>three", 3),
        (b"<dl><dt>one<dd>two<dt>three", 2),
        (b"<img><br><input>", 0),
        (b"<div></section></div>", 0),  # an end tag of nothing ends nothing
        (b"<div><table></div>", 2),  # nor does one from inside a table
        (b"<b>bold</b>", 0),
        (b"<b><p></b>", 1),  # b is closed around the open p
        (b"<p><b>one<p>two", 2),  # b goes on in the second p
        (b"<p><b><b><b><b><b>one<p>two", 4),  # three of those alike go on
        (b"<b><marquee></b></marquee>", 1),  # an end tag in a marquee is not for what is outside
        (b"<a>one<a>two", 1),
        (b"<!-- <div><div> --><script>'<div>'</script><div>", 1),
        (b"<DIV><SPAN></span>", 1),
        (b"<!-- <div>", 1),  # a comment that never ends holds nothing back
        (b"<title><div><div></title>", 0),
        (b"<TITLE><div></title>", 0),
        (b"<title-x><div>", 2),
    ],
)
def test_elements_that_stay_open(markup: bytes, depth_at_the_end: int) -> None:
    """A last end tag of nothing looks at each open element once."""
    assert work_of(markup + b"</x>", MANY) - work_of(markup, MANY) == depth_at_the_end


def issue(n: int) -> bytes:
    return b"<a><b><i><font><em>" * n + b"</p>" * 5 * n


HOSTILE = {
    "formatting of five kinds, alike": issue(24_000),  # a megabyte: ten seconds of Lexbor
    "ten megabytes of it": issue(190_000)[: 10 << 20],
    "end tags in a marquee": b"<b><marquee></b></marquee>" * 60_000 + b"</p>" * 200_000,
    "spans": b"<span>" * 100_000 + b"</p>" * 99_000,
    "custom elements": b"<x-a>" * 40_000 + b"</x-b>" * 40_000,
    "links and blocks": b"<a><div></a>" * 20_000,
    "blocks below the limit of depth": b"<div>" * 9_900 + b"</p>" * 90_000,
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.timeout(30)
def test_what_stays_open_and_is_looked_through_is_refused(name: str) -> None:
    found = extract(HOSTILE[name], "https://e.org/", ExtractSettings())
    assert found.reject_reason == Reason.DOCUMENT_TOO_COMPLEX, found.reject_detail


@pytest.mark.parametrize("name", [b"style", b"title", b"textarea", b"p"])
@pytest.mark.timeout(30)
def test_comments_that_never_end_are_looked_for_once(name: bytes) -> None:
    """Unmended: more than ten seconds, growing with the square of the page."""
    page = b"<" + name + b">" + b"<!--" * 500_000 + b"<p>text"
    assert work_of(page, MANY) <= 2
    extract(page, "https://e.org/", ExtractSettings())


def test_looks_up_to_the_limit() -> None:
    page = b"<div>" * 2_000 + b"text" + b"</p>" * 18_500
    looks = 1_999 * 2_000 // 2 + 18_500 * 2_000
    assert work_of(page, MANY) == looks
    assert looks < 50_000_000
    assert extract(page, "https://e.org/", ExtractSettings()).reject_reason is None
    more = page + b"</p>" * 10_000
    assert (
        extract(more, "https://e.org/", ExtractSettings()).reject_reason
        == Reason.DOCUMENT_TOO_COMPLEX
    )


def test_long_pages_with_sloppy_markup_are_read() -> None:
    """What people leave open is closed by what follows."""
    row = b"<tr><td><font size=2><b>name<td><font size=2>more words<td><i>x"
    item = b"<li><font color=red><a href=/x>an item with words"
    for page in (b"<table>" + row * 8_000, b"<ul>" + item * 9_000, b"<p><font>words<br>" * 9_000):
        assert page.count(b"<") > 20_000
        assert work_of(page, MANY) < 25_000_000
