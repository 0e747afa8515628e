"""One HTTP request, guarded: the only module that opens sockets.

The name is resolved once, its addresses are checked, and the socket is connected to a checked
number and to nothing else, so that a name cannot lead inward however often its answer changes.
Redirects are not followed here: each one is a new request, to be checked, counted and limited like
any other. docs/decisions/fetching.md says why this is not aiohttp.
"""

import asyncio
import re
import socket
import ssl
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import lru_cache, partial
from io import BytesIO
from ipaddress import ip_address
from urllib.parse import urlsplit

from webdoc.fetch.addresses import is_public
from webdoc.fetch.answer import AnswerReader, FetchError, Headers, Reply
from webdoc.fetch.connection import Connection
from webdoc.fetch.manifest import Cause
from webdoc.fetch.settings import FetchSettings
from webdoc.http_body import (
    BodyBudget,
    BodyCutError,
    BodyDamagedError,
    BodyTooLargeError,
    decoded_blocks,
    encodings,
    whole,
)

Lookup = Callable[[str], Awaitable[list[str]]]  # a host's IP addresses; OSError for none

_LOOKUPS_AT_ONCE = 32
_DECODED_AT_ONCE = 2  # bodies whose encodings are undone, beside the event loop
_CODED_BYTES = 1 << 20
_DECODE_S = 10.0  # of the processor's time for one of them; 10 MiB take a tenth of a second
_NAMES_KEPT_S = 300.0
_NAMES_KEPT = 10_000
_ADDRESSES_TRIED = 3
_IDLE_S = 2.0  # that an unused connection is kept; each one is an open file
_PORTS = {"http": 80, "https": 443}
_ORIGIN = re.compile(r"(https?://[^/?]+)(.*)", re.DOTALL | re.IGNORECASE | re.ASCII)
_Place = tuple[str, str, int]  # scheme, host, port
# A server that turns pictures into others where a client allows it is not asked to.
_REQUEST = (
    "GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {agent}\r\n"
    "Accept: image/*,*/*;q=0.1\r\nAccept-Encoding: identity\r\n\r\n"
)


class Client:
    """Makes requests; opened by `open_client`."""

    def __init__(self, settings: FetchSettings, lookup: Lookup) -> None:
        self._settings = settings
        self._lookup = lookup
        self._tls: ssl.SSLContext | None = None
        self._agent = settings.agent
        self._idle: dict[_Place, list[Connection]] = defaultdict(list)
        self._names: dict[str, tuple[float, list[str]]] = {}
        self._decoders = ThreadPoolExecutor(_DECODED_AT_ONCE, "decoders")

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
        origin, path = _ORIGIN.match(url).groups()  # type: ignore[union-attr]  # what we ask, fits
        netloc = origin.partition("//")[2]
        path = path if path.startswith("/") else f"/{path}"
        text = _REQUEST.format(path=path, host=netloc, agent=self._agent)
        reader = await self._exchange(
            _place_of(origin), text.encode(), lambda: AnswerReader(wanted, max_bytes, cut=cut)
        )
        coding, body = reader.coding, reader.body
        if coding and body:
            body = await self._decoded(body, coding, max_bytes)
        return Reply(reader.status, tuple(reader.headers), body)

    async def _decoded(self, raw: bytes, coding: str, max_bytes: int) -> bytes:
        """Undo a content encoding in another thread: no other host waits for it."""
        seconds = min(self._settings.timeout_s, _DECODE_S)
        work = partial(_decoded, raw, coding, max_bytes, seconds)
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.get_running_loop().run_in_executor(self._decoders, work)
        except TimeoutError as error:
            raise FetchError(Cause.TIMEOUT, f"{seconds:g} s of decoding") from error

    async def _exchange(
        self, place: _Place, request: bytes, new_reader: Callable[[], AnswerReader]
    ) -> AnswerReader:
        """Ask on a connection that is there; where there is none, or it is closed, on a new one."""
        silence_s = self._settings.first_byte_timeout_s
        deadline = asyncio.get_running_loop().time() + self._settings.timeout_s
        while True:
            kept = self._kept(place)
            connection = kept or await self._connected(*place)
            reader = new_reader()
            try:
                await connection.ask(request, reader, silence_s, deadline)
            except FetchError as error:
                if kept is None or error.cause != Cause.RESET or reader.began:
                    raise
            else:
                if connection.is_open:
                    connection.on_lost = partial(self._forget, place)
                    connection.rest(_IDLE_S)
                    self._idle[place].append(connection)
                return reader

    def _kept(self, place: _Place) -> Connection | None:
        """Take the connection that was used last, if one is still open."""
        connections = self._idle.get(place, [])
        while connections:
            connection = connections.pop()
            if connection.is_open:
                return connection
        return None

    def _forget(self, place: _Place, connection: Connection) -> None:
        """Let go of a connection that has closed."""
        connections = self._idle.get(place, [])
        if connection in connections:
            connections.remove(connection)
        if not connections:
            self._idle.pop(place, None)

    async def _connected(self, scheme: str, host: str, port: int) -> Connection:
        timeout_s = min(self._settings.connect_timeout_s, self._settings.timeout_s)
        try:
            async with asyncio.timeout(timeout_s):
                return await self._connect(scheme, host, port)
        except TimeoutError as error:
            detail = f"no connection in {timeout_s:g} s"
            raise FetchError(Cause.TIMEOUT_CONNECT, detail) from error

    async def _connect(self, scheme: str, host: str, port: int) -> Connection:
        problem = FetchError(Cause.CONNECT)
        for address in (await self._addresses(host))[:_ADDRESSES_TRIED]:
            try:
                return await self._open(scheme, host, address, port)
            except ssl.SSLError as error:
                problem = FetchError(Cause.TLS, str(error))
            except TimeoutError:  # of the kernel or of ours: both take the whole time
                raise
            except OSError as error:
                problem = FetchError(Cause.CONNECT, str(error))
        raise problem

    async def _open(self, scheme: str, host: str, address: str, port: int) -> Connection:
        """Connect to a number: the last look is at what the socket is given."""
        if not (self._settings.allow_private or is_public(address)):
            raise FetchError(Cause.REFUSED_ADDRESS, f"{host} is {address}")
        is_tls = scheme == "https"
        if is_tls and self._tls is None:
            self._tls = ssl.create_default_context()  # 60 ms: it reads every certificate
        _, connection = await asyncio.get_running_loop().create_connection(
            Connection,
            address,
            port,
            ssl=self._tls if is_tls else None,
            server_hostname=host.rstrip(".") if is_tls else None,
        )
        return connection

    async def _addresses(self, host: str) -> list[str]:
        """Return the addresses of a host that may be spoken to, IPv4 first: it fails less."""
        now = asyncio.get_running_loop().time()
        until, found = self._names.get(host, (0.0, []))
        if until < now:
            try:
                found = [host] if _is_address(host) else await self._lookup(host)
            except (OSError, UnicodeError) as error:
                raise FetchError(Cause.DNS, str(error)) from error
            if len(self._names) >= _NAMES_KEPT:
                self._names.clear()
            self._names[host] = (now + _NAMES_KEPT_S, found)
        if not found:
            raise FetchError(Cause.DNS, f"{host} has no address")
        allowed = [each for each in found if self._settings.allow_private or is_public(each)]
        if not allowed:
            raise FetchError(Cause.REFUSED_ADDRESS, f"{host} is {found[0]}")
        return sorted(allowed, key=lambda address: ":" in address)

    def close(self) -> None:
        """Close every connection that is kept."""
        self._decoders.shutdown(wait=False, cancel_futures=True)
        for connections in self._idle.values():
            for connection in connections:
                connection.close()


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
    client = Client(settings, lookup or _system_lookup(threads))
    try:
        yield client
    finally:
        client.close()
        threads.shutdown(wait=False, cancel_futures=True)


@lru_cache(maxsize=10_000)
def _place_of(origin: str) -> _Place:
    parts = urlsplit(origin)
    return parts.scheme, parts.hostname or "", parts.port or _PORTS[parts.scheme]


def _system_lookup(threads: ThreadPoolExecutor) -> Lookup:
    def ask(host: str) -> list[str]:
        answers = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        return list(dict.fromkeys(str(answer[4][0]) for answer in answers))

    async def lookup(host: str) -> list[str]:
        return await asyncio.get_running_loop().run_in_executor(threads, ask, host)

    return lookup


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _decoded(raw: bytes, coding: str, max_bytes: int, seconds: float) -> bytes:
    """Undo a content encoding that a server applies although nobody asked for it."""
    # Between two encodings a body is never larger than what it becomes, but for some bytes.
    budget = BodyBudget(layer_bytes=max_bytes + _CODED_BYTES, seconds=seconds)
    try:
        return whole(decoded_blocks(BytesIO(raw), (), encodings(coding), budget), max_bytes)
    except BodyTooLargeError as error:
        raise FetchError(Cause.TOO_LARGE, f"decoded, {error}") from error
    except (BodyDamagedError, BodyCutError) as error:
        raise FetchError(Cause.BAD_ENCODING, str(error)) from error
