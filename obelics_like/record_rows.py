"""One capture -> one row of RECORDS: decoded, extracted, marked, or counted with its reason."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from obelics_like.rules.mark_document import Rules, mark_page
from webdoc.archive.captures import Capture
from webdoc.page.document import Document
from webdoc.page.extract import ExtractSettings
from webdoc.page.licences import with_licences
from webdoc.page.read_capture import _unread, document_of
from webdoc.reasons import Kind, Reason
from webdoc.tables.records import Record, image_record, record_of

_DETAIL_CHARS = 300
_TOGETHER_BYTES = 3 << 20  # of captures that take a step together: about 16 pages
_CAPTURE_BYTES = 1 << 12  # of a capture without its body, roughly


def _read_page(capture: Capture, settings: ExtractSettings, rules: Rules) -> Document:
    try:
        document = with_licences(document_of(capture, settings), capture)
        return rules.permissions.marked(document, capture)
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
                yield image_record(capture, archive_path, rules.pictures, rules.permissions)
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
