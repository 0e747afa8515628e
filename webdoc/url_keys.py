"""When two URLs mean the same thing: keys to join and count by."""

from functools import lru_cache
from hashlib import blake2b
from urllib.parse import urlsplit

import tldextract

# The list of public suffixes that the package carries: no network, the same on every worker.
_DOMAINS = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
_DEFAULT_PORTS = {"http": 80, "https": 443}


def digest(text: str) -> str:
    """Return 32 hex digits of a text: equal texts, equal digits."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def url_key(url: str) -> str:
    """Return the URL without scheme, fragment, default port and the case of its host.

    http and https of one address are one thing in an archive. What is no URL is its own key.

    >>> url_key("HTTPS://Example.org:443/a?b=1#c")
    'example.org/a?b=1'
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return url
    if not parts.hostname:
        return url
    host = parts.hostname if port in (None, _DEFAULT_PORTS.get(parts.scheme)) else parts.netloc
    query = f"?{parts.query}" if parts.query else ""
    return f"{host.lower()}{parts.path or '/'}{query}"


def origin_of(url: str) -> str:
    """Return scheme, host and port of a URL: what one robots.txt is for; "" where there is none.

    In lower case, without a default port, a user and a dot at the end of the host.

    >>> origin_of("HTTPS://Example.org:443/a")
    'https://example.org'
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return ""
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in _DEFAULT_PORTS or not host:
        return ""
    host = f"[{host}]" if ":" in host else host
    own_port = "" if port in (None, _DEFAULT_PORTS[parts.scheme]) else f":{port}"
    return f"{parts.scheme}://{host}{own_port}"


def host_of(url: str) -> str:
    """Return the host of a URL in lower case, "" where there is none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


@lru_cache(maxsize=100_000)
def registered_domain(host: str) -> str:
    """Return the part of a host that somebody registered: bbc.co.uk of www.bbc.co.uk.

    A host without a public suffix, such as an IP address, is its own domain.
    """
    return _DOMAINS(host).top_domain_under_public_suffix or host
