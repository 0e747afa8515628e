"""One HTTP request, guarded: the only module that opens sockets.

The name is resolved once, its addresses are checked, and the socket is made for a checked address
and no other, so that a name cannot lead inward however often its answer changes. Redirects are not
followed here: each one is a new request, to be checked, counted and limited like any other.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client import URL  # type: ignore[attr-defined]  # yarl's, as aiohttp takes it

from webdoc.addresses import is_public
from webdoc.fetch_settings import FetchSettings
from webdoc.fetched import Cause
from webdoc.http_body import (
    BodyCutError,
    BodyDamagedError,
    BodyTooLargeError,
    decoded_blocks,
    encodings,
    whole,
)

Headers = Sequence[tuple[str, str]]
Lookup = Callable[[str], Awaitable[list[str]]]  # a host's IP addresses; OSError for none

_LOOKUPS_AT_ONCE = 32
_NAMES_KEPT_S = 300
_IDLE_S = 2.0  # that an unused connection is kept; each one is an open file
_MAX_LINE_BYTES = 8_190
_MAX_HEADERS = 128
# A server that turns pictures into others where a client allows it is not asked to.
_ACCEPT = "image/*,*/*;q=0.1"
_KEPT_CHARS = 200  # of what a server or an error says
_LOCATION_CHARS = 10_000  # more than `webdoc.urls` takes for an address
# Whatever aiohttp, the resolver or the socket raise about one request.
_ERRORS = (aiohttp.ClientError, OSError, ValueError)


class FetchError(Exception):
    """A request that gave no answer, or not one to be read to its end."""

    def __init__(self, cause: str, detail: str = "") -> None:
        super().__init__(f"{cause}: {detail}")
        self.cause = cause
        self.detail = printable(detail)


class RefusedAddressError(OSError):
    """An address that is not public."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer."""

    status: int
    headers: Headers
    body: bytes = b""  # content encoding undone; b"" when nobody wanted it

    def header(self, name: str) -> str:
        """Return a header's first value, "" when it is missing; short and printable."""
        found = (value for key, value in self.headers if key.lower() == name)
        return printable(next(found, ""), _LOCATION_CHARS if name == "location" else _KEPT_CHARS)


def printable(text: str, max_chars: int = _KEPT_CHARS) -> str:
    """Return a text of a stranger on one line, without controls and lone surrogates."""
    text = text[:max_chars]
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return text.strip()


class _GuardedResolver(AbstractResolver):
    """Gives aiohttp addresses that may be spoken to."""

    def __init__(self, lookup: Lookup, allow_private: bool) -> None:
        self._lookup = lookup
        self._allow_private = allow_private

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: int = socket.AF_UNSPEC,  # noqa: ARG002
    ) -> list[ResolveResult]:
        found = await self._lookup(host)
        allowed = [item for item in found if self._allow_private or is_public(item)]
        if not found:
            raise OSError(f"{host} has no address")
        if not allowed:
            raise RefusedAddressError(f"{host} is {found[0]}")
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in allowed
        ]

    async def close(self) -> None:
        """Nothing to close."""


def _system_lookup(threads: ThreadPoolExecutor) -> Lookup:
    def ask(host: str) -> list[str]:
        answers = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        return list(dict.fromkeys(str(answer[4][0]) for answer in answers))

    async def lookup(host: str) -> list[str]:
        return await asyncio.get_running_loop().run_in_executor(threads, ask, host)

    return lookup


def _guarded_socket(address: tuple[Any, ...]) -> socket.socket:
    """Make the socket for one address: the last look, at the very number it will connect to."""
    family, kind, protocol, _, target = address
    if not is_public(str(target[0])):
        raise RefusedAddressError(f"{target[0]} is not public")
    return socket.socket(family=family, type=kind, proto=protocol)


class Client:
    """Makes requests; opened by `open_client`."""

    def __init__(self, session: aiohttp.ClientSession, settings: FetchSettings) -> None:
        self._session = session
        self._settings = settings

    async def get(
        self,
        url: str,
        wanted: Callable[[int, Headers], bool],
        max_bytes: int,
        *,
        cut: bool = False,
    ) -> Reply:
        """Ask for one URL.

        Args:
            url: absolute, percent-encoded, http or https.
            wanted: told status and headers, says whether the body is read at all.
            max_bytes: of the body, as sent and decoded.
            cut: read so much of a larger body instead of refusing it.

        Raises:
            FetchError: with its cause; within the timeouts of the settings.
        """
        headers_came = False
        try:
            async with asyncio.timeout(self._settings.timeout_s):
                async with self._session.get(
                    URL(url, encoded=True), allow_redirects=False
                ) as response:
                    headers_came = True
                    headers = tuple(response.headers.items())
                    if not wanted(response.status, headers):
                        return Reply(response.status, headers)
                    raw = await _raw_body(response, max_bytes, cut)
                names = encodings(",".join(response.headers.getall("Content-Encoding", ())))
                body = _decoded(raw, names, max_bytes) if names else raw
                return Reply(response.status, headers, body)
        except _ERRORS as error:
            raise _explained(error, headers_came) from error


@asynccontextmanager
async def open_client(
    settings: FetchSettings, lookup: Lookup | None = None
) -> AsyncIterator[Client]:
    """Open a client for one event loop.

    Args:
        settings: of all its requests.
        lookup: gives a host's addresses; None asks the system.
    """
    threads = ThreadPoolExecutor(_LOOKUPS_AT_ONCE, "names")
    connector = aiohttp.TCPConnector(
        resolver=_GuardedResolver(lookup or _system_lookup(threads), settings.allow_private),
        socket_factory=None if settings.allow_private else _guarded_socket,
        ttl_dns_cache=_NAMES_KEPT_S,
        limit=0,  # whose turn it is, webdoc.host_limits says
        keepalive_timeout=_IDLE_S,
    )
    session = aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={
            "User-Agent": settings.agent,
            "Accept": _ACCEPT,
            "Accept-Encoding": "identity",
        },
        auto_decompress=False,
        trust_env=False,  # a proxy would connect to what we refuse
        timeout=aiohttp.ClientTimeout(
            total=None, connect=settings.connect_timeout_s, sock_read=settings.first_byte_timeout_s
        ),
        max_line_size=_MAX_LINE_BYTES,
        max_field_size=_MAX_LINE_BYTES,
        max_headers=_MAX_HEADERS,
    )
    try:
        async with session:
            yield Client(session, settings)
    finally:
        threads.shutdown(wait=False, cancel_futures=True)


async def _raw_body(response: aiohttp.ClientResponse, max_bytes: int, cut: bool) -> bytes:
    if not cut and (response.content_length or 0) > max_bytes:
        raise FetchError(Cause.TOO_LARGE, f"{response.content_length} bytes announced")
    parts, size = [], 0
    async for part in response.content.iter_any():
        parts.append(part)
        size += len(part)
        if size > max_bytes:
            if cut:
                break
            raise FetchError(Cause.TOO_LARGE, f"more than {max_bytes} bytes")
    body = parts[0] if len(parts) == 1 else b"".join(parts)
    return body[:max_bytes]


def _decoded(raw: bytes, names: Sequence[str], max_bytes: int) -> bytes:
    """Undo a content encoding that a server applies although nobody asked for it."""
    try:
        return whole(decoded_blocks(BytesIO(raw), (), names), max_bytes)
    except BodyTooLargeError as error:
        raise FetchError(Cause.TOO_LARGE, f"decoded, {error}") from error
    except (BodyDamagedError, BodyCutError) as error:
        raise FetchError(Cause.BAD_ENCODING, str(error)) from error


def _explained(error: Exception, headers_came: bool) -> FetchError:
    """Return what an error of the network means."""
    detail = str(error) or type(error).__name__
    inner = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    chain = (error, inner, error.__cause__, inner.__cause__)
    if any(isinstance(link, RefusedAddressError) for link in chain):
        return FetchError(Cause.REFUSED_ADDRESS, str(inner))
    return FetchError(_cause(error, headers_came), detail)


def _cause(error: Exception, headers_came: bool) -> Cause:  # noqa: PLR0911 - one return a cause
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return Cause.TIMEOUT_CONNECT
    if isinstance(error, aiohttp.SocketTimeoutError) and not headers_came:
        return Cause.TIMEOUT_FIRST_BYTE
    if isinstance(error, TimeoutError):
        return Cause.TIMEOUT
    if isinstance(error, aiohttp.ClientPayloadError):
        # aiohttp keeps the first error of the socket in words only
        return Cause.RESET if "ConnectionResetError" in str(error) else Cause.BAD_LENGTH
    if isinstance(error, aiohttp.ClientConnectorDNSError | UnicodeError):
        return Cause.DNS
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return Cause.TLS
    if isinstance(error, aiohttp.ClientConnectorError):
        return Cause.CONNECT
    if isinstance(error, aiohttp.InvalidURL):
        return Cause.BAD_URL
    if isinstance(error, aiohttp.ClientResponseError):
        return Cause.BAD_HTTP
    return Cause.RESET if isinstance(error, OSError | aiohttp.ClientError) else Cause.BAD_URL
