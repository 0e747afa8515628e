"""Which blocks of a page are its main content: structure, link density and names decide.

Two readings of the page. The first looks for one article: paragraphs give points to the blocks
around them, the best block and its like siblings are the article (the idea of Arc90's Readability).
Where that finds only a small part of what the page says, as on home pages, threads, lists and
products, the second reading takes the whole page without what is named or built like navigation.
"""

from obelics_like.article import find_article
from obelics_like.page_tree import Choice, Page
from obelics_like.shown import Shown, shown_text

_PARTS = frozenset("html body main article".split())
_NAVIGATION = frozenset("nav footer aside menu".split())
_LINK_LISTS = frozenset("ul ol div table section form header dl fieldset p".split())
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())


def choose(page: Page) -> Choice:
    """Return the main content of a page."""
    shown = shown_text(page)
    article = find_article(page, shown)
    if _is_enough(article, shown.total, shown.long_chars):
        return article
    whole = whole_page(page, shown)
    return article if _is_enough(article, whole.chars, whole.long_chars) else whole


def _is_enough(article: Choice, chars: int, long_chars: int) -> bool:
    """Say whether an article is the main text of a page that has so much text."""
    share = article.chars / chars if chars else 1.0
    long_share = article.long_chars / max(long_chars, article.long_chars, 1)
    return (
        share > 0.85
        or (share > 0.35 and long_share > 0.55)
        or (share > 0.2 and long_share > 0.15 and article.chars > 2_000)
    )


def whole_page(page: Page, shown: Shown) -> Choice:
    first = _whole(page, shown, 0.7)
    if first.chars > 0.25 * shown.total:
        return first
    second = _whole(page, shown, 0.3)
    return second if second.chars > 2 * first.chars else first


def _whole(page: Page, shown: Shown, guard: float) -> Choice:
    """Keep everything but what is named or built like a part of the site."""
    blocks = page.blocks
    dropped = _named_parts(page, shown, guard)
    count = len(blocks)
    chars = [block.chars for block in blocks]
    link_chars = [block.link_chars for block in blocks]
    links = [block.links for block in blocks]
    commas = [block.commas for block in blocks]
    inputs = [block.inputs for block in blocks]
    long_chars = [block.long_chars for block in blocks]
    headings = [0] * count
    for place in range(count - 1, 0, -1):
        if place in dropped:
            continue
        block = blocks[place]
        name = block.name
        if name in _HEADINGS:
            headings[place] += 1
        if name in _LINK_LISTS:
            share = link_chars[place] / chars[place] if chars[place] else 0.0
            mean = link_chars[place] / links[place] if links[place] else 0.0
            if (
                (
                    share > 0.5
                    and links[place] >= 3
                    and mean < 25
                    and not headings[place]
                    and commas[place] < 10
                )
                or (name in ("form", "fieldset") and inputs[place] and chars[place] < 1000)
                or (
                    name == "header"
                    and share > 0.5
                    and blocks[block.parent].name in ("body", "div")
                )
            ):
                dropped.add(place)
                continue
        parent = block.parent
        chars[parent] += chars[place]
        link_chars[parent] += link_chars[place]
        links[parent] += links[place]
        long_chars[parent] += long_chars[place]
        commas[parent] += commas[place]
        inputs[parent] += inputs[place]
        headings[parent] += headings[place]
    top = _container(page, dropped, chars, shown.body)
    return Choice([top], dropped, chars[top], long_chars[top])


def _container(page: Page, dropped: set[int], chars: list[int], body: int) -> int:
    """Return the element that the page itself calls its article or main part, else the body."""
    blocks = page.blocks
    for name, min_share in (("article", 0.2), ("main", 0.4)):
        found: list[int] = []
        for place, block in enumerate(blocks):
            if block.name == name and place not in dropped:
                parent = block.parent
                while parent >= 0 and blocks[parent].name != name and parent not in dropped:
                    parent = blocks[parent].parent
                if parent < 0:
                    found.append(place)
        if len(found) == 1 and chars[found[0]] > max(min_share * chars[body], 500):
            return found[0]
    return body


def _named_parts(page: Page, shown: Shown, guard: float) -> set[int]:
    dropped: set[int] = set(shown.hidden)
    most = shown.total * guard
    for place, block in enumerate(page.blocks):
        if place in dropped:
            continue
        if block.parent in dropped:
            dropped.add(place)
            continue
        look = block.look
        if block.name in _NAVIGATION:
            dropped.add(place)
        elif block.name not in _PARTS and (look.aside or look.site_name):
            if shown.chars[place] <= most:
                dropped.add(place)
    return dropped
