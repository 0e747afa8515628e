"""What class, id, role and visibility attributes say about an element."""

import re
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Look:
    """What the attributes of an element say."""

    hidden: bool = False  # not shown: hidden, aria-hidden, display:none
    unlikely: bool = False  # named like navigation, advertisement, comments, ...
    aside: bool = False  # its role is not the main text
    weight: int = 0  # +25 for each of class and id that names content, -25 for the opposite
    share: bool = False  # a bar to share the page
    byline: bool = False  # who wrote it and when
    caption: bool = False
    presentation: bool = False  # a table for layout
    site_part: bool = False  # exactly footer, site-info, navigation, ...: a part of the site
    site_name: bool = False  # named like navigation, advertisement, ... beyond doubt
    more_link: bool = False  # "read more" of a text shown in part
    words: str = ""  # class and id, in lower case


_NOTHING = Look()
_ATTRIBUTE = re.compile(
    r' (class|id|role|rel|itemprop|style|hidden|aria-hidden|aria-modal)="([^"]*)"'
)
_ASIDE_ROLES = frozenset(
    "menu menubar complementary navigation alert alertdialog dialog banner contentinfo search "
    "toolbar tablist".split()
)
_UNLIKELY = re.compile(
    r"-ad-|ai2html|banner|breadcrumb|combx|comment|community|cover-wrap|disqus|extra|footer|gdpr"
    r"|header|legends|menu|related|remark|replies|rss|shoutbox|sidebar|skyscraper|social|sponsor"
    r"|supplemental|ad-break|agegate|pagination|pager|popup|yom-remote|cookie|consent|newsletter"
    r"|subscribe|navbar|\bnav\b|toolbar|outbrain|taboola|recommend|promo|modal"
)
_LIKELY = re.compile(r"and|article|body|column|content|main|mathjax|shadow")
_POSITIVE = re.compile(
    r"article|body|content|entry|hentry|h-entry|main|page|pagination|post|text|blog|story"
)
_NEGATIVE = re.compile(
    r"-ad-|hidden|\bhid\b|banner|combx|comment|com-|contact|footer|gdpr|masthead|media|meta|outbrain"
    r"|promo|related|scroll|share|shoutbox|sidebar|skyscraper|sponsor|shopping|tags|(?<!elementor-)widget"
)
# Measured on the pages of wcxb-dev-300: of the text in blocks named so, under a tenth is main text.
_SITE_TOKENS = frozenset(
    "ad ads advert advertisement banner breadcrumb breadcrumbs burger byline colophon consent "
    "cookie cookies copyright disclaimer drawer facebook facet facets filter filters flyout foot "
    "footer gdpr instagram legal linkedin login masthead mega megamenu menu modal nav navbar "
    "navigation newsletter onetrust outbrain overlay pager pagination paywall popover popup "
    "privacy promo recirc recommended recommendations related respond share sharedaddy sharing "
    "sidebar signin signup skip social sponsor sponsored subnav submenu subscribe subscription "
    "taboola toc toolbar tooltip topbar trending twitter upsell".split()
)
_SITE_NAME = re.compile(
    r"footer|sidebar|navbar|navigation|breadcrumb|cookie|consent|newsletter|related|recommend"
    r"|popup|advert|pagination|outbrain|taboola|subscri|copyright|masthead|megamenu|submenu"
)
_TOKEN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_STREAMED = re.compile(r"S:[0-9a-f]+")
_SHARE = re.compile(r"(?:\b|_)(?:share|sharedaddy|sharing|social)(?:\b|_)")
_BYLINE = re.compile(r"byline|author|dateline|writtenby|p-author")
_CAPTION = re.compile(r"caption")
_SITE_PARTS = frozenset("footer site-info header navigation nav navbar menu".split())


def look_at(attributes: str) -> Look:
    """Return what attributes, as Lexbor writes them, say about an element."""
    if not attributes:
        return _NOTHING
    found = _ATTRIBUTE.findall(attributes)
    return _judged(tuple(found)) if found else _NOTHING


@lru_cache(maxsize=20_000)
def _judged(found: tuple[tuple[str, str], ...]) -> Look:
    values = dict(found)
    css, ident = values.get("class", "").lower(), values.get("id", "").lower()
    tokens = css.split()
    names = f"{css} {ident}"
    style = values.get("style", "").replace(" ", "").lower()
    # React sends parts of a page in hidden elements named S:0, S:1, ... and moves them later
    hidden = not _STREAMED.fullmatch(values.get("id", "")) and (
        "hidden" in values
        or "display:none" in style
        or "visibility:hidden" in style
        or (values.get("aria-hidden") == "true" and "fallback-image" not in css)
    )
    weight = sum(
        25 * bool(_POSITIVE.search(name)) - 25 * bool(_NEGATIVE.search(name))
        for name in (css, ident)
        if name
    )
    byline = (
        values.get("rel") == "author"
        or "author" in values.get("itemprop", "")
        or bool(_BYLINE.search(names))
    )
    return Look(
        hidden=hidden,
        unlikely=bool(_UNLIKELY.search(names) and not _LIKELY.search(names)),
        aside=values.get("role") in _ASIDE_ROLES or values.get("aria-modal") == "true",
        weight=weight,
        share=bool(_SHARE.search(names)),
        byline=byline,
        caption=bool(_CAPTION.search(names)),
        presentation=values.get("role") in ("presentation", "none"),
        site_part="footer" in tokens
        or "site-info" in tokens
        or css in _SITE_PARTS
        or ident in _SITE_PARTS,
        site_name=bool(_SITE_NAME.search(names))
        or not _SITE_TOKENS.isdisjoint(
            token.lower()
            for token in _TOKEN.findall(f"{values.get('class', '')} {values.get('id', '')}")
        ),
        more_link="more-link" in tokens,
        words=names,
    )
