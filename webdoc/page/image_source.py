"""Which URL an image element means, and how large the page shows it."""

import re
from collections.abc import Iterable, Mapping
from operator import itemgetter
from urllib.parse import unquote

# Where lazy-loading scripts keep the real address, most common first. Source: the lists of OBELICS
# (arXiv:2306.16527, released code) and of common WordPress and news plugins.
LAZY_SOURCES = (
    "data-src",
    "data-original",
    "data-lazy-src",
    "data-lazy",
    "data-img-src",
    "data-image",
    "data-url",
    "data-hi-res-src",
    "data-full-src",
    "data-large-file",
    "data-orig-file",
    "data-src-fg",
    "data-scroll-image",
    "data-lateloadsrc",
    "data-gt-lazy-src",
    "data-echo",
    "data-raw-src",
    "data-actualsrc",
    "src2",
)
LAZY_SRCSETS = ("data-srcset", "data-lazy-srcset", "data-original-set", "data-responsive")
_SRCSETS = ("srcset", *LAZY_SRCSETS)
_MAX_DENSITY = 16  # "16x"; larger sizes are widths, which no picture for a page has so small

_PLACEHOLDER = re.compile(
    r"(?:^|[/_.-])(?:blank|spacer|place-?holder|pixel|px|transparent|trans|lazy|lazy-?load|loading"
    r"|loader|1x1|1px|dummy|gr[ae]y|empty|clear|s|fallback)"
    r"(?:[_-]?\d+(?:x\d+)?)?\.(?:gif|png|svg|jpe?g|webp)(?:$|[?#])",
    re.IGNORECASE,
)
_IMAGE_ADDRESS = re.compile(
    r"\s*[^\s{}]+\.(?:jpe?g|png|webp|gif|avif)(?:[?#/]\S*)?\s*", re.IGNORECASE
)
# /_next/image?url=..., Photon, weserv, imgix and the like: the address of a picture in the query.
_ASKED_OF_PROXY = re.compile(r"[?&](?:url|src|image|img|u)=([^&#]{5,2000})", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,6}(?:\.\d*)?")
_LENGTH = re.compile(r"\s*(\d{1,6})(?:\.\d*)?\s*(px|%)?\s*", re.IGNORECASE)
_STYLE_LENGTH = re.compile(
    r"(?:^|[;\s])(width|height)\s*:\s*(\d{1,6}(?:\.\d+)?(?:px|%))", re.IGNORECASE
)


def is_placeholder(src: str) -> bool:
    """Say whether an address stands for a picture that a script loads later."""
    src = pointed_at(src.strip())
    head = src[:11].lower()
    if not src or head.startswith(("data:", "#", "about:", "javascript:", "blob:")):
        return True
    path, question, _ = src.partition("?")
    return bool(_PLACEHOLDER.search(src[-80:]) or (question and _PLACEHOLDER.search(path[-80:])))


def pointed_at(address: str) -> str:
    """Return the address of the picture that a proxy is asked for, else the address itself.

    >>> pointed_at("/_next/image?url=%2Fspacer.gif&w=640&q=75")
    '/spacer.gif'
    """
    if "?" not in address:
        return address
    asked = _ASKED_OF_PROXY.search(address)
    if not asked:
        return address
    pointed = unquote(asked[1]).strip()
    return pointed if _IMAGE_ADDRESS.fullmatch(pointed) else address


def largest_candidate(*srcsets: str) -> str:
    """Return the address of the widest or densest candidate, the first of equals, "" for none.

    Addresses may hold commas, as in the HTML standard: only one at their end divides.
    """
    return _largest(srcsets)[0]


_size_of = itemgetter(1)


def _largest(srcsets: Iterable[str]) -> tuple[str, float]:
    found = [candidate for srcset in srcsets for candidate in _candidates(srcset)]
    # The largest first, the first of equals before the others: most are no placeholder.
    for address, size in sorted(found, key=_size_of, reverse=True):
        if size > 0 and not is_placeholder(address):
            return address, size
    return "", 0.0


def _candidates(srcset: str) -> Iterable[tuple[str, float]]:
    """Yield address and size; widths count as they are, a density as if 1x were one pixel."""
    address, size = "", 0.0
    for word in srcset.split():
        if not address:
            address = word.strip(",")
            if word.endswith(",") and address:
                yield address, 1.0
                address = ""
            continue
        descriptor, comma, following = word.partition(",")
        number = _NUMBER.match(descriptor)
        if number and descriptor[-1:] in "wx":
            size = float(number[0])
        if comma:
            yield address, size or 1.0
            # "a.png 1x,b.png 2x": the next address follows without a blank
            address, size = following.strip(","), 0.0
    if address:
        yield address, size or 1.0


def picked_source(
    attributes: Mapping[str, str],
    sources: Iterable[str] = (),
    repeated: frozenset[str] = frozenset(),
) -> str:
    """Return the address that an image element means, as the page writes it.

    Args:
        attributes: of the img or amp-img, names in lower case, values decoded.
        sources: srcset of each source element of the picture around it.
        repeated: src values that several lazily loaded images of the page share.

    Returns:
        The widest candidate of `srcset`, of those for lazy loading and of the picture's sources,
        when these give widths; else the `src`, unless it is a placeholder and another attribute
        holds an address; then the address for lazy loading, else the densest candidate.
        A placeholder where there is nothing else, "" where there is nothing at all.
    """
    srcsets = [attributes[name] for name in _SRCSETS if name in attributes]
    srcsets += sources
    largest, size = _largest(srcsets) if srcsets else ("", 0.0)
    if size > _MAX_DENSITY:
        return largest
    src = attributes.get("src", "").strip()
    is_picture = bool(src) and src not in repeated and not is_placeholder(src)
    if is_picture and "lazy" not in attributes.get("class", "").lower():
        return src
    return _lazy_source(attributes) or (src if is_picture else largest or src)


def _lazy_source(attributes: Mapping[str, str]) -> str:
    """Return what a script would put into src: a known attribute, else any that holds a picture."""
    for name in LAZY_SOURCES:
        value = attributes.get(name, "").strip()
        if value and not is_placeholder(value) and value[0] not in "{[":
            return largest_candidate(value) if " " in value and ", " in value else value
    for name, value in attributes.items():
        if (
            name.startswith("data-")
            and name not in LAZY_SRCSETS
            and len(value) < 2_048
            and _IMAGE_ADDRESS.fullmatch(value)
            and not is_placeholder(value)
        ):
            return value.strip()
    return ""


def rendered_size(attributes: Mapping[str, str]) -> tuple[str, str]:
    """Return width and height as the page asks for them: "640", "50%", "" where it is silent.

    An inline style wins over the attributes, as in a browser.
    """
    size = {name: _length(attributes.get(name, "")) for name in ("width", "height")}
    style = attributes.get("style", "")
    if style:
        size |= {name.lower(): _length(value) for name, value in _STYLE_LENGTH.findall(style)}
    return size["width"], size["height"]


def _length(value: str) -> str:
    match = _LENGTH.fullmatch(value)
    if not match:
        return ""
    return match[1] + "%" if match[2] == "%" else match[1]
