import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from webdoc.release.escaping import (
    clean,
    code_block,
    code_span,
    markdown_text,
    shortened,
)

ANY_TEXT = st.text(st.characters(), max_size=60) | st.text(
    "<>&|*_`~[]()!#-+.:\\ 1a\n$", max_size=20
)


@given(ANY_TEXT)
@example("1. one")
@example("12) twelve")
@example("- item")
@example("+ item")
@example("---")
@example("7.")
@example("[a](https://e.org/ 'b') ![c](d) <https://e.org/> &lt; a|b ~~c~~ `d` **e** # f")
def test_markdown_shows_the_text_as_one_line(text: str) -> None:
    """A second reader, markdown-it, sees one paragraph of plain text, the text itself."""
    line = markdown_text(text)

    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(line)

    kinds = [token.type for token in tokens]
    assert kinds in ([], ["paragraph_open", "inline", "paragraph_close"])
    children = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in children} <= {"text", "text_special"}
    assert "".join(child.content for child in children) == " ".join(clean(text).split())


def test_a_version_is_not_escaped() -> None:
    assert markdown_text("0.1.0-rc1") == "0.1.0-rc1"


@pytest.mark.parametrize("text", ["\u202eevil", "a\u2066b", "\x00", "\x1b[31m", "\ud800"])
def test_what_steers_a_terminal_or_turns_text_is_replaced(text: str) -> None:
    assert "\ufffd" in clean(text)


def test_lines_tabs_and_marks_of_direction_stay() -> None:
    assert clean("a\n\tb \u200f\u200e") == "a\n\tb \u200f\u200e"


@given(ANY_TEXT)
@example("````\n# A heading\n~~~")
def test_a_block_of_code_ends_where_we_end_it(text: str) -> None:
    tokens = MarkdownIt("commonmark").parse(code_block(text, "json") + "\n\nAfter.")

    assert [token.type for token in tokens][:2] == ["fence", "paragraph_open"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("document_images", "`document_images`"),
        ("a.example:80", "`a.example:80`"),
        ("a`b", "a\\`b"),
        ("", ""),
    ],
)
def test_only_plain_names_become_code(text: str, shown: str) -> None:
    assert code_span(text) == shown


def test_shortened_says_how_much_is_gone() -> None:
    assert shortened("abcd", 4) == ("abcd", 0)
    assert shortened("abcde", 4) == ("abcd", 1)
