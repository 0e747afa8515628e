"""From markup to a flat list of tags and the blocks in it, with one parse.

Walking Lexbor's tree from Python costs an object for each node and a second one for its attributes.
The tree written out by Lexbor and cut by one regular expression gives name, attributes and text of
each tag in a third of that time, in reading order, and a depth of 100,000 needs no recursion.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from selectolax.lexbor import LexborHTMLParser

from webdoc.page.class_names import look_at
from webdoc.page.data_tables import data_tables
from webdoc.page.elements import INLINE, MUTE, ROOTS, STRIPPED, VOID
from webdoc.page.learned.declared import declared
from webdoc.page.tag_starts import TagStarts, keys_of
from webdoc.page.tree import LONG_RUN, Block, Page, Tag, attributes_of, unescaped

_MAX_GROWTH = 8  # of markup by parsing it; a bare & is written in five characters
_MAX_GROWTH_BYTES = 1 << 20  # what a small page may grow by beside that
_PASSED_BY = ("footer", "nav")
_STRIPPED = sorted(STRIPPED)
_LOOKED_FOR = ("math", "base", *_PASSED_BY, *_STRIPPED)
_KEYS = keys_of(_LOOKED_FOR)
_PASSED_BY_KEYS = keys_of(_PASSED_BY)
_LITTLE_TEXT = 200  # characters; where no more is left, navigation may be the page
# Unread text (of noscript, of hidden blocks) is read after all where it is so many times the rest.
_MAX_TIMES_UNREAD = 2
_TAGS_OF_ELEMENT = 2  # one opens it, one ends it

# Lexbor escapes < and > in texts and in attribute values, so > ends a tag.
_TAG = re.compile(r"<(/?[a-zA-Z][^\s>]*)([^>]*)>([^<]*)")
_INSTRUCTION = re.compile(r"<\?[^>]*>")
_COMMENT = re.compile(rf"<!--.*?-->|{_INSTRUCTION.pattern}", re.DOTALL)
# Inside math a source or input is an unknown element like any other, and Lexbor closes it.
_END_OF_VOID = re.compile(f"</(?:{'|'.join(sorted(VOID))})>")
# A figure whose picture a script puts in, as newspapers do: its address is the figure's name.
_LAZY_FIGURE = re.compile(
    r'<figure [^>]*?itemid="([^"]+\.(?:jpe?g|png|webp|gif|avif)(?:\?[^"]*)?)"[^>]*>'
)
_MAX_LAZY_FIGURES = 200
_TITLE = re.compile(r"<title[^>]*>([^<]*)")
_BASE = re.compile(r'<base [^>]*?href="([^"]*)"')
_COMMA = re.compile(r"[,\u060C\u3001\uFE50\uFE10\uFF0C]")


# What a tag does while blocks are looked for. Plain numbers: they are compared for every tag.
_NOTHING: Final = 0  # a void element, or the end of an inline one
_INLINE: Final = 1
_LINK: Final = 2
_LINK_END: Final = 3
_MUTE: Final = 4
_MUTE_END: Final = 5
_IMAGE: Final = 6
_INPUT: Final = 7
_BLOCK: Final = 8


class PageTooComplexError(Exception):
    """A page has more elements than wanted."""


def read_page(
    markup: bytes, starts: TagStarts, max_elements: int, *, passing_by: bool = True
) -> Page:
    """Parse a page, given as UTF-8, and find its blocks.

    Args:
        starts: of the tags in this markup.
        passing_by: leave out nav and footer, unless there is little else, and do not look into what
            is hidden, unless it holds most text.

    Raises:
        PageTooComplexError: more than `max_elements`.
        SelectolaxError: the parser gave up.
    """
    # A fifth of all tags stand in nav and footer: these are not even written out.
    left_out = (*_PASSED_BY, *_STRIPPED) if passing_by else _STRIPPED
    page = _read(markup, starts, max_elements, left_out, passing_by)
    if (
        passing_by
        and any(starts.may_hold(_PASSED_BY_KEYS))
        and sum(chars for _, chars, _ in page.runs) < _LITTLE_TEXT
    ):
        page = _read(markup, starts, max_elements, _STRIPPED, passing_by)
    page.said = declared(markup, page)
    return page


def _read(
    markup: bytes,
    starts: TagStarts,
    max_elements: int,
    left_out: Sequence[str],
    passing_by: bool,
) -> Page:
    # Each look for an element that is not there costs a walk over the whole tree.
    may_hold = dict(zip(_LOOKED_FOR, starts.may_hold(_KEYS), strict=True))
    parser = LexborHTMLParser(markup)
    parser.strip_tags([name for name in left_out if may_hold[name]])
    html = parser.html or ""
    if len(html) > _MAX_GROWTH * len(markup) + _MAX_GROWTH_BYTES:
        # elements closed in the wrong order are made anew by the parser, again and again
        raise PageTooComplexError(f"{len(markup)} bytes became {len(html)}")
    # A comment before the last end of one does end: none is looked for to the end of the page.
    last = html.rfind("-->") + len("-->")
    html = _COMMENT.sub("", html[:last]) + _INSTRUCTION.sub("", html[last:])
    if may_hold["math"] and "<math" in html:
        html = _END_OF_VOID.sub("", html)
    if "itemid=" in html:
        html = _LAZY_FIGURE.sub(_with_image, html, _MAX_LAZY_FIGURES)
    tags = _TAG.findall(html)
    if len(tags) > _TAGS_OF_ELEMENT * max_elements:
        raise PageTooComplexError(f"more than {max_elements} elements")
    mute = MUTE
    page, muted_chars, passed_chars = _blocks_of(tags, mute, passing_by)
    chars = sum(chars for _, chars, _ in page.runs)
    most_unread = _MAX_TIMES_UNREAD * chars
    if muted_chars > most_unread:
        # forums that are drawn by a script keep their whole text in noscript
        mute = MUTE - {"noscript"}
    if mute != MUTE or passed_chars > most_unread:
        page, _, _ = _blocks_of(tags, mute, passed_chars <= most_unread and passing_by)
    title, base = _TITLE.search(html), _BASE.search(html) if may_hold["base"] else None
    page.title = " ".join(unescaped(title[1]).split()) if title else ""
    page.base = unescaped(base[1]) if base else ""
    page.language = attributes_of(tags[0][1]).get("lang", "").strip() if tags else ""
    return page


def _with_image(figure: re.Match[str]) -> str:
    """Return the tag of a figure, with an image behind it where none stands in the figure."""
    html, start = figure.string, figure.end()
    end = html.find("</figure", start)
    if end < 0 or html.find("<img", start, end) >= 0:
        return figure[0]
    return f'{figure[0]}<img src="{figure[1]}">'


@cache
def _kinds(mute: frozenset[str]) -> dict[str, int]:
    """Return the kind of each name that opens or ends anything but a block."""
    kinds = dict.fromkeys(VOID, _NOTHING)
    kinds |= dict.fromkeys([f"/{name}" for name in INLINE], _NOTHING)
    kinds |= dict.fromkeys(INLINE, _INLINE)
    kinds |= {"a": _LINK, "/a": _LINK_END, "img": _IMAGE, "input": _INPUT}
    kinds |= dict.fromkeys(mute, _MUTE)
    return kinds | dict.fromkeys([f"/{name}" for name in mute], _MUTE_END)


def _blocks_of(  # noqa: PLR0912, PLR0915  # one loop without calls: it runs for every tag
    tags: list[Tag],
    mute_names: frozenset[str],
    passing_by: bool,
) -> tuple[Page, int, int]:
    """Find blocks and runs in one pass; Lexbor writes a balanced tree.

    Returns:
        The page, how many characters stand in elements whose text is not read, and at most in
        one block that was passed by.
    """
    blocks: list[Block] = []
    runs: list[tuple[int, int, int]] = []
    hidden_inline: dict[int, int] = {}
    kinds = _kinds(mute_names)
    look_of, nothing_said = look_at, look_at("")
    block, current = Block("", -1, 0, nothing_said), -1  # outside of html there is nothing
    chars = link_chars = links = commas = images = 0  # of the run being read
    in_link = mute = muted_chars = passed_chars = skipped_to = 0
    for place, (name, attributes, text) in enumerate(tags):
        if place < skipped_to:
            continue
        kind = kinds.get(name, _BLOCK)
        if kind == _BLOCK:
            if chars or images:
                runs.append((current, chars, commas))
                block.runs += 1
                block.chars += chars
                block.commas += commas
                block.images += images
                if links:
                    block.links += links
                if link_chars:
                    block.link_chars += link_chars
                if chars >= LONG_RUN:
                    block.long_chars += chars
                chars = link_chars = links = commas = images = 0
            if name[0] == "/":
                if name[1:] == block.name:  # else a name that holds markup itself, as text<!--
                    block.end = place
                    current = block.parent
                    block = blocks[current]
            else:
                block.children += 1
                look = look_of(attributes) if attributes else nothing_said
                block = Block(name, current, place, look)
                current = len(blocks)
                blocks.append(block)
                if passing_by and (name in _PASSED_BY or (look.hidden and name not in ROOTS)):
                    skipped_to, passed = _end_of(tags, place)
                    passed_chars = max(passed_chars, passed)
                    continue
        elif kind:
            if kind == _LINK:
                in_link += 1
            elif kind == _LINK_END:
                if in_link:
                    in_link -= 1
            elif kind == _INLINE:
                if (
                    attributes
                    and ("hidden" in attributes or "none" in attributes)
                    and look_at(attributes).hidden
                ):
                    skipped_to, _ = _end_of(tags, place)
                    hidden_inline[place] = skipped_to
                    continue
            elif kind == _MUTE:
                mute += 1
            elif kind == _MUTE_END:
                mute = max(mute - 1, 0)
            elif kind == _IMAGE:
                if not mute:
                    images += 1
            elif kind == _INPUT:
                block.inputs += 1
        size = len(text.strip()) if text else 0
        if size:
            if mute:
                muted_chars += size
                continue
            chars += size
            if in_link:
                link_chars += size
                links += kind == _LINK
            if not text.isascii():
                commas += len(_COMMA.findall(text))
            elif "," in text:
                commas += text.count(",")
    while current >= 0:
        blocks[current].end = len(tags) - 1
        current = blocks[current].parent
    page = Page(tags, blocks, runs, hidden_inline, data_tables(blocks), mute_names)
    return page, muted_chars, passed_chars


def _end_of(tags: list[Tag], start: int) -> tuple[int, int]:
    """Return the place of the tag that ends an element, and how many characters stand in it."""
    depth = chars = 0
    for place in range(start, len(tags)):
        name, _, text = tags[place]
        if name[0] == "/":
            depth -= 1
            if not depth:
                return place, chars
        elif name not in VOID:
            depth += 1
        if text:
            chars += len(text.strip())
    return len(tags) - 1, chars
