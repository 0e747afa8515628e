"""Signs in an image's address or alternative text that it is no content: logo, button, icon, ..."""

import re
from collections.abc import Collection
from typing import Final, Literal
from urllib.parse import unquote

Match = Literal["path_word", "anywhere"]

# siteLogo2.png -> site, Logo, png
_PATH_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# What a service that makes other sizes of a picture was asked for: /_next/image?url=%2Flogo.png
_ASKED_FOR = re.compile(r"[?&](?:url|uri|u|src|source|image|img|file|path)=([^&#]*)")
_MAX_PROXIED = 4  # addresses in one query that are looked at
_MAX_CHARS = 4_096  # of an address; longer ones are no file names
_SHORT_CHARS = 3  # of a part of a file name that says little: star-on, flag_us
_FORMATS: Final = {"jpg": "jpeg", "jpe": "jpeg", "tif": "tiff"}
_EXTENSION = re.compile(
    r"\.(jpe?g|jpe|png|webp|avif|gif|svg|ico|bmp|tiff?|heic|jxl)$", re.IGNORECASE
)


def has_banned_word(url: str, words: Collection[str], match: Match) -> bool:
    """Return whether a URL holds one of the words, which are in lower case.

    `anywhere` looks inside the whole URL, host too, in lower case only, as OBELICS does and MMC4
    may have done. `path_word` looks for whole words of the path, in any case, and of the address
    that the query hands to an image proxy.

    >>> has_banned_word("https://silicon.org/a.png", ["icon"], "path_word")
    False
    >>> has_banned_word("https://e.org/_next/image?url=%2Flogo.png", ["logo"], "path_word")
    True
    """
    if match == "anywhere":
        return any(word in url for word in words)
    for path in paths_of(url):
        lower = path.lower()
        # most images hold none, and this is cheaper to tell
        if any(word in lower for word in words) and not path_words(path).isdisjoint(words):
            return True
    return False


def has_banned_name(url: str, names: Collection[str]) -> bool:
    """Return whether a picture's file, or a folder above it, is called by one of the names.

    A file may bear two letters before the name, short parts and numbers behind it. So no_star.png,
    star-on.png and flags/us.png are banned by "star" and "flags"; star-wars.png and pop-star.png
    are not.

    >>> has_banned_name("https://e.org/i/star_half.gif", ["star"])
    False
    >>> has_banned_name("https://e.org/i/Star-2.gif", ["star"])
    True
    """
    for path in paths_of(url):
        *folders, file = path.lower().split("/")
        if not names or not any(name in path.lower() for name in names):
            continue
        if not frozenset(folders).isdisjoint(names):
            return True
        parts = re.findall(r"[^\W\d_]+", file.rpartition(".")[0] or file)
        place = 1 if parts and len(parts[0]) < _SHORT_CHARS else 0
        rest = parts[place + 1 :]
        named = len(parts) > place and parts[place] in names
        if named and all(len(part) <= _SHORT_CHARS for part in rest):
            return True
    return False


def has_banned_text(alt_text: str, words: Collection[str], max_words: int) -> bool:
    """Return whether a short alternative text holds one of the words; a long one describes.

    >>> has_banned_text("Facebook icon", ["icon"], 5)
    True
    """
    found = re.findall(r"[^\W\d_]+", alt_text.lower())
    return len(found) <= max_words and not frozenset(found).isdisjoint(words)


def is_banned_host(url: str, hosts: Collection[str]) -> bool:
    """Return whether a URL's host is one of these or below one; a name without a dot is a label.

    >>> is_banned_host("https://ads.example.org/1.gif", ["ads"])
    True
    >>> is_banned_host("https://loads.example.org/1.gif", ["ads"])
    False
    """
    host = url.partition("://")[2].partition("/")[0].rpartition("@")[2].partition(":")[0].lower()
    labels = host.split(".")
    ends = {".".join(labels[start:]) for start in range(len(labels))}
    # The last two labels name the owner of the site: ads.org may hold pictures.
    return not ends.isdisjoint(hosts) or not frozenset(labels[:-2]).isdisjoint(hosts)


def format_by_name(url: str) -> str:
    """Return the picture format that the ending of a URL's path names; "" for none.

    >>> format_by_name("https://e.org/a/map.SVG?x=1")
    'svg'
    """
    found = _EXTENSION.search(paths_of(url)[-1])
    name = found[1].lower() if found else ""
    return _FORMATS.get(name, name)


def path_words(path: str) -> frozenset[str]:
    """Return the words of a path, in lower case: siteLogo2.png has site, logo and png."""
    return frozenset(word.lower() for word in _PATH_WORD.findall(path))


def paths_of(url: str) -> list[str]:
    """Return the path of a URL, and of each address that its query hands on; at least one."""
    url = url[:_MAX_CHARS]
    if "=" not in url:
        return [url_path(url)]
    asked_for = [unquote(found) for found in _ASKED_FOR.findall(url)[:_MAX_PROXIED]]
    return [url_path(url), *(url_path(other) if "://" in other else other for other in asked_for)]


def url_path(url: str) -> str:
    """Return the path of an absolute URL, its percent-encoding undone, without the first slash."""
    # By hand: urlsplit takes 5 µs and raises for some hosts.
    path = url.partition("://")[2].partition("/")[2].partition("#")[0].partition("?")[0]
    return unquote(path) if "%" in path else path
