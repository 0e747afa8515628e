"""The article of a page: the block whose paragraphs say most, and its like siblings."""

from collections.abc import Iterator

from obelics_like.page_tree import Block, Choice, Page, attributes_of
from obelics_like.page_tables import data_tables
from obelics_like.shown import Shown

_START = {"div": 5.0, "pre": 3.0, "td": 3.0, "blockquote": 3.0}
_START |= dict.fromkeys("address ol ul dl dd dt li form".split(), -3.0)
_START |= dict.fromkeys("h1 h2 h3 h4 h5 h6 th".split(), -5.0)
_PARAGRAPHS = frozenset("p td pre h2 h3 h4 h5 h6 section".split())
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_CHECKED = frozenset("form fieldset table ul ol div".split())


def find_article(page: Page, shown: Shown) -> Choice:
    best: Choice | None = None
    for strict in (True, False):
        found = _find(page, shown, strict)
        if found.chars >= 500:
            return found
        if best is None or found.chars > best.chars:
            best = found
    assert best is not None
    return best


def _find(page: Page, shown: Shown, strict: bool) -> Choice:
    dropped = _unlikely(page, shown, strict)
    scores, children = _scores(page, dropped)
    blocks = page.blocks
    count = len(blocks)
    chars = [block.chars for block in blocks]
    link_chars = [block.link_chars for block in blocks]
    long_chars = [block.long_chars for block in blocks]
    for place in range(count - 1, 0, -1):
        if place not in dropped:
            parent = blocks[place].parent
            chars[parent] += chars[place]
            link_chars[parent] += link_chars[place]
            long_chars[parent] += long_chars[place]
    for place in scores:
        if chars[place]:
            scores[place] *= 1 - link_chars[place] / chars[place]
    top = _best(page, scores, children, shown.body)
    top = _widened(blocks, top, shown.body, chars, link_chars, long_chars)
    kept = [top]
    if top != shown.body:
        kept = _with_siblings(page, top, scores, dropped, children, chars, link_chars)
    return _cleaned(page, shown, dropped, kept)


def _unlikely(page: Page, shown: Shown, strict: bool) -> set[int]:
    out = set(shown.hidden)
    blocks = page.blocks
    most = shown.total * (0.7 if strict else 0.3)
    for place, block in enumerate(blocks):
        if place in out:
            continue
        if block.parent in out:
            out.add(place)
            continue
        look = block.look
        name = block.name
        if name in ("footer", "nav", "body", "html", "main", "article"):
            if name in ("footer", "nav") and shown.chars[place] <= most:
                out.add(place)
            continue
        if look.aside or (look.unlikely if strict else look.site_name):
            if shown.chars[place] <= most and not _in_table(blocks, block):
                out.add(place)
    return out


def _in_table(blocks: list[Block], block: Block) -> bool:
    for _ in range(12):
        if block.parent < 0:
            return False
        block = blocks[block.parent]
        if block.name == "table":
            return True
    return False


def _scores(page: Page, dropped: set[int]) -> tuple[dict[int, float], list[int]]:
    blocks = page.blocks
    children = [block.children for block in blocks]
    for place in dropped:
        children[blocks[place].parent] -= 1
    scores: dict[int, float] = {}
    for place, chars, commas in page.runs:
        if chars < 25 or place in dropped:
            continue
        block = blocks[place]
        if block.name == "div":
            target = place if children[place] else block.parent
        elif block.name in _PARAGRAPHS:
            target = block.parent
        else:
            continue
        points = 2 + commas + min(chars // 100, 3)
        for divisor in (1, 2, 6, 9, 12):
            if target <= 0:
                break
            block = blocks[target]
            if target not in scores:
                scores[target] = _START.get(block.name, 0.0) + block.look.weight
            scores[target] += points / divisor
            target = block.parent
    return scores, children


def _best(page: Page, scores: dict[int, float], children: list[int], body: int) -> int:
    blocks = page.blocks
    if not scores:
        return body
    ranked = sorted(scores, key=lambda place: -scores[place])[:5]
    top = ranked[0]
    if top <= body:
        return body
    best = scores[top]
    rivals = [
        set(_ancestors(blocks, place)) for place in ranked[1:] if scores[place] >= 0.75 * best > 0
    ]
    if len(rivals) >= 3:
        for place in _ancestors(blocks, top):
            if place > body and sum(place in rival for rival in rivals) >= 3:
                top = place
                break
    last = scores.get(top, 0.0)
    limit = last / 3
    for place in _ancestors(blocks, top):
        if place <= body:
            break
        if place not in scores:
            continue
        if scores[place] < limit:
            break
        if scores[place] > last:
            top = place
            break
        last = scores[place]
    for place in _ancestors(blocks, top):
        if place <= body or children[place] != 1:
            break
        top = place
    return top


def _widened(
    blocks: list[Block],
    top: int,
    body: int,
    chars: list[int],
    link_chars: list[int],
    long_chars: list[int],
) -> int:
    for place in _ancestors(blocks, top):
        if place < body:
            break
        more = chars[place] - chars[top]
        more_long = long_chars[place] - long_chars[top]
        if (
            more_long > 0.3 * max(long_chars[top], more)
            and link_chars[place] - link_chars[top] < 0.3 * more
        ):
            top = place
    return top


def _class_of(page: Page, block: Block) -> str:
    return attributes_of(page.tags[block.start][1]).get("class", "")


def _ancestors(blocks: list[Block], place: int) -> Iterator[int]:
    place = blocks[place].parent
    while place >= 0:
        yield place
        place = blocks[place].parent


def _with_siblings(
    page: Page,
    top: int,
    scores: dict[int, float],
    dropped: set[int],
    children: list[int],
    chars: list[int],
    link_chars: list[int],
) -> list[int]:
    blocks = page.blocks
    parent = blocks[top].parent
    best = scores.get(top, 0.0)
    limit = max(10.0, best * 0.2)
    words = _class_of(page, blocks[top])
    kept = []
    end = blocks[parent].end
    for place in range(parent + 1, len(blocks)):
        block = blocks[place]
        if block.start > end:
            break
        if block.parent != parent or place in dropped:
            continue
        if place == top:
            kept.append(place)
            continue
        bonus = best * 0.2 if words and _class_of(page, block) == words else 0.0
        if place in scores and scores[place] + bonus >= limit:
            kept.append(place)
        elif block.name == "p" or (block.name == "div" and not children[place]):
            size = chars[place]
            share = link_chars[place] / size if size else 1.0
            if (size > 80 and share < 0.25) or (0 < size < 80 and not share):
                kept.append(place)
    return kept


class _Sums:
    __slots__ = (
        "chars",
        "link_chars",
        "commas",
        "images",
        "items",
        "paragraphs",
        "heads",
        "lists",
        "inputs",
        "long_chars",
    )

    def __init__(self, block: Block) -> None:
        self.chars = block.chars
        self.link_chars = block.link_chars
        self.commas = block.commas
        self.long_chars = block.long_chars
        self.images = block.images
        self.inputs = block.inputs
        self.items = 1 if block.name == "li" else 0
        self.paragraphs = block.runs if block.name in ("p", "div") else 0
        self.heads = self.lists = 0

    def add(self, other: "_Sums") -> None:
        self.chars += other.chars
        self.link_chars += other.link_chars
        self.commas += other.commas
        self.long_chars += other.long_chars
        self.images += other.images
        self.inputs += other.inputs
        self.items += other.items
        self.paragraphs += other.paragraphs
        self.heads += other.heads
        self.lists += other.lists


def _cleaned(page: Page, shown: Shown, dropped: set[int], kept: list[int]) -> Choice:
    blocks = page.blocks
    tables = data_tables(page)
    total = long_chars = 0
    region = sum(shown.chars[place] for place in kept)
    for top in kept:
        end = blocks[top].end
        last = top
        while last + 1 < len(blocks) and blocks[last + 1].start < end:
            last += 1
        spared: dict[int, tuple[bool, bool]] = {}
        for place in range(top, last + 1):
            block = blocks[place]
            figure, table = spared.get(block.parent, (False, False))
            spared[place] = (
                figure or block.name == "figure",
                table or place in tables or block.name == "pre",
            )
        sums = {
            place: _Sums(blocks[place]) for place in range(top, last + 1) if place not in dropped
        }
        for place in range(last, top - 1, -1):
            if place in dropped:
                continue
            block = blocks[place]
            mine = sums[place]
            if block.name in _HEADINGS:
                mine.heads = mine.chars
            elif block.name in ("ul", "ol"):
                mine.lists = mine.chars
            if place == top:
                total += mine.chars
                long_chars += mine.long_chars
                break
            if mine.chars * 2 <= region and _is_part(block, mine, *spared[place]):
                dropped.add(place)
            else:
                sums[block.parent].add(mine)
    return Choice(kept, dropped, total, long_chars)


def _is_part(block: Block, sums: _Sums, in_figure: bool, in_table: bool) -> bool:
    name = block.name
    look = block.look
    if (
        name in ("footer", "aside")
        or (look.share and sums.chars < 500)
        or (look.byline and 0 < sums.chars < 100)
    ):
        return True
    if name in ("h1", "h2"):
        return look.weight < 0
    if name not in _CHECKED or in_table or (name == "div" and not block.children):
        return False
    return _is_clutter(block, sums, in_figure)


def _is_clutter(block: Block, sums: _Sums, in_figure: bool) -> bool:
    weight = block.look.weight
    if weight < 0:
        return True
    if sums.commas >= 10:
        return False
    chars = sums.chars
    links = sums.link_chars / chars if chars else 0.0
    is_list = block.name in ("ul", "ol") or (chars > 0 and sums.lists / chars > 0.9)
    if not in_figure and sums.images > 1 and sums.paragraphs / sums.images < 0.5:
        return not (is_list and sums.images == sums.items)
    if not is_list and sums.items - 100 > sums.paragraphs:
        return True
    if sums.inputs > sums.paragraphs // 3:
        return True
    if is_list:
        return weight >= 25 and links > 0.5 or (not sums.images and not chars)
    if (
        chars < 25
        and sums.images not in (1, 2)
        and not in_figure
        and links > 0
        and sums.heads < 0.9 * chars
    ):
        return True
    return (
        (weight < 25 and links > 0.2)
        or (weight >= 25 and links > 0.5)
        or (not sums.images and not chars)
    )
