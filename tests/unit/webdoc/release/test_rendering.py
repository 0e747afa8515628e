"""What a template prints is escaped by itself, in HTML and in Markdown."""

import html

import pytest
from hypothesis import given
from jinja2 import UndefinedError
from markdown_it import MarkdownIt

from tests.unit.webdoc.release.test_escaping import ANY_TEXT
from webdoc.release.escaping import clean
from webdoc.release.rendering import environment

HTML = environment("webdoc.release", markdown=False)
MARKDOWN = environment("webdoc.release", markdown=True)


@given(ANY_TEXT)
def test_html_shows_the_text_and_nothing_else(text: str) -> None:
    escaped = HTML.from_string("{{ text }}").render(text=text)

    assert not set("<>\"'") & set(escaped)
    assert html.unescape(escaped) == clean(text)
    escaped.encode("utf-8")  # no half of a surrogate pair is left


@given(ANY_TEXT)
def test_markdown_shows_the_text_in_the_cell_of_a_table(text: str) -> None:
    table = MARKDOWN.from_string("| a | b |\n| --- | --- |\n| {{ text }} | x |").render(text=text)

    tokens = MarkdownIt("commonmark").enable("table").parse(table)

    cells = [tokens[i + 1] for i, token in enumerate(tokens) if token.type == "td_open"]
    assert len(cells) == 2
    assert "".join(child.content for child in cells[0].children or ()) == " ".join(
        clean(text).split()
    )


@pytest.mark.parametrize("filled", [HTML, MARKDOWN])
def test_what_a_macro_makes_is_escaped_once(filled) -> None:  # type: ignore[no-untyped-def]
    source = "{% macro shown(text) %}{{ text }}{% endmacro %}{{ shown(text) }}"

    assert filled.from_string(source).render(text="<&>") == "&lt;&amp;&gt;"


def test_a_name_that_nobody_gave_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        HTML.from_string("{{ nothing }}").render()
