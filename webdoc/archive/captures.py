"""A capture: one record of a WARC or ARC file, looked at. Every record becomes one, read or not."""

from dataclasses import dataclass
from hashlib import blake2b

from webdoc.reasons import CaptureReason, Kind


@dataclass(frozen=True, slots=True)
class Capture:
    """One record, with where it stands. Strings are "" and numbers 0 where nothing is known."""

    warc_filename: str  # as Common Crawl names it; the file name alone for a local file
    warc_record_offset: int  # bytes from the start of the file, of the record's first byte
    warc_record_length: int  # bytes in the file, compressed where the file is
    record_type: str = ""  # response, request, ..., as in the record
    record_id: str = ""  # WARC-Record-ID, "" in ARC files
    url: str = ""  # WARC-Target-URI
    capture_time: str = ""  # UTC, 2024-05-18T01:58:10Z
    http_status: int = 0
    media_type: str = ""  # of the HTTP header, lower case, without parameters
    http_charset: str = ""  # charset of the HTTP Content-Type, lower case
    warc_charset: str = ""  # WARC-Identified-Content-Charset, lower case
    payload_digest: str = ""  # WARC-Payload-Digest, as written
    redirect_url: str = ""  # absolute, of a 3xx answer's Location
    kind: Kind = Kind.OTHER
    reject_reason: CaptureReason | None = None  # None for a page, image or robots.txt
    reject_detail: str = ""  # what went wrong, in a few words, for a person
    # All encodings undone; of a page or an image the whole, and never written to a table; of a
    # robots.txt with a status of 200 to 299 the first MAX_BYTES of webdoc.permission.robots_txt
    # and one more.
    body: bytes = b""
    # "name: value" of the HTTP headers that speak of permission, as sent, names in lower case and
    # as in webdoc.permission.signs.HEADERS
    usage_headers: tuple[str, ...] = ()


def capture_id(capture: Capture) -> str:
    """Return 32 hex digits that name this capture, wherever the file lies.

    Copies of one file give the same ids: they hold the same captures.
    """
    parts = (
        capture.warc_filename,
        str(capture.warc_record_offset),
        capture.record_id,
        capture.url,
        capture.capture_time,
    )
    return blake2b("\n".join(parts).encode("utf-8", "replace"), digest_size=16).hexdigest()
