"""One capture -> one row of RECORDS: decoded, extracted, marked, or counted with its reason."""

import gc
from collections.abc import Iterable, Iterator
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
_TOGETHER_BYTES = 3 << 20  # of captures that take a step together: about 16 pages
_CAPTURE_BYTES = 1 << 12  # of a capture without its body, roughly


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


def _read_page(capture: Capture, settings: ExtractSettings, rules: Rules) -> Document:
    try:
        return rules.permissions.marked(document_of(capture, settings), capture)
    except Exception as error:
        return _failed(capture, error)


def _marked_page(capture: Capture, document: Document, rules: Rules) -> Document:
    try:
        return mark_page(document, rules)
    except Exception as error:
        return _failed(capture, error)


def _failed(capture: Capture, error: Exception) -> Document:
    """Return the document of a page that we failed at.

    The web finds every mistake in a parser sooner or later. One page's mistake is that page's
    row, with what went wrong, and never the end of a job over a million others.
    """
    return replace(
        _unread(capture),
        reject_reason=Reason.DOCUMENT_PARSER_FAILED,
        reject_detail=f"{type(error).__name__}: {error}"[:_DETAIL_CHARS],
    )


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


def rows_of(
    captures: Iterable[Capture], archive_path: str, settings: ExtractSettings, rules: Rules
) -> Iterator[Record]:
    """Yield the row of each capture, in their order.

    Some are read, then their pages become documents, then these are marked: the code and tables of
    one step stay in the processor's cache (docs/decisions/extraction.md says what that saves).
    """
    for some in _together(captures):
        documents = [
            _read_page(capture, settings, rules) if capture.kind is Kind.PAGE else None
            for capture in some
        ]
        for capture, document in zip(some, documents, strict=True):
            if document is not None:
                yield record_of(capture, document=_marked_page(capture, document, rules))
            elif capture.kind is Kind.IMAGE:
                yield image_record(capture, archive_path, rules)
            else:
                yield record_of(capture)


def _together(captures: Iterable[Capture]) -> Iterator[list[Capture]]:
    """Cut captures into lists of a few megabytes; a larger one ends its list."""
    some: list[Capture] = []
    size_bytes = 0
    for capture in captures:
        some.append(capture)
        size_bytes += len(capture.body) + _CAPTURE_BYTES
        if size_bytes >= _TOGETHER_BYTES:
            yield some
            some, size_bytes = [], 0
    if some:
        yield some


def row_bytes(row: Record) -> int:
    """Return the size of a row in memory, roughly."""
    if row.document is None:
        return 500 + len(row.robots_txt)
    texts = sum(len(node.text) for node in row.document.nodes)
    return 500 + 300 * len(row.document.nodes) + texts + len(row.document.html)
