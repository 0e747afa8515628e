"""The capture of a page -> its document, before any rule."""

import gc
from dataclasses import replace

from webdoc.archive.captures import Capture, capture_id
from webdoc.page.charset import html_utf8
from webdoc.page.document import Document
from webdoc.page.extract import ExtractSettings, extract
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
