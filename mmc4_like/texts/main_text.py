"""The main text of a page, by trafilatura: how WARC files become a text corpus."""

from dataclasses import replace

import trafilatura

from mmc4_like.records import TextDocument
from webdoc.archive.captures import Capture, capture_id
from webdoc.page.charset import html_utf8
from webdoc.reasons import Reason
from webdoc.text.language import detect
from webdoc.url_keys import digest, url_key

_DETAIL_CHARS = 200


def text_document(
    capture: Capture, refused: Reason | None = None, detail: str = ""
) -> TextDocument:
    """Return the document that a page's main text makes; without text it says why.

    Its `source_row` is where the record begins in the archive. Comments and tables are left out:
    neither is what C4 calls text.

    Args:
        capture: of a page.
        refused: why the page is not even looked at; None where it is.
        detail: of that, for a person.
    """
    key = url_key(capture.url)
    document = TextDocument(
        doc_id=capture_id(capture),
        url=capture.url,
        text="",
        timestamp=capture.capture_time,
        source_name=capture.warc_filename,
        source_row=capture.warc_record_offset,
        url_key=key,
    )
    if refused is not None:
        return replace(document, reject_reason=refused, reject_detail=detail)
    decoded = html_utf8(capture.body, capture.http_charset, capture.warc_charset)
    if decoded is None:
        return replace(document, reject_reason=Reason.DOCUMENT_UNDECODABLE)
    text, problem = main_text(decoded.data.decode("utf-8", "replace"), capture.url)
    if not text:
        return replace(document, reject_reason=Reason.DOCUMENT_NO_TEXT, reject_detail=problem)
    return replace(
        document, text=text, language=detect(text)[0], content_key=digest(f"{key}\n{text}")
    )


def main_text(html: str, url: str) -> tuple[str, str]:
    """Return the main text of a page, a paragraph a line, or "" and what went wrong."""
    try:
        found = trafilatura.extract(html, url=url, include_comments=False, include_tables=False)
    except Exception as error:  # the web finds every mistake in an extractor sooner or later
        return "", f"{type(error).__name__}: {error}"[:_DETAIL_CHARS]
    return found or "", ""
