"""What is main text: small pages, each with one reason to leave something out or to keep it."""

import pytest

from webdoc.page.article import find_article
from webdoc.page.extract import ExtractSettings, extract
from webdoc.page.reader import read_page
from webdoc.page.tag_starts import TagStarts
from webdoc.page.visible_text import shown_text

URL = "https://example.org/"
SENTENCE = "The quick brown fox, tired of jumping, lay down beside the lazy dog and slept. "
ARTICLE = "".join(f"<p>Paragraph {number}: {SENTENCE * 3}</p>" for number in range(5))
LINKS = "".join(f"<li><a href='/{n}'>Topic {n}</a></li>" for n in range(20))


def main_text(body: str) -> str:
    found = extract(f"<html><body>{body}</body></html>", URL, ExtractSettings())
    return "\n".join(node.text for node in found.nodes)


@pytest.mark.parametrize(
    "junk",
    [
        f"<nav>JUNK<ul>{LINKS}</ul></nav>",
        f"<div class=sidebar><p>JUNK {SENTENCE}</p></div>",
        f"<div id=cookie-banner><p>JUNK {SENTENCE}</p></div>",
        f"<div role=dialog><p>JUNK {SENTENCE}</p></div>",
        f"<footer><p>JUNK {SENTENCE}</p></footer>",
        f"<section class='related-posts'><h2>JUNK</h2><ul>{LINKS}</ul></section>",
        f"<div class=comments><p>JUNK {SENTENCE}</p></div>",
        f"<div hidden><p>JUNK {SENTENCE}</p></div>",
        f"<div style='display: none'><p>JUNK {SENTENCE}</p></div>",
        f"<div aria-hidden=true><p>JUNK {SENTENCE}</p></div>",
        f"<div><a href=/>JUNK</a><ul>{LINKS}</ul></div>",
        "<div class=announcement-bar>JUNK</div>",
        "<div class=minicart><img src=cart.png>JUNK</div>",
    ],
)
@pytest.mark.parametrize("place", ["before {}", "{} after"])
def test_parts_of_the_site_are_left_out(junk: str, place: str) -> None:
    page = place.replace("before ", junk).replace(" after", junk).format(f"<div>{ARTICLE}</div>")
    found = main_text(page)
    assert "JUNK" not in found
    assert all(f"Paragraph {number}" in found for number in range(5))


@pytest.mark.parametrize(
    "inside",
    [
        "<div class=share><a href=#>JUNK</a></div>",
        "<p class=byline>JUNK</p>",
        "<h2 class=scroll>JUNK</h2>",
        "<aside><p>JUNK</p></aside>",
        "<p class=read-also><a href=/x>JUNK and other things</a></p>",
        "<p>Read also: <a href=/x>JUNK and other things</a></p>",
        "<p><b>Lire aussi :</b> <a href=/x>JUNK et autres choses</a></p>",
        "<p><a href=/x>Siehe auch – JUNK und anderes</a></p>",
        "<div class=ad-slot><a href=/x>JUNK</a></div>",
        "<form><input><input><p>JUNK</p></form>",
        f"<div><p><a href=/>JUNK {SENTENCE}</a></p></div>",
    ],
)
def test_clutter_inside_an_article_is_left_out(inside: str) -> None:
    found = main_text(f"<div>{ARTICLE}{inside}{ARTICLE}</div>")
    assert "JUNK" not in found


@pytest.mark.parametrize(
    "inside",
    [
        "<h1>KEPT</h1>",
        "<h2 class=post>KEPT</h2>",
        "<p><a href=/x>KEPT, a link alone in its paragraph</a></p>",
        "<p>Related work by <a href=/x>KEPT and others</a></p>",
        "<p>Read also: what is KEPT is not the <a href=/x>link</a></p>",
        "<ul><li>KEPT one<li>two<li>three</ul>",
        "<ol><li>KEPT one<li>two</ol>",
        "<table><tr><th>KEPT<th>b<tr><td>1<td>2</table>",
        "<pre>KEPT = 1</pre>",
        "<blockquote>KEPT, said the dog.</blockquote>",
        "<figure><img src=a.png><figcaption>KEPT</figcaption></figure>",
        "<dl><dt>KEPT<dd>meaning</dl>",
        "<div>KEPT <b>as</b> a paragraph</div>",
        "<div role=tabpanel hidden><p>KEPT behind a tab</p></div>",
        "<div class=faq-answer style='display:none'><p>KEPT, they answered</p></div>",
        "<div class=overflow-hidden><p>KEPT</p><p>in a box</p></div>",
    ],
)
def test_parts_of_the_text_are_kept(inside: str) -> None:
    assert "KEPT" in main_text(f"<div>{ARTICLE}{inside}{ARTICLE}</div>")


def test_picture_of_a_figure_is_kept_whatever_the_block_around_it_is_named() -> None:
    figure = (
        "<figure><div class=conModal><img src=/a.png></div><figcaption>Words.</figcaption></figure>"
    )
    found = extract(f"<html><body>{ARTICLE}{figure}{ARTICLE}", URL, ExtractSettings())
    images = [node.image for node in found.nodes if node.image]
    assert [(image.url, image.caption) for image in images] == [(f"{URL}a.png", "Words.")]


def test_form_around_the_whole_page_is_kept() -> None:
    found = main_text(f"<form><input type=hidden><div>{ARTICLE}</div></form>")
    assert "Paragraph 4" in found


def test_sections_of_one_article_are_kept_together() -> None:
    sections = (f"<section><div><h2>Part {n}</h2>{ARTICLE}</div></section>" for n in range(4))
    found = main_text(f"<div><div>{''.join(sections)}</div></div>")
    assert all(f"Part {number}" in found for number in range(4))


def test_article_itself_is_widened_to_its_sections() -> None:
    first = f"<section><div>{ARTICLE * 6}</div></section>"
    deeper = f"<section><div><div><div><div><div>{ARTICLE}</div></div></div></div></div></section>"
    markup = f"<div>{first}{deeper * 4}</div>".encode()
    page = read_page(markup, TagStarts(markup), max_elements=1000)
    found = find_article(page, shown_text(page))
    assert found.chars > 9.9 * len(ARTICLE.replace("<p>", "").replace("</p>", ""))


@pytest.mark.parametrize(("chars", "is_read"), [(199, True), (200, False)])
@pytest.mark.parametrize("name", ["nav", "footer"])
def test_navigation_is_looked_into_only_where_little_else_is(
    name: str, chars: int, is_read: bool
) -> None:
    markup = f"<p>{'x' * chars}</p><{name}><div>{SENTENCE * 9}</div></{name}>".encode()
    page = read_page(markup, TagStarts(markup), max_elements=1000)
    assert any(block.name == "div" for block in page.blocks) is is_read


@pytest.mark.parametrize(("words", "kept"), [(8, True), (2, False)])
def test_list_of_headlines_is_text_and_list_of_topics_is_a_menu(words: int, kept: bool) -> None:
    item = "<li><a href=/x>" + "word " * words + "end</a></li>"
    found = main_text(f"<div><ul>{item * 12}</ul></div><div><p>{SENTENCE}</p></div>")
    assert ("word end" in found) is kept


def test_name_that_bears_the_whole_page_is_not_believed() -> None:
    assert "Paragraph 0" in main_text(f"<div class='page-with-sidebar modal'>{ARTICLE}</div>")


MENU = "<a href=/1>MENU</a><br><a href=/2>Roses</a><br><a href=/3>Hens</a>"


TEASERS = "".join(
    f"<div><h3><a href=/{n}>Headline {n} about something</a></h3><p>The lazy dog, {n}.</p></div>"
    for n in range(12)
)


@pytest.mark.parametrize(
    "text", [ARTICLE, f"<p>{SENTENCE}</p>", ARTICLE + "<td>" + ARTICLE, TEASERS]
)
def test_menu_in_a_cell_of_a_layout_table(text: str) -> None:
    found = main_text(f"<table><tr><td>{MENU}<td>{text}</table>")
    assert "lazy dog" in found
    assert "MENU" not in found


@pytest.mark.parametrize("text", [ARTICLE, f"<p>{SENTENCE}</p>", TEASERS])
def test_links_in_a_cell_of_a_table_of_data(text: str) -> None:
    row = "<tr><th>Size<td>forty steps long, and nearly as wide as that"
    assert "MENU" in main_text(f"<div>{text}<table><tr><th>Pages<td>{MENU}{row}</table></div>")


@pytest.mark.parametrize(
    "header",
    [
        "<header><a href=/><img src=logo.png></a></header>",
        "<div id=header><a href=/><img src=logo.png></a><p>Garden things</p></div>",
    ],
)
@pytest.mark.parametrize("times", [1, 4])
def test_logo_of_a_short_page_is_left_out(header: str, times: int) -> None:
    text = f"<div><h1>Sold out</h1><p>{SENTENCE * times}</p></div>"
    found = extract(f"<body>{header}{text}</body>", URL, ExtractSettings()).nodes
    assert [node.text for node in found] == ["Sold out", (SENTENCE * times).strip()]


def test_comments_below_a_list_are_left_out() -> None:
    comments = f"<div class=comments><p>JUNK {SENTENCE}</p></div>"
    assert "JUNK" not in main_text(f"<div>{TEASERS}</div>{comments}")


def test_posts_of_a_thread_are_kept() -> None:
    post = (
        "<div class=row><div class=postprofile>Ada<br>Posts: 212</div>"
        "<div class=msg>Post {} says: {}</div></div>"
    )
    found = main_text("".join(post.format(number, SENTENCE * 2) for number in range(8)))
    assert all(f"Post {number} says" in found for number in range(8))
    assert "212" not in found


def test_headlines_of_a_home_page_are_kept_and_its_menu_is_not() -> None:
    item = (
        "<div><h3><a href=/{0}>Headline {0} about something long</a></h3><p>In short {0}.</p></div>"
    )
    items = "".join(item.format(number) for number in range(12))
    found = main_text(f"<div><ul>{LINKS}</ul></div><div>{items}</div>")
    assert "Headline 11" in found
    assert "In short 0" in found
    assert "Topic 3" not in found


def test_text_that_a_script_would_show_is_read() -> None:
    """React sends it in hidden elements, forums drawn by a script keep it in noscript."""
    for page in (
        f"<div><p>Loading</p></div><div hidden id='S:0'><div>{ARTICLE}</div></div>",
        f"<div><p>Loading</p></div><div style='display:none'>{ARTICLE}</div>",
        f"<div>Loading</div><noscript><div>{ARTICLE}</div></noscript>",
    ):
        assert "Paragraph 2" in main_text(page)
