"""From the chosen blocks of a page to its nodes, in page order."""

import re

from webdoc.page.document import Node
from webdoc.page.dom_paths import Paths
from webdoc.page.elements import INLINE, LISTS, MUTE, VOID
from webdoc.page.simplified_html import SimplifiedHtml
from webdoc.page.tree import Block, Choice, Page, attributes_of, unescaped
from webdoc.page.walked_images import ImageReader, Twin, is_shown
from webdoc.page.walked_nodes import WalkedNodes

_BREAK = "\0"  # a br; Lexbor lets no NUL through
_GENERIC = frozenset(["p", "div", "section", "article", "body", "main", "center"])
_SPEAKING = frozenset(
    ["li", "blockquote", "figcaption", "dd", "dt", "summary", "h1", "h2", "h3", "h4", "h5", "h6"]
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_UNSEEN = frozenset(["head", "title"])
# Labels that only a screen reader speaks: "Image", "Opens in a new window".
_OF_SCREEN_READER = re.compile(
    r'class="(?:[^"]* )?(?:visually-?hidden|sr-only|screen-?reader(?:-text)?|off-?screen'
    r'|a11y-hidden|assistive-text|u-hidden-visually)[ "]',
    re.IGNORECASE,
)
_OFFER = re.compile(r'class="(?:[^"]* )?(?:mw-editsection|headerlink|skip-?(?:link|to)[^ "]*)[ "]')
_MAX_STEPS_UP = 1_000  # from a list item; the deepest of 379 real pages has 1,006 levels
_MAX_TAGS_OF_MORE = 8  # from the start of a block that holds but a link to read on

# What a tag is to a walk; all but these names are blocks.
_INLINE, _INLINE_END, _VOID, _BLOCK = range(4)
_KINDS = dict.fromkeys(INLINE, _INLINE) | dict.fromkeys(VOID, _VOID)
_KINDS |= dict.fromkeys([f"/{name}" for name in INLINE], _INLINE_END)
# Inline elements that say more than how their text looks, and their ends.
_OF_USE = MUTE | {"noscript", "picture", "amp-img"}
_BOLD = frozenset(["b", "strong"])
_OF_USE |= _BOLD
_OF_USE |= {f"/{name}" for name in _OF_USE}
# A paragraph that is all bold, short, and ends as no sentence does is a heading.
_MAX_BOLD_WORDS = 12
_BOLD_LEVEL = 6  # a bold paragraph does not say its level, so it gets the lowest
_NO_HEADING_ENDS = (".", ",", ";", "\u3002", "\uff0c")


def walk(page: Page, choice: Choice, base: str, html: SimplifiedHtml | None = None) -> list[Node]:
    """Return paragraphs and images of the chosen blocks.

    Args:
        base: absolute URL that image addresses are relative to.
        html: is told of everything that is kept, when given.
    """
    walker = _Walker(page, choice, base, html)
    for top in choice.kept:
        walker.walk(top)
    return walker.nodes.found


class _Walker:
    """Reads tags one after the other. What it remembers is what the next tag may need."""

    def __init__(self, page: Page, choice: Choice, base: str, html: SimplifiedHtml | None) -> None:
        self.nodes = WalkedNodes()
        self._page = page
        self._dropped = choice.dropped
        self._html = html
        self._paths = Paths(page)
        self._images = ImageReader(page, base)
        self._parts: list[str] = []  # of the paragraph being read
        self._pre = 0  # open pre elements
        self._muted = 0  # open elements whose text is not read
        self._bold = 0  # open b and strong elements
        self._has_plain = False  # whether the paragraph being read holds text outside of these
        self._row = -1  # block of the data row being read; its cells become one paragraph
        self._row_images: list[Node] = []  # stand after the row that holds them

    def walk(self, top: int) -> None:  # noqa: PLR0912  # one branch for each kind of tag
        """Read one block with all that is kept in it."""
        page, tags, blocks = self._page, self._page.tags, self._page.blocks
        parts, kind_of = self._parts, _KINDS.get
        place, end = blocks[top].start, blocks[top].end
        current = blocks[top].parent
        while place <= end:
            name, attributes, text = tags[place]
            kind = kind_of(name, _BLOCK)
            if kind == _INLINE:
                if place in page.hidden_inline:
                    place = page.hidden_inline[place]
                    text = tags[place][2]
                elif attributes and _is_no_text(attributes):
                    if "more-link" in attributes:
                        self._end_document(current)
                    place = self._past(place)
                    text = tags[place][2]
                elif self._html or name in _OF_USE:
                    self._enter_inline(place, name, attributes, current)
            elif kind == _INLINE_END:
                if self._html or name in _OF_USE:
                    self._leave_inline(name[1:])
            elif kind == _VOID:
                self._void(place, name, attributes, current)
            elif name[0] == "/":
                if name[1:] == blocks[current].name:
                    self._leave(current, blocks[current])
                    current = blocks[current].parent
            else:
                inner = self._paths.block_at(place)
                if inner is None:  # only where names hold markup themselves
                    pass
                elif inner in self._dropped or name in _UNSEEN:
                    self._skip(current)
                    if self._has_more_link(blocks[inner]):
                        self._end_document(current)
                    place = blocks[inner].end
                    text = tags[place][2]
                else:
                    self._enter(inner, blocks[inner], current)
                    current = inner
            if place == end:
                break
            if text and not self._muted:
                if parts or not text.isspace():
                    parts.append(text)
                    self._has_plain |= not self._bold and not text.isspace()
                if self._html:
                    self._html.text(text)
            place += 1

    # blocks

    def _enter(self, place: int, block: Block, outer: int) -> None:
        name = block.name
        if self._row < 0 and self._parts:
            self._flush(outer)
        if name == "pre":
            self._pre += 1
        elif name == "figure":
            self.nodes.enter_figure()
        elif name in ("td", "th"):
            if self._row >= 0 and self._parts:
                self._parts.append(" | ")
        elif name == "tr" and self._row < 0 and self._table_of(place) in self._page.tables:
            self._row = place
        if self._html:
            self._html.enter(block, self._page, place in self._page.tables)

    def _leave(self, place: int, block: Block) -> None:
        name = block.name
        if self._row < 0:
            if self._parts:
                self._flush(place)
        elif self._row == place:
            self._flush(place)
            self._row = -1
            self.nodes.add_images(self._row_images)
            self._row_images = []
        else:
            self._parts.append(" ")
        if name == "pre":
            self._pre -= 1
        elif name == "figure":
            self.nodes.leave_figure()
        if self._html:
            self._html.leave(name)

    def _skip(self, outer: int) -> None:
        """Pass by a block that is left out: it divides what stands before and after it."""
        if self._row < 0 and self._parts:
            self._flush(outer)
            if self._html:
                self._html.void("hr")

    def _has_more_link(self, block: Block) -> bool:
        end = min(block.end, block.start + _MAX_TAGS_OF_MORE)
        for _, attributes, _ in self._page.tags[block.start : end]:
            if "more-link" in attributes:
                return True
        return False

    def _table_of(self, place: int) -> int:
        while place >= 0 and self._page.blocks[place].name != "table":
            place = self._page.blocks[place].parent
        return place

    # paragraphs

    def _flush(self, block: int) -> None:
        """End the paragraph being read."""
        if not self._parts:
            return
        text = unescaped("".join(self._parts))
        self._parts.clear()
        is_bold, self._has_plain = not self._has_plain, False
        if not text or text.isspace():
            return
        if self._pre:
            paragraphs = [_preformatted(text.replace(_BREAK, "\n"))]
        elif self._row >= 0:
            paragraphs = [" ".join(text.replace(_BREAK, " ").split())]
        else:
            paragraphs = _paragraphs(text)
        tag, level = self._role(block)
        if is_bold and tag in _GENERIC and self._row < 0 and _is_short(paragraphs):
            tag, level = "strong", _BOLD_LEVEL
        for paragraph in filter(None, paragraphs):
            if self._is_caption(block, tag):
                tag = "figcaption"
                self.nodes.add_caption(paragraph)
            self.nodes.found.append(
                Node(
                    "text",
                    text=paragraph,
                    tag=tag,
                    level=level,
                    dom_path=self._paths.of_block(block),
                )
            )

    def _role(self, place: int) -> tuple[str, int]:
        """Return the tag and level of a paragraph: a p in a list item is the item's."""
        blocks = self._page.blocks
        name = blocks[place].name
        outer = place
        for _ in range(3):
            if blocks[outer].name not in _GENERIC or blocks[outer].parent < 0:
                break
            outer = blocks[outer].parent
        if blocks[outer].name in _SPEAKING:
            name, place = blocks[outer].name, outer
        if name in _HEADINGS:
            return name, _HEADINGS[name]
        if name != "li":
            return name, 0
        level = 0
        for _ in range(_MAX_STEPS_UP):
            if place < 0:
                break
            level += blocks[place].name in LISTS
            place = blocks[place].parent
        return name, max(level, 1)

    def _is_caption(self, block: int, tag: str) -> bool:
        """Say whether a paragraph names the picture before it: by its tag, else by its class."""
        if tag == "figcaption":
            return self.nodes.in_figure()
        return (
            tag in _GENERIC
            and self._page.blocks[block].look.caption
            and bool(self.nodes.found)
            and self.nodes.found[-1].image is not None
        )

    def _end_document(self, block: int) -> None:
        self._flush(block)
        self.nodes.end_document()
        if self._html:
            self._html.end_document()

    # inline and void elements

    def _enter_inline(self, place: int, name: str, attributes: str, block: int) -> None:
        if name in _BOLD:
            self._bold += 1
        if name in self._page.mute:
            self._muted += 1
        self._images.enter(name)
        if name == "amp-img":
            self._image(place, name, attributes, block)
        if self._html:
            self._html.enter_inline(name)

    def _leave_inline(self, name: str) -> None:
        if name in _BOLD:
            self._bold = max(self._bold - 1, 0)
        if name in self._page.mute:
            self._muted = max(self._muted - 1, 0)
        self._images.leave(name)
        if self._html:
            self._html.leave_inline(name)

    def _past(self, place: int) -> int:
        """Return the place of the tag that ends the inline element at `place`."""
        tags, name, depth = self._page.tags, self._page.tags[place][0], 0
        while True:
            depth += (tags[place][0] == name) - (tags[place][0] == f"/{name}")
            if not depth or place + 1 == len(tags):
                return place
            place += 1

    def _void(self, place: int, name: str, attributes: str, block: int) -> None:
        if name == "br":
            self._parts.append(_BREAK)
            if self._html:
                self._html.void(name)
        elif name == "img":
            self._image(place, name, attributes, block)
        elif name == "hr":
            if self._row < 0:
                self._flush(block)
            if self._html:
                self._html.void(name)
        elif name == "source":
            self._images.add_source(attributes)

    def _image(self, place: int, name: str, attributes: str, block: int) -> None:
        found = attributes_of(attributes)
        if not is_shown(found):
            return
        if self._row < 0:
            self._flush(block)
        nodes, path = self.nodes, self._paths.of_image(place, block)
        node = self._images.node_of(name, attributes, found, path)
        last = nodes.found[-1] if nodes.found and not self._row_images else None
        twin = self._images.twin(place, node, last)
        if twin == Twin.SAME:
            return
        if twin == Twin.BETTER:
            if node.reject_reason is None:
                node = nodes.replace_last(node)
                if self._html:
                    self._html.replace_image(node)
            return
        if self._html:
            self._html.image(node)
        if self._row >= 0:
            self._row_images.append(node)
        else:
            nodes.add_images([node])


def _is_short(paragraphs: list[str]) -> bool:
    """Say whether a bold paragraph is a line that no sentence ends."""
    if len(paragraphs) != 1 or "\n" in paragraphs[0]:
        return False
    line = paragraphs[0]
    return line.count(" ") < _MAX_BOLD_WORDS and not line.endswith(_NO_HEADING_ENDS)


def _is_no_text(attributes: str) -> bool:
    """Say whether an inline element is an offer to a reader of the page: more, edit, skip to."""
    if "more-link" in attributes or _OF_SCREEN_READER.search(attributes):
        return True
    return (
        "editsection" in attributes or "headerlink" in attributes or "skip" in attributes
    ) and bool(_OFFER.search(attributes))


def _paragraphs(text: str) -> list[str]:
    """Collapse blanks; one br is a line, two are a paragraph."""
    if _BREAK not in text:
        return [" ".join(text.split())]
    lines = [" ".join(line.split()) for line in text.split(_BREAK)]
    return [lines_of.strip("\n") for lines_of in _split_at_empty(lines)]


def _split_at_empty(lines: list[str]) -> list[str]:
    paragraphs: list[str] = [""]
    for line in lines:
        if line:
            paragraphs[-1] += f"\n{line}"
        elif paragraphs[-1]:
            paragraphs.append("")
    return paragraphs


def _preformatted(text: str) -> str:
    """Keep the lines of a pre; only blanks at their ends and empty lines around them go."""
    lines = [line.rstrip() for line in text.replace("\xa0", " ").split("\n")]
    return "\n".join(lines).strip("\n")
