"""RECORDS: one row for every record of an archive, with its picture's facts.

docs/tables.md explains every column of every table.
"""

from dataclasses import dataclass, replace

from webdoc.archive.captures import Capture
from webdoc.internal_errors import ErrorSettings
from webdoc.page.budget import OverBudgetError, in_budget
from webdoc.page.document import Document
from webdoc.page.permission import Permissions
from webdoc.picture.look import PictureModels, picture_facts
from webdoc.reasons import CaptureReason, Kind
from webdoc.tables.images import ARCHIVE, ImagePlace, StoredPicture
from webdoc.url_keys import url_key


@dataclass(frozen=True, slots=True)
class Record:
    """RECORDS: one row for every record of every input file, read or not.

    Columns as in `webdoc.archive.captures.Capture`; no body is kept but that of a robots.txt.
    Parquet folders `kind=page`, `kind=image`, `kind=robots` and `kind=other` divide the table.
    """

    warc_filename: str
    warc_record_offset: int
    warc_record_length: int
    record_type: str
    record_id: str
    url: str
    capture_time: str
    http_status: int
    media_type: str
    payload_digest: str
    redirect_url: str
    reject_reason: str | None  # webdoc.archive.captures.CaptureReason; None where it was read
    reject_detail: str
    kind: str  # page, image, robots, other
    url_key: str = ""  # webdoc.url_keys.url_key of url
    redirect_key: str = ""  # likewise of redirect_url
    image: StoredPicture | None = None  # of an image
    robots_txt: bytes = b""  # of a robots.txt, as Capture.body


@dataclass(frozen=True, slots=True)
class ReadRecord(Record):
    """A row of RECORDS in memory, beside its page's document, which has a table of its own."""

    document: Document | None = None  # of a page, marked by `mark_page`


def record_of(
    capture: Capture, document: Document | None = None, image: StoredPicture | None = None
) -> ReadRecord:
    """Return the row of a capture; of a page or an image the body stays behind."""
    return ReadRecord(
        warc_filename=capture.warc_filename,
        warc_record_offset=capture.warc_record_offset,
        warc_record_length=capture.warc_record_length,
        record_type=capture.record_type,
        record_id=capture.record_id,
        url=capture.url,
        capture_time=capture.capture_time,
        http_status=capture.http_status,
        media_type=capture.media_type,
        payload_digest=capture.payload_digest,
        redirect_url=capture.redirect_url,
        reject_reason=capture.reject_reason,
        reject_detail=capture.reject_detail,
        kind=capture.kind,
        url_key=url_key(capture.url) if capture.url else "",
        redirect_key=url_key(capture.redirect_url) if capture.redirect_url else "",
        document=document,
        image=image,
        robots_txt=capture.body if capture.kind is Kind.ROBOTS else b"",
    )


def image_record(
    capture: Capture,
    archive_path: str,
    models: PictureModels,
    permissions: Permissions,
    errors: ErrorSettings | None = None,
) -> ReadRecord:
    """Return the row of an image, measured within the budget of one; a failure is its row, too."""
    place = capture.warc_filename, capture.warc_record_offset
    try:
        return in_budget(place, lambda: _measured(capture, archive_path, models, permissions))
    except OverBudgetError as error:
        reason, detail = CaptureReason.OVER_BUDGET, str(error)
    except Exception as error:
        reason, detail = CaptureReason.INTERNAL_ERROR, (errors or ErrorSettings()).detail(error)
    return record_of(
        replace(capture, kind=Kind.OTHER, reject_reason=reason, reject_detail=detail, body=b"")
    )


def _measured(
    capture: Capture, archive_path: str, models: PictureModels, permissions: Permissions
) -> ReadRecord:
    facts = picture_facts(capture.body, models)
    permission = permissions.of_image(capture.usage_headers, facts.sha256, facts.perceptual_hash)
    place = ImagePlace(
        facts.sha256,
        ARCHIVE,
        archive_path,
        capture.warc_record_offset,
        capture.warc_record_length,
        capture.warc_filename,
        capture.url,
        capture.capture_time,
        permission.reason,
        permission.source,
    )
    return record_of(capture, image=StoredPicture(facts, place))
