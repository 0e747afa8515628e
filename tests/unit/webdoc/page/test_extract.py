"""Nodes of small pages, written by hand. `page` scope: what is left out is tested elsewhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from webdoc.page.document import Node
from webdoc.page.extract import Extracted, ExtractSettings, extract
from webdoc.reasons import Reason

URL = "https://example.org/a/page.html"


def read(body: str, **settings: object) -> Extracted:
    settings.setdefault("scope", "page")
    return extract(body, URL, ExtractSettings(**settings))  # type: ignore[arg-type]


def texts(body: str) -> list[str]:
    return [node.text for node in read(body).nodes if node.kind == "text"]


def images(body: str) -> list[Node]:
    return [node for node in read(body).nodes if node.kind == "image"]


def urls(body: str) -> list[str]:
    found = [node.image for node in images(body)]
    return [image.url for image in found if image is not None]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>one<p>two", ["one", "two"]),
        ("<p>one\n  two</p>", ["one two"]),
        ("<p>one<br>two<br class=x>three", ["one\ntwo\nthree"]),
        ("<p>one<br><br>two", ["one", "two"]),
        ("<p>one<br> <br/>\n<br>two", ["one", "two"]),
        ("<p>un<b>bro</b>ken <i>words</i>, <a href=#>here</a>.", ["unbroken words, here."]),
        ("<p>one<!-- c -->two", ["onetwo"]),
        ("<div>before<p>in</p>after</div>", ["before", "in", "after"]),
        ("<p>a &lt; b &amp;amp; c&nbsp;d", ["a < b &amp; c d"]),
        ("<p title='a > b'>text", ["text"]),
        ("<dl><dt>term<dd>meaning</dl>", ["term", "meaning"]),
        ("<p>one<button>Share</button> two<script>x</script>", ["one two"]),
        ("<p>seen<span style='display: none'>not seen</span> too", ["seen too"]),
        ("<h2>Glass<span class='mw-editsection'>[<a href=e>edit</a>]</span></h2>", ["Glass"]),
        ("<h2>Glass<a class='headerlink' href=#glass>¶</a></h2>", ["Glass"]),
        ("<a class='x skip-link' href=#main>Skip to text</a>", []),
        ("<p>I <span class='skipper'>skip</span> <a href=/skip-to>this</a>", ["I skip this"]),
        ("<x-card>custom</x-card>", ["custom"]),
        ("<form action=/><p>whole page</p></form>", ["whole page"]),
        ("<p>a\0b<p>\ufffd", ["ab", "\ufffd"]),
    ],
)
def test_breaks(body: str, expected: list[str]) -> None:
    assert texts(body) == expected


def test_pre_keeps_its_lines() -> None:
    assert texts("<pre>\n\ndef f():\n    return  1  \n\n</pre>") == ["def f():\n    return  1"]


def test_headings_and_list_items_have_levels() -> None:
    found = read("<h2>Title</h2><ul><li>one<ol><li><p>inner</p></ol><li>two</ul>").nodes
    assert [(node.text, node.tag, node.level) for node in found] == [
        ("Title", "h2", 2),
        ("one", "li", 1),
        ("inner", "li", 2),
        ("two", "li", 1),
    ]


def test_a_data_row_is_one_paragraph_and_a_layout_table_is_none() -> None:
    rows = "<tr><th>Name<th>Age<tr><td>Ada<td><p>36</p><p>years</p>"
    assert texts(f"<table>{rows}</table>") == ["Name | Age", "Ada | 36 years"]
    cells = "<tr><td><p>menu</p><td><p>one</p><p>two</p></td>"
    assert texts(f"<table>{cells}</table>") == ["menu", "one", "two"]


def test_pictures_of_writers_are_no_images_and_divide_nothing() -> None:
    found = read("<p>Ada <img class='avatar' src=ada.png> says</p><img src=avatar.png>").nodes
    assert [node.text or (node.image and node.image.source_url) for node in found] == [
        "Ada says",
        "avatar.png",
    ]


def test_more_link_inside_a_paragraph_is_no_text_of_it() -> None:
    body = '<p>first <a class="x more-link" href=x>go <b>on</b></a> after</p><p>second</p>'
    found = read(body).nodes
    assert [(node.text, node.ends_document) for node in found] == [
        ("first", True),
        ("after", False),
        ("second", False),
    ]


def test_more_link_in_a_block_that_is_left_out_ends_the_document() -> None:
    more = (
        '<div class="read-also"><div><a class="more-link" href=x>Continue reading</a></div></div>'
    )
    text = "<p>The quick brown fox, tired of jumping, lay down beside the lazy dog.</p>" * 8
    found = read(f"<article>{text}{more}<p>second</p></article>", scope="main").nodes
    assert [node.ends_document for node in found] == [False] * 7 + [True, False]
    assert found[-1].text == "second"


def test_more_link_ends_the_document_before_it() -> None:
    body = '<p>first <a class="more-link" href=x>Continue reading</a></p><p>second</p>'
    found = read(body).nodes
    assert [(node.text, node.ends_document) for node in found] == [
        ("first", True),
        ("second", False),
    ]


def test_images_stand_where_they_stood() -> None:
    found = read('<p>before <img src="i/a.png" alt=" An  A "> after</p>').nodes
    assert [node.text or (node.image and node.image.url) for node in found] == [
        "before",
        "https://example.org/a/i/a.png",
        "after",
    ]
    image = found[1].image
    assert image is not None
    assert (image.source_url, image.alt_text) == ("i/a.png", "An A")


def test_caption_of_a_figure_is_a_node_and_the_image_s() -> None:
    body = "<figure><img src=a.png><figcaption>Seen <b>here</b></figcaption></figure><p>after</p>"
    found = read(body).nodes
    assert [(node.kind, node.tag, node.text) for node in found] == [
        ("image", "img", ""),
        ("text", "figcaption", "Seen here"),
        ("text", "p", "after"),
    ]
    assert found[0].image is not None
    assert found[0].image.caption == "Seen here"


def test_caption_by_its_class() -> None:
    found = read(
        "<div><img src=a.png><p class=wp-caption-text>Seen</p><p>no caption</p></div>"
    ).nodes
    assert found[0].image is not None
    assert found[0].image.caption == "Seen"
    assert [node.tag for node in found] == ["img", "figcaption", "p"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<base href='/other/'><img src=a.png>", ["https://example.org/other/a.png"]),
        (
            "<picture><source srcset='b.webp'><img src=a.png></picture>",
            ["https://example.org/a/a.png"],
        ),
        (
            "<picture><source type=image/avif srcset='c.avif 900w'>"
            "<source srcset='b.webp 800w'><img src=a.png></picture>",
            ["https://example.org/a/b.webp"],
        ),
        ("<picture><source srcset='b.webp'><img></picture>", ["https://example.org/a/b.webp"]),
        ("<amp-img src=a.png></amp-img>", ["https://example.org/a/a.png"]),
        ("<a href=x><img src=a.png></a>", ["https://example.org/a/a.png"]),
        (
            "<img src=blank.gif class=lazy><noscript><img src=a.png></noscript>",
            ["https://example.org/a/a.png"],
        ),
        (
            "<img src=blank.gif data-src=a.png><noscript><img src=a.png></noscript>",
            ["https://example.org/a/a.png"],
        ),
        ("<p><noscript><img src=a.png></noscript>", ["https://example.org/a/a.png"]),
    ],
)
def test_sources(body: str, expected: list[str]) -> None:
    assert urls(body) == expected


@pytest.mark.parametrize(
    ("tag", "reason"),
    [
        ("<img alt=x>", Reason.IMAGE_NO_URL),
        ("<img src='ftp://a/b.png'>", Reason.IMAGE_NO_URL),
        ("<img src='data:image/png;base64,AAAA'>", Reason.IMAGE_INLINE),
        ("<img src=a.png width=2 height=2>", Reason.IMAGE_TRACKING_PIXEL),
        ("<img src=a.png width=2 height=3>", None),
        ("<img src=a.png width=570 height=0>", None),
        ("<img src=a.png width=1>", Reason.IMAGE_TRACKING_PIXEL),
        ("<img src=a.png style='height:1px'>", Reason.IMAGE_TRACKING_PIXEL),
        ("<img src=a.png width=3 height=3>", None),
    ],
)
def test_images_that_are_none_are_marked(tag: str, reason: Reason | None) -> None:
    (found,) = images(f"<p>text {tag}")
    assert found.reject_reason == reason


def test_paths_lead_to_the_elements() -> None:
    """Every path, asked of another parser's tree, gives the element that holds the text."""
    body = (
        "<!DOCTYPE html><html><head><title>t</title></head><body><div><p>1</p><p>2</p></div>"
        "<div><a href='#'><div>3</div></a><span><img src=a.png></span><p>4 <b>5</b></p></div>"
        "</body></html>"
    )
    tree = lxml_html.fromstring(body)
    for node in read(body).nodes:
        (element,) = tree.xpath(node.dom_path)
        assert element.tag == node.tag
        assert node.text in (element.text_content(), "")


def test_what_the_page_says_of_itself() -> None:
    found = read("<html lang='pt-BR'><title>A &amp;\n B</title><p>x")
    assert (found.title, found.declared_language) == ("A & B", "pt-BR")


@pytest.mark.parametrize("markup", ["", " \n", "<!-- -->", "<script>x</script>", "\0"])
def test_nothing_in_it(markup: str) -> None:
    found = read(markup)
    assert (found.nodes, found.reject_reason) == ((), Reason.DOCUMENT_EMPTY)


def test_limit_of_bytes_itself_is_read() -> None:
    assert read("<p>four", max_html_bytes=7).reject_reason is None
    assert read("<p>four", max_html_bytes=6).reject_reason == Reason.DOCUMENT_TOO_LARGE


def test_limit_of_elements() -> None:
    body = "<p>x" * 3000
    assert read(body, max_elements=3003).reject_reason is None  # html, head, body
    assert read(body, max_elements=3002).reject_reason == Reason.DOCUMENT_TOO_COMPLEX


@pytest.mark.parametrize("settings", [{"scope": "all"}, {"max_html_bytes": 0}, {"max_elements": 0}])
def test_impossible_settings(settings: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="must be"):
        ExtractSettings(**settings)  # type: ignore[arg-type]


TAGS = """
<p> </p> <div> </div> <li> <ul> </ul> <table> <tr> <td> </table> <b> </b> <a> </a> <noscript>
</noscript> <img> <br> <pre> <figure> <figcaption> </figure> <svg> <math> <select> <?x text & < > é
<nav> <picture> <form> <template> </body> <title> <x-y> <plaintext> <button> <article> <footer>
</footer> <frameset>
"""
PIECES = st.sampled_from(
    [
        *TAGS.split(),
        "<!-- -->",
        "\0",
        "<div hidden>",
        "<body hidden>",
        "<td hidden>",
        "<span style=display:none>",
        "<img src=a.png>",
        "<source srcset=a>",
        "<a class=more-link>",
    ]
)


@given(st.lists(PIECES, max_size=40), st.sampled_from(["main", "page", "document"]))
def test_any_markup_gives_a_result(pieces: list[str], scope: str) -> None:
    """Broken markup of every kind: no exception, no empty paragraph, no node without a path."""
    found = read("".join(pieces), scope=scope, keep_html=True)
    assert bool(found.nodes) == (found.reject_reason is None)
    for node in found.nodes:
        assert (node.image is None) == (node.kind == "text") == bool(node.text.strip())
        assert node.dom_path.startswith("/html")


@given(st.binary(max_size=200))
def test_any_bytes_give_a_result(markup: bytes) -> None:
    found = extract(markup, URL, ExtractSettings())
    assert bool(found.nodes) == (found.reject_reason is None)


@pytest.mark.parametrize(
    ("body", "role"),
    [
        ("<p><b>Preparation</b></p>", ("strong", 6)),
        ("<div><strong>Step <i>one</i>:</strong> </div>", ("strong", 6)),
        ("<p><b>Two</b> <b>parts</b></p>", ("strong", 6)),
        ("<p><b>A whole sentence is bold.</b></p>", ("p", 0)),
        ("<p><b>Note:</b> not all of it is</p>", ("p", 0)),
        ("<p>Not <b>this</b></p>", ("p", 0)),
        (f"<p><b>{'long ' * 12}</b></p>", ("strong", 6)),
        (f"<p><b>{'long ' * 13}</b></p>", ("p", 0)),
        ("<p><b>two<br>lines</b></p>", ("p", 0)),
        ("<li><b>An item</b></li>", ("li", 1)),
        ("<h2><b>A heading</b></h2>", ("h2", 2)),
        ("<p><b>unclosed<p>next", ("strong", 6)),
    ],
)
def test_a_short_bold_line_is_a_heading(body: str, role: tuple[str, int]) -> None:
    node = read(body).nodes[0]

    assert (node.tag, node.level) == role
