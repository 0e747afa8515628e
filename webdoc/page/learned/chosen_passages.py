"""From passages that are judged to the blocks that are kept."""

from webdoc.page.learned.page_kind import PageKind
from webdoc.page.learned.passages import IN_ARTICLE, IN_WHOLE, Passages
from webdoc.page.tree import Block, Choice, Page
from webdoc.page.visible_text import Shown

_MIN_CHARS_TO_JUDGE = 1_000  # shown by a page
# That a passage is main text. Chosen by pages of sites that the model had not seen:
# docs/decisions/extraction.md.
_MIN_CHANCE = 0.4
_MIN_GAIN = 0.03  # of expected F1; the rules know better where clutter and images belong
# Around an image of an article, so that its caption alone, which is easily left out, says nothing.
_MIN_CHARS_AROUND = 300
_MIN_CHARS = 100  # where less is kept, the reading that holds more is taken as it is


def trusts_rules(shown: Shown, passages: Passages, kind: PageKind) -> bool:
    """Say whether the reading that the rules choose is taken without asking the model.

    It is on small pages, which the model has hardly seen, in threads, whose posts are as alike as
    the teasers of a list, and where the rules find an article on a page that looks like one.
    """
    if shown.total < _MIN_CHARS_TO_JUDGE or kind.name == "thread":
        return True
    is_article = reading_of(shown, passages) is passages.article
    return is_article and kind.name == "article"


def chosen(page: Page, shown: Shown, passages: Passages, chances: list[float]) -> Choice:
    """Return what is likely main text, or the reading that the rules choose where that is better.

    Args:
        chances: of each passage, that it is main text.
    """
    by_rules = reading_of(shown, passages)
    reading = IN_ARTICLE if by_rules is passages.article else IN_WHOLE
    is_kept = [chance > _MIN_CHANCE for chance in chances]
    kept_by_rules = [passage.readings & reading > 0 for passage in passages.all]
    kept_chars = 0
    for number, passage in enumerate(passages.all):
        kept_chars += passage.chars if is_kept[number] else 0
    gain = _expected_f1(passages, chances, is_kept)
    gain -= _expected_f1(passages, chances, kept_by_rules)
    if kept_chars < _MIN_CHARS or gain < _MIN_GAIN:
        return by_rules
    return _blocks_of(page, shown, passages, is_kept)


def _expected_f1(passages: Passages, chances: list[float], is_kept: list[bool]) -> float:
    """Return F1 of what is kept, in characters, where each passage is as likely text as judged."""
    true = kept = wanted = 0.0
    for number, passage in enumerate(passages.all):
        likely = chances[number] * passage.chars
        wanted += likely
        if is_kept[number]:
            true += likely
            kept += passage.chars
    return 2 * true / max(kept + wanted, 1.0)


def _blocks_of(page: Page, shown: Shown, passages: Passages, is_kept: list[bool]) -> Choice:
    """Return the blocks of the kept passages, with their images.

    Images follow the reading that agrees with more of what is kept.
    """
    blocks = page.blocks
    chars = long_chars = of_article = of_whole = 0
    for number, passage in enumerate(passages.all):
        agrees = -passage.chars
        if is_kept[number]:
            agrees = passage.chars
            chars += passage.chars
            long_chars += passage.long_chars
        of_article += agrees if passage.readings & IN_ARTICLE else 0
        of_whole += agrees if passage.readings & IN_WHOLE else 0
    reading = IN_ARTICLE if of_article >= of_whole else IN_WHOLE
    least = _MIN_CHARS_AROUND if reading == IN_ARTICLE else 1
    kept_inside = _kept_inside(blocks, passages, is_kept)
    keeps = [inside > 0 for inside in kept_inside]
    for place in range(len(blocks) - 1, 0, -1):
        block = blocks[place]
        if (
            block.images
            and not block.chars
            and not keeps[place]
            and passages.readings[place] & reading
            and _stands_in_text(blocks, place, shown, kept_inside, least)
        ):
            keeps[place] = True
        if keeps[place]:
            keeps[block.parent] = True
    top = _top(blocks, passages, keeps, shown.body)
    dropped = {place for place in range(top + 1, len(blocks)) if not keeps[place]}
    return Choice([top], dropped | shown.hidden, chars, long_chars)


def reading_of(shown: Shown, passages: Passages) -> Choice:
    """Return one of the two readings, or all that is shown where both are empty."""
    article, whole = passages.article, passages.whole
    if not article.chars and not whole.chars:
        return Choice([shown.body], shown.hidden, shown.total, shown.long_chars)
    return article if _is_enough(article, whole) else whole


def _is_enough(article: Choice, whole: Choice) -> bool:
    """Say whether an article is the main text of a page.

    Its share of the long paragraphs tells more than its share of all text: menus and lists of links
    are short. The shares were chosen on the readability pages and wcxb-dev-300 together.
    """
    share = article.chars / whole.chars if whole.chars else 1.0
    long_share = article.long_chars / max(whole.long_chars, article.long_chars, 1)
    return (
        share > 0.85
        or (share > 0.35 and long_share > 0.55)
        or (share > 0.2 and long_share > 0.15 and article.chars > 2_000)
    )


def _kept_inside(blocks: list[Block], passages: Passages, is_kept: list[bool]) -> list[int]:
    """Return for each block the kept characters in it and in all blocks inside it."""
    inside = [0] * len(blocks)
    for place, number in passages.of_block.items():
        if is_kept[number]:
            inside[place] = blocks[place].chars
    for place in range(len(blocks) - 1, 0, -1):
        inside[blocks[place].parent] += inside[place]
    return inside


def _stands_in_text(
    blocks: list[Block], place: int, shown: Shown, kept_inside: list[int], least: int
) -> bool:
    """Say whether the innermost block with so much text around an image keeps most of it."""
    while place > 0 and shown.chars[place] < least:
        place = blocks[place].parent
    return 2 * kept_inside[place] >= shown.chars[place]


def _top(blocks: list[Block], passages: Passages, keeps: list[bool], body: int) -> int:
    """Return the innermost block that holds all that is kept."""
    inner: dict[int, int] = {}  # the only kept block inside each, -1 for several
    for place in range(1, len(blocks)):
        if keeps[place]:
            parent = blocks[place].parent
            inner[parent] = -1 if parent in inner else place
    top = body
    while top not in passages.of_block and inner.get(top, -1) >= 0:
        top = inner[top]
    return top
