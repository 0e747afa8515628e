"""The tables of this corpus, each a Parquet folder whose columns are one dataclass.

RECORDS -> DOCUMENTS and IMAGES -> MARKED -> DEDUPLICATED -> release. docs/tables.md explains every
column.
"""

from dataclasses import dataclass, field

from obelics_like.records import Document, Reason
from webdoc.captures import Capture, Kind
from webdoc.faces import Face
from webdoc.url_keys import url_key


@dataclass(frozen=True, slots=True)
class ArchivedImage:
    """Facts of one image record, and where its bytes stand."""

    archive_path: str  # what to open to read the bytes again
    status: str  # webdoc.pictures: ok, unreadable, cut, unsupported, too_many_pixels
    sha256: str
    perceptual_hash: str
    size_bytes: int
    format: str
    width_px: int
    height_px: int
    permission_reason: str = ""  # webdoc.permission.Decision, by its own answer and by lists
    permission_source: str = ""
    graphic_score: float | None = None  # of its pixels, in [0, 1]; None not scored
    nsfw_score: float | None = None  # likewise, by the model of safety.model
    faces: tuple[Face, ...] | None = None  # by the model of faces.model; None not looked for


@dataclass(frozen=True, slots=True)
class Record:
    """RECORDS: one row for every record of every input file, read or not.

    Columns as in `webdoc.captures.Capture`; of the bodies only those of robots.txt are kept.
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
    reject_reason: str | None  # webdoc.captures.CaptureReason; None where it was read
    reject_detail: str
    kind: str  # page, image, robots, other
    url_key: str = ""  # webdoc.url_keys.url_key of url
    redirect_key: str = ""  # likewise of redirect_url
    document: Document | None = None  # of a page, marked by `mark_page`
    image: ArchivedImage | None = None  # of an image
    robots_txt: bytes = b""  # of a robots.txt, as Capture.body


def record_of(
    capture: Capture, document: Document | None = None, image: ArchivedImage | None = None
) -> Record:
    """Return the row of a capture; of a page or an image the body stays behind."""
    return Record(
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


@dataclass(frozen=True, slots=True)
class ImageSource:
    """IMAGES: one row for each distinct picture of the archive, by hash, and where to read it."""

    sha256: str
    url: str  # of the record whose bytes these are
    archive_path: str
    warc_filename: str
    warc_record_offset: int
    warc_record_length: int
    capture_time: str
    perceptual_hash: str
    size_bytes: int
    format: str
    width_px: int
    height_px: int


@dataclass(frozen=True, slots=True)
class ImageBytes:
    """What Hugging Face datasets opens as an `Image` feature."""

    bytes: bytes  # as captured, without the place of a photo; never encoded anew
    path: str  # a name with the right ending


@dataclass(frozen=True, slots=True)
class PublishedImage:
    """One row of images/ in a release: a picture that a published document shows, once."""

    sha256: str  # of the bytes as captured: what documents refer to
    url: str
    format: str
    width_px: int
    height_px: int
    size_bytes: int
    image: ImageBytes


@dataclass(frozen=True, slots=True)
class FoundImage:
    """What the archive, or else the web, holds under one image URL of one document."""

    url: str  # as in Node.image.url
    status: str  # of ArchivedImage, or a cause of webdoc.fetched
    sha256: str
    perceptual_hash: str
    size_bytes: int
    format: str
    width_px: int
    height_px: int
    permission_reason: str = ""  # as in Image
    permission_source: str = ""
    graphic_score: float | None = None
    nsfw_score: float | None = None
    faces: tuple[Face, ...] | None = None


@dataclass(frozen=True, slots=True)
class DocumentWithFound:
    """A document beside the images found for it: what the images job hands to the pure step."""

    document: Document
    found: tuple[FoundImage, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """A live document, or one of its live nodes, as small as deduplication needs it."""

    doc_id: str
    node_index: int  # -1 for the document itself
    kind: str  # page, text or image
    domain: str  # of a paragraph's page; "" where the count runs over the whole corpus
    key: str  # 32 hex digits: of the page URL, the paragraph, or the image URL
    capture_time: str


@dataclass(frozen=True, slots=True)
class NodeMark:
    """A node that deduplication marks."""

    node_index: int
    reject_reason: Reason
    reject_value: float | None  # how often its like was seen, or what else was measured


@dataclass(frozen=True, slots=True)
class DocumentMark:
    """CONTAMINATED: a document that deduplication marks."""

    doc_id: str
    reject_reason: Reason
    reject_value: float | None
    reject_detail: str


@dataclass(frozen=True, slots=True)
class DocumentMarks:
    """A document beside its marks: what the deduplication jobs hand to the pure step."""

    document: Document
    reject_reason: Reason | None = None  # of the document itself
    reject_value: float | None = None
    reject_detail: str = ""
    marks: tuple[NodeMark, ...] = field(default=())
