"""What of a page's text a reader sees."""

from dataclasses import dataclass

from webdoc.page.elements import ROOTS
from webdoc.page.tree import Page


@dataclass(slots=True)
class Shown:
    """Text that is not hidden. Numbers are places in Page.blocks."""

    body: int
    hidden: set[int]  # blocks that are not shown, with all blocks inside them
    chars: list[int]  # for each block, of the text shown in it and in the blocks inside it
    total: int  # characters shown in the body
    long_chars: int  # likewise, in long runs only


def shown_text(page: Page) -> Shown:
    """Find what is hidden, and how much text each block shows.

    Pages that a script puts together (React streams, tabs) hide most of their text in the markup;
    a hidden block that holds much more than all that is shown counts as shown.
    """
    blocks = page.blocks
    hidden = {
        place
        for place, block in enumerate(blocks)
        if block.look.hidden and block.name not in ROOTS  # scripts show the body once it is ready
    }
    body = next((place for place, block in enumerate(blocks) if block.name == "body"), 0)
    chars, aside = _totals(page, hidden)
    revealed = {place for place in hidden if aside[place] > 4 * chars[body]}
    if revealed:
        hidden -= revealed
        chars, _ = _totals(page, hidden)
    if hidden:
        for place, block in enumerate(blocks):
            if block.parent in hidden:
                hidden.add(place)
    long_chars = sum(block.long_chars for place, block in enumerate(blocks) if place not in hidden)
    return Shown(body, hidden, chars, chars[body], long_chars)


def _totals(page: Page, hidden: set[int]) -> tuple[list[int], dict[int, int]]:
    """Add up characters; those of a hidden block are not passed on to its parent."""
    blocks = page.blocks
    chars = [block.chars for block in blocks]
    aside: dict[int, int] = {}
    for place in range(len(blocks) - 1, 0, -1):
        if place in hidden:
            aside[place] = chars[place]
        else:
            chars[blocks[place].parent] += chars[place]
    return chars, aside
