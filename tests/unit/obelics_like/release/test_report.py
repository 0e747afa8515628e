import base64
import hashlib
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from obelics_like.release.examples import examples_html, pictures_to_show
from obelics_like.release.facts import ReleaseFacts
from obelics_like.release.report import report_html
from obelics_like.settings import ObelicsSettings
from webdoc.page.document import Document, Image, Node
from webdoc.picture.facts import PictureFacts
from webdoc.reasons import FunnelRow, Reason
from webdoc.release.report_examples import ExampleLimits

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# Whatever the facts say, the report holds no other elements and attributes.
ELEMENTS = re.compile(
    r"html|head|meta|title|style|body|header|main|section|footer|nav|h[123]|p|a|[uod]l|li|d[td]"
    r"|div|span|bdi|table|thead|tbody|t[rhd]|code|details|summary|del|pre|figure|figcaption|img|br"
    r"|form|label|input|select|option|button|output|svg|g|rect|line|path|text|script"
)
ATTRIBUTES = re.compile(
    r"lang|charset|http-equiv|content|name|class|id|href|aria-label|aria-hidden|scope|style|open"
    r"|dir|src|alt|loading|hidden|type|value|placeholder|step|autocomplete|aria-live|role|rel|target"
    r"|data-(?:reasons?|language|domain|scores)|viewBox|x|y|[xy][12]|width|height|d|fill-opacity"
    r"|text-anchor"
)


def parsed(html: str) -> LexborHTMLParser:
    return LexborHTMLParser(html)


def only(documents: tuple[Document, ...], **changes: object) -> ReleaseFacts:
    facts = ReleaseFacts(ObelicsSettings(), "0.1.0", (), (), (), (), (), (), documents)
    return replace(facts, **changes)


def check_harmless(tree: LexborHTMLParser) -> None:
    assert tree.root
    for node in tree.root.traverse():
        assert ELEMENTS.fullmatch(str(node.tag))
        for name, value in node.attributes.items():
            assert ATTRIBUTES.fullmatch(name)
            if name == "src":
                assert str(value).startswith("data:image/jpeg;base64,")
            if name == "href":
                assert re.match("#|https?://", str(value))
    # A script of its own is all there is, and it stands before anything of a page could.
    assert [script.attributes for script in tree.css("script")] in ([], [{"id": "own"}])


def test_hostile_text_makes_no_element_and_no_attribute(facts: ReleaseFacts) -> None:
    html = report_html(facts)

    check_harmless(parsed(html))
    html.encode("utf-8")
    assert "\x00" not in html
    assert "\u202e" not in html


@given(st.text(st.characters(), max_size=40) | st.text("<>&\"'/=- a\n", max_size=40))
def test_no_text_of_a_page_becomes_markup(text: str) -> None:
    facts = PictureFacts(text, text, 0, text)
    image = Image(text, text, text, text, text, text, facts)
    page = Document(
        doc_id=text,
        url=text,
        warc_filename=text,
        capture_time=text,
        title=text,
        language=text,
        reject_detail=text,
        reject_reason=Reason.DOCUMENT_WORDS,
        nodes=(Node("text", text, tag=text), Node("image", tag="img", image=image)),
    )

    html = examples_html(only((page,)), ExampleLimits())

    tree = parsed(f"<!doctype html><html><head></head><body>{html}</body></html>")
    check_harmless(tree)
    assert len(tree.css("li.node")) == 2


def test_the_policy_forbids_everything_but_styles_and_inline_pictures(facts: ReleaseFacts) -> None:
    policy = parsed(report_html(facts)).css_first("meta[http-equiv=Content-Security-Policy]")

    assert policy
    parts = {part.strip() for part in str(policy.attributes["content"]).split(";")}
    assert {"default-src 'none'", "img-src data:", "style-src 'unsafe-inline'"} <= parts
    assert "form-action 'none'" in parts
    (allowed,) = (part for part in parts if part.startswith("script-src"))
    (script,) = re.findall('<script id="own">(.*?)</script>', report_html(facts), re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert allowed == f"script-src 'sha256-{digest}'"


def test_no_place_of_this_machine_is_named(facts: ReleaseFacts) -> None:
    assert "somebody" not in report_html(facts)


def test_funnel_shows_count_share_and_meaning(facts: ReleaseFacts) -> None:
    sections = {
        section.css_first("h3").text(): section
        for section in parsed(report_html(facts)).css("#funnel section")
    }

    assert list(sections) == ["Records", "Documents", "Paragraphs", "Images", "Words"]
    rows = [
        [cell.text() for cell in row.css("th, td")] for row in sections["Images"].css("tbody tr")
    ]
    assert rows == [
        ["In the release kept", "9", "0.6 %"],
        ["Its bytes are nowhere to be had image_missing", "1,491", "99.4 %"],
    ]


def test_headline_figures(facts: ReleaseFacts) -> None:
    tiles = {
        tile.css_first("dt").text(): [dd.text().strip() for dd in tile.css("dd")]
        for tile in parsed(report_html(facts)).css(".tile")
    }

    assert tiles["Documents"][:2] == ["3", "of 8, 37.5 %"]
    assert tiles["Words"][:2] == ["900", "of 1,000, 90.0 %"]
    assert tiles["Size"] == ["18.5 KB", "3 Parquet files, 9 pictures inside"]


def test_kept_and_left_out_nodes_stand_in_reading_order(hostile_page: Document) -> None:
    nodes = parsed(examples_html(only((hostile_page,)), ExampleLimits())).css("li.node")

    assert [("lost" in (node.attributes["class"] or "")) for node in nodes] == [
        node.reject_reason is not None for node in hostile_page.nodes
    ]
    assert nodes[4].css_first("del").text() == hostile_page.nodes[4].text
    why = nodes[4].css_first(".why").text()
    assert (
        why
        == "Left out: too many symbols among its characters paragraph_special_chars measured 0.412"
    )
    assert nodes[0].css_first("p.heading.l1").text() == "Of tides & boats"
    assert nodes[2].css_first("pre").text() == "a\n  b"
    assert nodes[3].css_first("p.item.d2").text() == "rope"
    assert "a text ends here" in nodes[3].text()
    assert all(node.css_first("[dir=auto]") for node in nodes[:5])


def test_pictures_are_shown_or_said_to_be_missing(facts: ReleaseFacts) -> None:
    images = parsed(examples_html(facts, ExampleLimits())).css("figure")

    assert images[0].css_first("img").attributes["alt"] == facts.examples[0].nodes[5].image.alt_text
    assert "jpeg · 640 × 480 px · 34.6 KB · status: ok" in images[0].text()
    assert images[1].css_first("img") is None
    assert "A logo" in images[1].text()
    assert "status: missing" in images[1].text()


def test_a_page_left_out_as_a_whole_says_why(facts: ReleaseFacts) -> None:
    verdict = parsed(examples_html(facts, ExampleLimits())).css_first(".verdict")

    assert verdict
    assert verdict.text().strip() == (
        "Left out as a whole: too few or too many images are left document_images measured 31"
    )


def test_of_a_page_whose_owner_says_no_nothing_but_its_address_is_shown() -> None:
    nodes = (Node("text", "Secret words", reject_reason=Reason.PARAGRAPH_WORDS),)
    refused = Document("a", "https://a.example/", title="A secret title", nodes=nodes)
    refused = replace(refused, reject_reason=Reason.DOCUMENT_NOT_PERMITTED)

    shown = parsed(examples_html(only((refused,)), ExampleLimits()))

    assert "ecret" not in str(shown.html)
    assert "https://a.example/" in shown.text()
    assert "does not permit its use, so nothing of it is shown here" in shown.text()


def test_the_first_page_of_each_verdict_stands_open() -> None:
    lost = Node("text", "x", reject_reason=Reason.PARAGRAPH_WORDS)
    pages = (
        Document("c", "https://c.example/", reject_reason=Reason.DOCUMENT_EMPTY),
        Document("a", "https://a.example/"),
        Document("b", "https://b.example/", nodes=(lost,)),
    )

    found = parsed(examples_html(only(pages), ExampleLimits())).css("details")

    urls = [str(d.css_first(".url").text()) for d in found]
    assert urls == ["https://b.example/", "https://a.example/", "https://c.example/"]
    assert ["open" in d.attributes for d in found] == [True, False, True]


@pytest.mark.parametrize(("chars", "note"), [(10, ""), (11, " … 1 more characters")])
def test_long_paragraphs_are_cut_and_say_so(chars: int, note: str) -> None:
    page = Document("d", "https://e.org/", nodes=(Node("text", "x" * chars),))

    html = examples_html(only((page,)), ExampleLimits(max_text_chars=10))

    assert parsed(html).css_first("p.text").text() == "x" * 10 + note


@pytest.mark.parametrize(("count", "shown", "more"), [(3, 3, ""), (5, 3, "2 more parts")])
def test_long_pages_are_cut_and_say_so(count: int, shown: int, more: str) -> None:
    page = Document("d", "https://e.org/", nodes=(Node("text", "x"),) * count)

    tree = parsed(examples_html(only((page,)), ExampleLimits(max_nodes=3)))

    assert len(tree.css("p.text")) == shown
    assert more in tree.css_first("ol.nodes").text()


@pytest.mark.parametrize(("limit", "shown"), [(117, 0), (118, 2)])
def test_pictures_count_as_often_as_they_are_shown(limit: int, shown: int) -> None:
    """The URI of 27 bytes has 23 + 36 characters."""
    jpeg = b"x" * 27
    node = Node("image", image=Image("https://e.org/a.jpg", facts=PictureFacts(sha256="ab")))
    page = Document("d", "https://e.org/", nodes=(node, node))

    facts = only((page,), thumbnails=(("ab", jpeg),))
    html = examples_html(facts, ExampleLimits(max_picture_bytes=limit))

    assert len(parsed(html).css("img")) == shown


def test_limits_that_show_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="1 or more"):
        ExampleLimits(max_nodes=0)
    with pytest.raises(ValueError, match="0 or more"):
        ExampleLimits(max_picture_bytes=-1)


def test_a_huge_release_makes_a_small_report() -> None:
    node = Node("text", "x" * 100_000, reject_reason=Reason.PARAGRAPH_WORDS, reject_value=1e9)
    image = Node("image", image=Image("u" * 99_999, "s" * 99_999, "a" * 99_999))
    page = Document("d", "https://e.org/", title="t" * 99_999, nodes=(node, image) * 300)

    assert len(report_html(only((page,) * 200))) < 5_000_000


def test_a_release_without_anything_has_a_report() -> None:
    html = report_html(only(()))

    assert "There is no page to show" in html
    assert "Nothing was counted" in html


def test_headings_go_down_one_level_at_a_time(facts: ReleaseFacts) -> None:
    levels = [int(level) for level in re.findall(r"<h([1-6])", report_html(facts))]

    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_a_count_of_nothing_has_no_bar(facts: ReleaseFacts) -> None:
    rows = parsed(report_html(facts)).css("#spread section:first-child tbody tr")

    assert [row.css_first(".fill") is not None for row in rows] == [True, False, True, False]


def test_a_reason_of_another_version_is_shown() -> None:
    html = report_html(only((), funnel=(FunnelRow("document", "document_new_rule", 1),)))

    assert "Document new rule" in html


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """A server on loopback that nobody should call, and what it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def dom_after_loading(file: Path, profile: Path) -> LexborHTMLParser:
    """Return the page as Chromium has it once all scripts ran and all pictures were asked for."""
    assert CHROMIUM
    switches = (
        "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync"
        " --disable-background-networking --disable-component-update --disable-dev-shm-usage"
        " --virtual-time-budget=2000 --dump-dom"
    )
    command = [CHROMIUM, *switches.split(), f"--user-data-dir={profile}", file.as_uri()]
    done = subprocess.run(command, capture_output=True, check=True, timeout=120)
    return parsed(done.stdout.decode())


@pytest.mark.skipif(not CHROMIUM, reason="no chromium on PATH to open the report with")
def test_in_a_browser_no_script_runs_and_nothing_is_asked_for(
    facts: ReleaseFacts, listener: tuple[str, list[str]], tmp_path: Path
) -> None:
    url, asked = listener
    attack = f'<img src="{url}/x.png"><script>document.title="pwned"</script>'
    page = replace(facts.examples[0], title=attack)
    file = tmp_path / "report.html"
    html = report_html(replace(facts, examples=(page,), notes=(attack,)))
    # One more attack past all escaping: were that ever to fail, the policy still holds.
    html = html.replace("</main>", f"{attack}</main>")
    file.write_text(html, encoding="utf-8")

    tree = dom_after_loading(file, tmp_path / "profile")

    assert len(tree.css("script")) == 2  # the report's own, and the one of the attack
    assert tree.css_first("title").text() == "Report: tide-tables: --- <b>"
    assert asked == []

    # And this test would notice: without the policy both happen.
    file.write_text(re.sub(r"<meta http-equiv[^>]*>", "", html), encoding="utf-8")
    tree = dom_after_loading(file, tmp_path / "profile")

    assert tree.css_first("title").text() == "pwned"
    assert asked == ["/x.png"]


@pytest.mark.parametrize(
    "hidden", [Reason.IMAGE_UNSAFE, Reason.IMAGE_FACES, Reason.IMAGE_NOT_PERMITTED]
)
def test_pictures_that_nobody_should_see_are_not_shown(hidden: Reason) -> None:
    """Not even where another page shows the same picture; what is only too small is shown."""

    def image(digest: str, reason: Reason | None = None) -> Node:
        return Node(
            "image",
            image=Image("https://e.org/a", facts=PictureFacts(sha256=digest)),
            reject_reason=reason,
        )

    first = Document("1", "https://e.org/1", nodes=(image("aa"), image("bb"), Node("text", "b")))
    second = Document("2", "https://e.org/2", nodes=(image("bb", hidden), image("")))
    third = Document("3", "https://e.org/3", nodes=(image("cc", Reason.IMAGE_SIZE), image("aa")))

    assert pictures_to_show([first, second, third]) == ["aa", "cc"]
