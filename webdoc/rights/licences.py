"""Licences that pages and pictures bear: their names, whose work it is, and where it says so. Pure.

A licence is named as SPDX names it where that is known (CC-BY-4.0, CC0-1.0), else by its address
or words. Whether it is true, and whether whoever wrote it could give it, nobody can tell from here.
"""

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any, Final, NamedTuple


class Licence(NamedTuple):
    """What was found; empty where nothing was."""

    name: str = ""  # CC-BY-SA-4.0, an address, or words
    source: str = ""  # where it stands: "link rel=license", "caption", "XMP"
    credit: str = ""  # whose work it is, as it stands there


NONE: Final = Licence()
_MAX_BYTES: Final = 4 << 20  # of markup that is looked at
_MAX_CHARS: Final = 300  # of a name or credit
_MAX_JSON: Final = 256 << 10  # of one script of JSON-LD
_MAX_SCRIPTS: Final = 20
_MAX_OBJECTS: Final = 5_000  # of JSON-LD that are looked at in a page
_MAX_PACKET: Final = 64 << 10  # of XMP in a picture

_CC_ADDRESS = re.compile(
    r"creativecommons\.org/(?:licen[sc]es/(by(?:-nc)?(?:-nd|-sa)?)|(publicdomain)/(zero|mark))"
    r"/([0-9]\.[0-9])",
    re.IGNORECASE,
)
_CC_WORDS = re.compile(
    r"(?<!\w)CC[\s-]?(?:(0)|(BY(?:[\s-]NC)?(?:[\s-](?:ND|SA))?))(?![\w-])[\s-]*(?:v\.?\s?)?([0-9]\.[0-9])?",
    re.IGNORECASE,
)
_TAG = re.compile(rb"<(link|a|meta)\s([^<>]{1,2000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    rb"(?<![\w-])(rel|href|name|property|content)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))",
    re.IGNORECASE,
)
_FOOTER = re.compile(
    rb"<footer|(?:id|class)\s*=\s*[\"'][^\"'>]{0,200}foot(?:er)?[\s\"'_-]", re.IGNORECASE
)
_DUBLIN_CORE = frozenset(["dc.rights", "dcterms.rights", "dc.rights.license", "dcterms.license"])
_OF_IMAGES = frozenset(["ImageObject", "Photograph"])
_CREDIT = re.compile(
    r"(?:(?<!\w)(?:photo(?:graph)?|image|picture|foto|bild|credits?|source|quelle)s?\s?"
    r"(?::|by\b|courtesy(?:\sof)?\b|credit:)|\u00a9|\(c\))\s?:?\s*([^\n|]{2,120})",
    re.IGNORECASE,
)
_PUBLIC_DOMAIN = re.compile(r"(?<!\w)public domain(?!\w)", re.IGNORECASE)


def licence_name(text: str) -> str:
    """Return the name of a licence from its address or words; what is unknown stays as it is.

    >>> licence_name("https://creativecommons.org/licenses/by-sa/4.0/deed.de")
    'CC-BY-SA-4.0'
    >>> licence_name("CC BY 2.0")
    'CC-BY-2.0'
    """
    found = _CC_ADDRESS.search(text)
    if found:
        if found[2]:
            return ("CC0-" if found[3].lower() == "zero" else "PDM-") + found[4]
        return f"CC-{found[1].upper()}-{found[4]}"
    words = _CC_WORDS.search(text)
    if words:
        if words[1]:
            return "CC0-1.0"
        kind = re.sub(r"\s", "-", words[2].upper())
        return f"CC-{kind}-{words[3]}" if words[3] else f"CC-{kind}"
    return " ".join(text.split())[:_MAX_CHARS]


def is_named(licence: str, names: tuple[str, ...]) -> bool:
    """Say whether a licence is one of the names, which may leave out the version.

    >>> is_named("CC-BY-4.0", ("CC-BY",)), is_named("CC-BY-NC-4.0", ("CC-BY",))
    (True, False)
    """
    return licence in names or re.sub(r"-[0-9.]+$", "", licence) in names


def may_name_licence(html: bytes) -> bool:
    """Say whether a page may say something of licences; most do not, and this is cheap to tell."""
    return any(word in html for word in (b"licen", b"Licen", b"LICEN", b"ights", b"RIGHTS"))


def page_licence(html: bytes) -> Licence:
    """Return the licence of a page, from the first of these that names one.

    rel=license, JSON-LD, Dublin Core, a link to Creative Commons in the footer. Comments do not
    count.
    """
    page = _without_comments(html[:_MAX_BYTES])
    dublin_core = in_footer = NONE
    footers = [found.start() for found in _FOOTER.finditer(page)]
    footer = footers[-1] if footers else len(page)
    for tag in _TAG.finditer(page):
        inside = tag[2].lower()
        if b"licen" not in inside and b"rights" not in inside and b"creativec" not in inside:
            continue
        kind, values = tag[1].decode().lower(), _attributes(tag[2])
        href = values.get("href", "")
        if "license" in values.get("rel", "").lower().split() and href:
            return Licence(licence_name(href), f"{kind} rel=license")
        name = (values.get("name") or values.get("property") or "").lower()
        if (
            kind == "meta"
            and name in _DUBLIN_CORE
            and values.get("content")
            and not dublin_core.name
        ):
            dublin_core = Licence(licence_name(values["content"]), f"meta {name}")
        if kind == "a" and tag.start() > footer and _CC_ADDRESS.search(href):
            in_footer = Licence(licence_name(href), "footer link")
    of_page = next((found for url, found in _of_json_ld(page) if not url), NONE)
    return next((found for found in (of_page, dublin_core, in_footer) if found.name), NONE)


def image_licences(html: bytes) -> dict[str, Licence]:
    """Return what JSON-LD says of pictures, by their addresses as written there."""
    found: dict[str, Licence] = {}
    for url, licence in _of_json_ld(_without_comments(html[:_MAX_BYTES])):
        if url:
            found.setdefault(url, licence)
    return found


def caption_licence(caption: str) -> Licence:
    """Return the licence and credit that a caption names.

    >>> caption_licence("The mill. Photo: Ann Lee, CC BY 2.0")
    Licence(name='CC-BY-2.0', source='caption', credit='Ann Lee')
    """
    words = _CC_WORDS.search(caption)
    name = ""
    if words or _CC_ADDRESS.search(caption):
        name = licence_name(caption)
    elif _PUBLIC_DOMAIN.search(caption):
        name = "public domain"
    found = _CREDIT.search(caption)
    credit = ""
    if found:
        credit = _CC_WORDS.split(found[1])[0].strip(" ,;./()-\u2013\u2014")
    return Licence(name, "caption" if name or credit else "", credit)


def picture_licence(body: bytes) -> Licence:
    """Return what the bytes of a picture say: XMP, else IPTC (IIM)."""
    start = body.find(b"<x:xmpmeta")
    if start >= 0:
        packet = body[start : start + _MAX_PACKET].decode("utf-8", "replace")
        name = next(filter(None, (_xmp(packet, key) for key in _XMP_LICENCES)), "")
        credit = next(filter(None, (_xmp(packet, key) for key in _XMP_CREDITS)), "")
        if name or credit:
            return Licence(licence_name(name), "XMP", credit[:_MAX_CHARS])
    return _iptc(body)


_XMP_LICENCES: Final = ("cc:license", "xmpRights:WebStatement", "xmpRights:UsageTerms", "dc:rights")
_XMP_CREDITS: Final = ("photoshop:Credit", "dc:creator", "cc:attributionName")


def _xmp(packet: str, key: str) -> str:
    attribute = re.search(rf'{key}(?:=|\s+rdf:resource=)"([^"]{{1,1000}})"', packet)
    element = re.search(rf"<{key}[^>]{{0,200}}>(.{{0,1000}}?)</{key}>", packet, re.DOTALL)
    found = attribute[1] if attribute else element[1] if element else ""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", found)).split())


def _iptc(body: bytes) -> Licence:
    """Source: IPTC-NAA IIM 4.2: dataset 2:116 is the copyright notice, 2:110 the credit."""
    place = body.find(b"8BIM\x04\x04")
    block = body[place : place + _MAX_PACKET] if place >= 0 else b""
    found = {}
    for number in (116, 110, 80):
        at = block.find(bytes([0x1C, 2, number]))
        if at >= 0:
            size = int.from_bytes(block[at + 3 : at + 5], "big")
            found[number] = block[at + 5 : at + 5 + min(size, _MAX_CHARS)].decode(
                "utf-8", "replace"
            )
    credit = found.get(110) or found.get(80) or ""
    if not found:
        return NONE
    return Licence(licence_name(found.get(116, "")), "IPTC", credit)


def _attributes(inside: bytes) -> dict[str, str]:
    values: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(inside):
        value = match[2] or match[3] or match[4] or b""
        text = unescape(value.decode("utf-8", "replace")).strip()
        values.setdefault(match[1].decode().lower(), text)
    return values


def _without_comments(page: bytes) -> bytes:
    parts, place = [], 0
    while (start := page.find(b"<!--", place)) >= 0:
        end = page.find(b"-->", start)
        if end < 0:  # a browser ends it with the page; old scripts open some that never end
            break
        parts.append(page[place:start])
        place = end + 3
    return b"".join([*parts, page[place:]])


def _scripts_of_json_ld(page: bytes) -> Iterator[bytes]:
    place = 0
    for _ in range(_MAX_SCRIPTS):
        kind = page.find(b"application/ld+json", place)
        start = page.find(b">", kind) + 1
        end = page.find(b"</script", start)
        if kind < 0 or not start or end < 0:
            return
        yield page[start:end]
        place = end


def _of_json_ld(page: bytes) -> Iterator[tuple[str, Licence]]:
    """Yield the address of a picture, or "" for the page, and what an object says of it."""
    left = _MAX_OBJECTS
    for script in _scripts_of_json_ld(page):
        if len(script) > _MAX_JSON or b"license" not in script:
            continue
        try:
            waiting: list[Any] = [json.loads(script.decode("utf-8", "replace"))]
        except (ValueError, RecursionError):
            continue
        while waiting and left > 0:
            left -= 1
            item = waiting.pop()
            if isinstance(item, list):
                waiting.extend(reversed(item[:_MAX_OBJECTS]))
            elif isinstance(item, dict):
                waiting.extend(reversed([v for v in item.values() if isinstance(v, (list, dict))]))
                licence = item.get("license")
                if isinstance(licence, dict):
                    licence = licence.get("url") or licence.get("@id") or licence.get("name")
                if isinstance(licence, str) and licence.strip():
                    yield (
                        _picture_url(item),
                        Licence(licence_name(licence), "JSON-LD license", _credit(item)),
                    )


def _picture_url(item: dict[str, Any]) -> str:
    kinds = item.get("@type")
    names = kinds if isinstance(kinds, list) else [kinds]
    if _OF_IMAGES.isdisjoint(name for name in names if isinstance(name, str)):
        return ""
    url = item.get("contentUrl") or item.get("url") or item.get("@id")
    return url if isinstance(url, str) else "?"  # a picture without an address is no page


def _credit(item: dict[str, Any]) -> str:
    for key in ("creditText", "creator", "author", "copyrightHolder", "copyrightNotice"):
        value = item.get(key)
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, dict):
            value = value.get("name")
        if isinstance(value, str) and value.strip():
            return " ".join(value.split())[:_MAX_CHARS]
    return ""
