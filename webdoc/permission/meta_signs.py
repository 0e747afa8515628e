"""The meta elements by which a page says how it may be used, without building a tree."""

import re
from functools import lru_cache
from html import unescape
from typing import Final

# One page in ten has a head longer than 80 KB, most of it scripts; one in a hundred 650 KB
# (641 real pages). A sign is looked for in all of it, so the limit is for pages that have no end
# of a head at all.
_MAX_BYTES: Final = 1024 * 1024
_NAMES: Final = ("robots", "x-robots-tag", "tdm-reservation", "content-usage", "content-signal")
# One meta element, the end of the head, or the start of a comment. The second character is looked
# at before anything else: a third less time.
_MARK = re.compile(
    rb"<[m/b!](?:(?<=m)eta[\s/]([^>]{0,4000})|(?<=/)head|(?<=b)ody|(?<=!)--)", re.IGNORECASE
)
_ATTRIBUTE = re.compile(
    rb"(?<![a-zA-Z-])([a-zA-Z-]++)\s*+=\s*+"
    rb"(?:\"([^\"]*+)(?:\"|\Z)|'([^']*+)(?:'|\Z)|([^\s\"'>]++))"
)
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")


def meta_signals(
    html: bytes | str, agents: tuple[str, ...] = ("interleaf",)
) -> tuple[tuple[str, str], ...]:
    """Return name and content of each meta element of the head that may speak of permission.

    Names come in lower case: robots, one of `agents`, tdm-reservation, content-usage,
    content-signal; an http-equiv counts as a name. Comments do not count; what stands in a script
    or noscript does, since nobody would write it there by chance.
    """
    page = html[:_MAX_BYTES].encode("utf-8", "replace") if isinstance(html, str) else html
    if page.startswith(_UTF16):
        page = page[: 2 * _MAX_BYTES].replace(b"\0", b"")
    wanted = _wanted(agents)
    found = []
    comment_end = 0  # -1 once no comment ends any more: old scripts open some that never do
    for mark in _MARK.finditer(page, 0, _MAX_BYTES):
        if mark.start() < comment_end:
            continue
        inside = mark[1]
        if inside is not None:
            if wanted.search(inside):
                found.append(_signal(inside))
        elif mark[0] != b"<!--":
            break
        elif comment_end >= 0:
            comment_end = page.find(b"-->", mark.end(), _MAX_BYTES)
    names = {*_NAMES, *(agent.lower() for agent in agents)}
    return tuple(signal for signal in found if signal[0] in names)


@lru_cache(maxsize=8)
def _wanted(agents: tuple[str, ...]) -> re.Pattern[bytes]:
    names = "|".join(map(re.escape, (*_NAMES, *agents)))
    return re.compile(rb"=\s*+[\"']?+\s*+(?:" + names.encode("ascii") + rb")\b", re.IGNORECASE)


def _signal(inside: bytes) -> tuple[str, str]:
    values: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(inside):
        key = match[1].decode("ascii").lower()
        value = match[2] or match[3] or match[4] or b""
        # As in HTML, the first of two attributes of one name counts.
        values.setdefault(key, unescape(value.decode("utf-8", "replace")).strip())
    name = values.get("name") or values.get("http-equiv") or ""
    return name.lower(), values.get("content", "")
