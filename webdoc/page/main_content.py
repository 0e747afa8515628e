"""Which blocks of a page are its main content: structure, link density and names decide.

Two readings of the page. The first looks for one article. Where that holds only a small part of
what the page says, as on home pages, threads, lists and products, the second reading takes the
whole page without what is named or built like navigation.
"""

from webdoc.page.article import find_article
from webdoc.page.block_sums import Sums, is_menu
from webdoc.page.headline import with_headline
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


def choose(page: Page) -> Choice:
    """Return the main content of a page, with its title."""
    shown = shown_text(page)
    return with_headline(page, shown, _chosen(page, shown))


def _chosen(page: Page, shown: Shown) -> Choice:
    article = find_article(page, shown)
    if _is_enough(article, shown.total, shown.long_chars):
        return article
    whole = whole_page(page, shown)
    if not article.chars and not whole.chars:
        return Choice([shown.body], shown.hidden, shown.total, shown.long_chars)
    return article if _is_enough(article, whole.chars, whole.long_chars) else whole


def _is_enough(article: Choice, chars: int, long_chars: int) -> bool:
    """Say whether an article is the main text of a page that has so much text.

    Its share of the long paragraphs tells more than its share of all text: menus and lists of links
    are short. The shares were chosen on the readability pages and wcxb-dev-300 together.
    """
    share = article.chars / chars if chars else 1.0
    long_share = article.long_chars / max(long_chars, article.long_chars, 1)
    return (
        share > 0.85
        or (share > 0.35 and long_share > 0.55)
        or (share > 0.2 and long_share > 0.15 and article.chars > 2_000)
    )


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
