"""One capture -> its rows: decoded, extracted, marked, or counted with its reason."""

from collections.abc import Iterable, Iterator
from functools import partial

from obelics_like.heads import NarrowRow, ReadCounts, StoredDocument, heads_of, stored
from obelics_like.rules.mark_document import Rules, mark_page
from obelics_like.settings import ObelicsSettings
from webdoc.archive.captures import Capture
from webdoc.internal_errors import ErrorSettings
from webdoc.page.budget import bounded_memory
from webdoc.page.document import Document
from webdoc.page.extract import ExtractSettings
from webdoc.page.licences import with_licences
from webdoc.page.read_capture import document_of, guarded, guarded_document
from webdoc.reasons import Kind
from webdoc.tables.records import ReadRecord, image_record, record_of

_TOGETHER_BYTES = 3 << 20  # of captures that take a step together: about 16 pages
_CAPTURE_BYTES = 1 << 12  # of a capture without its body, roughly
_RECORD_BYTES, _NARROW_BYTES = 500, 200  # of rows in memory, roughly


def _read_page(capture: Capture, settings: ExtractSettings, rules: Rules) -> Document:
    document = with_licences(document_of(capture, settings), capture)
    return rules.permissions.marked(document, capture)


def rows_of(
    captures: Iterable[Capture],
    archive_path: str,
    settings: ExtractSettings,
    rules: Rules,
    errors: ErrorSettings | None = None,
) -> Iterator[ReadRecord]:
    """Yield the row of each capture, in their order.

    Some are read, then their pages become documents, then these are marked: the code and tables of
    one step stay in the processor's cache (docs/decisions/extraction.md says what that saves).
    """
    errors = errors or ErrorSettings()
    for some in _together(captures):
        with bounded_memory():
            yield from _rows_of_some(some, archive_path, settings, rules, errors)


def _rows_of_some(
    some: list[Capture],
    archive_path: str,
    settings: ExtractSettings,
    rules: Rules,
    errors: ErrorSettings,
) -> list[ReadRecord]:
    documents = [
        guarded(capture, partial(_read_page, capture, settings, rules), errors)
        if capture.kind is Kind.PAGE
        else None
        for capture in some
    ]
    rows = []
    for capture, document in zip(some, documents, strict=True):
        if document is not None:
            marked = guarded(capture, partial(mark_page, document, rules), errors)
            rows.append(record_of(capture, document=marked))
        elif capture.kind is Kind.IMAGE:
            pictures, permissions = rules.pictures, rules.permissions
            rows.append(image_record(capture, archive_path, pictures, permissions, errors))
        else:
            errors.check(capture)
            rows.append(record_of(capture))
    return rows


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


def stored_rows(
    captures: Iterable[Capture], archive_path: str, settings: ObelicsSettings, rules: Rules
) -> Iterator[tuple[object, int]]:
    """Yield all rows that are written of some captures, each with its size in bytes, roughly.

    Those of RECORDS in the order of captures; a page's document and its narrow rows follow it, and
    in the end comes what was left out, counted.
    """
    counts = ReadCounts()
    for row in rows_of(captures, archive_path, settings.extraction, rules, settings.errors):
        yield row, _RECORD_BYTES + len(row.robots_txt)
        if row.document is not None:
            document, *narrow = document_rows(row.document, settings, rules)
            counts.add(document)
            yield document, _document_bytes(document)
            for own in narrow:
                yield own, _NARROW_BYTES
    for total in counts.rows():
        yield total, _NARROW_BYTES


def document_rows(
    document: Document, settings: ObelicsSettings, rules: Rules
) -> tuple[StoredDocument, *tuple[NarrowRow, ...]]:
    """Return the row of a document, then the narrow ones of a live one.

    A page at which the rules that come last fail, or that takes them too long, is left out.
    """
    near = settings.near_duplicates
    signed = near.minhash if near.texts else None
    narrow: list[NarrowRow] = []

    def step() -> Document:
        narrow.extend(heads_of(document, rules, settings.deduplication, signed))
        return document

    if document.reject_reason is None:
        document = guarded_document(document, step, settings.errors)
    return (stored(document), *(narrow if document.reject_reason is None else ()))


def _document_bytes(document: Document) -> int:
    """Return the size of a document in memory, roughly."""
    texts = sum(len(node.text) for node in document.nodes)
    return _RECORD_BYTES + 300 * len(document.nodes) + texts + len(document.html)
