"""The title of a page stands first, whatever is chosen below it; names of sites never do."""

import pytest

from webdoc.page.extract import ExtractSettings, extract

URL = "https://example.org/2024/dog.html"
SENTENCE = "The quick brown fox, tired of jumping, lay down beside the lazy dog and slept. "
ARTICLE = "".join(f"<p>Paragraph {number}: {SENTENCE * 3}</p>" for number in range(5))
TITLE = "The dog that slept"
PAGE = "<html><head><title>{} - The Daily Fox</title></head><body>{}</body></html>"


def nodes_of(body: str, title: str = TITLE) -> list[str]:
    found = extract(PAGE.format(title, body), URL, ExtractSettings())
    return [node.text if node.image is None else node.image.url for node in found.nodes]


@pytest.mark.parametrize(
    "before",
    [
        f"<h1>{TITLE}</h1>",
        f"<header><h1>{TITLE}</h1><div>Posted on 4 March</div></header>",
        f"<div class=page-header><h2>{TITLE}</h2></div>",
        f"<div class=hero-banner><h1><a href=/2024/dog.html>{TITLE}</a></h1></div>",
        "<h1>THE DOG   <span>that</span> slept</h1><nav><a href=/>Home</a></nav>",
        f"<header><a href=/><h1>The Daily Fox</h1></a></header><h3>{TITLE}</h3>",
    ],
)
def test_title_before_the_content_comes_first(before: str) -> None:
    found = nodes_of(f"{before}<div class=text>{ARTICLE}</div>")
    assert found[0].lower() == TITLE.lower()
    assert found[1].startswith("Paragraph 0")


def test_title_inside_what_was_left_out_comes_alone() -> None:
    masthead = f"<div class=header><p>JUNK {SENTENCE}</p><h1>{TITLE}</h1><p>JUNK</p></div>"
    found = nodes_of(f"<article>{masthead}{ARTICLE}</article>")
    assert found[0] == TITLE
    assert not any("JUNK" in text for text in found)


def test_the_only_h1_is_the_title_whatever_the_page_calls_itself() -> None:
    found = nodes_of(f"<h1>{TITLE}</h1><div class=text>{ARTICLE}</div>", "Untitled page")
    assert found[0] == TITLE


def test_heading_that_says_more_than_the_title() -> None:
    body = f"<h2>{TITLE}, and other dogs that I have known since</h2><div>{ARTICLE}</div>"
    found = extract(f"<title>That dog</title>{body}", URL, ExtractSettings())
    assert found.nodes[0].tag == "h2"


def test_heading_after_the_text_is_no_title() -> None:
    below = f"<div class=related><h2>{TITLE}</h2></div>"
    found = nodes_of(f"<article>{ARTICLE}{below}{ARTICLE}</article>")
    assert TITLE not in found


def test_title_in_the_content_is_not_repeated() -> None:
    found = nodes_of(f"<header><h2>{TITLE}</h2></header><div><h1>{TITLE}</h1>{ARTICLE}</div>")
    assert found.count(TITLE) == 1


@pytest.mark.parametrize(
    "before",
    [
        "<h1><a href=/>The Daily Fox</a></h1>",
        "<a href='https://example.org/'><h1 class=logo>The Daily Fox</h1></a>",
        "<div class=site-branding><h1>The Daily Fox</h1></div>",
        "<div role=banner><h1>The Daily Fox</h1></div>",
        "<header><h1>Something that no title says</h1></header>",
        "<h1>Something that no title says</h1><h1>Nor this</h1>",
        "<div class=newsletter><h1>Something that no title says</h1></div>",
        f"<nav><h1>{TITLE}</h1></nav>",
        f"<h1 hidden>{TITLE}</h1>",
    ],
)
def test_other_headings_are_no_titles(before: str) -> None:
    for title in (TITLE, "The Daily Fox"):
        found = nodes_of(f"{before}<div class=text>{ARTICLE}</div>", title)
        assert found[0].startswith("Paragraph 0")


@pytest.mark.parametrize(
    ("picture", "kept"),
    [
        ("<figure><img src=a.jpg></figure>", True),
        ("<div class=hero><img src=a.jpg></div>", True),
        ("<div><img src=a.jpg width=300></div>", True),
        ("<div><img src=a.jpg width=299></div>", False),
        ("<div><img src=a.jpg></div>", False),
        ("<div class=author><figure><img src=a.jpg></figure></div>", False),
        ("<figure class=headshot><img src=a.jpg></figure>", False),
        ("<div class=bio><figure><img src=a.jpg></figure></div>", False),
        ("<div class=sidebar><figure><img src=a.jpg></figure></div>", False),
        ("<h2>Other news</h2><figure><img src=a.jpg></figure>", False),
    ],
)
def test_lead_picture_under_the_title(picture: str, kept: bool) -> None:
    deep = f"<div><div class=text>{ARTICLE}</div></div>"
    found = nodes_of(f"<h1>{TITLE}</h1><div>{picture}</div>{deep}")
    assert found[0] == TITLE
    assert ("https://example.org/2024/a.jpg" in found) is kept


@pytest.mark.parametrize("section", ["<h1>Blogs</h1>", "<h1>Latest news</h1>"])
@pytest.mark.parametrize("title", [TITLE, "The dog", "Untitled page"])
def test_title_is_the_heading_in_the_header_of_the_content(section: str, title: str) -> None:
    """The h1 of a page may name a section of the site."""
    header = f"<header><h2>{TITLE}</h2><p>By A. Fox, 4 March</p></header>"
    found = nodes_of(
        f"<div class=top>{section}</div><main><article>{header}{ARTICLE}</article></main>", title
    )
    assert found[0] == TITLE


def test_title_and_simplified_html() -> None:
    """The title stands apart from its article, and still the same nodes can be made again."""
    body = f"<h1>{TITLE}</h1><blockquote><p class=share>x</p><div>{ARTICLE}</div></blockquote>"
    first = extract(PAGE.format(TITLE, body), URL, ExtractSettings(keep_html=True))
    again = extract(first.html, URL, ExtractSettings(scope="document"))
    assert first.nodes[0].tag == "h1"
    assert [(node.text, node.tag, node.level) for node in again.nodes] == [
        (node.text, node.tag, node.level) for node in first.nodes
    ]
