"""A web server on loopback that serves a folder by ranges and writes down every request."""

import http.server
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote


@dataclass
class Request:
    at: float  # time.monotonic() as it came
    method: str
    path: str
    status: int
    sent_bytes: int  # of the body


@dataclass
class RangeServer:
    url: str = ""
    log: list[Request] = field(default_factory=list)
    # Returns the status of a request where it is not the usual one: (path, how many so far).
    refuse: Callable[[str, int], int | None] = lambda _path, _number: None

    def archive_bytes(self, ending: str = ".warc.gz") -> int:
        return sum(one.sent_bytes for one in self.log if one.path.endswith(ending))


@contextmanager
def serving(folder: Path) -> Iterator[RangeServer]:
    """Serve a folder; the log is complete when the block ends."""
    state = RangeServer()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.answered(with_body=True)

        def do_HEAD(self) -> None:
            self.answered(with_body=False)

        def answered(self, *, with_body: bool) -> None:
            at, path = time.monotonic(), unquote(self.path)
            refused = state.refuse(path, len(state.log))
            file = folder / path.lstrip("/")
            body, status = b"", refused or (200 if file.is_file() else 404)
            headers: dict[str, str] = {}
            if status == 200:
                status, body, headers = self.found(file)
            size = len(body)
            state.log.append(Request(at, self.command, path, status, size if with_body else 0))
            self.send_response(status)
            for name, value in {"Content-Length": str(size), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            if with_body:
                self.wfile.write(body)

        def found(self, file: Path) -> tuple[int, bytes, dict[str, str]]:
            size, asked = file.stat().st_size, self.headers.get("Range")
            if not asked:
                return 200, file.read_bytes(), {"Accept-Ranges": "bytes"}
            first, _, last = asked.removeprefix("bytes=").partition("-")
            start, end = int(first), min(int(last or size - 1), size - 1)
            if start >= size:
                return 416, b"", {"Content-Range": f"bytes */{size}"}
            with file.open("rb") as data:
                data.seek(start)
                body = data.read(end - start + 1)
            return 206, body, {"Content-Range": f"bytes {start}-{end}/{size}"}

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(http.server.ThreadingHTTPServer):
        request_queue_size = 256

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    state.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
