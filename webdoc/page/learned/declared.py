"""What a page says it is: Open Graph, JSON-LD and microdata."""

import re

from webdoc.page.tree import Page, attributes_of

# What a page can say. A page that is several things says several.
OG_ARTICLE = 1
OG_SITE = 2
ARTICLE = 4
PRODUCT = 8
LIST = 16
THREAD = 32
MANY_ARTICLES = 64  # a teaser each

_TYPES = dict.fromkeys(("BlogPosting", "Report", "Review", "Recipe"), ARTICLE)
_TYPES |= dict.fromkeys(("Product", "ProductGroup"), PRODUCT)
_TYPES |= dict.fromkeys(("ItemList", "CollectionPage", "SearchResultsPage"), LIST)
_TYPES |= dict.fromkeys(("DiscussionForumPosting", "QAPage", "Question"), THREAD)
_OF_JSON = re.compile(rb'"@type"\s*:\s*\[?\s*"(\w+)"')
_OF_MICRODATA = re.compile(rb"schema\.org/(\w+)")
_MAX_SCRIPTS = 50  # a page has one to three
_MAX_TYPES = 400
_MANY = 4


def declared(markup: bytes, page: Page) -> int:
    """Return what a page says it is, as bits; 0 where it says nothing.

    Args:
        markup: of the page, with its scripts.
    """
    said = _open_graph(page)
    articles = 0
    for name in _types(markup):
        if name.endswith("Article"):
            said |= ARTICLE
            articles += 1
        else:
            kind = _TYPES.get(name, 0)
            said |= kind
            articles += kind == ARTICLE
    return said | MANY_ARTICLES if articles >= _MANY else said


def _open_graph(page: Page) -> int:
    for name, attributes, _ in page.tags:
        if name == "body":
            break
        if name == "meta" and "og:type" in attributes:
            said = attributes_of(attributes).get("content", "").strip().lower()
            if said.startswith("article"):
                return OG_ARTICLE
            if said.startswith("website"):
                return OG_SITE
            return PRODUCT if "product" in said else 0
    return 0


def _types(markup: bytes) -> list[str]:
    """Return the types that JSON-LD and microdata name, in order."""
    found: list[bytes] = []
    start = markup.find(b"ld+json")
    for _ in range(_MAX_SCRIPTS):
        if start < 0:
            break
        end = markup.find(b"</script", start)
        if end < 0:
            end = len(markup)
        found += _OF_JSON.findall(markup, start, end)
        start = markup.find(b"ld+json", end)
    start = markup.find(b"itemtype=")
    for _ in range(_MAX_TYPES):
        if start < 0:
            break
        found += _OF_MICRODATA.findall(markup, start, start + 60)
        start = markup.find(b"itemtype=", start + 9)
    return [name.decode("ascii", "replace") for name in found]
