"""One record, parsed by warcio -> one Capture."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from typing import Any
from urllib.parse import urljoin

from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord, ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser

from webdoc.archive.captures import Capture
from webdoc.archive.record_stream import HeaderTooLongError, RecordStream
from webdoc.http_body import (
    BodyBudget,
    BodyCutError,
    BodyDamagedError,
    BodyTooLargeError,
    beginning,
    decoded_blocks,
    encodings,
    whole,
)
from webdoc.media_types import SNIFF_BYTES, may_be_wanted, wanted_type
from webdoc.permission.robots_txt import MAX_BYTES as MAX_ROBOTS_BYTES
from webdoc.permission.robots_txt import is_robots_url
from webdoc.permission.signs import HEADERS as USAGE_HEADERS
from webdoc.reasons import CaptureReason, Kind

_LOADER = ArcWarcRecordLoader(verify_http=False, arc2warc=False)
_HTTP_PARSER = StatusAndHeadersParser(["HTTP/"], verify=False)
_CHARSET = re.compile(r"""charset\s*=\s*["']?([^\s"';,]+)""", re.IGNORECASE)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_CODED_BYTES = 1 << 20  # that an encoding may add to bytes that it cannot make fewer
_BODY_REASONS = {
    BodyTooLargeError: CaptureReason.BODY_TOO_LARGE,
    BodyCutError: CaptureReason.TRUNCATED,
    BodyDamagedError: CaptureReason.BODY_UNDECODABLE,
}


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """Bytes of a body, all encodings undone."""

    max_page_bytes: int
    max_image_bytes: int

    @property
    def budget(self) -> BodyBudget:
        """Between two encodings stand few more bytes than in what they become."""
        return BodyBudget(max(self.max_page_bytes, self.max_image_bytes) + _CODED_BYTES)


def capture_of(stream: RecordStream, filename: str, limits: BodyLimits) -> Capture:
    """Read the record that the stream stands at, as far as needed.

    Its place is left at 0. The stream is left inside the record or at its end.

    Raises:
        DamagedGzipError, StorageError: from the stream.
    """
    stream.begin_record()
    try:
        record = _LOADER.parse_record_stream(stream, no_record_parse=True)
    except (ArchiveLoadFailed, HeaderTooLongError, EOFError) as error:
        reason = CaptureReason.DAMAGED_RECORD
        return Capture(filename, 0, 0, reject_reason=reason, reject_detail=str(error)[:200])
    seen = _named(record, filename)
    if record.rec_type == "resource":
        return _resource(record, seen, limits)
    if record.rec_type == "arc_header":
        return replace(seen, reject_reason=CaptureReason.NOT_HTTP)
    if record.rec_type not in ("response", "revisit"):
        return replace(seen, reject_reason=CaptureReason.NOT_A_RESPONSE)
    if not seen.url[:8].lower().startswith(("http://", "https://")):
        return replace(seen, reject_reason=CaptureReason.NOT_HTTP)
    if record.rec_type == "response" and is_robots_url(seen.url):
        seen = replace(seen, kind=Kind.ROBOTS)
    return _answer(record, seen, limits)


def _named(record: ArcWarcRecord, filename: str) -> Capture:
    """Return what the record's own headers say."""
    get = record.rec_headers.get_header
    if record.format == "arc":
        return Capture(
            *(filename, 0, 0),
            record_type=record.rec_type,
            url=get("uri") or "",
            capture_time=utc_time(get("archive-date") or ""),
        )
    return Capture(
        *(filename, 0, 0),
        record_type=record.rec_type or "",
        record_id=get("WARC-Record-ID") or "",
        url=get("WARC-Target-URI") or "",
        capture_time=utc_time(get("WARC-Date") or ""),
        warc_charset=(get("WARC-Identified-Content-Charset") or "").lower(),
        payload_digest=get("WARC-Payload-Digest") or "",
    )


def utc_time(written: str) -> str:
    """Return a WARC-Date, or the 14 digits of ARC, as 2024-05-18T01:58:10Z; "" if it is no time.

    Fractions of a second are cut off. A time without a zone is UTC, as both formats say.
    """
    if _TIME.fullmatch(written):
        return written
    try:
        if written.isdigit():
            moment = datetime.strptime(written[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        else:
            moment = datetime.fromisoformat(written)
            moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return ""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _answer(record: ArcWarcRecord, seen: Capture, limits: BodyLimits) -> Capture:
    """Judge a response or a revisit by its HTTP headers."""
    reason = CaptureReason.REVISIT if record.rec_type == "revisit" else None
    headers, status, problem = _http_headers(record.raw_stream)
    if headers is None:
        reason = reason or CaptureReason.HEADERS_BROKEN
        return replace(seen, reject_reason=reason, reject_detail=problem)
    content_type = headers.get_header("content-type") or ""
    charset = _CHARSET.search(content_type)
    seen = replace(
        seen,
        http_status=status,
        media_type=content_type.partition(";")[0].partition(",")[0].strip().lower(),
        http_charset=charset[1].lower() if charset else "",
        redirect_url=_redirect_url(headers, seen.url) if 300 <= status <= 399 else "",
        usage_headers=tuple(
            f"{name.lower()}: {value}"
            for name, value in headers.headers
            if name.lower() in USAGE_HEADERS
        ),
    )
    if seen.kind is Kind.ROBOTS:
        return _with_rules(record, headers, seen, limits) if 200 <= status <= 299 else seen
    if status != 200:
        reason = reason or CaptureReason.STATUS_NOT_200
    if reason is not None:
        return replace(seen, reject_reason=reason)
    truncated = record.rec_headers.get_header("WARC-Truncated")
    return _with_body(record, headers, seen, limits, truncated or "")


def _http_headers(stream: Any) -> tuple[StatusAndHeaders | None, int, str]:
    """Return the HTTP headers and the status, or None, 0 and what is wrong."""
    try:
        headers = _HTTP_PARSER.parse(stream)
    except EOFError:
        return None, 0, "no HTTP headers"
    except HeaderTooLongError as error:
        return None, 0, str(error)
    status = headers.statusline.partition(" ")[0]
    if not headers.protocol.upper().startswith("HTTP") or not re.fullmatch("[0-9]{1,3}", status):
        return None, 0, f"no HTTP status line: {headers.protocol} {headers.statusline}"[:100]
    return headers, int(status), ""


def _redirect_url(headers: StatusAndHeaders, url: str) -> str:
    location = (headers.get_header("location") or "").strip()
    try:
        target = urljoin(url, location) if location else ""
    except ValueError:  # brackets of an IPv6 host that is none
        return ""
    return target if target.startswith(("http://", "https://")) else ""


def _resource(record: ArcWarcRecord, seen: Capture, limits: BodyLimits) -> Capture:
    """Take a picture that was stored without HTTP around it; other resources are no captures."""
    media_type = (record.content_type or "").partition(";")[0].strip().lower()
    seen = replace(seen, media_type=media_type)
    is_web = seen.url[:8].lower().startswith(("http://", "https://"))
    if not (is_web and media_type.startswith("image/")):
        return replace(seen, reject_reason=CaptureReason.NOT_A_RESPONSE)
    truncated = record.rec_headers.get_header("WARC-Truncated")
    return _with_body(record, None, seen, limits, truncated or "")


def _with_body(
    record: ArcWarcRecord,
    headers: StatusAndHeaders | None,
    seen: Capture,
    limits: BodyLimits,
    truncated: str,
) -> Capture:
    """Read the body of what may be a page or an image, and say which of both it is."""

    def rejected(reason: CaptureReason, detail: str = "") -> Capture:
        return replace(seen, reject_reason=reason, reject_detail=detail[:200])

    if not may_be_wanted(seen.media_type):
        return rejected(CaptureReason.TYPE_NOT_WANTED)
    if truncated:
        return rejected(CaptureReason.TRUNCATED, f"WARC-Truncated: {truncated}")
    stream = record.raw_stream
    record_bytes = stream.limit
    sent_bytes, transfer, content = _promises(headers)
    try:
        blocks = decoded_blocks(stream, transfer, content, limits.budget)
        wanted, body = _body(blocks, seen.media_type, limits)
    except (BodyTooLargeError, BodyCutError, BodyDamagedError) as error:
        return rejected(_BODY_REASONS[type(error)], str(error))
    if body and not wanted:
        return rejected(CaptureReason.TYPE_NOT_WANTED)
    problem = _missing(stream, record_bytes, sent_bytes)
    if problem or not body:
        reason = CaptureReason.TRUNCATED if problem else CaptureReason.EMPTY_BODY
        return rejected(reason, problem)
    return replace(seen, kind=Kind.PAGE if wanted == "html" else Kind.IMAGE, body=body)


def _with_rules(
    record: ArcWarcRecord, headers: StatusAndHeaders, seen: Capture, limits: BodyLimits
) -> Capture:
    """Read a robots.txt as far as its rules count; what lies beyond may be cut off or damaged."""

    def rejected(reason: CaptureReason, detail: str) -> Capture:
        return replace(seen, reject_reason=reason, reject_detail=detail[:200])

    stream = record.raw_stream
    record_bytes = stream.limit
    sent_bytes, transfer, content = _promises(headers)
    try:
        blocks = decoded_blocks(stream, transfer, content, limits.budget)
        body = beginning(blocks, MAX_ROBOTS_BYTES + 1)
    except (BodyCutError, BodyDamagedError, BodyTooLargeError) as error:
        return rejected(_BODY_REASONS[type(error)], str(error))
    if len(body) < MAX_ROBOTS_BYTES:
        if truncated := record.rec_headers.get_header("WARC-Truncated"):
            return rejected(CaptureReason.TRUNCATED, f"WARC-Truncated: {truncated}")
        if problem := _missing(stream, record_bytes, sent_bytes):
            return rejected(CaptureReason.TRUNCATED, problem)
    return replace(seen, body=body)


def _missing(stream: Any, record_bytes: int, sent_bytes: int) -> str:
    """Return what is missing of a body that was read to its end, "" where nothing is."""
    if not stream.read(1) and stream.limit > 0:
        return f"{stream.limit} bytes of the record are missing"
    return f"{record_bytes} of {sent_bytes} bytes" if sent_bytes > record_bytes else ""


def _body(blocks: Iterator[bytes], media_type: str, limits: BodyLimits) -> tuple[str, bytes]:
    """Return what a body is ("html", "image", "") and the whole of it; of "" the beginning."""
    head = next(blocks, b"")
    while head and len(head) < SNIFF_BYTES and (more := next(blocks, b"")):
        head += more
    wanted = wanted_type(media_type, head)
    if not wanted:
        return wanted, head
    max_bytes = limits.max_page_bytes if wanted == "html" else limits.max_image_bytes
    return wanted, whole(chain((head,), blocks), max_bytes)


def _promises(headers: StatusAndHeaders | None) -> tuple[int, list[str], list[str]]:
    """Return Content-Length (0 where it does not count), transfer and content encodings.

    With an encoding it does not count: crawlers undo that and keep the old length.
    """
    if headers is None:
        return 0, [], []
    transfer = encodings(headers.get_header("transfer-encoding"))
    content = encodings(headers.get_header("content-encoding"))
    written = (headers.get_header("content-length") or "").strip()
    sent = int(written) if re.fullmatch("[0-9]{1,15}", written) else 0
    return (0 if transfer or content else sent), transfer, content
