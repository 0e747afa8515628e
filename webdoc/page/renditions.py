"""Charts that a page holds several times, each drawn for one size of screen: one is read."""

import re

from webdoc.page.tree import Block, Page

_MIN_WIDTH = re.compile(r'data-min-width="(\d{1,5})')


def other_renditions(page: Page) -> set[int]:
    """Return the blocks that show what one beside them shows, for another size of screen.

    Of each group the one for the widest screen stays, the first of equals.
    """
    groups: dict[int, list[int]] = {}
    for place, block in enumerate(page.blocks):
        if block.look.rendition and not _is_inside(page.blocks, block):
            groups.setdefault(block.parent, []).append(place)
    others: set[int] = set()
    for places in groups.values():
        widest = max(places, key=lambda place: (_min_width(page, place), -place))
        others.update(place for place in places if place != widest)
    return others


def _is_inside(blocks: list[Block], block: Block) -> bool:
    """Say whether the block around a rendition is one, too, so that this is but its part."""
    return block.parent >= 0 and blocks[block.parent].look.rendition


def _min_width(page: Page, place: int) -> int:
    found = _MIN_WIDTH.search(page.tags[page.blocks[place].start][1])
    return int(found[1]) if found else 0
