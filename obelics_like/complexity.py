"""Markup that would keep a parser busy for minutes, found before it is parsed.

HTML's rules cost time that grows with the square of three things, measured with Lexbor on one core:
open elements (100,000 nested div: 24 s), attributes of one element (50,000: 9 s), and formatting
elements never closed (3,000 different b, each in a new p: minutes, and gigabytes).
"""

import re
from collections import Counter

from obelics_like.elements import CLOSED_BY_OTHERS, FORMATTING

_FEW_TAGS = 2_000  # so few cannot do harm: 0.4 s and 300 MB at worst
_MANY_TAGS = 5_000  # so many are always looked at
_FEW_UNCLOSED = 1_000
_MAX_DEPTH = 10_000  # 0.5 s
_MAX_OPEN_FORMATTING = 300
_MAX_ATTRIBUTES = 5_000  # of one element: 0.1 s
_GAP = 16_384  # bytes without a ">"; more than 6,000 attributes need two such blocks

_TAG_NAME = re.compile(rb"<(/?[a-zA-Z][a-zA-Z0-9]*)([^<>]{0,64})")
_TAG_START = re.compile(rb"<[a-zA-Z]")
_QUOTED = re.compile(rb"\"[^\"]*\"|'[^']*'")
_FORMATTING = frozenset(name.encode() for name in FORMATTING)
_CLOSED_BY_OTHERS = frozenset(name.encode() for name in CLOSED_BY_OTHERS)


def excess(markup: bytes, max_elements: int) -> str:
    """Return what is too much in a page, "" where it can be parsed."""
    tags = markup.count(b"<")
    if tags > _FEW_TAGS:
        ends = markup.count(b"</")
        if tags - ends > 4 * max_elements:  # comments and scripts hold some, too
            return f"about {tags - ends} elements"
        if tags > _MANY_TAGS or tags - 2 * ends > _FEW_UNCLOSED:
            found = _open_elements(markup)
            if found:
                return found
    return _attributes(markup)


def _open_elements(markup: bytes) -> str:
    """Follow start and end tags, roughly: an end tag ends one element of its name."""
    open_elements: Counter[bytes] = Counter()
    kinds: Counter[bytes] = Counter()
    depth = formatting = 0
    for match in _TAG_NAME.finditer(markup):
        name = match[1].lower()
        if name[:1] == b"/":
            name = name[1:]
            if not open_elements[name]:
                continue
            open_elements[name] -= 1
            if name in _FORMATTING:
                formatting -= 1
            else:
                depth -= 1
        elif name in _FORMATTING:
            # more than three alike count as three (HTML standard, active formatting elements)
            kinds[match[0]] += 1
            if kinds[match[0]] <= 3:
                open_elements[name] += 1
                formatting += 1
        elif name not in _CLOSED_BY_OTHERS:
            open_elements[name] += 1
            depth += 1
        if depth > _MAX_DEPTH:
            return f"more than {_MAX_DEPTH} elements inside each other"
        if formatting > _MAX_OPEN_FORMATTING:
            return f"more than {_MAX_OPEN_FORMATTING} formatting elements never closed"
    return ""


def _attributes(markup: bytes) -> str:
    """Look for an element with very many attributes, where a long way has no ">"."""
    for block in range(0, len(markup) - _GAP, _GAP):
        if markup.find(b">", block, block + _GAP) >= 0:
            continue
        start = _TAG_START.search(markup, markup.rfind(b">", 0, block) + 1, block + _GAP)
        if start:
            end = markup.find(b">", block)
            written = markup[start.start() : end if end >= 0 else None]
            if len(_QUOTED.sub(b" ", written).split()) > _MAX_ATTRIBUTES:
                return f"more than {_MAX_ATTRIBUTES} attributes of one element"
    return ""
