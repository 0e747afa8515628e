"""Whose work a release holds, and under which licence: the rows of attribution.csv."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

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


class Licensed(Protocol):
    """What has an address, and perhaps a licence."""

    @property
    def url(self) -> str:
        """Of the page or picture."""

    @property
    def licence(self) -> str:
        """webdoc.rights.licences; "" for none."""

    @property
    def licence_source(self) -> str:
        """Where that stands."""


class Page(Licensed, Protocol):
    """A page."""

    @property
    def title(self) -> str:
        """As the page has it."""


class Picture(Licensed, Protocol):
    """A picture in a page."""

    @property
    def credit(self) -> str:
        """Whose work it is; "" where that is not named."""


@dataclass(frozen=True, slots=True)
class _Shown:
    url: str
    licence: str
    licence_source: str
    credit: str


def attribution_rows(document: Document) -> Iterator[Attribution]:
    """Yield the row of a kept document, and of each of its live images."""
    shown = (node.image for node in document.nodes if node.reject_reason is None and node.image)
    pictures = (
        _Shown(
            image.url,
            image.licence or image.facts.licence,
            image.licence_source or image.facts.licence_source,
            image.credit or image.facts.credit,
        )
        for image in shown
    )
    return attributions(document, pictures)


def attributions(page: Page, pictures: Iterable[Picture]) -> Iterator[Attribution]:
    """Yield the row of a published page, and of each of its pictures, that has one."""
    url, title = page.url, _harmless(page.title)
    if page.licence:
        licence = _harmless(page.licence)
        yield Attribution(url, title, "", licence, page.licence_source, "")
    for one in pictures:
        if one.licence or one.credit:
            licence, credit = _harmless(one.licence), _harmless(one.credit)
            yield Attribution(url, title, one.url, licence, one.licence_source, credit)


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
