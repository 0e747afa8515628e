"""WAT records -> image links of pages, and which capture of a page a text belongs to."""

import html
import json
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mmc4_like.records import CandidateImage
from webdoc.archive.captures import Capture
from webdoc.archive.reader import ReadSettings, read_captures
from webdoc.reasons import CaptureReason
from webdoc.settings import setting
from webdoc.storage.byte_source import ByteSource, StorageError, open_source
from webdoc.storage.inputs import Split
from webdoc.url_keys import url_key
from webdoc.urls import absolute_url

# A reference without its semicolon is none here: "?a=1&copy=2" holds no copyright sign.
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")


_MAX_INLINE_CHARS = 100  # of a data: URI, which can hold the whole picture
_HEADER_BYTES = 64 * 1024  # of a record, that may come before its JSON
_GZIP = b"\x1f\x8b"
_PROBLEMS = (
    CaptureReason.DAMAGED_RECORD,
    CaptureReason.NOT_AN_ARCHIVE,
    CaptureReason.UNREADABLE_FILE,
)


@dataclass(frozen=True, slots=True)
class WatSettings:
    """Which links of a WAT record are images."""

    paths: tuple[str, ...] = setting(
        ("IMG@/src",),
        "The links that are images, as Common Crawl's extractor names element and place.",
        source='ours; MMC4: "image links of the WAT", not which',
        private=False,
    )
    max_links: int = setting(
        1_000,
        "Image links of one page; the rest is counted and left out.",
        source="ours: bounds the memory; MMC4's largest document holds 117 images"
        " (arXiv:2501.00958)",
    )
    max_record_bytes: int = setting(
        32 << 20, "Of one record's JSON.", source="ours: bounds the memory"
    )

    def __post_init__(self) -> None:
        if not self.paths:
            raise ValueError("paths must name at least one place, such as IMG@/src")
        if self.max_links < 1 or self.max_record_bytes < 1:
            raise ValueError("max_links and max_record_bytes must be 1 or more")


@dataclass(frozen=True, slots=True)
class LinkedPage:
    """LINKED_PAGES: the images that one capture of a page links to."""

    url: str
    url_key: str  # webdoc.url_keys.url_key of url: what texts are joined by
    capture_time: str  # UTC, 2019-04-25T12:57:54Z
    warc_filename: str  # of the record with the page itself
    warc_record_offset: int
    warc_record_length: int  # 0 where the WAT does not say it
    images: tuple[CandidateImage, ...]  # in page order; no URL twice
    links_left_out: int = 0  # beyond max_links
    page_text: str = ""  # in its order; "" from a WAT file, and where no image may be used
    problem: str = ""  # of a row that is no page: why what stands there could not be read


def read_wat(split: Split, settings: WatSettings, reading: ReadSettings) -> Iterator[LinkedPage]:
    """Yield the pages of a split of a WAT file; what cannot be read is a row that says so.

    The file is plain, or gzip cut by record, as Common Crawl writes it.
    """
    with ExitStack() as stack:
        source: ByteSource | None = None
        for capture in read_captures(split, reading):
            if capture.reject_reason in _PROBLEMS:
                yield _problem(capture, capture.reject_detail)
            if capture.record_type != "metadata":
                continue
            try:
                if source is None:
                    source = stack.enter_context(open_source(split.file.path, reading.storage))
                body = _body(source, capture, settings.max_record_bytes)
                if len(body) > settings.max_record_bytes:
                    raise ValueError("longer than max_record_bytes")
                page = linked_page(body, settings)
            except (StorageError, zlib.error, ValueError) as error:
                page = _problem(capture, str(error))
            if page is not None:
                yield page


def _body(source: ByteSource, capture: Capture, max_bytes: int) -> bytes:
    """Return what follows the header of a record; a little more than max_bytes if it is longer."""
    source.seek(capture.warc_record_offset)
    raw = bytearray()
    while len(raw) < capture.warc_record_length and (block := source.next_block()):
        raw += block[: capture.warc_record_length - len(raw)]
    most = max_bytes + _HEADER_BYTES
    record = zlib.decompressobj(31).decompress(raw, most) if raw[:2] == _GZIP else raw[:most]
    return bytes(record).partition(b"\r\n\r\n")[2].rstrip(b"\r\n")


def _problem(capture: Capture, detail: str) -> LinkedPage:
    return LinkedPage(
        *("", "", ""),
        capture.warc_filename,
        capture.warc_record_offset,
        capture.warc_record_length,
        images=(),
        problem=detail[:200] or str(capture.reject_reason),
    )


def linked_page(record: bytes, settings: WatSettings) -> LinkedPage | None:
    """Return the page that the JSON of a WAT record describes; None where it describes none.

    Relative addresses are resolved by the page's base, entities that the extractor leaves in them
    are undone; a link that is no http(s) address stays, without one. Records of requests, of
    answers other than 200 and of other types than HTML are no pages.

    Raises:
        ValueError: it is no JSON.

    Source: the JSON that Common Crawl's fork of ia-web-commons writes.
    """
    try:
        parsed = json.loads(record)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"no JSON: {error}") from error
    envelope = _table(parsed, "Envelope")
    header = _table(envelope, "WARC-Header-Metadata")
    answer = _table(envelope, "Payload-Metadata", "HTTP-Response-Metadata")
    page = _table(answer, "HTML-Metadata")
    url = absolute_url(_text(header, "WARC-Target-URI"), "")
    status = str(_table(answer, "Response-Message").get("Status", "200"))
    if not url or not page or status != "200":
        return None
    base = absolute_url(_undone(_text(_table(page, "Head"), "Base")), url) or url
    images, left_out = _images(page.get("Links"), base, settings)
    container = _table(parsed, "Container")
    return LinkedPage(
        url=url,
        url_key=url_key(url),
        capture_time=_text(header, "WARC-Date"),
        warc_filename=_text(container, "Filename"),
        warc_record_offset=_number(container.get("Offset")),
        warc_record_length=_number(_table(container, "Gzip-Metadata").get("Deflate-Length")),
        images=images,
        links_left_out=left_out,
    )


def _images(links: Any, base: str, settings: WatSettings) -> tuple[tuple[CandidateImage, ...], int]:
    images: list[CandidateImage] = []
    seen: set[str] = set()
    left_out = 0
    for link in _image_links(links, settings.paths):
        source = _text(link, "url")
        address = absolute_url(_undone(source), base)
        if (address or source) in seen:
            continue
        if len(images) == settings.max_links:
            left_out += 1
            continue
        seen.add(address or source)
        source = source if address else source[:_MAX_INLINE_CHARS]
        alt = " ".join(_undone(_text(link, "alt")).split())
        images.append(CandidateImage(address, "wat", len(images), source_url=source, alt_text=alt))
    return tuple(images), left_out


def _image_links(links: Any, paths: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    for link in links if isinstance(links, list) else ():
        if isinstance(link, Mapping) and link.get("path") in paths:
            yield link


def nearest_capture(timestamp: str, capture_times: Sequence[str]) -> int:
    """Return which capture a text is from: the one nearest in time, of equal ones the earlier.

    Without a timestamp that can be read it is the earliest; a capture without a time comes last.

    Args:
        timestamp: of the text, ISO 8601, or "".
        capture_times: likewise, at least one, in an order that is always the same.

    >>> nearest_capture("2019-04-25T12:00:00Z", ["2019-04-18T00:00:00Z", "2019-04-26T00:00:00Z"])
    1
    """
    wanted = _seconds(timestamp)

    def apart(index: int) -> tuple[bool, float, float]:
        captured = _seconds(capture_times[index])
        if captured is None:
            return True, 0.0, 0.0
        return False, abs(captured - wanted) if wanted is not None else 0.0, captured

    return min(range(len(capture_times)), key=apart)


def _seconds(time: str) -> float | None:
    try:
        moment = datetime.fromisoformat(time)
    except ValueError:
        return None
    return (moment if moment.tzinfo else datetime.fromisoformat(f"{time}+00:00")).timestamp()


def _table(value: Any, *keys: str) -> Mapping[str, Any]:
    """Return the object under these keys; an empty one where anything else stands there."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def _text(table: Mapping[str, Any], key: str) -> str:
    value = table.get(key)
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _number(value: Any) -> int:
    """Return a count, which the extractor writes as a string; 0 for what is none."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _undone(text: str) -> str:
    return _ENTITY.sub(lambda found: html.unescape(found[0]), text) if "&" in text else text
