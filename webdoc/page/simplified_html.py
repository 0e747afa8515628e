"""A page as HTML again: what was kept of it, with its structure and little else."""

from html import escape

from webdoc.page.document import Node
from webdoc.page.tree import Block, Choice, Page, attributes_of

_KEPT_INLINE = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "del",
        "dfn",
        "em",
        "i",
        "ins",
        "kbd",
        "mark",
        "q",
        "ruby",
        "rb",
        "rt",
        "rtc",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
    ]
)
_KEPT_ATTRIBUTES = ("start", "colspan", "rowspan", "lang", "dir")


class SimplifiedHtml:
    """Collects what a walk keeps.

    Read again with scope "document" and the same URL, it gives the same nodes; only their DOM paths
    differ, since brothers and sisters that were left out no longer count.
    """

    def __init__(self, page: Page, choice: Choice) -> None:
        self._out: list[str] = []
        self._last_image = -1
        head = "<!DOCTYPE html><html"
        if page.language:
            head += f' lang="{escape(page.language)}"'
        head += f"><head><title>{escape(page.title)}</title>"
        if page.base:
            head += f'<base href="{escape(page.base)}">'
        self._head = head + "</head><body>"
        self._around = _ancestors(page, choice)

    def finished(self) -> str:
        """Return the whole document."""
        opened = "".join(f"<{name}{attributes}>" for name, attributes in self._around)
        closed = "".join(f"</{name}>" for name, _ in reversed(self._around))
        return "".join((self._head, opened, *self._out, closed, "</body></html>"))

    def text(self, text: str) -> None:
        """Add text, escaped as Lexbor wrote it."""
        self._out.append(text)

    def enter(self, block: Block, page: Page, is_data_table: bool) -> None:
        """Open a block."""
        if block.name not in ("html", "body"):
            self._out.append(f"<{block.name}{_attributes(block, page, is_data_table)}>")

    def leave(self, name: str) -> None:
        """Close a block."""
        if name not in ("html", "body"):
            self._out.append(f"</{name}>")

    def enter_inline(self, name: str) -> None:
        """Open an inline element, if it says anything about its text."""
        if name in _KEPT_INLINE:
            self._out.append(f"<{name}>")

    def leave_inline(self, name: str) -> None:
        """Close an inline element."""
        if name in _KEPT_INLINE:
            self._out.append(f"</{name}>")

    def void(self, name: str) -> None:
        """Add a br or hr."""
        self._out.append(f"<{name}>")

    def end_document(self) -> None:
        """Mark that another text follows."""
        self._out.append('<a class="more-link"></a>')

    def image(self, node: Node) -> None:
        """Add an image."""
        self._last_image = len(self._out)
        self._out.append(_image(node))

    def replace_image(self, node: Node) -> None:
        """Put an image in the place of the last one."""
        self._out[self._last_image] = _image(node)


def _image(node: Node) -> str:
    image = node.image
    assert image is not None
    found = {
        "src": image.source_url,
        "alt": image.alt_text,
        "width": image.rendered_width,
        "height": image.rendered_height,
    }
    written = "".join(f' {name}="{escape(value)}"' for name, value in found.items() if value)
    return f"<{node.tag}{written}>" + ("</amp-img>" if node.tag == "amp-img" else "")


def _attributes(block: Block, page: Page, is_data_table: bool) -> str:
    found = attributes_of(page.tags[block.start][1])
    kept = {name: found[name] for name in _KEPT_ATTRIBUTES if name in found}
    if block.name == "table":
        kept["role"] = "table" if is_data_table else "presentation"
    if block.look.caption:
        kept["class"] = "caption"
    return "".join(f' {name}="{escape(value)}"' for name, value in kept.items())


def _ancestors(page: Page, choice: Choice) -> list[tuple[str, str]]:
    """Return names and attributes of the blocks around the kept ones, outermost first."""
    around: list[tuple[str, str]] = []
    # the first may be a title that stands apart
    place = page.blocks[choice.kept[-1]].parent if choice.kept else -1
    while place >= 0:
        block = page.blocks[place]
        if block.name not in ("html", "body"):
            around.append((block.name, _attributes(block, page, is_data_table=False)))
        place = block.parent
    return around[::-1]
