"""What became of a record of an archive, in words."""

from typing import Final

from webdoc.captures import CaptureReason, Kind

CAPTURE_TEXTS: Final[dict[str, str]] = {
    CaptureReason.NOT_A_RESPONSE: "a request, a note or another record that carries no answer",
    CaptureReason.REVISIT: "a repeated visit; its content stands in an earlier record",
    CaptureReason.NOT_HTTP: "not fetched over HTTP, such as a DNS answer",
    CaptureReason.STATUS_NOT_200: "a redirect or an error instead of content",
    CaptureReason.TYPE_NOT_WANTED: "neither a web page nor a picture",
    CaptureReason.EMPTY_BODY: "an answer without content",
    CaptureReason.TRUNCATED: "the content was cut off when it was captured",
    CaptureReason.BODY_TOO_LARGE: "more bytes than the settings allow",
    CaptureReason.BODY_UNDECODABLE: "the compression or transfer coding is damaged",
    CaptureReason.HEADERS_BROKEN: "the HTTP headers cannot be read",
    CaptureReason.DAMAGED_RECORD: "damaged bytes between readable records",
    CaptureReason.NOT_AN_ARCHIVE: "the file is empty or not a web archive",
    CaptureReason.UNREADABLE_FILE: "the file is missing or its storage failed",
}
KIND_TEXTS: Final[dict[str, str]] = {
    Kind.PAGE: "read as a web page",
    Kind.IMAGE: "read as a picture",
    Kind.ROBOTS: "the rules of a host for robots",
}
