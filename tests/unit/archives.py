"""WARC and ARC bytes made by hand, also wrong ones, for the tests of reading."""

import gzip
import itertools
import json
from pathlib import Path
from typing import Any

from webdoc.archive.captures import Capture
from webdoc.archive.reader import ReadSettings, read_captures
from webdoc.storage.inputs import expand_inputs, splits_of

PAGE = b"<!DOCTYPE html><html><body><p>A page.</p></body></html>"
PNG = b"\x89PNG\r\n\x1a\n" + b"not more than the beginning of a picture"
DATE = "2024-05-18T01:58:10Z"
CRLF = b"\r\n"


def http(
    body: bytes = PAGE, status: str = "200 OK", content_type: str = "text/html", **headers: str
) -> bytes:
    """Return an HTTP answer; header names are given with _ for -."""
    lines = [f"HTTP/1.1 {status}"]
    if content_type:
        lines.append(f"Content-Type: {content_type}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + CRLF * 2 + body


def record(
    block: bytes,
    kind: str = "response",
    url: str = "http://example.org/",
    length: int | None = None,
    **headers: str,
) -> bytes:
    """Return a WARC record, its two closing line breaks included."""
    lines = ["WARC/1.0", f"WARC-Type: {kind}", f"WARC-Date: {DATE}"]
    if url:
        lines.append(f"WARC-Target-URI: {url}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    lines.append(f"Content-Length: {len(block) if length is None else length}")
    return "\r\n".join(lines).encode() + CRLF * 2 + block + CRLF * 2


def pages(count: int, body_bytes: int = 0) -> list[bytes]:
    """Return records of pages, told apart by their URL."""
    body = PAGE + b"<!--" + b"x" * body_bytes + b"-->"
    return [record(http(body), url=f"http://example.org/{number}") for number in range(count)]


def gz(*records: bytes) -> bytes:
    """Return the records, each one a gzip member."""
    return b"".join(gzip.compress(one, mtime=0) for one in records)


def offsets(parts: list[bytes]) -> list[int]:
    """Return where each part begins when they follow each other."""
    return [0, *itertools.accumulate(len(part) for part in parts)][:-1]


def chunked(*chunks: bytes) -> bytes:
    """Return chunks as HTTP sends them."""
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in [*chunks, b""])


def read(
    file: Path, data: bytes | None = None, settings: ReadSettings | None = None, **changes: int
) -> list[Capture]:
    """Return all captures of a file, which is first written where data is given."""
    if data is not None:
        file.write_bytes(data)
    settings = settings or ReadSettings(**changes)
    files = expand_inputs([str(file)], settings.storage)
    parts = splits_of(files, settings.split_bytes)
    return [capture for split in parts for capture in read_captures(split, settings)]


def wat(links: object, head: object = None, **header: Any) -> bytes:
    """Return the JSON of a WAT record, as Common Crawl writes it."""
    return json.dumps(
        {
            "Container": {
                "Filename": "CC-MAIN-1.warc.gz",
                "Offset": "80610308",
                "Gzip-Metadata": {"Deflate-Length": "17423"},
            },
            "Envelope": {
                "WARC-Header-Metadata": {
                    "WARC-Type": "response",
                    "WARC-Target-URI": "https://E.org/dir/page.html",
                    "WARC-Date": "2019-04-25T12:57:54Z",
                    **header,
                },
                "Payload-Metadata": {
                    "HTTP-Response-Metadata": {
                        "Response-Message": {"Status": "200"},
                        "HTML-Metadata": {"Head": head or {}, "Links": links},
                    }
                },
            },
        }
    ).encode()


def img(url: str, **more: str) -> dict[str, str]:
    """Return an image link of such a record."""
    return {"path": "IMG@/src", "url": url, **more}
