"""One record is one capture, with the right kind or the right reason."""

import gzip
import zlib
from pathlib import Path

import pytest

from tests.unit.archives import DATE, PAGE, PNG, chunked, gz, http, read, record
from webdoc.archive.captures import Capture
from webdoc.archive.reader import ReadSettings
from webdoc.archive.record import utc_time
from webdoc.permission.robots_txt import MAX_BYTES
from webdoc.reasons import CaptureReason, Kind


def only(tmp_path: Path, data: bytes, **settings: int) -> Capture:
    """Read a file of one record, plain and compressed: the same but for its length."""
    [plain] = read(tmp_path / "one.warc", data, **settings)
    [packed] = read(tmp_path / "one.warc.gz", gz(data), **settings)
    assert plain.warc_record_length == len(data) - 4
    assert packed.warc_record_length == len(gz(data))
    assert (plain.body, plain.reject_reason) == (packed.body, packed.reject_reason)
    return plain


def test_a_page_with_all_it_is_known_by(tmp_path: Path) -> None:
    data = record(
        http(content_type='Text/HTML; Charset="ISO-8859-2"'),
        WARC_Record_ID="<urn:uuid:1>",
        WARC_Payload_Digest="sha1:ABC",
        WARC_Identified_Content_Charset="UTF-8",
    )
    assert only(tmp_path, data) == Capture(
        warc_filename="one.warc",
        warc_record_offset=0,
        warc_record_length=len(data) - 4,
        record_type="response",
        record_id="<urn:uuid:1>",
        url="http://example.org/",
        capture_time=DATE,
        http_status=200,
        media_type="text/html",
        http_charset="iso-8859-2",
        warc_charset="utf-8",
        payload_digest="sha1:ABC",
        kind=Kind.PAGE,
        body=PAGE,
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (record(b"GET / HTTP/1.1\r\n\r\n", "request"), CaptureReason.NOT_A_RESPONSE),
        (record(b"software: x\r\n", "warcinfo", url=""), CaptureReason.NOT_A_RESPONSE),
        (record(b"text", "resource", Content_Type="text/html"), CaptureReason.NOT_A_RESPONSE),
        (record(http(b""), "revisit"), CaptureReason.REVISIT),
        (record(b"", "revisit"), CaptureReason.REVISIT),
        (record(b"1.2.3.4", url="dns:example.org"), CaptureReason.NOT_HTTP),
        (record(http(), url=""), CaptureReason.NOT_HTTP),
        (record(http(status="404 Not Found")), CaptureReason.STATUS_NOT_200),
        (record(http(status="0 No Content")), CaptureReason.STATUS_NOT_200),
        (record(http(b"var a;", content_type="text/javascript")), CaptureReason.TYPE_NOT_WANTED),
        (record(http(b"just words", content_type="text/plain")), CaptureReason.TYPE_NOT_WANTED),
        (record(http(b"%PDF-1.4 ...", content_type="text/html")), CaptureReason.TYPE_NOT_WANTED),
        (record(http(PAGE, content_type="image/jpeg")), CaptureReason.TYPE_NOT_WANTED),
        (record(http(b"")), CaptureReason.EMPTY_BODY),
        (record(http(), WARC_Truncated="length"), CaptureReason.TRUNCATED),
        (record(http(Content_Length=str(len(PAGE) + 1))), CaptureReason.TRUNCATED),
        (record(http(b"5\r\nabc", Transfer_Encoding="chunked")), CaptureReason.TRUNCATED),
        (record(http(b"\x1f\x8b" + PAGE, Content_Encoding="gzip")), CaptureReason.BODY_UNDECODABLE),
        (record(http(b"zzz", Content_Encoding="rot13")), CaptureReason.BODY_UNDECODABLE),
        (record(b"<html>HTTP/0.9 had no headers</html>"), CaptureReason.HEADERS_BROKEN),
        (record(b""), CaptureReason.HEADERS_BROKEN),
        (record(b"HTTP/1.1 OK\r\n\r\n" + PAGE), CaptureReason.HEADERS_BROKEN),
    ],
)
def test_what_is_not_read_has_a_reason(tmp_path: Path, data: bytes, reason: CaptureReason) -> None:
    capture = only(tmp_path, data)
    assert (capture.kind, capture.reject_reason, capture.body) == (Kind.OTHER, reason, b"")


@pytest.mark.parametrize(
    ("data", "kind", "body"),
    [
        (record(http(PNG, content_type="image/png")), Kind.IMAGE, PNG),
        (record(http(PNG, content_type="text/html")), Kind.IMAGE, PNG),
        (record(http(PNG, content_type="application/octet-stream")), Kind.IMAGE, PNG),
        (record(http(PNG, content_type="")), Kind.IMAGE, PNG),
        (record(http(b"rare format", content_type="image/x-rare")), Kind.IMAGE, b"rare format"),
        (record(PNG, "resource", Content_Type="image/png"), Kind.IMAGE, PNG),
        (record(http(content_type="")), Kind.PAGE, PAGE),
        (record(http(content_type="text/plain")), Kind.PAGE, PAGE),
        (record(http(content_type="application/xhtml+xml")), Kind.PAGE, PAGE),
        (record(http(b"words only", content_type="text/html")), Kind.PAGE, b"words only"),
        (record(http(), url="HTTPS://EXAMPLE.ORG/"), Kind.PAGE, PAGE),
        (record(http(Content_Length=str(len(PAGE)))), Kind.PAGE, PAGE),
        (record(b"HTTP/2 200\r\ncontent-type: text/html\r\n\r\n" + PAGE), Kind.PAGE, PAGE),
        (record(http(chunked(PAGE[:9], PAGE[9:]), Transfer_Encoding="chunked")), Kind.PAGE, PAGE),
        (record(http(zlib.compress(PAGE), Content_Encoding="deflate")), Kind.PAGE, PAGE),
        (
            record(http(gzip.compress(PAGE), Content_Encoding="gzip", Content_Length="9999")),
            Kind.PAGE,
            PAGE,
        ),
    ],
)
def test_pages_and_images_come_with_their_bytes(
    tmp_path: Path, data: bytes, kind: Kind, body: bytes
) -> None:
    capture = only(tmp_path, data)
    assert (capture.kind, capture.reject_reason, capture.body) == (kind, None, body)


@pytest.mark.parametrize(("limit", "reason"), [(55, None), (54, CaptureReason.BODY_TOO_LARGE)])
def test_a_page_at_the_limit_is_read(
    tmp_path: Path, limit: int, reason: CaptureReason | None
) -> None:
    assert len(PAGE) == 55
    assert only(tmp_path, record(http()), max_body_bytes=limit).reject_reason == reason


def test_an_image_has_a_limit_of_its_own(tmp_path: Path) -> None:
    data = record(http(PNG, content_type="image/png"))
    assert only(tmp_path, data, max_body_bytes=1, max_image_bytes=len(PNG)).kind is Kind.IMAGE
    capture = only(tmp_path, data, max_image_bytes=len(PNG) - 1)
    assert capture.reject_reason == CaptureReason.BODY_TOO_LARGE


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/b?c=1", "http://example.org/b?c=1"),
        ("//cdn.example/x", "http://cdn.example/x"),
        ("https://other.example/", "https://other.example/"),
        ("mailto:me", ""),
        ("http://[oops/", ""),
        ("", ""),
    ],
)
def test_redirects_keep_their_target(tmp_path: Path, location: str, target: str) -> None:
    data = record(http(b"", "302 Found", Location=location), url="http://example.org/a")
    capture = only(tmp_path, data)
    assert (capture.http_status, capture.redirect_url) == (302, target)


def test_headers_that_never_end_are_broken(tmp_path: Path) -> None:
    block = b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 500
    capture = only(tmp_path, record(block), max_header_bytes=2000)
    assert capture.reject_reason == CaptureReason.HEADERS_BROKEN


@pytest.mark.parametrize("url_bytes", [7_000, 9_000, 60_000])
def test_long_headers_of_a_record(tmp_path: Path, url_bytes: int) -> None:
    url = "http://example.org/" + "x" * url_bytes
    capture = only(tmp_path, record(http(), url=url))
    assert (capture.kind, capture.url) == (Kind.PAGE, url)


def test_an_arc_file(tmp_path: Path) -> None:
    answer = http()
    line = f"http://example.org/a b 1.2.3.4 20081230175110 text/html {len(answer)}\n".encode()
    version = b"1 0 Test\nURL IP-address Archive-date Content-type Archive-length\n\n"
    head = f"filedesc://x.arc 0.0.0.0 20081230175109 text/plain {len(version)}\n".encode()
    parts = [head + version + b"\n", line + answer + b"\n"]

    plain = read(tmp_path / "x.arc", b"".join(parts))
    packed = read(tmp_path / "x.arc.gz", gz(*parts))

    assert [capture.reject_reason for capture in plain] == [CaptureReason.NOT_HTTP, None]
    assert plain[1].url == "http://example.org/a b"
    assert plain[1].capture_time == "2008-12-30T17:51:10Z"
    assert plain[1].warc_record_offset == len(parts[0])
    assert plain[1].body == packed[1].body == PAGE


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2024-05-18T01:58:10Z", "2024-05-18T01:58:10Z"),
        ("2024-05-18T01:58:10.999999Z", "2024-05-18T01:58:10Z"),
        ("2024-05-18T03:58:10+02:00", "2024-05-18T01:58:10Z"),
        ("2024-05-18T01:58:10", "2024-05-18T01:58:10Z"),
        ("20240518015810", "2024-05-18T01:58:10Z"),
        ("20240518", ""),
        ("yesterday", ""),
        ("", ""),
        ("0001-01-01T00:00:00+05:00", ""),
    ],
)
def test_times_become_utc(written: str, expected: str) -> None:
    assert utc_time(written) == expected


@pytest.mark.parametrize(
    "name", ["split_bytes", "max_body_bytes", "max_image_bytes", "max_header_bytes"]
)
def test_impossible_settings_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        ReadSettings(**{name: 0})


RULES = b"User-agent: *\nDisallow: /private\n"
ROBOTS_URL = "https://example.org/robots.txt"


def robots(answer: bytes, **headers: str) -> bytes:
    return record(answer, url=ROBOTS_URL, **headers)


@pytest.mark.parametrize(
    ("answer", "status", "body"),
    [
        (http(RULES, content_type="text/plain"), 200, RULES),
        (http(RULES, content_type="application/pdf"), 200, RULES),
        (http(RULES, "203 Changed on the way", "text/plain"), 203, RULES),
        (http(PAGE), 200, PAGE),
        (http(PNG, content_type="image/png"), 200, PNG),
        (http(b"", content_type="text/plain"), 200, b""),
        (http(gzip.compress(RULES), Content_Encoding="gzip"), 200, RULES),
        (http(chunked(RULES), Transfer_Encoding="chunked"), 200, RULES),
        (http(PAGE, "404 Not Found"), 404, b""),
        (http(PAGE, "503 Busy", Content_Length="9999"), 503, b""),
        (http(b"", "301 Moved", Location="https://www.example.org/robots.txt"), 301, b""),
    ],
)
def test_a_robots_txt_is_kept_whatever_it_says(
    tmp_path: Path, answer: bytes, status: int, body: bytes
) -> None:
    capture = only(tmp_path, robots(answer))
    assert (capture.kind, capture.reject_reason) == (Kind.ROBOTS, None)
    assert (capture.http_status, capture.body) == (status, body)


@pytest.mark.parametrize("over", [-1, 0, 1, 100_000])
def test_of_a_robots_txt_as_much_is_read_as_counts(tmp_path: Path, over: int) -> None:
    """One byte more says that something was left out."""
    data = robots(http(b"#" * (MAX_BYTES + over), content_type="text/plain"))
    assert len(only(tmp_path, data).body) == MAX_BYTES + min(over, 1)


@pytest.mark.parametrize(("size", "is_read"), [(MAX_BYTES - 1, False), (MAX_BYTES, True)])
def test_what_is_cut_beyond_that_is_not_missed(tmp_path: Path, size: int, is_read: bool) -> None:
    data = robots(http(b"#" * size, content_type="text/plain"), WARC_Truncated="length")
    capture = only(tmp_path, data)
    assert capture.reject_reason == (None if is_read else CaptureReason.TRUNCATED)
    assert len(capture.body) == (size if is_read else 0)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (http(RULES, Content_Length=str(len(RULES) + 1)), CaptureReason.TRUNCATED),
        (http(b"5\r\nabc", Transfer_Encoding="chunked"), CaptureReason.TRUNCATED),
        (http(b"\x1f\x8b" + RULES, Content_Encoding="gzip"), CaptureReason.BODY_UNDECODABLE),
        (b"User-agent: *", CaptureReason.HEADERS_BROKEN),
    ],
)
def test_a_robots_txt_that_cannot_be_read_is_still_one(
    tmp_path: Path, answer: bytes, reason: CaptureReason
) -> None:
    capture = only(tmp_path, robots(answer))
    assert (capture.kind, capture.reject_reason, capture.body) == (Kind.ROBOTS, reason, b"")


def test_only_an_answer_is_a_robots_txt(tmp_path: Path) -> None:
    """A repeated visit has no body; what it repeats stands in an earlier record."""
    data = record(http(b""), "revisit", url=ROBOTS_URL)
    assert only(tmp_path, data).kind is Kind.OTHER
    data = record(http(), url="https://example.org/robots.txt?page=1")
    assert only(tmp_path, data).kind is Kind.PAGE
