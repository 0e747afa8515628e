"""From the chosen blocks of a page to its nodes, in page order."""

import re
from collections import Counter
from dataclasses import replace

from webdoc.page.document import Image, Node
from webdoc.page.dom_paths import Paths
from webdoc.page.elements import INLINE, LISTS, MUTE, VOID
from webdoc.page.image_source import picked_source, rendered_size
from webdoc.page.simplified_html import SimplifiedHtml
from webdoc.page.tree import Block, Choice, Page, attributes_of, unescaped
from webdoc.reasons import Reason
from webdoc.urls import absolute_url

_BREAK = "\0"  # a br; Lexbor lets no NUL through
_GENERIC = frozenset(["p", "div", "section", "article", "body", "main", "center"])
_SPEAKING = frozenset(
    ["li", "blockquote", "figcaption", "dd", "dt", "summary", "h1", "h2", "h3", "h4", "h5", "h6"]
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_UNSEEN = frozenset(["head", "title"])
_PIXELS = frozenset(["0", "1", "2"])  # CSS pixels of an image that counts visits
_MAX_SOURCE_CHARS = 2_000  # of an address as written: a data: URI can hold a whole picture
# The other sources of a picture show the same in a format that more programs read.
_UNREADABLE = frozenset(["image/avif", "image/jxl"])
_OFFER = re.compile(r'class="(?:[^"]* )?(?:mw-editsection|headerlink|skip-?(?:link|to)[^ "]*)[ "]')
_AVATAR = re.compile(r"(?<![a-z])avatar(?![a-z])", re.IGNORECASE)
_MAX_CAPTION_CHARS = 20_000  # of all images of a figure together: each one bears its caption
_MAX_IMAGES_OF_PICTURE = 4  # it holds one, and that once more for readers without scripts
_MAX_STEPS_UP = 1_000  # from a list item; the deepest of 379 real pages has 1,006 levels
_MAX_TAGS_OF_MORE = 8  # from the start of a block that holds but a link to read on
_MIN_REPEATED = 3  # lazily loaded images with one src: that src is their placeholder

# What a tag is to a walk; all but these names are blocks.
_INLINE, _INLINE_END, _VOID, _BLOCK = range(4)
_KINDS = dict.fromkeys(INLINE, _INLINE) | dict.fromkeys(VOID, _VOID)
_KINDS |= dict.fromkeys([f"/{name}" for name in INLINE], _INLINE_END)
# Inline elements that say more than how their text looks, and their ends.
_OF_USE = MUTE | {"noscript", "picture", "amp-img"}
_OF_USE |= {f"/{name}" for name in _OF_USE}


def walk(page: Page, choice: Choice, base: str, html: SimplifiedHtml | None = None) -> list[Node]:
    """Return paragraphs and images of the chosen blocks.

    Args:
        base: absolute URL that image addresses are relative to.
        html: is told of everything that is kept, when given.
    """
    walker = _Walker(page, choice, base, html)
    for top in choice.kept:
        walker.walk(top)
    return walker.nodes


class _Walker:
    """Reads tags one after the other. What it remembers is what the next tag may need."""

    def __init__(self, page: Page, choice: Choice, base: str, html: SimplifiedHtml | None) -> None:
        self.nodes: list[Node] = []
        self._page = page
        self._dropped = choice.dropped
        self._base = base
        self._html = html
        self._paths = Paths(page)
        self._parts: list[str] = []  # of the paragraph being read
        self._pre = 0  # open pre elements
        self._muted = 0  # open elements whose text is not read
        self._noscript = 0
        self._row = -1  # block of the data row being read; its cells become one paragraph
        self._row_images: list[Node] = []  # stand after the row that holds them
        self._sources: list[str] = []  # srcset of the picture being read
        self._picture_images = 0  # that were read with these sources
        self._figures: list[tuple[list[int], list[str]]] = []  # images and captions, innermost last
        self._last_image = (-9, False)  # place of its tag; whether it stood in noscript
        self._placeholders: frozenset[str] | None = None

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
            self._figures.append(([], []))
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
            self._add_images(self._row_images)
            self._row_images = []
        else:
            self._parts.append(" ")
        if name == "pre":
            self._pre -= 1
        elif name == "figure" and self._figures:
            images, captions = self._figures.pop()
            caption = "\n".join(captions)[: _MAX_CAPTION_CHARS // max(len(images), 1)].strip()
            for image in images:
                self._caption(image, caption)
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
        if not text or text.isspace():
            return
        if self._pre:
            paragraphs = [_preformatted(text.replace(_BREAK, "\n"))]
        elif self._row >= 0:
            paragraphs = [" ".join(text.replace(_BREAK, " ").split())]
        else:
            paragraphs = _paragraphs(text)
        tag, level = self._role(block)
        for paragraph in filter(None, paragraphs):
            if self._is_caption(block, tag):
                tag = "figcaption"
                if self._figures:
                    self._figures[-1][1].append(paragraph)
                else:
                    self._caption(len(self.nodes) - 1, paragraph)
            self.nodes.append(
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
            return bool(self._figures)
        return (
            tag in _GENERIC
            and self._page.blocks[block].look.caption
            and bool(self.nodes)
            and self.nodes[-1].image is not None
        )

    def _end_document(self, block: int) -> None:
        self._flush(block)
        if self.nodes:
            self.nodes[-1] = replace(self.nodes[-1], ends_document=True)
        if self._html:
            self._html.end_document()

    # inline and void elements

    def _enter_inline(self, place: int, name: str, attributes: str, block: int) -> None:
        if name in self._page.mute:
            self._muted += 1
        if name == "noscript":
            self._noscript += 1
        elif name == "picture":
            self._sources, self._picture_images = [], 0
        elif name == "amp-img":
            self._image(place, name, attributes, block)
        if self._html:
            self._html.enter_inline(name)

    def _leave_inline(self, name: str) -> None:
        if name in self._page.mute:
            self._muted = max(self._muted - 1, 0)
        if name == "noscript":
            self._noscript = max(self._noscript - 1, 0)
        elif name == "picture":
            self._sources = []
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
            found = attributes_of(attributes)
            srcset = found.get("srcset") or found.get("data-srcset")
            if srcset and found.get("type", "").lower() not in _UNREADABLE:
                self._sources.append(srcset)

    # images

    def _image(self, place: int, name: str, attributes: str, block: int) -> None:
        found = attributes_of(attributes)
        if "display:none" in found.get("style", "").replace(" ", "") or "hidden" in found:
            return
        if _AVATAR.search(found.get("class", "")):
            return
        if self._row < 0:
            self._flush(block)
        self._picture_images += 1
        if self._picture_images > _MAX_IMAGES_OF_PICTURE:
            self._sources = []
        source = picked_source(found, self._sources, self._repeated(attributes))
        node = self._image_node(found, source, name, self._paths.of_image(place, block))
        before, before_in_noscript = self._last_image
        near = place - before <= 4 and bool(self.nodes) and not self._row_images
        self._last_image = place, bool(self._noscript)
        if near and self._noscript and self.nodes[-1].kind == "image":
            # the same picture once more, for readers without scripts: its address is the true one
            if node.reject_reason is None:
                self._replace_last(node)
            return
        if near and before_in_noscript and self.nodes[-1].image == node.image:
            return
        if self._html:
            self._html.image(node)
        if self._row >= 0:
            self._row_images.append(node)
        else:
            self._add_images([node])

    def _image_node(self, found: dict[str, str], source: str, name: str, path: str) -> Node:
        # an empty address, or a fragment, would mean the page itself
        url = absolute_url(source, self._base) if source and source[0] != "#" else ""
        width, height = rendered_size(found)
        reason = None
        if source[:5].lower() == "data:":
            reason = Reason.IMAGE_INLINE
        elif not url:
            reason = Reason.IMAGE_NO_URL
        elif width in _PIXELS or height in _PIXELS:
            reason = Reason.IMAGE_TRACKING_PIXEL
        image = Image(
            url=url,
            source_url=source if url else source[:_MAX_SOURCE_CHARS],
            alt_text=" ".join(found.get("alt", "").split()),
            rendered_width=width,
            rendered_height=height,
        )
        return Node("image", tag=name, dom_path=path, image=image, reject_reason=reason)

    def _add_images(self, images: list[Node]) -> None:
        for node in images:
            if self._figures:
                self._figures[-1][0].append(len(self.nodes))
            self.nodes.append(node)

    def _replace_last(self, node: Node) -> None:
        self.nodes[-1] = replace(node, dom_path=self.nodes[-1].dom_path, tag=self.nodes[-1].tag)
        if self._html:
            self._html.replace_image(self.nodes[-1])

    def _caption(self, place: int, text: str) -> None:
        node = self.nodes[place]
        if text and node.image is not None:
            caption = f"{node.image.caption}\n{text}" if node.image.caption else text
            self.nodes[place] = replace(node, image=replace(node.image, caption=caption))

    def _repeated(self, attributes: str) -> frozenset[str]:
        """Return the src values that stand for pictures loaded later, when this one may be such."""
        if "data-" not in attributes:
            return frozenset()
        if self._placeholders is None:
            counts = Counter(
                [
                    attributes_of(other).get("src", "").strip()
                    for name, other, _ in self._page.tags
                    if name == "img" and "data-" in other
                ]
            )
            self._placeholders = frozenset(
                src for src, count in counts.items() if count >= _MIN_REPEATED
            )
        return self._placeholders


def _is_no_text(attributes: str) -> bool:
    """Say whether an inline element is an offer to a reader of the page: more, edit, skip to."""
    if "more-link" in attributes:
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
