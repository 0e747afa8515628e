"""Serve the sample web on loopback, fetch it through real sockets and write down what was said."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from threading import Thread
from typing import BinaryIO
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from warcio.warcwriter import WARCWriter

from sample.site import Answer, http_message

LOOPBACK = "127.0.0.1"
RECEIVE_BYTES = 65536
SOCKET_TIMEOUT_S = 20
# Fixed, so that a capture made again has the same bytes. One second a request.
ROUND_STARTS = {
    1: datetime(2024, 6, 3, 4, 0, tzinfo=UTC),
    2: datetime(2024, 9, 9, 4, 0, tzinfo=UTC),
}


def request_target(url: str) -> tuple[str, str]:
    """Return the host and the target of a request for a URL."""
    parts = urlsplit(url)
    return parts.netloc, parts.path + (f"?{parts.query}" if parts.query else "")


@contextmanager
def serving(answers: list[Answer]) -> Iterator[int]:
    """Serve the answers for all their hosts from one loopback port, which is yielded."""
    table = {request_target(answer.url): answer.raw for answer in answers}
    lost = http_message(404, {"Content-Type": "text/plain"}, b"not here\n")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.wfile.write(table.get((self.headers.get("Host", ""), self.path), lost))

        def log_message(self, *_: object) -> None:
            """Say nothing: the build prints its own summary."""

    server = ThreadingHTTPServer((LOOPBACK, 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def fetch(port: int, url: str) -> tuple[bytes, bytes]:
    """Return the request that was sent for a URL, and the answer, byte for byte."""
    host, target = request_target(url)
    request = (
        f"GET {target} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: interleaf-sample/1\r\n"
        "Accept-Encoding: gzip, br\r\nConnection: close\r\n\r\n"
    ).encode("ascii")
    received = []
    with socket.create_connection((LOOPBACK, port), timeout=SOCKET_TIMEOUT_S) as connection:
        connection.sendall(request)
        while data := connection.recv(RECEIVE_BYTES):
            received.append(data)
    return request, b"".join(received)


def record_headers(kind: str, url: str, moment: datetime) -> dict[str, str]:
    """Return the headers of a record that would otherwise name the clock or chance."""
    date = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "WARC-Record-ID": f"<urn:uuid:{uuid5(NAMESPACE_URL, f'{kind} {date} {url}')}>",
        "WARC-Date": date,
    }


def write_info(writer: WARCWriter, info: dict[str, str]) -> None:
    """Write the record that says what made this file."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in info.items()).encode()
    headers = record_headers("warcinfo", "sample", ROUND_STARTS[1])
    record = writer.create_warc_record(
        "", "warcinfo", payload=BytesIO(lines), length=len(lines), warc_headers_dict=headers
    )
    writer.write_record(record)


def write_pair(writer: WARCWriter, url: str, moment: datetime, said: tuple[bytes, bytes]) -> None:
    """Write an answer and the request it answers."""
    request, response = (
        writer.create_warc_record(
            url,
            kind,
            payload=BytesIO(raw),
            length=len(raw),
            warc_headers_dict=record_headers(kind, url, moment),
        )
        for kind, raw in zip(("request", "response"), said, strict=True)
    )
    writer.write_request_response_pair(request, response)


def capture(answers: list[Answer], info: dict[str, str], out: BinaryIO) -> int:
    """Crawl the sample web in rounds and write its WARC file.

    A later round asks only for what it has a new answer for.

    Returns:
        The number of request and response pairs.
    """
    writer = WARCWriter(out, gzip=True)
    write_info(writer, info)
    pairs = 0
    for number, start in ROUND_STARTS.items():
        current = [answer for answer in answers if answer.round == number]
        with serving(current) as port:
            for second, answer in enumerate(current):
                moment = start + timedelta(seconds=second)
                write_pair(writer, answer.url, moment, fetch(port, answer.url))
                pairs += 1
    return pairs
