"""One capture -> one row of RECORDS: decoded, extracted, marked, or counted with its reason."""

from collections.abc import Iterable, Iterator
from functools import partial

from obelics_like.rules.mark_document import Rules, mark_page
from webdoc.archive.captures import Capture
from webdoc.internal_errors import ErrorSettings
from webdoc.page.budget import bounded_memory
from webdoc.page.document import Document
from webdoc.page.extract import ExtractSettings
from webdoc.page.licences import with_licences
from webdoc.page.read_capture import document_of, guarded
from webdoc.reasons import Kind
from webdoc.tables.records import Record, image_record, record_of

_TOGETHER_BYTES = 3 << 20  # of captures that take a step together: about 16 pages
_CAPTURE_BYTES = 1 << 12  # of a capture without its body, roughly


def _read_page(capture: Capture, settings: ExtractSettings, rules: Rules) -> Document:
    document = with_licences(document_of(capture, settings), capture)
    return rules.permissions.marked(document, capture)


def rows_of(
    captures: Iterable[Capture],
    archive_path: str,
    settings: ExtractSettings,
    rules: Rules,
    errors: ErrorSettings | None = None,
) -> Iterator[Record]:
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
) -> list[Record]:
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


def row_bytes(row: Record) -> int:
    """Return the size of a row in memory, roughly."""
    if row.document is None:
        return 500 + len(row.robots_txt)
    texts = sum(len(node.text) for node in row.document.nodes)
    return 500 + 300 * len(row.document.nodes) + texts + len(row.document.html)
