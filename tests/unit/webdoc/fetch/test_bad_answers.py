"""Whatever a server does, a request ends in time and leaves a row that says why."""

import asyncio
import gzip
import struct
import zlib

import pytest

from tests.unit.bad_servers import Asked, Reply, Writer, fixed, http, png, serving
from tests.unit.fetch_few import fetch_pictures
from webdoc.fetch.manifest import Fetched
from webdoc.fetch.settings import FetchSettings
from webdoc.permission.gate import PermissionGate
from webdoc.permission.signs import PermissionSettings

QUICK = FetchSettings(
    contact="tests@example.org",
    allow_private=True,
    connect_timeout_s=0.5,
    first_byte_timeout_s=0.5,
    timeout_s=1.0,
    max_bytes=100_000,
    max_redirects=3,
    retries=0,
    rate_per_host=1_000,
)
GATE = PermissionGate(PermissionSettings())
PICTURE = png()
TYPE = "Content-Type: image/png\r\n"


def fetched(url: str, settings: FetchSettings = QUICK) -> Fetched:
    return fetch_pictures([url], settings, GATE)[url].row


def parts(*pieces: bytes, pause_s: float = 0.0, close: bool = False) -> Reply:
    """Send pieces with a pause after each; then close, or keep silent."""

    async def reply(asked: Asked, writer: Writer) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause_s)
        if close:
            writer.close()
        else:
            await asyncio.sleep(30)

    return reply


def endless(head: bytes, piece: bytes, pause_s: float = 0.0) -> Reply:
    async def reply(asked: Asked, writer: Writer) -> None:
        writer.write(head)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause_s)

    return reply


def reset_after(data: bytes) -> Reply:
    async def reply(asked: Asked, writer: Writer) -> None:
        writer.write(data)
        await writer.drain()
        await asyncio.sleep(0.02)
        sock = writer.get_extra_info("socket")
        sock.setsockopt(1, 13, struct.pack("ii", 1, 0))  # SO_LINGER 0: close sends RST
        writer.transport.abort()

    return reply


def moved(location: str, status: str = "302 Found") -> Reply:
    return fixed(http(b"", f"Location: {location}\r\n", status))


def huge_png(side: int) -> bytes:
    """The head of a picture of side x side, and hardly anything behind it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1_000))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


CHUNKED = "Transfer-Encoding: chunked\r\n"
LONG = f"Content-Length: {len(PICTURE) + 50}\r\n"
SHORT = f"Content-Length: {len(PICTURE) - 20}\r\n"
BOMB = gzip.compress(bytes(50_000_000))
HTML = b"<!doctype html><html><body>No such picture</body></html>"

# name -> what the server does, and the cause that the row must have
CASES: dict[str, tuple[Reply, str]] = {
    # time
    "hangs_before_the_first_byte": (parts(), "timeout_first_byte"),
    "hangs_inside_the_status_line": (parts(b"HTTP/1.1 20"), "timeout_first_byte"),
    "hangs_inside_the_headers": (parts(b"HTTP/1.1 200 OK\r\nConte"), "timeout_first_byte"),
    "hangs_before_the_body": (parts(http(b"", LONG)), "timeout"),
    "hangs_inside_the_body": (parts(http(PICTURE, LONG)), "timeout"),
    "one_byte_at_a_time": (endless(http(b"", LONG), b"x", 0.1), "timeout"),
    "headers_one_byte_at_a_time": (endless(b"HTTP/1.1 200 OK\r\nX: ", b"y", 0.1), "timeout"),
    "endless_100_continue": (endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.02), "timeout"),
    # size
    "endless_body": (endless(b"HTTP/1.1 200 OK\r\n\r\n", bytes(5_000)), "too_large"),
    "endless_chunks": (
        endless(http(b"", CHUNKED), b"1000\r\n" + bytes(4096) + b"\r\n"),
        "too_large",
    ),
    "announces_too_much": (fixed(http(b"x", "Content-Length: 100001\r\n")), "too_large"),
    "length_beyond_64_bits": (fixed(http(b"x", f"Content-Length: 1{'0' * 40}\r\n")), "bad_http"),
    "gzip_bomb": (fixed(http(BOMB, "Content-Encoding: gzip\r\n")), "too_large"),
    "png_of_50000_by_50000": (fixed(http(huge_png(50_000), TYPE)), "picture_too_many_pixels"),
    # length
    "fewer_bytes_than_announced": (parts(http(PICTURE, LONG), close=True), "bad_length"),
    "more_bytes_than_announced": (parts(http(PICTURE, SHORT), close=True), "picture_cut"),
    "no_length_and_cut": (
        parts(b"HTTP/1.1 200 OK\r\n\r\n" + PICTURE[:-20], close=True),
        "picture_cut",
    ),
    "last_chunk_missing": (
        parts(http(b"4\r\nabcd\r\n", CHUNKED), close=True),
        "bad_length",
    ),
    "chunk_length_is_no_number": (fixed(http(b"zz\r\nabcd\r\n0\r\n\r\n", CHUNKED)), "bad_http"),
    "chunk_shorter_than_its_bytes": (fixed(http(b"2\r\nabcd\r\n0\r\n\r\n", CHUNKED)), "bad_http"),
    "chunk_of_negative_length": (fixed(http(b"-5\r\nabcd\r\n0\r\n\r\n", CHUNKED)), "bad_http"),
    "a_later_chunk_is_none": (
        parts(http(b"4\r\nabcd\r\n", CHUNKED), b"zz\r\n", pause_s=0.05),
        "bad_http",
    ),
    "two_lengths": (
        fixed(http(PICTURE, f"{LONG}Content-Length: 3\r\n")),
        "bad_http",
    ),
    "length_and_chunks": (fixed(http(b"0\r\n\r\n", f"{LONG}{CHUNKED}")), "bad_http"),
    "negative_length": (fixed(http(PICTURE, "Content-Length: -1\r\n")), "bad_http"),
    # HTTP that is none
    "closes_at_once": (parts(close=True), "reset"),
    "resets_at_once": (reset_after(b""), "reset"),
    "resets_inside_the_headers": (reset_after(b"HTTP/1.1 200 OK\r\nA: b\r\n"), "reset"),
    "resets_inside_the_body": (reset_after(http(PICTURE[:30], LONG)), "reset"),
    "http_0_9": (parts(PICTURE, close=True), "bad_http"),
    "ssh_banner": (parts(b"SSH-2.0-OpenSSH_9.6\r\n", close=True), "bad_http"),
    "garbage": (parts(bytes(range(256)) * 4, close=True), "bad_http"),
    "nul_in_a_header": (fixed(http(PICTURE, "X-A: a\0b\r\n")), "bad_http"),
    "newline_in_a_header_name": (fixed(http(PICTURE, "X A\nb: c\r\n")), "bad_http"),
    "one_header_of_a_megabyte": (fixed(http(PICTURE, f"X: {'y' * 1_000_000}\r\n")), "bad_http"),
    "endless_header": (endless(b"HTTP/1.1 200 OK\r\nX: ", b"y" * 1_000), "bad_http"),
    "ten_thousand_headers": (fixed(http(PICTURE, "X: y\r\n" * 10_000)), "bad_http"),
    "status_of_four_digits": (fixed(b"HTTP/1.1 2000 OK\r\n\r\n"), "bad_http"),
    "status_999": (fixed(http(b"", status="999 Denied")), "http_999"),
    "switches_protocols": (fixed(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n"), "http_101"),
    # encodings that nobody asked for
    "gzip_that_is_none": (fixed(http(b"\x1f\x8b" + bytes(50), "Content-Encoding: gzip\r\n")),
                          "bad_encoding"),
    "gzip_cut": (fixed(http(gzip.compress(PICTURE)[:-9], "Content-Encoding: gzip\r\n")),
                 "bad_encoding"),
    "unknown_encoding": (fixed(http(b"abc" * 9, "Content-Encoding: aes128\r\n")), "bad_encoding"),
    "gzip_that_is_right": (fixed(http(gzip.compress(PICTURE), "Content-Encoding: gzip\r\n")), "ok"),
    # status
    "204": (fixed(b"HTTP/1.1 204 No Content\r\n\r\n"), "http_204"),
    "206": (fixed(http(PICTURE, status="206 Partial Content")), "http_206"),
    "304": (fixed(b"HTTP/1.1 304 Not Modified\r\n\r\n"), "http_304"),
    "403": (fixed(http(HTML, status="403 Forbidden")), "http_403"),
    "404": (fixed(http(HTML, status="404 Not Found")), "http_404"),
    "429": (fixed(http(b"", "Retry-After: 1\r\n", "429 Too Many Requests")), "http_429"),
    "500": (fixed(http(HTML, status="500 Internal Server Error")), "http_500"),
    "503": (fixed(http(HTML, status="503 Service Unavailable")), "http_503"),
    # content
    "empty": (fixed(http(b"")), "empty"),
    "html_that_calls_itself_png": (fixed(http(HTML, TYPE)), "not_image"),
    "text": (fixed(http(b"hello, this is no picture at all")), "not_image"),
    "picture_that_calls_itself_html": (fixed(http(PICTURE, "Content-Type: text/html\r\n")), "ok"),
    "noai": (fixed(http(PICTURE, "X-Robots-Tag: noai\r\n")), "opted_out"),
    # redirects
    "redirect_without_location": (fixed(http(b"", status="302 Found")), "bad_redirect"),
    "redirect_to_file": (moved("file:///etc/passwd"), "bad_redirect"),
    "redirect_to_javascript": (moved("javascript:alert(1)"), "bad_redirect"),
    "redirect_to_itself": (moved("/x"), "too_many_redirects"),
    "redirect_to_a_picture": (moved("/picture"), "ok"),
    "redirect_to_mail": (moved("http://127.0.0.1:25/x"), "bad_url"),
}  # fmt: skip


@pytest.mark.timeout(60)  # each ends within 2 s; some of these servers never do
@pytest.mark.parametrize("name", CASES)
def test_a_bad_answer_ends_in_time_with_its_cause(name: str) -> None:
    reply, cause = CASES[name]
    with serving({"/x": reply, "/picture": fixed(http(PICTURE))}) as server:
        row = fetched(server.url("/x"))
    assert row.cause == cause, row
    assert row.detail.isprintable()
    assert len(row.detail) <= 200
