"""The article of a page: the block whose paragraphs say most, and its like siblings.

Paragraphs give points to the blocks around them, as in Arc90's Readability, whose numbers these
are; two steps are ours: what holds most of the page's text is never taken for a part of the site by
its name, and an article is widened to the block that holds its other sections.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from webdoc.page.clutter import without_clutter
from webdoc.page.elements import HEADINGS
from webdoc.page.tree import Block, Choice, Page, attributes_of
from webdoc.page.visible_text import Shown

_START = {"div": 5.0, "pre": 3.0, "td": 3.0, "blockquote": 3.0}
_START |= dict.fromkeys(("address", "ol", "ul", "dl", "dd", "dt", "li", "form"), -3.0)
_START |= dict.fromkeys(HEADINGS | {"th"}, -5.0)
_PARAGRAPHS = frozenset({"p", "td", "pre", "h2", "h3", "h4", "h5", "h6", "section"})
_SITE_ELEMENTS = frozenset(["footer", "nav"])
_PAGE_ELEMENTS = frozenset({"html", "body", "main", "article"})
_MIN_ARTICLE_CHARS = 500
_MIN_PARAGRAPH_CHARS = 25
_DIVISORS = (1, 2, 6, 9, 12)  # of the points for parent, grandparent, ...
_MIN_SIBLING_SCORE = 10.0
_MIN_SIBLING_SHARE = 0.2  # of the best score
_MIN_MORE = 0.3  # of the article's long paragraphs, so that it is widened


@dataclass(slots=True)
class _Totals:
    """Counts of each block with what is kept inside it."""

    chars: list[int]
    link_chars: list[int]
    long_chars: list[int]
    children: list[int]  # kept blocks directly inside

    def link_share(self, place: int) -> float:
        return self.link_chars[place] / self.chars[place] if self.chars[place] else 0.0


def find_article(page: Page, shown: Shown) -> Choice:
    """Return the article; where names leave too little, without heeding the weaker of them."""
    strict = _found(page, shown, strict=True)
    if strict.chars >= _MIN_ARTICLE_CHARS:
        return strict
    lax = _found(page, shown, strict=False)
    return lax if lax.chars > strict.chars else strict


def _found(page: Page, shown: Shown, strict: bool) -> Choice:
    dropped = _unlikely(page, shown, strict)
    totals = _totals(page.blocks, dropped)
    scores = _scores(page, dropped, totals)
    top = _best(page.blocks, scores, totals, shown.body)
    top = _widened(page.blocks, top, totals, shown.body)
    kept = [top] if top == shown.body else _with_siblings(page, top, scores, dropped, totals)
    return without_clutter(page, shown, dropped, kept)


def _unlikely(page: Page, shown: Shown, strict: bool) -> set[int]:
    """Return the blocks that name or role makes a part of the site, with all inside them."""
    dropped = set(shown.hidden)
    blocks = page.blocks
    most = shown.total * (0.7 if strict else 0.3)
    for place, block in enumerate(blocks):
        if block.parent in dropped:
            dropped.add(place)
            continue
        if place in dropped or block.name in _PAGE_ELEMENTS:
            continue
        look = block.look
        named = look.aside or (look.unlikely if strict else look.site_name)
        if shown.chars[place] <= most and (
            block.name in _SITE_ELEMENTS or (named and not _in_table_or_figure(blocks, block))
        ):
            dropped.add(place)
    return dropped


def _in_table_or_figure(blocks: list[Block], block: Block) -> bool:
    """Say whether a name says little: what enlarges a picture is often called modal or the like."""
    for _ in range(12):
        if block.parent < 0:
            return False
        block = blocks[block.parent]
        if block.name in ("table", "figure"):
            return True
    return False


def _totals(blocks: list[Block], dropped: set[int]) -> _Totals:
    chars = [block.chars for block in blocks]
    link_chars = [block.link_chars for block in blocks]
    long_chars = [block.long_chars for block in blocks]
    children = [block.children for block in blocks]
    for place in range(len(blocks) - 1, 0, -1):
        parent = blocks[place].parent
        if place in dropped:
            children[parent] -= 1
        elif chars[place]:
            chars[parent] += chars[place]
            link_chars[parent] += link_chars[place]
            long_chars[parent] += long_chars[place]
    return _Totals(chars, link_chars, long_chars, children)


def _scores(page: Page, dropped: set[int], totals: _Totals) -> dict[int, float]:
    """Return the points of each block that has paragraphs in it or not far below."""
    blocks = page.blocks
    scores: dict[int, float] = {}
    for place, chars, commas in page.runs:
        if chars < _MIN_PARAGRAPH_CHARS or place in dropped:
            continue
        block = blocks[place]
        if block.name == "div":  # one without blocks inside is a paragraph itself
            target = place if totals.children[place] else block.parent
        elif block.name in _PARAGRAPHS:
            target = block.parent
        else:
            continue
        points = 2 + commas + min(chars // 100, 3)
        for divisor in _DIVISORS:
            if target <= 0:
                break
            block = blocks[target]
            if target not in scores:
                scores[target] = _START.get(block.name, 0.0) + block.look.weight
            scores[target] += points / divisor
            target = block.parent
    return {place: score * (1 - totals.link_share(place)) for place, score in scores.items()}


def _best(blocks: list[Block], scores: dict[int, float], totals: _Totals, body: int) -> int:
    """Return the block with most points, or one around it that has good reasons, else the body."""
    ranked = sorted(scores, key=lambda place: (-scores[place], place))[:5]
    if not ranked or ranked[0] <= body:
        return body
    top = ranked[0]
    rivals = [place for place in ranked[1:] if scores[place] >= 0.75 * scores[top] > 0]
    if len(rivals) >= 3:
        around = [set(_ancestors(blocks, place)) for place in rivals]
        for place in _ancestors(blocks, top):
            if place > body and sum(place in ancestors for ancestors in around) >= 3:
                top = place
                break
    last = scores.get(top, 0.0)
    limit = last / 3
    for place in _ancestors(blocks, top):
        if place <= body or scores.get(place, limit) < limit:
            break
        if place in scores:
            if scores[place] > last:
                top = place
                break
            last = scores[place]
    for place in _ancestors(blocks, top):
        if place <= body or totals.children[place] != 1:
            break
        top = place
    return top


def _widened(blocks: list[Block], top: int, totals: _Totals, body: int) -> int:
    """Return the outermost block that adds long paragraphs to an article, and few links."""
    for place in _ancestors(blocks, top):
        if place < body:
            break
        more = totals.chars[place] - totals.chars[top]
        more_long = totals.long_chars[place] - totals.long_chars[top]
        more_links = totals.link_chars[place] - totals.link_chars[top]
        if more_long > _MIN_MORE * max(totals.long_chars[top], more) and more_links < 0.3 * more:
            top = place
    return top


def _ancestors(blocks: list[Block], place: int) -> Iterator[int]:
    place = blocks[place].parent
    while place >= 0:
        yield place
        place = blocks[place].parent


def _with_siblings(
    page: Page, top: int, scores: dict[int, float], dropped: set[int], totals: _Totals
) -> list[int]:
    """Return the best block and those beside it that are text of the same kind."""
    blocks = page.blocks
    parent = blocks[top].parent
    best = scores.get(top, 0.0)
    limit = max(_MIN_SIBLING_SCORE, best * _MIN_SIBLING_SHARE)
    words = _class_of(page, blocks[top])
    kept = []
    end = blocks[parent].end
    for place in range(parent + 1, len(blocks)):
        block = blocks[place]
        if block.start > end:
            break
        if block.parent != parent or place in dropped:
            continue
        if place == top or _is_plain_text(block, place, totals):
            kept.append(place)
        elif place in scores:
            alike = bool(words) and _class_of(page, block) == words
            if scores[place] + alike * best * _MIN_SIBLING_SHARE >= limit:
                kept.append(place)
    return kept


def _is_plain_text(block: Block, place: int, totals: _Totals) -> bool:
    """Say whether a sibling is a paragraph: long, with few links, or short, with none."""
    if block.name != "p" and (block.name != "div" or totals.children[place]):
        return False
    links = totals.link_share(place)
    return links < 0.25 if totals.chars[place] > 80 else totals.chars[place] > 0 and not links


def _class_of(page: Page, block: Block) -> str:
    return attributes_of(page.tags[block.start][1]).get("class", "")
