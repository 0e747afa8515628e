"""What class, id, role and visibility attributes say about an element."""

import re
from functools import lru_cache
from typing import NamedTuple

# What a part of a class or id can say. The first four lists go back to Arc90's Readability and its
# descendants; pages have been written with these names in mind for years.
(
    _UNLIKELY,
    _LIKELY,
    _POSITIVE,
    _NEGATIVE,
    _SITE,
    _SHARE,
    _BYLINE,
    _CAPTION,
    _FOLDED,
    _TEXT,
    _RENDITION,
) = [1 << bit for bit in range(11)]
_STEMS = {
    _UNLIKELY: "agegate banner breadcrumb combx comment community cookie consent disqus extra "
    "footer gdpr header legends menu modal navbar newsletter outbrain pager pagination popup "
    "promo recommend "
    "related remark replies shoutbox sidebar skyscraper social sponsor subscribe supplemental "
    "taboola toolbar",
    _LIKELY: "article body column content main mathjax shadow",
    _POSITIVE: "article body content entry main page pagination post text blog story",
    _NEGATIVE: "hidden banner combx comment contact footer gdpr masthead media meta outbrain promo "
    "related scroll share shoutbox sidebar skyscraper sponsor shopping tags widget",
    _SITE: "footer sidebar navbar navigation breadcrumb cookie consent newsletter related "
    "recommend popup advert pagination outbrain taboola subscri copyright masthead megamenu "
    "submenu",
    _BYLINE: "byline author dateline writtenby",
    _CAPTION: "caption",
    _FOLDED: "accordion answer faq",
    _RENDITION: "artboard",  # as ai2html names each size of a chart
}
# Parts that must stand alone, since too many words hold them.
_WHOLE = {
    _UNLIKELY: "ad ads also announcement minicart nav noprint postprofile rss",
    _LIKELY: "and",
    _NEGATIVE: "ad ads hid",
    # Measured on wcxb-dev-300: of the text in blocks named so, less than a tenth is main text.
    _SITE: "account ad ads advertisement also announcement author avatar banner basket bio burger "
    "byline colophon comments disclaimer drawer facebook facet facets feedback filter filters "
    "flyout foot gdpr instagram legal linkedin login mega menu minicart modal nav noprint onetrust "
    "outline overlay pager paywall popover postprofile privacy promo recirc recommendations "
    "respond share sharedaddy sharing sidenav signin signup similar skip social sponsor sponsored "
    "sticky subnav subscribe toc toolbar tooltip topbar trending twitter upsell userdetails "
    "wishlist",
    _SHARE: "share sharedaddy sharing social",
}
_STEM_BITS = tuple((stem, bit) for bit, stems in _STEMS.items() for stem in stems.split())
_STEM_STARTS = frozenset(stem[:4] for stem, _ in _STEM_BITS)
# What OBELICS takes out of a whole page, by exactly this class or id.
_SITE_PARTS = frozenset(["footer", "site-info", "header", "navigation", "nav", "navbar", "menu"])
_ASIDE_ROLES = frozenset(
    [
        "menu",
        "menubar",
        "complementary",
        "navigation",
        "alert",
        "alertdialog",
        "dialog",
        "banner",
        "contentinfo",
        "search",
        "toolbar",
        "tablist",
    ]
)
_ATTRIBUTE = re.compile(
    r' (class|id|role|rel|itemprop|style|hidden|aria-hidden|aria-modal)="([^"]*)"'
)
# How templates name the block that holds the text of an article and nothing else.
_TEXT_OF_ARTICLE = re.compile(
    r"(?:article|entry|post|story|news|single)[-_]{0,2}(?:body|content|text)", re.IGNORECASE
)
_TABLE_ROLES = {"presentation": False, "none": False, "table": True, "grid": True}
_LETTERS = re.compile(r"(?<![0-9A-Za-z])[A-Za-z]+")  # not the ad in jXK9ad
_CAMEL_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# Behind a tab or a heading that a reader opens: the same page in PHP and Python, answers, terms.
_FOLDED_ROLES = frozenset(["tabpanel", "region"])
# Every widget of the page builder Elementor is an elementor-widget, the text too; overflow-hidden,
# lg:hidden and scroll-mt-8 say how a block is laid out, not what it is.
_OF_LAYOUT = re.compile(
    r"elementor-widget|overflow-?(?:[xy]-?)?(?:hidden|scroll)|^[a-z0-9]+:hidden$|^scroll-[mp]",
    re.IGNORECASE,
)
# React sends parts of a page in hidden elements of these ids and moves them into place later.
_STREAMED = re.compile(r"S:[0-9a-f]+")


# What the bits of a look say, the lowest first.
LOOK_BITS = (
    "aside",
    "site_name",
    "unlikely",
    "share",
    "positive",
    "negative",
    "byline",
    "caption",
    "text_of_article",
)


class Look(NamedTuple):
    """What the attributes of an element say."""

    # hidden, aria-hidden, display:none, visibility:hidden, unless a reader can open it
    hidden: bool = False
    aside: bool = False  # its role is not the main text
    unlikely: bool = False  # named like navigation, advertisement, comments, ...
    site_name: bool = False  # named like a part of the site, more surely than `unlikely`
    share: bool = False  # a bar to share the page
    byline: bool = False  # who wrote it and when
    caption: bool = False
    weight: int = 0  # +25 for each of class and id that names content, -25 for the opposite
    data_table: bool | None = None  # whether its role says that a table holds data
    site_part: bool = False  # for OBELICS a part of the site
    rendition: bool = False  # a chart drawn for one size of screen
    bits: int = 0  # the same and more as numbers for the classifier, in the order of LOOK_BITS


_NOTHING = Look()


def _whole_bits() -> dict[str, int]:
    bits: dict[str, int] = {}
    for bit, parts in _WHOLE.items():
        for part in parts.split():
            bits[part] = bits.get(part, 0) | bit
    return bits


_WHOLE_BITS = _whole_bits()


@lru_cache(maxsize=50_000)
def look_at(attributes: str) -> Look:
    """Return what attributes, as Lexbor writes them, say about an element."""
    found = _ATTRIBUTE.findall(attributes)
    if not found:
        return _NOTHING
    of_class = of_id = 0
    rest = []
    for name, value in found:
        if name == "class":
            for word in value.split():
                of_class |= _meaning(word)
            if value in _SITE_PARTS or "site-info" in value or "footer" in value:
                rest.append((name, value))
        elif name == "id":
            of_id = _meaning(value)
            if value in _SITE_PARTS or value.startswith("S:"):
                rest.append((name, value))
        else:
            rest.append((name, value))
    return _look(of_class, of_id, tuple(rest))


@lru_cache(maxsize=10_000)
def _look(of_class: int, of_id: int, rest: tuple[tuple[str, str], ...]) -> Look:
    """Put together what names say and the attributes that are few and often the same."""
    values = dict(rest)
    css = values.get("class", "")
    words = css.split()
    said = of_class | of_id
    role = values.get("role")
    aside = role in _ASIDE_ROLES or values.get("aria-modal") == "true"
    unlikely = bool(said & _UNLIKELY) and not said & _LIKELY
    byline = (
        bool(said & _BYLINE)
        or values.get("rel") == "author"
        or "author" in values.get("itemprop", "")
    )
    weight = sum(
        25 * bool(one & _POSITIVE) - 25 * bool(one & _NEGATIVE) for one in (of_class, of_id)
    )
    is_text = bool(said & _TEXT) or values.get("itemprop") in ("articleBody", "reviewBody", "text")
    flags = (
        aside,
        bool(said & _SITE),
        unlikely,
        bool(said & _SHARE),
        weight > 0,
        weight < 0,
        byline,
        bool(said & _CAPTION),
        is_text,
    )
    return Look(
        hidden=not said & _FOLDED and _is_hidden(values),
        aside=aside,
        unlikely=unlikely,
        site_name=bool(said & _SITE),
        share=bool(said & _SHARE),
        byline=byline,
        caption=bool(said & _CAPTION),
        weight=weight,
        data_table=_TABLE_ROLES.get(role or ""),
        site_part=bool({"footer", "site-info"}.intersection(words))
        or css in _SITE_PARTS
        or values.get("id") in _SITE_PARTS,
        rendition=bool(said & _RENDITION),
        bits=sum(1 << bit for bit, flag in enumerate(flags) if flag),
    )


def _is_hidden(values: dict[str, str]) -> bool:
    if (
        _STREAMED.fullmatch(values.get("id", ""))
        or values.get("role") in _FOLDED_ROLES
        or values.get("hidden") == "until-found"
    ):
        return False
    if "hidden" in values or values.get("aria-hidden") == "true":
        return True
    style = values.get("style", "").replace(" ", "").lower()
    return "display:none" in style or "visibility:hidden" in style


@lru_cache(maxsize=50_000)
def _meaning(word: str) -> int:
    """Return what one word of a class or id says, as bits."""
    bits = _TEXT if _TEXT_OF_ARTICLE.search(word) else 0
    for letters in _LETTERS.findall(_OF_LAYOUT.sub("", word)):
        bits |= _letters_meaning(letters)
    return bits


@lru_cache(maxsize=50_000)
def _letters_meaning(letters: str) -> int:
    lowered = letters.lower()
    bits = _WHOLE_BITS.get(lowered, 0)
    if lowered != letters:
        for part in _CAMEL_PART.findall(letters):
            bits |= _WHOLE_BITS.get(part.lower(), 0)
    for start in range(len(lowered) - 3):
        if lowered[start : start + 4] in _STEM_STARTS:
            for stem, bit in _STEM_BITS:
                if lowered.startswith(stem, start):
                    bits |= bit
    return bits
