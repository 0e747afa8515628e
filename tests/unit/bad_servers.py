"""A web server on the loopback that misbehaves as it is told, and keeps a log."""

import asyncio
import ssl
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO

from PIL import Image

Writer = asyncio.StreamWriter
Reply = Callable[["Asked", Writer], Awaitable[None]]


def png(width: int = 8, height: int = 8, color: str = "red") -> bytes:
    """A real picture."""
    out = BytesIO()
    Image.new("RGB", (width, height), color).save(out, "PNG")
    return out.getvalue()


@dataclass(frozen=True)
class Asked:
    """One request, as the server saw it."""

    host: str
    path: str
    began: float
    headers: dict[str, str]


@dataclass
class Server:
    """What a running server is and saw."""

    port: int = 0
    log: list[Asked] = field(default_factory=list)
    most_at_once: dict[str, int] = field(default_factory=dict)
    at_once: dict[str, int] = field(default_factory=dict)

    def url(self, path: str, host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    def paths(self) -> list[str]:
        return [asked.path for asked in self.log]


def http(body: bytes, head: str = "", status: str = "200 OK") -> bytes:
    """An answer with a right length, unless `head` has one of its own."""
    if "content-length" not in head.lower() and "transfer-encoding" not in head.lower():
        head += f"Content-Length: {len(body)}\r\n"
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode("latin-1") + body


def fixed(answer: bytes) -> Reply:
    """Give always the same answer and leave the connection open."""

    async def reply(asked: Asked, writer: Writer) -> None:
        writer.write(answer)
        await writer.drain()

    return reply


async def _request(reader: asyncio.StreamReader) -> Asked | None:
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines if line)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    host = headers.get("host", "").partition(":")[0]
    return Asked(host, first.split(" ")[1], time.monotonic(), headers)


@contextmanager
def serving(
    replies: dict[str, Reply], tls: ssl.SSLContext | None = None, host: str = "0.0.0.0"
) -> Iterator[Server]:
    """Serve replies by path; what has none is 404. `*` takes all paths but robots.txt."""
    server = Server()
    loop = asyncio.new_event_loop()
    missing = fixed(http(b"", status="404 Not Found"))

    async def talk(reader: asyncio.StreamReader, writer: Writer) -> None:
        try:
            while asked := await _request(reader):
                server.log.append(asked)
                now = server.at_once[asked.host] = server.at_once.get(asked.host, 0) + 1
                server.most_at_once[asked.host] = max(now, server.most_at_once.get(asked.host, 0))
                any_path = replies.get("*", missing) if asked.path != "/robots.txt" else missing
                try:
                    await replies.get(asked.path, any_path)(asked, writer)
                finally:
                    server.at_once[asked.host] -= 1
        except (OSError, EOFError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    async def listen() -> asyncio.Server:
        return await asyncio.start_server(talk, host, 0, ssl=tls, backlog=512)

    listening = loop.run_until_complete(listen())
    server.port = listening.sockets[0].getsockname()[1]
    loop.set_exception_handler(lambda *_: None)  # clients that hang up are what we are here for
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:

        async def end() -> None:
            listening.close()
            left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()
