"""Markup that would keep a parser busy for minutes, found before it is parsed.

HTML's rules cost time that grows with the square of five things, measured with Lexbor on one core:
open elements (100,000 nested div: 24 s), attributes of one element (50,000: 9 s), formatting
elements never closed (3,000 different b, each in a new p: minutes, and gigabytes), options of one
select (190,000: 9 minutes), and tags that look through what is open (56,000 b, i and the like, then
as many end tags of nothing: 2.4 s; ten times as many: 20 minutes).
"""

import re
from collections import Counter

from webdoc.page.elements import CLOSED_BY_OTHERS, FORMATTING
from webdoc.page.open_elements import work_of
from webdoc.page.tag_starts import TagStarts, keys_of

_FEW_TAGS = 2_000  # so few cannot do harm: 0.4 s and 300 MB at worst
_MANY_TAGS = 5_000  # so many are always looked at
_FEW_UNCLOSED = 1_000
_MAX_DEPTH = 10_000  # 0.5 s
_MAX_OPEN_FORMATTING = 300
_MAX_ATTRIBUTES = 5_000  # of one element: 0.1 s
_MAX_OPTIONS = 10_000  # of one select, or as much work by several: 1 s, 4 s where all are selected
_VERY_MANY_TAGS = 20_000  # half of them open and half looking through these: 0.4 s
_MAX_WORK = 50_000_000  # looks at open elements, 1 to 5 ns each; of real pages 264,597 at most
_MAX_IMAGES = 10_000  # of one page: a second, and 60 MB
_GAP = 16_384  # bytes without a ">"; more than 6,000 attributes need two such blocks

_START = re.compile(rb"<([a-zA-Z][a-zA-Z0-9]*)")
_TAG_NAME = re.compile(rb"<(/?[a-zA-Z][a-zA-Z0-9]*)")
_FORMATTING_NAMES = "|".join(sorted(FORMATTING))
_FORMATTING_NAME = re.compile(rf"<(/?(?:{_FORMATTING_NAMES}))[\s/>]".encode(), re.IGNORECASE)
_FIRST_LETTERS = "".join(sorted({name[0] for name in FORMATTING}))  # rule out most tags
_FORMATTING_TAG = re.compile(
    rf"<(?=/?[{_FIRST_LETTERS}])(/?(?:{_FORMATTING_NAMES}))(?=[\s/>])[^<>]{{0,64}}".encode(),
    re.IGNORECASE,
)
_TAG_START = re.compile(rb"<[a-zA-Z]")
_SELECT = re.compile(rb"<select(?=[\s/>])", re.IGNORECASE)
_OPTION = re.compile(rb"<option(?=[\s/>])", re.IGNORECASE)
_IMAGE = re.compile(rb"<ima?ge?(?=[\s/>])", re.IGNORECASE)  # image is another name of img
_QUOTED = re.compile(rb"\"[^\"]*\"|'[^']*'")
_FORMATTING = frozenset(name.encode() for name in FORMATTING)
_FORMATTING_KEYS = keys_of(sorted(FORMATTING))
_IMAGE_KEYS = keys_of(["img", "image"])
_OPTION_KEYS = keys_of(["option"])
_CLOSED_BY_OTHERS = frozenset(name.encode() for name in CLOSED_BY_OTHERS)


def excess(markup: bytes, found: TagStarts, max_elements: int) -> str:
    """Return what is too much in a page, "" where it can be parsed.

    Args:
        found: in the same markup.
    """
    if len(markup) > 2 * _FEW_TAGS:
        tags, ends = found.tags, found.ends
        if tags - ends > 4 * max_elements:  # comments and scripts hold some, too
            return f"about {tags - ends} elements"
        if tags > _MANY_TAGS or tags - 2 * ends > _FEW_UNCLOSED:
            too_much = _too_much_open(markup, found)
            if too_much:
                return too_much
            images = found.most(_IMAGE_KEYS)
            if images > _MAX_IMAGES and len(_IMAGE.findall(markup)) > _MAX_IMAGES:
                return f"more than {_MAX_IMAGES} images"
    return _attributes(markup)


def _too_much_open(markup: bytes, found: TagStarts) -> str:
    limit = _MAX_OPEN_FORMATTING
    is_suspect = found.tags > _VERY_MANY_TAGS
    if found.most(_FORMATTING_KEYS) > limit and _most_formatting(markup) > limit:
        if _deepest_formatting(markup) > limit:
            return f"more than {_MAX_OPEN_FORMATTING} formatting elements never closed"
        is_suspect = True
    if found.starts > _MAX_DEPTH:
        names = Counter(map(bytes.lower, _START.findall(markup)))
        closed = sum([names[name] for name in _CLOSED_BY_OTHERS | _FORMATTING])
        if names.total() - closed > _MAX_DEPTH and _deepest(markup) > _MAX_DEPTH:
            return f"more than {_MAX_DEPTH} elements inside each other"
        if found.most(_OPTION_KEYS) > _MAX_OPTIONS and _options(markup) > _MAX_OPTIONS**2:
            return f"more than {_MAX_OPTIONS} options to select from"
    if is_suspect and work_of(markup, _MAX_WORK) > _MAX_WORK:
        return f"more than {_MAX_WORK} looks at open elements"
    return ""


def _options(markup: bytes) -> int:
    """Return the squares of how many options each select has, added up."""
    return sum([len(_OPTION.findall(part)) ** 2 for part in _SELECT.split(markup)[1:]])


def _deepest(markup: bytes) -> int:
    """Return how many elements stand open at once, roughly: an end tag ends one of its name."""
    open_elements: Counter[bytes] = Counter()
    depth = deepest = 0
    for match in _TAG_NAME.finditer(markup):
        name = match[1].lower()
        if name[:1] == b"/":
            if open_elements[name[1:]]:
                open_elements[name[1:]] -= 1
                depth -= 1
        elif name not in _CLOSED_BY_OTHERS and name not in _FORMATTING:
            open_elements[name] += 1
            depth += 1
            deepest = max(deepest, depth)
    return deepest


def _most_formatting(markup: bytes) -> int:
    """Return how many formatting elements stand open at once, at most: a third of the time."""
    open_elements: dict[bytes, int] = {}
    depth = most = 0
    for tag in _FORMATTING_NAME.findall(markup):
        name: bytes = tag.lower()
        if name[0] == ord("/"):
            if open_elements.get(name[1:], 0):
                open_elements[name[1:]] -= 1
                depth -= 1
        else:
            open_elements[name] = open_elements.get(name, 0) + 1
            depth += 1
            most = max(most, depth)
    return most


def _deepest_formatting(markup: bytes) -> int:
    """Likewise for formatting elements; more than three alike count as three, as in HTML."""
    open_elements: dict[bytes, list[bytes]] = {}
    alike: Counter[bytes] = Counter()
    depth = deepest = 0
    for match in _FORMATTING_TAG.finditer(markup):
        name = match[1].lower()
        if name[:1] == b"/":
            stack = open_elements.get(name[1:])
            if stack:
                alike[stack.pop()] -= 1
                depth -= 1
        elif alike[match[0]] < 3:
            open_elements.setdefault(name, []).append(match[0])
            alike[match[0]] += 1
            depth += 1
            deepest = max(deepest, depth)
    return deepest


def _attributes(markup: bytes) -> str:
    """Look for an element with very many attributes, where a long way has no ">"."""
    block = 0
    while block + _GAP < len(markup):
        end = markup.find(b">", block, block + _GAP)
        if end < 0:
            end = markup.find(b">", block + _GAP)
            end = len(markup) if end < 0 else end
            start = _TAG_START.search(markup, markup.rfind(b">", 0, block) + 1, end)
            if start and _words(markup[start.start() : end]) > _MAX_ATTRIBUTES:
                return f"more than {_MAX_ATTRIBUTES} attributes of one element"
            block = end
        block += _GAP
    return ""


def _words(tag: bytes) -> int:
    return len(_QUOTED.sub(b" ", tag).split())
