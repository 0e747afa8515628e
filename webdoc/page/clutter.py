"""Parts inside an article that are not its text: share bars, link boxes, forms, empty blocks.

The tests and their numbers are those of Readability's "clean conditionally" (arc90, Mozilla); what
holds more than half of the article is never clutter.
"""

import re
from bisect import bisect_left
from operator import attrgetter

from webdoc.page.block_sums import Sums, is_menu
from webdoc.page.tree import Block, Choice, Page
from webdoc.page.visible_text import Shown

_CHECKED = frozenset({"form", "fieldset", "table", "ul", "ol", "div", "td"})
_MAX_SHARE_BAR_CHARS = 500
_MAX_BYLINE_CHARS = 100
_MAX_POINTER_CHARS = 200
# The languages that we have word lists for; a colon or dash must follow the plain words.
_POINTER = re.compile(
    r"[\s>»→▶•*(\[]*(?:(?:read|see|watch) (?:also|more|next)|also (?:read|see)|more on this"
    r"|related(?: (?:articles?|stor(?:y|ies)|posts?|content|reading))?"
    r"|(?:à )?lire (?:aussi|également)|voir aussi|(?:siehe|lesen sie|lies) (?:auch|dazu|mehr)"
    r"|mehr (?:zum thema|dazu)|(?:lea|lee|ver|vea) (?:también|además|más)|te puede interesar"
    r"|延伸阅读|相关阅读|相关文章|推荐阅读)\s*[:：–—|-]",
    re.IGNORECASE,
)
_MIN_COMMAS = 10  # so many make a block a text, whatever else is in it
_MANY_ITEMS = 100
_HEAVY = 25  # class or id names content
_MAX_LINK_SHARE = 0.2
_MAX_LINK_SHARE_OF_HEAVY = 0.5


def without_clutter(page: Page, shown: Shown, dropped: set[int], kept: list[int]) -> Choice:
    """Return the kept blocks without clutter; `dropped` is what was left out before."""
    region = sum(shown.chars[top] for top in kept)
    chars = long_chars = 0
    for top in kept:
        sums = _cleaned(page, dropped, top, region / 2)
        chars += sums.chars
        long_chars += sums.long_chars
    return Choice(kept, dropped, chars, long_chars)


def _cleaned(page: Page, dropped: set[int], top: int, most: float) -> Sums:
    """Add the clutter in one block to `dropped`; return the sums of the rest."""
    blocks = page.blocks
    inside = blocks_inside(blocks, top)
    spared = _spared(page, inside)
    sums = {place: Sums(blocks[place]) for place in inside if place not in dropped}
    for place in reversed(inside):
        mine = sums.get(place)
        if mine is None or place == top:
            continue
        block = blocks[place]
        if block.name in ("ul", "ol"):
            mine.list_chars = mine.chars
        if mine.chars <= most and (
            _is_clutter(block, mine, spared.get(place, "")) or _points_elsewhere(page, block, mine)
        ):
            dropped.add(place)
        else:
            sums[block.parent].add(mine)
    return sums[top]


_start_of = attrgetter("start")


def blocks_inside(blocks: list[Block], top: int) -> range:
    """Return the places of a block and all blocks inside it."""
    return range(top, bisect_left(blocks, blocks[top].end, top + 1, key=_start_of))


def _spared(page: Page, inside: range) -> dict[int, str]:
    """Return the blocks in figures and in tables of data or code: other tests hold for them."""
    spared: dict[int, str] = {}
    for place in inside:
        block = page.blocks[place]
        if place in page.tables or block.name == "pre":
            spared[place] = "table"
        elif block.parent in spared:
            spared[place] = spared[block.parent]
        elif block.name == "figure":
            spared[place] = "figure"
    return spared


def _is_clutter(block: Block, sums: Sums, spared: str) -> bool:
    name, look = block.name, block.look
    if (
        name in ("footer", "aside")
        or (look.share and sums.chars < _MAX_SHARE_BAR_CHARS)
        or (look.byline and 0 < sums.chars < _MAX_BYLINE_CHARS)
        or (name in ("h1", "h2") and look.weight < 0)
    ):
        return True
    if name not in _CHECKED or spared == "table" or (name == "div" and not block.children):
        return False
    if name == "td":
        return sums.link_share() > _MAX_LINK_SHARE_OF_HEAVY and is_menu(sums)
    if look.weight < 0 or sums.commas >= _MIN_COMMAS:
        return look.weight < 0
    is_list = name in ("ul", "ol") or (sums.chars > 0 and sums.list_chars > 0.9 * sums.chars)
    if not spared and sums.images > 1 and sums.paragraphs < 0.5 * sums.images:
        return not (is_list and sums.images == sums.items)  # a gallery
    return _has_wrong_shares(sums, look.weight, is_list, bool(spared))


def _points_elsewhere(page: Page, block: Block, sums: Sums) -> bool:
    """Say whether a paragraph is but one link to another page, and says so: "Read also: ..."."""
    if (
        block.name != "p"
        or sums.links != 1
        or sums.images
        or sums.chars > _MAX_POINTER_CHARS
        or sums.link_share() <= 0.5
    ):
        return False
    text = "".join(text for _, _, text in page.tags[block.start : block.end])
    return bool(_POINTER.match(text))


def _has_wrong_shares(sums: Sums, weight: int, is_list: bool, in_figure: bool) -> bool:
    """Say whether a block holds too many items, inputs or links for its text, or nothing."""
    chars, links = sums.chars, sums.link_share()
    if sums.inputs > sums.paragraphs // 3 or not (sums.images or chars):
        return True
    if weight >= _HEAVY and links > _MAX_LINK_SHARE_OF_HEAVY:
        return True
    if is_list:
        return False
    return (
        sums.items - _MANY_ITEMS > sums.paragraphs
        or (weight < _HEAVY and links > _MAX_LINK_SHARE)
        or (
            chars < 25
            and sums.images not in (1, 2)
            and not in_figure
            and links > 0
            and sums.heading_chars < 0.9 * chars
        )
    )
