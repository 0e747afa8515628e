"""Markup that would keep the parser busy is refused at once, and what only looks like it is not."""

import pytest

from webdoc.page import complexity
from webdoc.page.extract import ExtractSettings, extract
from webdoc.page.tag_starts import TagStarts
from webdoc.reasons import Reason

MANY = 200_000


def excess(markup: bytes, max_elements: int) -> str:
    return complexity.excess(markup, TagStarts(markup), max_elements)


def test_nesting_up_to_the_limit() -> None:
    assert excess(b"<div>" * 10_000, MANY) == ""
    assert "inside each other" in excess(b"<div>" * 10_001, MANY)
    assert "inside each other" in excess(b"<div>" * 10_001 + b"</div>" * 10_001, MANY)
    assert excess(b"<div></div>" * 20_000, MANY) == ""
    assert excess(b"<p>text<li>item<br>" * 20_000, MANY) == ""


def test_formatting_that_is_never_closed() -> None:
    def fonts(count: int, end: bytes = b"") -> bytes:
        return b"".join(b"<p><font size=%d>%s</x></x>" % (n, end) for n in range(count))

    padding = b"<br></br>" * 5_000
    assert excess(fonts(300) + padding, MANY) == ""
    assert "never closed" in excess(fonts(301) + padding, MANY)
    assert excess(fonts(3_000, b"</font>"), MANY) == ""
    assert excess(b"<p><b class=x>text" * 3_000, MANY) == ""  # alike: the parser keeps three


def test_attributes_of_one_element() -> None:
    def tag(count: int) -> bytes:
        return b"<p " + b" ".join(b"attribute%d=1" % number for number in range(count)) + b">x"

    assert excess(tag(4_999), MANY) == ""
    assert "attributes" in excess(tag(5_001), MANY)
    assert excess(b"<p>" + b"plain words " * 50_000, MANY) == ""
    assert excess(b"<p title='" + b"plain words " * 50_000 + b"'>", MANY) == ""


def test_options_of_a_select() -> None:
    option = b"<option>word</option>"
    assert excess(b"<select>" + option * 10_000, MANY) == ""
    assert "select from" in excess(b"<select>" + option * 10_001, MANY)
    assert "select from" in excess((b"<SELECT >" + option * 8_000) * 2, MANY)
    assert excess((b"<select>" + option * 100) * 200, MANY) == ""
    assert excess(b"<select></select>" + b"<optgroup></optgroup>" * 20_000, MANY) == ""


def test_groups_of_options_stand_inside_each_other_outside_a_select() -> None:
    assert "inside each other" in excess(b"<optgroup>" * 10_001, MANY)


def test_count_of_elements() -> None:
    assert "elements" in excess(b"<i>" * 8_001 + b"x", 2_000)


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        (b"<div>" * 100_000, Reason.DOCUMENT_TOO_COMPLEX),
        (b"<span>" * 1_000_000, Reason.DOCUMENT_TOO_COMPLEX),
        (
            b"<p " + b" ".join(b"a%d" % n for n in range(1_000_000)) + b">x",
            Reason.DOCUMENT_TOO_COMPLEX,
        ),
        (b"<p>word " * 7_000_000, Reason.DOCUMENT_TOO_LARGE),
        (b"".join(b"<p><b id=%d>" % n for n in range(10_000)), Reason.DOCUMENT_TOO_COMPLEX),
        (b"\0" * 9_000_000, Reason.DOCUMENT_EMPTY),
        (b"<" * 9_000_000, Reason.DOCUMENT_TOO_COMPLEX),
        (b"<svg>" * 5_000, Reason.DOCUMENT_EMPTY),
        (b"<select>" + b"<option>a" * 190_000, Reason.DOCUMENT_TOO_COMPLEX),
    ],
    ids=[
        "deep",
        "deeper",
        "attributes",
        "50 MB",
        "formatting",
        "NUL",
        "brackets",
        "svg",
        "options",
    ],
)
@pytest.mark.timeout(60)  # a second each; minutes where the parser is let at them
def test_hostile_pages_end_with_a_reason(markup: bytes, reason: Reason) -> None:
    found = extract(markup, "https://example.org/", ExtractSettings())
    assert (found.nodes, found.reject_reason) == ((), reason)


@pytest.mark.parametrize(
    "tag", [b"<div>", b"<b>", b"<span>", b"<ul><li>", b"<table><tr><td>", b"<a>"]
)
@pytest.mark.parametrize("scope", ["main", "page"])
def test_nesting_below_the_limit_is_read(tag: bytes, scope: str) -> None:
    """Nothing recursive: 4,000 levels are a page like any other."""
    settings = ExtractSettings(scope=scope, keep_html=True)  # type: ignore[arg-type]
    found = extract(tag * 4_000 + b"deep text", "https://example.org/", settings)
    assert [node.text for node in found.nodes] == ["deep text"]
    assert len(found.nodes[0].dom_path) < 10_000


def test_captions_of_a_figure_do_not_multiply() -> None:
    """Each of n images bearing all of n captions would be 25 GB from a page of 3 MB."""
    markup = b"<figure>" + b"<img src=/a.png><figcaption>five words in a caption" * 5_000
    found = extract(markup, "https://example.org/", ExtractSettings())
    captions = [node.image.caption for node in found.nodes if node.image]
    assert len(captions) == 5_000
    assert sum(map(len, captions)) <= 20_000


def test_few_images_of_a_figure_bear_its_whole_caption() -> None:
    words = "words " * 100
    markup = f"<figure><img src=/a.png><img src=/b.png><figcaption>{words}".encode()
    found = extract(markup, "https://example.org/", ExtractSettings())
    assert [node.image.caption for node in found.nodes if node.image] == [words.strip()] * 2


@pytest.mark.timeout(60)  # a second; hours where each image looks at each source
def test_images_of_a_picture_do_not_all_look_at_its_sources() -> None:
    markup = (
        b"<picture>" + b"<source srcset='/wide.png 100w'>" * 50_000 + b"<img src=/a.png>" * 10_000
    )
    found = extract(markup, "https://example.org/", ExtractSettings())
    urls = [node.image.url for node in found.nodes if node.image]
    assert urls[0] == "https://example.org/wide.png"
    assert urls[-1] == "https://example.org/a.png"


def test_the_level_of_a_list_item_is_not_sought_without_end() -> None:
    found = extract(b"<ul><li>text" * 4_000, "https://example.org/", ExtractSettings())
    assert [node.level for node in found.nodes[:3]] == [1, 2, 3]
    assert found.nodes[-1].level == 500
