"""One capture -> one row of RECORDS: decoded, extracted, marked, or counted with its reason."""

import gc
from dataclasses import replace

from obelics_like.extract import ExtractSettings, extract
from obelics_like.marking import Rules, mark_page
from obelics_like.picture_facts import picture_facts
from obelics_like.records import Document, Reason
from obelics_like.tables import ArchivedImage, Record, record_of
from webdoc.captures import Capture, Kind, capture_id
from webdoc.charset import html_utf8

_DETAIL_CHARS = 300
# Python's own (700, 10, 10) looks twice into the tags of a page and finds nothing.
_COLLECTOR_THRESHOLDS = (50_000, 20, 50)


def calm_collector() -> None:
    """Let Python's garbage collector pass by models and settings, and look at pages less often.

    For the whole process: a worker calls it once, when its models are loaded. Pages make many
    objects and no cycles, so nearly all of them go without the collector.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTOR_THRESHOLDS)


def _unread(capture: Capture) -> Document:
    return Document(
        doc_id=capture_id(capture),
        url=capture.url,
        warc_filename=capture.warc_filename,
        warc_record_offset=capture.warc_record_offset,
        warc_record_length=capture.warc_record_length,
        payload_digest=capture.payload_digest,
        capture_time=capture.capture_time,
    )


def document_of(capture: Capture, settings: ExtractSettings) -> Document:
    """Return the document of a page's capture, before any rule.

    A page that cannot be read is a document without nodes, with the reason.
    """
    document = _unread(capture)
    decoded = html_utf8(capture.body, capture.http_charset, capture.warc_charset)
    if decoded is None:
        return replace(document, reject_reason=Reason.DOCUMENT_UNDECODABLE)
    found = extract(decoded.data, capture.url, settings)
    return replace(
        document,
        charset=decoded.charset,
        title=found.title,
        html=found.html,
        nodes=found.nodes,
        reject_reason=found.reject_reason,
        reject_detail=found.reject_detail,
    )


def page_record(capture: Capture, settings: ExtractSettings, rules: Rules) -> Record:
    """Return the row of a page, its document marked.

    The web finds every mistake in a parser sooner or later. One page's mistake is that page's
    row, with what went wrong, and never the end of a job over a million others.
    """
    try:
        document = rules.permissions.marked(document_of(capture, settings), capture)
        document = mark_page(document, rules)
    except Exception as error:
        document = replace(
            _unread(capture),
            reject_reason=Reason.DOCUMENT_PARSER_FAILED,
            reject_detail=f"{type(error).__name__}: {error}"[:_DETAIL_CHARS],
        )
    return record_of(capture, document=document)


def image_record(capture: Capture, archive_path: str, rules: Rules) -> Record:
    """Return the row of an image, measured."""
    picture = picture_facts(capture.body, rules)
    permission = rules.permissions.of_image(
        capture.usage_headers, picture.sha256, picture.perceptual_hash
    )
    image = ArchivedImage(
        archive_path=archive_path,
        status=picture.status,
        sha256=picture.sha256,
        perceptual_hash=picture.perceptual_hash,
        size_bytes=picture.size_bytes,
        format=picture.format,
        width_px=picture.width_px,
        height_px=picture.height_px,
        permission_reason=permission.reason,
        permission_source=permission.source,
        graphic_score=picture.graphic_score,
        nsfw_score=picture.nsfw_score,
        faces=picture.faces,
    )
    return record_of(capture, image=image)


def row_of(capture: Capture, archive_path: str, settings: ExtractSettings, rules: Rules) -> Record:
    """Return the row of any capture."""
    if capture.kind is Kind.PAGE:
        return page_record(capture, settings, rules)
    if capture.kind is Kind.IMAGE:
        return image_record(capture, archive_path, rules)
    return record_of(capture)


def row_bytes(row: Record) -> int:
    """Return the size of a row in memory, roughly."""
    if row.document is None:
        return 500 + len(row.robots_txt)
    texts = sum(len(node.text) for node in row.document.nodes)
    return 500 + 300 * len(row.document.nodes) + texts + len(row.document.html)
