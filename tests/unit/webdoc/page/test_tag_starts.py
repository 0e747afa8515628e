"""Which tags may start in markup."""

from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from webdoc.page.tag_starts import TagStarts, keys_of

NAMES = ["b", "em", "script", "svg", "select", "section", "iframe", "table"]
PIECES = [f"<{name}>" for name in NAMES] + [
    "<SVG ",
    "</svg>",
    "<",
    "x",
    ">",
    "<!--",
    "-->",
    "é",
    "<b\n",
]


def test_counts() -> None:
    """Start tags, end tags and other signs, each where it belongs."""
    found = TagStarts(b"<p>1 < 2</p><!-- x --><B id=x>y</B><br>  ")

    assert (found.tags, found.ends, found.starts) == (7, 2, 3)


def test_case_and_what_follows_the_name_do_not_matter() -> None:
    """An element is seen by its first letters; short names only when they end there."""
    found = TagStarts(b"<sVg x><b c><embed><tt")

    assert found.may_hold(keys_of(["svg", "b", "em", "big", "body", "tt"])) == [
        *(True, True, False, False, False, False)
    ]
    assert found.most(keys_of(["b", "embed", "tt"])) == 2
    assert found.most(keys_of(["embed", "embroidery"])) == 1


def test_too_short_for_a_tag() -> None:
    """Markup of any length is read."""
    for markup in (b"", b"<", b"<b", b"<b>"):
        assert TagStarts(markup).tags == int(markup == b"<b>")


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_nothing_is_missed(markup: str) -> None:
    """What the parser finds was seen before."""
    found = TagStarts(markup.encode())
    parser = LexborHTMLParser(markup)
    for name, may_hold in zip(NAMES, found.may_hold(keys_of(NAMES)), strict=True):
        assert may_hold or parser.css_first(name) is None
