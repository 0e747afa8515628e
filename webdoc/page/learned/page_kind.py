"""What kind of page it is: an article, a thread, a list of links, ..."""

import re
from math import exp
from typing import NamedTuple

from webdoc.page.learned.boosted_trees import BoostedTrees, score

LEARNED_KINDS = ("article", "docs", "listing", "other", "product", "thread")
PAGE_KINDS = (*LEARNED_KINDS, "home")
# A home page has the form of a list or of anything else; its address tells.
_HOME = re.compile(
    r"https?://[^/?#]*/?(?:(?:index|default|home)\.\w{2,5})?(?:[a-z]{2}(?:[-_][a-z]{2})?/?)?(?:#.*)?",
    re.IGNORECASE,
)
_SURE = 0.9  # that a page is an article, though its address is that of a home page


class PageKind(NamedTuple):
    """The likeliest kind of a page."""

    name: str = ""  # one of PAGE_KINDS; "" where nobody looked
    score: float = 0.0  # how likely it is, in [0, 1]


def kind_of(of_page: list[float], url: str, models: dict[str, BoostedTrees]) -> PageKind:
    """Return the kind of a page.

    Args:
        of_page: the numbers of the page, named by PAGE_FEATURES.
        url: of the page, absolute.
        models: one for each of LEARNED_KINDS.
    """
    powers = [exp(score(models[name], of_page)) for name in LEARNED_KINDS]
    best = max(range(len(powers)), key=powers.__getitem__)
    total = sum(powers)
    article = powers[0] / total
    if article < _SURE and _HOME.fullmatch(url):
        return PageKind("home", 1.0 - article)
    return PageKind(LEARNED_KINDS[best], powers[best] / total)
