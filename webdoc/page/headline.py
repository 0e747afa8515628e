"""The heading that names a page, and the picture under it, where the main content begins later."""

import re
from collections.abc import Iterator
from functools import partial

from webdoc.page.clutter import blocks_inside
from webdoc.page.elements import HEADINGS
from webdoc.page.tree import Block, Choice, Page, attributes_of, unescaped
from webdoc.page.visible_text import Shown

_NAMES = frozenset({"h1", "h2", "h3"})
_MAX_CHARS = 300
_MIN_SHARE = 0.75  # of the words of a heading that <title> holds, too, or the other way round
_MORE_OF_H1 = 0.1
_MORE_OF_HEADER = 0.15  # more than an h1 has: that may name a section of the site
_MIN_LIKENESS = 0.3  # F1 of the words of both; the name of the site is but a part of <title>
_MIN_PICTURE_PX = 300
_MAX_STEPS_TO_HEADER = 4  # blocks around a heading that may be the header
_WORD = re.compile(r"\w+")
_OF_SITE = re.compile(
    r"(?<![a-z])(?:logo|brand(?:ing)?|masthead|site[-_]?(?:title|name|header|branding))(?![a-z])",
    re.IGNORECASE,
)
_SMALL = re.compile(
    r"(?<![a-z])(?:avatar|author|byline|headshot|logo|icons?|badge|emoji|ads?|related|recommended"
    r"|promo|card|slide|rounded-full)(?![a-z])",
    re.IGNORECASE,
)
_LEAD = re.compile(r"hero|lead|lede|feature?|cover|thumbnail|image|picture|photo", re.IGNORECASE)
_HOME = re.compile(r"(?:https?:)?(?://[^/]+)?/?(?:index\.\w+|#)?")


def with_headline(page: Page, choice: Choice, found: int) -> Choice:
    """Return a choice that also holds the page's title and what picture stands right under it.

    Args:
        found: the heading that names the page, -1 for none.
    """
    if found < 0 or _is_kept(page.blocks, found, choice):
        return choice
    blocks, kept = page.blocks, set(choice.kept)
    chain = _around(blocks, found)
    within = next((n for n, place in enumerate(chain) if place in kept), None)
    if within is not None:
        before = range(chain[within], found)
        if any(blocks[place].long_chars and _is_kept(blocks, place, choice) for place in before):
            return choice  # it names something else, further down
        _show_again(blocks, found, chain[:within], choice.dropped)
        return choice
    first = choice.kept[0]
    if blocks[found].start > blocks[first].start:
        return choice
    choice.dropped.difference_update(blocks_inside(blocks, found))
    pictures = list(_pictures(page, found, first, choice.dropped))
    for picture in pictures:
        choice.dropped.difference_update(blocks_inside(blocks, picture))
    return Choice([found, *pictures, *choice.kept], choice.dropped, choice.chars, choice.long_chars)


def title_heading(page: Page, shown: Shown) -> int:
    """Return the heading that names the page, a place in Page.blocks; -1 where there is none."""
    blocks = page.blocks
    headings = [
        place
        for place, block in enumerate(blocks)
        if block.name in _NAMES
        and 0 < shown.chars[place] <= _MAX_CHARS
        and place not in shown.hidden
    ]
    wanted = set(_WORD.findall(page.title.lower()))
    found, best = None, 0.0
    for place in headings:
        likeness = _likeness(set(_WORD.findall(_text(page, blocks[place]).lower())), wanted)
        if likeness > 0:
            likeness += _MORE_OF_H1 * (blocks[place].name == "h1")
            likeness += _MORE_OF_HEADER * _heads_content(blocks, place)
        if likeness > best and not _names_site(page, place):
            found, best = place, likeness
    if found is None:
        heads = [place for place in headings if _heads_content(blocks, place)]
        found = heads[0] if len(heads) == 1 else _only_h1(page, headings)
    return -1 if found is None else found


def _heads_content(blocks: list[Block], place: int) -> bool:
    """Say whether a heading stands in the header of an article or of the main part."""
    around = [blocks[outer].name for outer in _around(blocks, place)]
    for number, name in enumerate(around[:_MAX_STEPS_TO_HEADER]):
        if name == "header":
            return any(outer in ("article", "main") for outer in around[number + 1 : number + 4])
    return False


def _likeness(words: set[str], wanted: set[str]) -> float:
    """Return F1 of the words of a heading and of <title>, 0.0 where neither holds the other."""
    both = len(words & wanted)
    if not both or both < _MIN_SHARE * min(len(words), len(wanted)):
        return 0.0
    likeness = 2 * both / (len(words) + len(wanted))
    return likeness if likeness >= _MIN_LIKENESS else 0.0


def _only_h1(page: Page, headings: list[int]) -> int | None:
    """Return the h1 of a page that has but one, unless it stands in a part of the site."""
    found = [place for place in headings if page.blocks[place].name == "h1"]
    if len(found) != 1 or _names_site(page, found[0]):
        return None
    for place in _around(page.blocks, found[0]):
        name = page.blocks[place].name
        if name in ("article", "main"):
            break
        if name in ("header", "aside") or page.blocks[place].look.site_name:
            return None
    return found[0]


def _text(page: Page, block: Block) -> str:
    return unescaped(" ".join(text for _, _, text in page.tags[block.start : block.end]))


def _names_site(page: Page, place: int) -> bool:
    """Say whether a heading is the name of the site: it leads home, or is named like it."""
    block = page.blocks[place]
    for name, attributes, _ in page.tags[block.start : block.end]:
        if name == "a" and _HOME.fullmatch(attributes_of(attributes).get("href", "x").strip()):
            return True
    around = [place, *_around(page.blocks, place)]
    if any(page.blocks[other].look.aside for other in around):
        return True
    return any(_OF_SITE.search(_names_of(page, other)) for other in around[:3])


def _names_of(page: Page, place: int) -> str:
    found = attributes_of(page.tags[page.blocks[place].start][1])
    return f"{found.get('class', '')} {found.get('id', '')}"


def _around(blocks: list[Block], place: int) -> list[int]:
    """Return the places of the blocks around a block, innermost first."""
    found = []
    while (place := blocks[place].parent) >= 0:
        found.append(place)
    return found


def _is_kept(blocks: list[Block], place: int, choice: Choice) -> bool:
    kept = set(choice.kept)
    for other in (place, *_around(blocks, place)):
        if other in choice.dropped:
            return False
        if other in kept:
            return True
    return False


def _show_again(blocks: list[Block], found: int, chain: list[int], dropped: set[int]) -> None:
    """Take the heading and the blocks around it out of `dropped`, but nothing beside them."""
    if any(blocks[place].chars for place in chain if place in dropped):
        return
    for outer in chain:
        if outer in dropped:
            dropped.update(
                place for place in blocks_inside(blocks, outer) if blocks[place].parent == outer
            )
    dropped.difference_update(chain, blocks_inside(blocks, found))


def _pictures(page: Page, headline: int, first: int, dropped: set[int]) -> Iterator[int]:
    """Yield the figure or block of the first large picture between title and content."""
    blocks = page.blocks
    left_out = dropped - _named_after_sharing(blocks, headline, first)
    for place in range(headline + 1, first):
        block = blocks[place]
        if block.start < blocks[headline].end:
            continue
        if block.name in HEADINGS:  # what follows belongs to another title
            return
        # a bar to share the page holds no large picture, but a picture can be named after it
        named = block.look.site_name and not block.look.share
        if block.parent in left_out or named or block.look.aside:
            left_out.add(place)
        if place in left_out or block.end >= blocks[first].start:
            continue
        if block.images == 1 and not block.inputs and _is_lead(page, place):
            figures = [p for p in _around(blocks, place) if blocks[p].name == "figure"]
            yield figures[0] if figures and figures[0] > headline else place
            return


def _named_after_sharing(blocks: list[Block], headline: int, first: int) -> set[int]:
    """Return the blocks between title and content that a bar to share the page may have named.

    Whatever they are called, a large picture in one of them is the page's own.
    """
    found: set[int] = set()
    for place in range(headline + 1, first):
        if blocks[place].look.share or blocks[place].parent in found:
            found.add(place)
    return found


def _is_lead(page: Page, place: int) -> bool:
    """Say whether the one picture in a block looks like a lead: named so, in a figure or wide."""
    blocks = page.blocks
    tags = page.tags[blocks[place].start : blocks[place].end]
    found = attributes_of(next(attributes for name, attributes, _ in tags if name == "img"))
    around = [place, *_around(blocks, place)[:2]]
    said = " ".join(map(partial(_names_of, page), around))
    said += f" {found.get('class', '')} {found.get('id', '')}"
    if _SMALL.search(said):
        return False
    width = found.get("width", "").removesuffix("px")
    if width.isdigit():
        return int(width) >= _MIN_PICTURE_PX
    return bool(_LEAD.search(said)) or any(blocks[other].name == "figure" for other in around)
