"""What a server or page says about the use of its content: headers, meta elements -> one decision.

What cannot be read means no. Words that say nothing about us are passed over.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Final, Literal

from http_sfv.dictionary import Dictionary
from http_sfv.types import Token

from webdoc.settings import setting

# What a decision is about: the page itself, the images that it shows, or one image by its own
# answer.
Subject = Literal["page", "page_images", "image"]


class Signal(StrEnum):
    """A way to say no, and the reason of a decision that goes by it."""

    NOAI = "noai"  # X-Robots-Tag and meta robots; source: DeviantArt, 2022
    NOIMAGEAI = "noimageai"  # likewise, of images only
    NOINDEX = "noindex"  # and none, which is noindex and nofollow
    NOIMAGEINDEX = "noimageindex"  # of the images of a page
    TDM_RESERVATION = "tdm_reservation"  # W3C TDM Reservation Protocol, header and meta
    CONTENT_USAGE = "content_usage"  # IETF aipref, header, meta and robots.txt
    CONTENT_SIGNAL = "content_signal"  # contentsignals.org, header and robots.txt
    ROBOTS_TXT = "robots_txt"  # RFC 9309, allow and disallow


UNREADABLE: Final = "unreadable"  # the reason where a sign stands that cannot be read
OPT_OUT: Final = "opt_out"  # the reason where a list of ours holds the address or the picture
ROBOTS_UNREACHABLE: Final = "robots_unreachable"  # nobody could say what robots.txt holds

# The headers of an answer that are read here; an archive reader keeps these and no others.
HEADERS: Final = (
    "x-robots-tag",
    "tdm-reservation",
    "tdm-policy",  # kept for people: it names conditions, which nobody can agree to by reading
    "content-usage",
    "content-signal",
)
_IMAGE_SIGNALS: Final = (Signal.NOIMAGEAI, Signal.NOIMAGEINDEX)
_ROBOTS_WORDS: Final = {
    "noai": Signal.NOAI,
    "noimageai": Signal.NOIMAGEAI,
    "noindex": Signal.NOINDEX,
    "none": Signal.NOINDEX,
    "noimageindex": Signal.NOIMAGEINDEX,
}
# Prohibitions of other things. Any other word that begins with "no" is one that cannot be read.
_OTHER_PROHIBITIONS: Final = (
    *("nofollow", "noarchive", "nosnippet", "notranslate", "noodp", "noydir", "noyaca"),
    *("nocache", "nopreview", "nositelinkssearchbox", "nopagereadaloud", "novideoindex"),
)
_VALUED: Final = ("max-snippet", "max-image-preview", "max-video-preview", "unavailable_after")
# A date holds colons, commas and the month Nov: it goes first.
_DATE = re.compile(r"unavailable_after\s*:[^,;]*(?:,\s*\d[^,;]*)?", re.IGNORECASE)
_WORD = re.compile(r"([^\s,;:]+)(\s*:)?")
_MAX_USAGE_CHARS: Final = 4_096  # a usual value has 30


@dataclass(frozen=True, slots=True)
class PermissionSettings:
    """Which signs bind us."""

    agents: tuple[str, ...] = setting(
        ("interleaf",),
        "Product tokens that we answer to, ours first. A no to any of them is one to us; naming"
        " crawlers such as `CCBot` or `GPTBot` heeds what sites tell them.",
        source="ours: the name under which the fetcher asks",
        private=False,
    )
    signals: tuple[str, ...] = setting(
        tuple(Signal),
        "The signs that bind; the others are passed over.",
        source="DeviantArt 2022 (`noai`), W3C TDMRep, IETF aipref drafts, contentsignals.org,"
        " RFC 9309",
        differs="OBELICS heeded a list alone, that of Spawning.",
        private=False,
    )
    usages: tuple[str, ...] = setting(
        (*("train-ai", "train-genai", "genai", "ai", "tdm", "bots", "all"), "ai-train"),
        "Keys of Content-Usage and Content-Signal that speak of building a corpus to train on.",
        source="draft-ietf-aipref-vocab-03 to -05 and drafts before them; contentsignals.org",
        private=False,
    )
    forbidden_robots_txt_allows: bool = setting(
        True,
        "Whether 401 and 403 for robots.txt mean that there is none.",
        source="RFC 9309, 2.3.1.3",
    )
    opt_out_lists: tuple[str, ...] = setting(
        (),
        "Files of URLs, domains and hashes; see `webdoc.permission.opt_outs`.",
        source="the user brings them",
        private="folders",
    )
    opt_out_hash_distance: int = setting(
        5,
        "Bits of 64 in which the perceptual hash of an opted-out picture may differ.",
        source="MMC4: `findimagedupes` with 5",
    )

    def __post_init__(self) -> None:
        if not self.agents or not all(re.fullmatch(r"[\w.-]+", name) for name in self.agents):
            raise ValueError(f"agents must be one or more plain names, got {self.agents}")
        if unknown := sorted(set(self.signals) - set(Signal)):
            raise ValueError(f"unknown signal {unknown[0]}: known are {', '.join(Signal)}")
        if not 0 <= self.opt_out_hash_distance <= 16:
            raise ValueError("opt_out_hash_distance must be 0 to 16 bits")


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a thing may be used, and who says no and how."""

    allowed: bool
    reason: str = ""  # a Signal, UNREADABLE, OPT_OUT or ROBOTS_UNREACHABLE; "" when allowed
    source: str = ""  # where it stands: "page header x-robots-tag"; "" when allowed


ALLOWED: Final = Decision(True)


def first_no(decisions: Iterable[Decision]) -> Decision:
    """Return the first decision against, ALLOWED where there is none; asks no further than it."""
    return next((decision for decision in decisions if not decision.allowed), ALLOWED)


def header_pairs(lines: Iterable[str]) -> list[tuple[str, str]]:
    """Return name and value of headers written as `Capture.usage_headers` holds them.

    >>> header_pairs(["x-robots-tag: googlebot: noindex"])
    [('x-robots-tag', 'googlebot: noindex')]
    """
    parts = (line.partition(": ") for line in lines)
    return [(name, value) for name, _, value in parts]


def header_decision(
    headers: Sequence[tuple[str, str]], settings: PermissionSettings, of: Subject = "page"
) -> Decision:
    """Decide by the HTTP headers of an answer.

    Args:
        headers: name and value as sent, each line one; names in any case.
        settings: which signs bind.
        of: "page" and "page_images" read the headers of a page, "image" those of an image.
    """
    where = "image header" if of == "image" else "page header"
    named = ((name.lower(), value) for name, value in headers)
    return _decision((sign for sign in named if sign[0] in HEADERS), where, settings, of)


def meta_decision(
    signals: Iterable[tuple[str, str]], settings: PermissionSettings, of: Subject = "page"
) -> Decision:
    """Decide by the meta elements of a page, as `webdoc.permission.meta_signs` finds them."""
    return _decision(signals, "page meta", settings, of)


def _decision(
    signs: Iterable[tuple[str, str]], where: str, settings: PermissionSettings, of: Subject
) -> Decision:
    for name, value in signs:
        read = _READERS.get(name) or partial(_robots_reason, of=of)
        if reason := read(value, settings):
            return Decision(False, reason, f"{where} {name}")
    return ALLOWED


def _robots_reason(value: str, settings: PermissionSettings, *, of: Subject) -> str:
    """Return why X-Robots-Tag or meta robots says no; "" where it does not."""
    binding = {*_ROBOTS_WORDS.values()} & set(settings.signals)
    if of == "page":
        binding.difference_update(_IMAGE_SIGNALS)
    agents = {"*", "robots", *(agent.lower() for agent in settings.agents)}
    for_us, skip = True, False
    for match in _WORD.finditer(_DATE.sub(" ", value).lower()):
        word = match[1].replace("-", "").replace("_", "")
        if skip:  # the none of max-image-preview:none
            skip = False
        elif signal := _ROBOTS_WORDS.get(word):
            if for_us and signal in binding:
                return signal
        elif match[2]:
            skip = match[1] in _VALUED
            for_us = for_us if skip else match[1] in agents
        elif word.startswith("no") and word not in _OTHER_PROHIBITIONS and for_us and binding:
            return UNREADABLE
    return ""


def _tdm_reason(value: str, settings: PermissionSettings) -> str:
    """Return why tdm-reservation says no. Source: W3C TDMRep: 1 is reserved, 0 is not."""
    if Signal.TDM_RESERVATION not in settings.signals or value.strip() == "0":
        return ""
    return Signal.TDM_RESERVATION if value.strip() == "1" else UNREADABLE


def usage_reason(value: str, settings: PermissionSettings, signal: Signal) -> str:
    """Return why a Content-Usage or Content-Signal value says no; "" where it does not.

    The drafts take a value that is neither y nor n for unknown; here it is one that cannot be
    read. Other keys and parameters are passed over, and of a key that comes twice the last counts,
    as the drafts say.

    Source: draft-ietf-aipref-vocab-05, 6 and 7; RFC 9651, 3.2; contentsignals.org.
    """
    if signal not in settings.signals or not value.strip():
        return ""
    usages = Dictionary()
    try:
        if len(value) > _MAX_USAGE_CHARS:
            raise ValueError("too long")
        usages.parse(value.strip().encode("ascii"))
    except ValueError:  # of which UnicodeEncodeError is one
        return UNREADABLE
    said = {_said(usages[key]) for key in settings.usages if key in usages}
    if "no" in said:
        return signal
    return UNREADABLE if UNREADABLE in said else ""


def _said(member: object) -> str:
    value = getattr(member, "value", None)  # a list of several has none
    if not isinstance(value, Token):
        return UNREADABLE
    return {"y": "yes", "yes": "yes", "n": "no", "no": "no"}.get(value, UNREADABLE)


_READERS: Final[dict[str, Callable[[str, PermissionSettings], str]]] = {
    "tdm-reservation": _tdm_reason,
    "tdm-policy": lambda _value, _settings: "",
    "content-usage": partial(usage_reason, signal=Signal.CONTENT_USAGE),
    "content-signal": partial(usage_reason, signal=Signal.CONTENT_SIGNAL),
}
