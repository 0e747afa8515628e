"""Absolute URLs, as a browser would ask for them."""

import re
from functools import lru_cache
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

# Browsers drop tabs and line breaks anywhere in a URL, and controls and blanks at its ends.
_DROPPED = str.maketrans("", "", "\t\n\r")
_BLANK = "".join(map(chr, range(33)))
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
# What needs no second look: plain ASCII, a host, a path, no step upwards. Without re.ASCII, other
# letters fold to ASCII ones: \u017f to s, the Kelvin sign to k.
_PLAIN = re.compile(
    r"https?://[a-z0-9.-]+(?::\d+)?/(?!\S*/\.)[!#-;=?-\[\]_a-z|~]*", re.IGNORECASE | re.ASCII
)
_PLAIN_PATH = re.compile(
    r"(?!//|\S*/\.)/[!$-:=@-Z_a-z|~]*(?:\?[!$-:=?-Z_a-z|~]+)?"  # on the page's own host
)
_SAFE = "!#$%&'()*+,/:;=?@[]~|"
_MAX_CHARS = 8_192  # longer ones no server takes; mostly mistakes of markup


def absolute_url(url: str, base: str) -> str:
    """Return the http(s) address that `url` means on a page whose base is `base`.

    Spaces and characters outside ASCII are percent-encoded, the host becomes punycode, a fragment
    stays. "" for anything else than http and https, and for what cannot be read as a URL.

    >>> absolute_url("../a b.png", "https://example.org/x/y/")
    'https://example.org/x/a%20b.png'
    """
    url = url.strip(_BLANK)
    if not url.isprintable():
        url = url.translate(_DROPPED)
    if len(url) <= _MAX_CHARS:
        if _PLAIN.fullmatch(url):
            return url
        if _PLAIN_PATH.fullmatch(url):
            origin = _origin(base)
            return origin and origin + url
    return _resolved(url, base)


@lru_cache(maxsize=256)
def _origin(base: str) -> str:
    """Return scheme and host of a page's address; its pictures ask for them one after the other."""
    return _resolved("/", base)[:-1]


def _resolved(url: str, base: str) -> str:
    scheme = _SCHEME.match(url)
    if len(url) > _MAX_CHARS or (scheme and scheme[0].lower() not in ("http:", "https:")):
        return ""
    try:
        parts = urlsplit(urljoin(base, url.replace("\\", "/")))
        if "/." in parts.path and not parts.path.startswith("//"):
            # urljoin leaves the steps of an absolute address as they are
            parts = parts._replace(path=urlsplit(urljoin("http://host/", parts.path)).path)
        host, port = _ascii_host(parts.hostname or ""), parts.port
    except ValueError:  # brackets that hold no IPv6 address, a port that is no number
        return ""
    if parts.scheme not in ("http", "https") or not host:
        return ""
    user, at, _ = parts.netloc.rpartition("@")
    netloc = quote(user, safe=_SAFE) + at + host + (f":{port}" if port is not None else "")
    rest = [quote(part, safe=_SAFE) for part in parts[2:]]
    return urlunsplit((parts.scheme, netloc, *rest))


def _ascii_host(host: str) -> str:
    """Return a host as DNS knows it, "" where it cannot be one."""
    if ":" in host:
        return f"[{host}]"
    try:
        known = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:  # a label too long or empty
        return ""
    return "" if re.search(r"[\s<>\"%\\^`{|}]", known) else known
