"""The capture of a page -> its document, before any rule."""

import gc
from collections.abc import Callable
from dataclasses import replace

from webdoc.archive.captures import Capture, capture_id
from webdoc.internal_errors import ErrorSettings
from webdoc.page.budget import OverBudgetError, in_budget
from webdoc.page.charset import html_utf8
from webdoc.page.document import Document
from webdoc.page.extract import ExtractSettings, extract
from webdoc.page.permission import Permissions
from webdoc.reasons import Reason

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


def read_page(
    capture: Capture,
    settings: ExtractSettings,
    permissions: Permissions,
    errors: ErrorSettings,
) -> Document:
    """Return the document of a page's capture, marked by permissions; every failure is its row."""
    return guarded(
        capture, lambda: permissions.marked(document_of(capture, settings), capture), errors
    )


def guarded(capture: Capture, step: Callable[[], Document], errors: ErrorSettings) -> Document:
    """Do one step of a page within its budget: see `guarded_document`."""
    return guarded_document(_unread(capture), step, errors)


def guarded_document(
    before: Document, step: Callable[[], Document], errors: ErrorSettings
) -> Document:
    """Do one step of a page within its budget.

    The web finds every mistake in a parser sooner or later. One page's mistake is that page's
    row, with what went wrong, and never the end of a job over a million others.

    Args:
        before: what stays of the page where the step fails.
        step: returns what becomes of it.
        errors: what a mistake does to the run.
    """
    try:
        return in_budget((before.warc_filename, before.warc_record_offset), step)
    except OverBudgetError as error:
        reason, detail = Reason.DOCUMENT_OVER_BUDGET, str(error)
    except Exception as error:
        reason, detail = Reason.INTERNAL_ERROR, errors.detail(error)
    return replace(before, reject_reason=reason, reject_detail=detail)


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
        page_kind=found.page_kind,
        page_kind_score=found.page_kind_score,
        html=found.html,
        nodes=found.nodes,
        reject_reason=found.reject_reason,
        reject_detail=found.reject_detail,
    )
