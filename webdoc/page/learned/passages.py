"""The passages of a page, and the numbers by which it is judged whether one is main text.

A passage is what stands in the paragraphs, items or cells of one block and what both readings of
the page (`article.py`, `main_content.py`) treat alike. A page has some 70 of them where it has 200
paragraphs, and they were judged as well as single paragraphs (docs/decisions/extraction.md).
"""

from math import log1p

from webdoc.page.class_names import LOOK_BITS
from webdoc.page.elements import HEADINGS
from webdoc.page.learned.other_texts import under_such_words
from webdoc.page.tree import Block, Choice, Page
from webdoc.page.visible_text import Shown

IN_ARTICLE = 1  # bits of Passage.readings
IN_WHOLE = 2
_STEPS_UP = 3  # blocks around a passage that are looked at
_NOT_THERE = -99.0
_ELEMENTS = {
    "p": 1,
    "li": 2,
    "h1": 3,
    "h2": 4,
    "h3": 4,
    "h4": 5,
    "h5": 5,
    "h6": 5,
    "td": 6,
    "th": 6,
    "blockquote": 8,
    "pre": 9,
    "dd": 10,
    "dt": 11,
    "figcaption": 12,
    "header": 13,
}
_OTHER_ELEMENT = 7
_AROUND = {
    "article": 1,
    "main": 2,
    "aside": 4,
    "header": 8,
    "footer": 16,
    "ul": 32,
    "ol": 32,
    "table": 64,
    "form": 128,
    "section": 256,
    "figure": 512,
    "blockquote": 1024,
}
_ELEMENT_BITS = 11


class Passage:
    """Counts of one passage; a block counts once, with all text directly in it."""

    __slots__ = (
        "chars",
        "commas",
        "first",
        "heading_chars",
        "images",
        "last",
        "leaf",
        "leaves",
        "link_chars",
        "links",
        "long_chars",
        "outer",
        "readings",
    )

    def __init__(self, outer: int, leaf: int, readings: int, first: int) -> None:
        self.outer = outer  # place of the block that holds all of it
        self.leaf = leaf  # place of the first block with its text
        self.readings = readings
        self.first = first  # number of its first block with text, and of its last
        self.last = first
        self.leaves = 0
        self.chars = 0
        self.link_chars = 0
        self.long_chars = 0
        self.links = 0
        self.commas = 0
        self.images = 0
        self.heading_chars = 0

    def add(self, block: Block) -> None:
        """Add a block with text of this passage."""
        self.leaves += 1
        self.chars += block.chars
        self.link_chars += block.link_chars
        self.long_chars += block.long_chars
        self.links += block.links
        self.commas += block.commas
        self.images += block.images
        if block.name in HEADINGS:
            self.heading_chars += block.chars


class Passages:
    """All passages of a page, in page order, and the one each block belongs to."""

    def __init__(self, page: Page, shown: Shown, article: Choice, whole: Choice) -> None:
        self.article = article
        self.whole = whole
        self.all: list[Passage] = []
        self.of_block: dict[int, int] = {}  # numbers in `all`, of blocks with text
        self.readings = _readings(page, article, whole)
        blocks, readings, hidden = page.blocks, self.readings, shown.hidden
        with_text = [0] * len(blocks)  # blocks with text directly inside
        for place, block in enumerate(blocks):
            if block.parent >= 0 and shown.chars[place] and place not in hidden:
                with_text[block.parent] += 1
        numbers: dict[int, int] = {}
        order = 0
        for place, block in enumerate(blocks):
            if not block.chars or place in hidden or place < shown.body:
                continue
            outer = place if with_text[place] else _outer(blocks, place)
            key = 4 * outer + readings[place]
            number = numbers.get(key, -1)
            if number < 0:
                number = numbers[key] = len(self.all)
                self.all.append(Passage(outer, place, readings[place], order))
            passage = self.all[number]
            passage.add(block)
            passage.last = order
            self.of_block[place] = number
            order += 1
        self.leaves = order


def _readings(page: Page, article: Choice, whole: Choice) -> list[int]:
    """Say for each block in which of the two readings it is kept."""
    found: list[int] = []
    of_article, of_whole = set(article.kept), set(whole.kept)
    not_article, not_whole = article.dropped, whole.dropped
    for place, block in enumerate(page.blocks):
        outer = found[block.parent] if block.parent >= 0 else 0
        mine = 0
        if (outer & IN_ARTICLE or place in of_article) and place not in not_article:
            mine = IN_ARTICLE
        if (outer & IN_WHOLE or place in of_whole) and place not in not_whole:
            mine |= IN_WHOLE
        found.append(mine)
    return found


def _outer(blocks: list[Block], place: int) -> int:
    """Return the block whose paragraphs belong together: the parent, of cells their table."""
    name, outer = blocks[place].name, blocks[place].parent
    if name in ("td", "th"):
        table = outer
        while table >= 0 and blocks[table].name != "table":
            table = blocks[table].parent
        outer = table if table >= 0 else outer
    return max(outer, 0)


# Each row starts with what holds for the whole page (`page_numbers`).
FEATURES = (
    "log_chars",
    "link_share",
    "long_share",
    "commas_per_100",
    "log_leaves",
    "images",
    "heading_share",
    "element",
    "in_article",
    "in_whole",
    "depth",
    "chars_before",
    "leaves_before",
    *(f"{what}_{step}" for step in range(_STEPS_UP) for what in ("log", "links", "long", "art")),
    *(f"{where}_{bit}" for where in ("around", "near") for bit in LOOK_BITS),
    "in_an_article",
    "in_main",
    "in_aside",
    "in_header",
    "in_footer",
    "in_list",
    "in_table",
    "in_form",
    "in_section",
    "in_figure",
    "in_quote",
    "same_look",
    "siblings",
    "children",
    "leads_elsewhere",
    "under_such_words",
    "after_such_words",
    "log_before",
    "links_before",
    "log_after",
    "links_after",
    "from_title",
    "from_article",
    "after_article",
)


def numbers_of(
    page: Page, shown: Shown, passages: Passages, of_page: list[float], title: int
) -> list[list[float]]:
    """Return the numbers of each passage, named by PAGE_FEATURES and FEATURES.

    Args:
        of_page: the numbers that hold for the whole page.
        title: the heading that names the page, a place in Page.blocks; -1 for none.
    """
    blocks, found = page.blocks, passages.all
    total = float(max(shown.total, 1))
    links, longs, in_article = _sums(page, shown, passages.readings)
    elsewhere = under_such_words(page, shown)
    inherited, near, around, depth = _names(blocks)
    looks: dict[str, int] = {}
    for block in blocks:
        key = block.name + page.tags[block.start][1]
        looks[key] = looks.get(key, 0) + 1
    first_of_article = last_of_article = -1
    for passage in found:
        if passage.readings & IN_ARTICLE:
            if first_of_article < 0:
                first_of_article = passage.first
            last_of_article = max(last_of_article, passage.last)
    title_order = -1
    if title >= 0:
        number = passages.of_block.get(title, -1)
        title_order = found[number].first if number >= 0 else -1
    rows: list[list[float]] = []
    chars_before = 0
    for number, passage in enumerate(found):
        chars = float(passage.chars)
        leaf = blocks[passage.leaf]
        row = [
            *of_page,
            log1p(chars),
            passage.link_chars / chars,
            passage.long_chars / chars,
            100.0 * passage.commas / chars,
            log1p(float(passage.leaves)),
            float(passage.images),
            passage.heading_chars / chars,
            float(_ELEMENTS.get(leaf.name, _OTHER_ELEMENT)),
            float(passage.readings & IN_ARTICLE),
            float(passage.readings & IN_WHOLE),
            float(depth[passage.leaf]),
            chars_before / total,
            passage.first / float(passages.leaves),
        ]
        place = passage.outer
        for _ in range(_STEPS_UP):
            of_block = float(max(shown.chars[place], 1))
            row.append(log1p(of_block))
            row.append(links[place] / of_block)
            row.append(longs[place] / of_block)
            row.append(in_article[place] / of_block)
            place = max(blocks[place].parent, 0)
        add_bits(row, inherited[passage.leaf], len(LOOK_BITS))
        add_bits(row, near[passage.leaf], len(LOOK_BITS))
        add_bits(row, around[passage.leaf], _ELEMENT_BITS)
        row.append(float(looks[leaf.name + page.tags[leaf.start][1]]))
        row.append(float(blocks[max(blocks[passage.outer].parent, 0)].children))
        row.append(float(blocks[passage.outer].children))
        leads = elsewhere[passage.leaf]
        row.append(1.0 if leads == 2 else 0.0)
        row.append(1.0 if leads else 0.0)
        row.append(1.0 if number and elsewhere[found[number - 1].leaf] == 2 else 0.0)
        _add_neighbour(row, found, number - 1)
        _add_neighbour(row, found, number + 1)
        order = float(passage.first)
        row.append(order - title_order if title_order >= 0 else _NOT_THERE)
        row.append(order - first_of_article if first_of_article >= 0 else _NOT_THERE)
        row.append(order - last_of_article if first_of_article >= 0 else _NOT_THERE)
        rows.append(row)
        chars_before += passage.chars
    return rows


def add_bits(row: list[float], bits: int, count: int) -> None:
    """Add the lowest bits of a number to a row, as 1.0 and 0.0."""
    for _ in range(count):
        row.append(1.0 if bits & 1 else 0.0)
        bits >>= 1


def _add_neighbour(row: list[float], found: list[Passage], number: int) -> None:
    if 0 <= number < len(found):
        chars = float(found[number].chars)
        row.append(log1p(chars))
        row.append(found[number].link_chars / chars)
    else:
        row.append(0.0)
        row.append(0.0)


def _sums(page: Page, shown: Shown, readings: list[int]) -> tuple[list[int], list[int], list[int]]:
    """Add up, for each block with all inside it, characters in links, long runs, article."""
    blocks = page.blocks
    links = [block.link_chars for block in blocks]
    longs = [block.long_chars for block in blocks]
    article = [
        block.chars if readings[place] & IN_ARTICLE else 0 for place, block in enumerate(blocks)
    ]
    for place in range(len(blocks) - 1, 0, -1):
        if shown.chars[place] and place not in shown.hidden:
            parent = blocks[place].parent
            links[parent] += links[place]
            longs[parent] += longs[place]
            article[parent] += article[place]
    return links, longs, article


def _names(blocks: list[Block]) -> tuple[list[int], list[int], list[int], list[int]]:
    """Return what names say of each block: of all around it, near it, elements, and its depth."""
    inherited: list[int] = []
    near: list[int] = []
    around: list[int] = []
    depth: list[int] = []
    for block in blocks:
        bits, parent = block.look.bits, block.parent
        element = _AROUND.get(block.name, 0)
        nearest = bits
        if parent >= 0:
            outer = blocks[parent]
            nearest |= outer.look.bits
            if outer.parent >= 0:
                nearest |= blocks[outer.parent].look.bits
            inherited.append(inherited[parent] | bits)
            around.append(around[parent] | element)
            depth.append(depth[parent] + 1)
        else:
            inherited.append(bits)
            around.append(element)
            depth.append(0)
        near.append(nearest)
    return inherited, near, around, depth
