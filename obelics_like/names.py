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
_SITE_NAME = re.compile(
    r"cookie|consent|gdpr|newsletter|breadcrumb|sidebar|side-bar|footer|related|recommend|\bnav|navbar|menu|popup|modal|banner|advert|\bads?\b|share|social|subscribe|signup|sign-up|pagination|pager|toolbar|outbrain|taboola|skip|masthead|(?<!elementor-)widget|promo|login|overlay|drawer|dropdown|tooltip|breadcrumbs|copyright|topbar|site-header|header-|search|cart|upsell|cross-sell|carousel-nav|\btoc\b|table-of-contents|most-read|trending|tags|also-like"
)
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
        site_name=bool(_SITE_NAME.search(names)),
        more_link="more-link" in tokens,
        words=names,
    )
