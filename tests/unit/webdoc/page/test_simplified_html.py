"""Simplified HTML gives the same nodes again; only DOM paths differ."""

from dataclasses import replace
from pathlib import Path

import pytest

from webdoc.page.document import Node
from webdoc.page.extract import ExtractSettings, extract

URL = "https://example.org/a/page.html"
PAGE = """<html lang=en><title>T &amp; t</title><base href="/b/"><body class=x onload="go()">
<nav>menu</nav><div class=text><h1>Title</h1><p>one<br>two <b>bold</b><script>x</script>
<a class="more-link" href=y>more</a></p>before<aside>gone</aside>after
<ul><li>item<ol><li>inner</ol></ul><table><tr><th>a<th>b<tr><td>1<td>2</table>
<figure><img src=blank.gif data-src="i.png" alt="A &quot;b&quot;" width=90>
<figcaption>Seen</figcaption></figure><img src=blank.gif class=lazy><noscript><img src=n.png>
</noscript><pre>
  a
 b</pre><p>first line<img src="data:image/png;base64,AAAA"> end &lt;tag&gt;</p></div></body>"""


def pathless(nodes: tuple[Node, ...]) -> list[Node]:
    return [replace(node, dom_path="") for node in nodes]


def assert_same_again(markup: bytes | str, scope: str) -> str:
    first = extract(markup, URL, ExtractSettings(scope=scope, keep_html=True))  # type: ignore[arg-type]
    second = extract(first.html, URL, ExtractSettings(scope="document"))
    assert pathless(second.nodes) == pathless(first.nodes)
    assert (second.title, second.declared_language) == (first.title, first.declared_language)
    return first.html


@pytest.mark.parametrize("scope", ["main", "page", "document"])
def test_same_nodes_again(scope: str) -> None:
    html = assert_same_again(PAGE, scope)
    for gone in ("script", "onload", "data-src", "blank.gif"):
        assert gone not in html


def test_nothing_is_written_unless_asked_for() -> None:
    assert extract(PAGE, URL, ExtractSettings()).html == ""


@pytest.mark.parametrize("scope", ["main", "page"])
def test_real_pages(shared_data: Path, scope: str) -> None:
    pages = sorted((shared_data / "readability").glob("*/source.html"))
    assert len(pages) > 50
    for page in pages:
        assert_same_again(page.read_bytes(), scope)
