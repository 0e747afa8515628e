"""Whose work a release holds, and under which licence: the rows of attribution.csv."""

from collections.abc import Iterator
from dataclasses import dataclass

from webdoc.page.document import Document

# A spreadsheet runs what begins like this, and the texts are from the web.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Attribution:
    """A published page or image that names a licence, or whose work it is."""

    page_url: str
    page_title: str
    image_url: str  # "" for the page itself
    licence: str  # webdoc.rights.licences; "" where only a credit is named
    licence_source: str  # where that stands
    credit: str


def attribution_rows(document: Document) -> Iterator[Attribution]:
    """Yield the row of a kept document, and of each of its live images."""
    url, title = document.url, _harmless(document.title)
    if document.licence:
        licence = _harmless(document.licence)
        yield Attribution(url, title, "", licence, document.licence_source, "")
    for node in document.nodes:
        image = node.image
        if image is None or node.reject_reason is not None:
            continue
        licence, credit = image.licence or image.facts.licence, image.credit or image.facts.credit
        if licence or credit:
            source = image.licence_source or image.facts.licence_source
            yield Attribution(url, title, image.url, _harmless(licence), source, _harmless(credit))


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
