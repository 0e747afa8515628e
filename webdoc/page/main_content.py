"""Which blocks of a page are its main content, and what kind of page it is.

Two readings of the page. The first looks for one article (`article.py`). The second takes the whole
page without what is named or built like navigation. Where these rules find an article on a page
that looks like one, it stands; else a learned model judges each passage of the page, by what both
readings say of it and by its own form (`passages.py`, `chosen_passages.py`).
"""

from dataclasses import dataclass
from importlib.resources import files

from webdoc.page.article import find_article
from webdoc.page.block_sums import Sums, is_menu
from webdoc.page.headline import title_heading, with_headline
from webdoc.page.learned.boosted_trees import BoostedTrees, probabilities, read_models
from webdoc.page.learned.chosen_passages import chosen, reading_of, trusts_rules
from webdoc.page.learned.page_kind import PageKind, kind_of
from webdoc.page.learned.page_numbers import page_numbers
from webdoc.page.learned.passages import Passages, numbers_of
from webdoc.page.renditions import other_renditions
from webdoc.page.tree import Block, Choice, Page
from webdoc.page.visible_text import Shown, shown_text

_PAGE_ELEMENTS = frozenset({"html", "body", "main", "article"})
_SITE_ELEMENTS = frozenset({"nav", "footer", "aside", "menu"})
_MAY_HOLD_LINKS = frozenset(
    {"ul", "ol", "div", "table", "section", "form", "header", "dl", "fieldset", "p", "td"}
)
_MAX_LINK_SHARE = 0.5
_MAX_FORM_CHARS = 1_000
# What the page itself calls its main part counts when it holds so much of the text.
_CONTAINERS = (("article", 0.2), ("main", 0.4))
_MIN_CONTAINER_CHARS = 500
# A name is not believed when what bears it holds more than this of all text: in the first try,
# and in the second, when the first leaves nearly nothing.
_MAX_NAMED_SHARES = (0.7, 0.3)


# Learned by scripts/train_main_text.py: "passage" says whether one is main text, the others stand
# for the kinds of pages.
_FILES = ("main_text_model.json", "page_kind_model.json")
_FOLDER = files("webdoc.page.learned")
MODELS = {
    name: model
    for file in _FILES
    for name, model in read_models(_FOLDER.joinpath(file).read_text("utf-8")).items()
}


def choose(page: Page, url: str, models: dict[str, BoostedTrees]) -> tuple[Choice, PageKind]:
    """Return the main content of a page, with its title, and what kind of page it is.

    Args:
        url: of the page, absolute.
        models: as MODELS.
    """
    shown = shown_text(page)
    passages = Passages(page, shown, find_article(page, shown), whole_page(page, shown))
    title = title_heading(page, shown)
    of_page = page_numbers(page, shown, passages)
    kind = kind_of(of_page, url, models)
    if trusts_rules(shown, passages, kind):
        choice = reading_of(shown, passages)
    else:
        rows = numbers_of(page, shown, passages, of_page, title)
        choice = chosen(page, shown, passages, probabilities(models["passage"], rows))
    choice.dropped |= other_renditions(page)
    return with_headline(page, choice, title), kind


@dataclass(slots=True)
class Judged:
    """A page in numbers, for a model to learn from."""

    passages: Passages
    of_page: list[float]  # named by PAGE_FEATURES
    rows: list[list[float]]  # of each passage, named by PAGE_FEATURES and FEATURES


def judge(page: Page, shown: Shown) -> Judged:
    """Read a page in both ways and put it and each of its passages into numbers."""
    passages = Passages(page, shown, find_article(page, shown), whole_page(page, shown))
    of_page = page_numbers(page, shown, passages)
    rows = numbers_of(page, shown, passages, of_page, title_heading(page, shown))
    return Judged(passages, of_page, rows)


def whole_page(page: Page, shown: Shown) -> Choice:
    """Return all of a page but what is named or built like a part of the site."""
    first, second = _MAX_NAMED_SHARES
    choice = _without_site_parts(page, shown, first)
    if choice.chars > 0.25 * shown.total:
        return choice
    other = _without_site_parts(page, shown, second)
    return other if other.chars > 2 * choice.chars else choice


def _without_site_parts(page: Page, shown: Shown, max_named_share: float) -> Choice:
    blocks = page.blocks
    dropped = _named_parts(page, shown, max_named_share)
    sums = [Sums(block) for block in blocks]
    for place in range(len(blocks) - 1, 0, -1):
        if place in dropped:
            continue
        block = blocks[place]
        if (
            block.name in _MAY_HOLD_LINKS
            and _is_navigation(block, blocks, sums[place])
            and not (block.name == "td" and _in_data_table(page, place))
        ):
            dropped.add(place)
        else:
            sums[block.parent].add(sums[place])
    top = _container(blocks, dropped, sums, shown.body)
    return Choice([top], dropped, sums[top].chars, sums[top].long_chars)


def _named_parts(page: Page, shown: Shown, max_named_share: float) -> set[int]:
    dropped = set(shown.hidden)
    most = shown.total * max_named_share
    for place, block in enumerate(page.blocks):
        look = block.look
        if (
            block.parent in dropped
            or block.name in _SITE_ELEMENTS
            or (
                (look.aside or look.site_name or look.site_part)
                and block.name not in _PAGE_ELEMENTS
                and shown.chars[place] <= most
            )
        ):
            dropped.add(place)
    return dropped


def _is_navigation(block: Block, blocks: list[Block], sums: Sums) -> bool:
    """Say whether a block is mostly links to somewhere else, or a form."""
    if block.name in ("form", "fieldset") and sums.inputs and sums.chars < _MAX_FORM_CHARS:
        return True
    of_links = sums.link_share() > _MAX_LINK_SHARE
    outer = blocks[block.parent].name
    if block.name == "header" and outer in ("body", "div"):
        return of_links or (outer == "body" and not sums.chars)  # a logo
    return of_links and is_menu(sums)


def _in_data_table(page: Page, place: int) -> bool:
    while place >= 0:
        if place in page.tables:
            return True
        place = page.blocks[place].parent
    return False


def _container(blocks: list[Block], dropped: set[int], sums: list[Sums], body: int) -> int:
    """Return the only article or main element of a page if it holds enough, else the body."""
    for name, min_share in _CONTAINERS:
        found = [
            place
            for place, block in enumerate(blocks)
            if block.name == name and place not in dropped and not _within(blocks, place, name)
        ]
        if len(found) == 1:
            chars = sums[found[0]].chars
            if chars > max(min_share * sums[body].chars, _MIN_CONTAINER_CHARS):
                return found[0]
    return body


def _within(blocks: list[Block], place: int, name: str) -> bool:
    place = blocks[place].parent
    while place >= 0 and blocks[place].name != name:
        place = blocks[place].parent
    return place >= 0
