"""Absolute URLs, as a browser would ask for them."""

import re
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

# Browsers drop tabs and line breaks anywhere in a URL, and controls and blanks at its ends.
_DROPPED = str.maketrans("", "", "\t\n\r")
_BLANK = "".join(map(chr, range(33)))
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
# What needs no second look: plain ASCII, a host, a path, no step upwards.
_PLAIN = re.compile(r"https?://[a-z0-9.-]+(?::\d+)?/(?!\S*/\.)[!#-;=?-\[\]_a-z|~]*", re.IGNORECASE)
_SAFE = "!#$%&'()*+,/:;=?@[]~|"
_MAX_CHARS = 8_192  # longer ones no server takes; mostly mistakes of markup


def absolute_url(url: str, base: str) -> str:
    """Return the http(s) address that `url` means on a page whose base is `base`.

    Spaces and characters outside ASCII are percent-encoded, the host becomes punycode, a fragment
    stays. "" for anything else than http and https, and for what cannot be read as a URL.

    >>> absolute_url("../a b.png", "https://example.org/x/y/")
    'https://example.org/x/a%20b.png'
    """
    url = url.strip(_BLANK).translate(_DROPPED)
    if _PLAIN.fullmatch(url) and len(url) <= _MAX_CHARS:
        return url
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
    rest = (quote(part, safe=_SAFE) for part in parts[2:])
    return urlunsplit((parts.scheme, netloc, *rest))


def _ascii_host(host: str) -> str:
    """Return a host as DNS knows it, "" where it cannot be one."""
    if ":" in host:
        return f"[{host}]"
    if host.isascii():
        return "" if re.search(r"[\s<>\"%\\^`{|}]", host) else host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:  # a label too long or empty
        return ""
