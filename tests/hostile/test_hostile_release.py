"""Hostile text in every field that a page can fill: a release stays what it says it is."""

import json
import re
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import which
from typing import Any

import pytest
import yaml
from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser

from obelics_like.release.card import card_text
from obelics_like.release.facts import ReleaseFacts, shared_facts
from obelics_like.release.report import report_html
from obelics_like.settings import ObelicsSettings
from webdoc.page.document import Document, Image, Node
from webdoc.picture.facts import PictureFacts
from webdoc.reasons import FunnelRow, Reason
from webdoc.release.croissant import croissant

CHROMIUM = which("chromium") or which("chromium-browser") or which("google-chrome")
PAYLOADS = (
    "</script><script>document.title='pwned'</script>",
    '"><img src="{url}/a.png" onerror="document.title=\'pwned\'">',
    "' onmouseover='document.title=1' style='background:url({url}/b.png)",
    "</title></style><svg onload=\"document.title='pwned'\">",
    "<iframe src='{url}/c'></iframe><link rel=stylesheet href='{url}/d.css'>",
    "<base href='{url}/'><meta http-equiv=refresh content='0;url={url}/e'>",
    "{{ 7*7 }}{% raw %}${{7*7}}<%= 7*7 %>",
    "---\nlicense: mit\n---\n# heading\n| a | b |\n|---|---|\n| 1 | 2 |",
    "| cell | cell |\r\n- item\n1. item\n```\ncode\n```\n~~~\n> quote",
    "![x]({url}/f.png) [y](javascript:alert(1)) <https://e.org>",
    "\x00\x07\x1b[31m\x9b\u202e\u2066\ud800\ufffe\u2028\u2029",
    "=cmd|' /C calc'!A0",
    "javascript:document.title='pwned'",
    '\\", "sha256": "0", "x": "\\u0000',
    "&lt;script&gt;&#60;script&#62;&amp;",
    "[bold]x[/bold]\\[z]",
)
# What a page, its host and its archive fill, by the names of the fields.
FILLED = {
    *("url", "source_url", "title", "text", "alt_text", "caption", "warc_filename", "language"),
    *("reject_detail", "tag", "dom_path", "charset", "permission_source", "format", "status"),
    *("rendered_width", "rendered_height", "capture_time", "payload_digest"),
}


def filled(thing: Any, text: str) -> Any:
    """Return records with the text in every field that a page can fill."""
    if isinstance(thing, tuple):
        return tuple(filled(item, text) for item in thing)
    if not is_dataclass(thing) or isinstance(thing, type):
        return thing
    values: dict[str, Any] = {}
    for each in fields(thing):
        value = getattr(thing, each.name)
        values[each.name] = text if each.name in FILLED else filled(value, text)
    return replace(thing, **values)


def documents(text: str) -> tuple[Document, ...]:
    known = PictureFacts(status="ok", sha256="a" * 64, width_px=640, height_px=480)
    image = Image("https://e.org/a.jpg", facts=known)
    nodes = (
        Node("text", "words", tag="p"),
        Node("image", image=image),
        Node("image", image=Image("https://e.org/b.jpg"), reject_reason=Reason.IMAGE_MISSING),
        Node("text", "more", tag="li", reject_reason=Reason.PARAGRAPH_WORDS, reject_value=1.0),
    )
    kept = Document("0" * 32, "https://e.org/", nodes=nodes)
    left_out = Document("1" * 32, "https://e.org/x", reject_reason=Reason.DOCUMENT_NEAR_COPY)
    made: tuple[Document, ...] = filled((kept, left_out), text)
    return made


def facts_with(text: str) -> ReleaseFacts:
    return ReleaseFacts(
        settings=ObelicsSettings(inputs=("a.warc.gz",), out="out"),
        version="0.1.0",
        files=(),
        funnel=(FunnelRow("document", "kept", 2, 9, 60), FunnelRow("image", "image_missing", 1)),
        notes=(text,),
        languages=((text, 2), ("en", 1)),
        domains=((text, 3), ("e.org", 1)),
        distributions=(),
        examples=documents(text),
        thumbnails=(("a" * 64, b"\xff\xd8\xff a small picture"),),
    )


def shape(markdown: str) -> list[str]:
    """Return the blocks of a page of Markdown, and what stands in its lines but text."""
    body = markdown.partition("\n---\n")[2]
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(body)
    inline = [child.type for token in tokens for child in token.children or ()]
    loud = {"link_open", "image", "html_inline"}
    return [token.type for token in tokens] + [kind for kind in inline if kind in loud]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_the_card_keeps_its_shape(payload: str) -> None:
    text = payload.replace("{url}", "http://evil.example")
    plain, hostile = card_text(facts_with("word")), card_text(facts_with(text))
    front = [yaml.safe_load(card.split("---\n")[1]) for card in (plain, hostile)]
    assert set(front[0]) == set(front[1])
    assert front[0]["license"] == front[1]["license"]
    assert shape(hostile) == shape(plain)
    hostile.encode()


@pytest.mark.parametrize("payload", PAYLOADS)
def test_croissant_stays_json_of_the_same_keys(payload: str) -> None:
    plain, hostile = (
        json.loads(json.dumps(croissant(shared_facts(facts_with(text))), ensure_ascii=False))
        for text in ("word", payload)
    )
    assert hostile.keys() == plain.keys()


@pytest.mark.parametrize("payload", PAYLOADS)
def test_the_report_keeps_its_elements(payload: str) -> None:
    text = payload.replace("{url}", "http://evil.example")
    trees = [LexborHTMLParser(report_html(facts_with(each))) for each in ("word", text)]
    plain, hostile = (
        [tree.css(name).__len__() for name in ("script", "iframe", "style", "svg", "base", "meta")]
        for tree in trees
    )
    assert plain == hostile
    for node in trees[1].css("*"):
        names = set(node.attributes)
        assert not {name for name in names if name.startswith("on")}
        for name in names & {"href", "src", "action", "formaction", "srcset"}:
            value = node.attributes[name] or ""
            assert re.match(r"(?:https?://|#|data:image/|$)", value), value


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """A server on the loopback that nobody should call, and what it was asked for."""
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


@pytest.mark.skipif(not CHROMIUM, reason="no chromium on PATH to open the report with")
def test_in_a_browser_no_field_runs_or_asks_for_anything(
    listener: tuple[str, list[str]], tmp_path: Path
) -> None:
    """All payloads in all fields of one report."""
    url, asked = listener
    texts = [payload.replace("{url}", url) for payload in PAYLOADS]
    facts = facts_with(" ".join(texts))
    examples = tuple(document for text in texts for document in documents(text))
    file = tmp_path / "report.html"
    html = report_html(replace(facts, examples=(*facts.examples, *examples), notes=tuple(texts)))
    file.write_text(html, encoding="utf-8")
    assert CHROMIUM
    switches = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-sync",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-dev-shm-usage",
        "--virtual-time-budget=2000",
        "--dump-dom",
    ]
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    done = subprocess.run(
        [CHROMIUM, *switches, profile, file.as_uri()], capture_output=True, check=True, timeout=200
    )
    tree = LexborHTMLParser(done.stdout.decode())
    title = tree.css_first("title")
    assert title is not None
    assert title.text().startswith("Report: ")
    # The report's own scripts, of which this one may have none, are allowed by their hash.
    assert len(tree.css("script")) == len(LexborHTMLParser(html).css("script"))
    assert "script-src 'unsafe-inline'" not in html
    assert len(tree.css("script")) == 0 or "sha256-" in html[: html.index("<script")]
    assert asked == []
