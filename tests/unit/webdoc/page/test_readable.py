"""A page as text and as Markdown."""

from hypothesis import given
from hypothesis import strategies as st

from webdoc.page.document import Document, Image, Node
from webdoc.page.readable import markdown, plain_text
from webdoc.reasons import Reason

PAGE = Document(
    doc_id="1",
    url="https://e.org/",
    nodes=(
        Node("text", "Of *tides*", tag="h2"),
        Node("text", "left out", tag="p", reject_reason=Reason.PARAGRAPH_WORDS),
        Node("text", "One", tag="li", level=1),
        Node("text", "Two", tag="li", level=2),
        Node("image", image=Image(url="https://e.org/a (1).png", alt_text="A\n[boat]"), tag="img"),
        Node("text", "x = `1`\n  y", tag="pre"),
        Node("text", "# no heading", tag="p"),
        Node("image", image=Image(url="https://e.org/b.png"), tag="img"),
    ),
)


def test_text() -> None:
    assert plain_text(PAGE) == (
        "Of *tides*\n\n- One\n- Two\n\n[image: A [boat]: https://e.org/a (1).png]\n\n"
        "x = `1`\n  y\n\n# no heading\n\n[image: no alternative text: https://e.org/b.png]\n"
    )


def test_markdown() -> None:
    assert markdown(PAGE) == (
        "## Of \\*tides\\*\n\n- One\n  - Two\n\n![A \\[boat\\]](https://e.org/a%20%281%29.png)\n\n"
        "```\nx = `1`\n  y\n```\n\n\\# no heading\n\n![](https://e.org/b.png)\n"
    )


def test_a_page_without_anything_is_empty() -> None:
    assert plain_text(Document("1", "https://e.org/")) == ""


@given(st.text())
def test_nothing_of_a_page_becomes_another_block(text: str) -> None:
    page = Document("1", "u", nodes=(Node("text", text, tag="p"),))
    assert markdown(page).count("\n") <= 1
