"""What is written of a page when it is read: its document, and all that later jobs need, narrow.

A live document stands in five tables: whole, as a head, as a row for each of its live nodes, as a
signature of its text, and in the counts. Later jobs join and count the narrow ones; the whole one
is read again where it stands.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from obelics_like.funnel import funnel_of
from obelics_like.rules.exact_duplicates import (
    DeduplicationRules,
    image_key,
    page_key,
    paragraph_domain,
    paragraph_key,
)
from obelics_like.rules.judge import Rules
from obelics_like.rules.mark_document import finish, live_text
from webdoc.duplicates.minhash import MinHashSettings
from webdoc.duplicates.near_duplicates import TextSignature, sign
from webdoc.page.document import Document, Node
from webdoc.reasons import FunnelRow, Kind, Reason
from webdoc.tables.records import Record
from webdoc.url_keys import host_of, registered_domain, url_key

# Kinds of rows, beside those of RECORDS (webdoc.reasons.Kind): folders of one table.
LIVE, REJECTED = "live", "rejected"  # documents
HEAD, NODE, SIGNATURE, COUNT = "head", "node", "signature", "count"
REFUSED_DOCUMENT, REFUSED_IMAGE = "refused_document", "refused_image"  # levels of counts


@dataclass(frozen=True, slots=True)
class StoredDocument(Document):
    """A document as it was read, marked by `mark_page`, in the folder LIVE or REJECTED."""

    kind: str = LIVE


@dataclass(frozen=True, slots=True)
class Head:
    """A document that was live when it was read, without its nodes."""

    doc_id: str
    url: str
    page_key: str  # equal for captures of one page
    domain: str  # that somebody registered
    capture_time: str
    language: str
    words: int  # of all its texts, marked ones too, divided at white space
    text_bytes: int  # likewise, in UTF-8
    late_reason: Reason | None = None  # what `finish` marks if no job marks anything before
    late_value: float | None = None
    names_rights: bool = False  # it, or an image of it, names a licence or whose work it is
    emails_replaced: int = 0  # as in Document
    phones_replaced: int = 0
    ip_addresses_replaced: int = 0
    kind: str = HEAD


@dataclass(frozen=True, slots=True)
class LiveNode:
    """A node that was live, in a live document, when it was read; without its text."""

    doc_id: str
    node_index: int
    is_image: bool
    key: bytes  # 16 bytes: equal for equal paragraphs of a domain, and for images of one URL
    words: int  # as in Head; 0 of an image
    text_bytes: int
    url: str = ""  # of an image
    url_key: str = ""  # likewise: what archives are joined by
    rendered_width: str = ""  # as in Image
    rendered_height: str = ""
    late_reason: Reason | None = None  # as in Head
    late_value: float | None = None
    kind: str = NODE


@dataclass(frozen=True, slots=True)
class StoredSignature(TextSignature):
    """The signature of the text that a document has if no job marks anything."""

    kind: str = SIGNATURE


@dataclass(frozen=True, slots=True)
class StoredCount(FunnelRow):
    """How much was left out when it was read: rows of the funnel, of documents and nodes."""

    kind: str = COUNT


# The record of each folder that reading archives writes.
READ_KINDS: dict[str, type] = {
    **{str(kind): Record for kind in Kind},
    LIVE: StoredDocument,
    REJECTED: StoredDocument,
    HEAD: Head,
    NODE: LiveNode,
    SIGNATURE: StoredSignature,
    COUNT: StoredCount,
}
NarrowRow = Head | LiveNode | StoredSignature


def stored(document: Document) -> StoredDocument:
    """Return the row of a document."""
    kind = LIVE if document.reject_reason is None else REJECTED
    values: dict[str, Any] = {name: getattr(document, name) for name in _DOCUMENT}
    return StoredDocument(**values, kind=kind)


_DOCUMENT = tuple(field.name for field in fields(Document))


def heads_of(
    document: Document, rules: Rules, counted: DeduplicationRules, signed: MinHashSettings | None
) -> Iterator[NarrowRow]:
    """Yield the narrow rows of a live document.

    Args:
        document: from `mark_page`.
        rules: of the run.
        counted: by which keys duplicates are counted.
        signed: how its text is signed; None: not at all.
    """
    after = finish(document, rules)
    yield from narrow_of(document, after, counted)
    if signed is not None and after.reject_reason is None:
        own_row = sign(document.doc_id, live_text(after), document.capture_time, signed)
        yield StoredSignature(*(getattr(own_row, name) for name in _SIGNATURE))


def narrow_of(
    document: Document, after: Document, counted: DeduplicationRules
) -> Iterator[Head | LiveNode]:
    """Yield the head of a live document, then its live nodes.

    Args:
        document: as it is written.
        after: as the rules that come last leave it.
        counted: by which keys duplicates are counted.
    """
    domain = paragraph_domain(document.url, counted)
    words = text_bytes = 0
    nodes = []
    for place, (node, late) in enumerate(zip(document.nodes, after.nodes, strict=True)):
        own = measured(node)
        words, text_bytes = words + own[0], text_bytes + own[1]
        if node.reject_reason is None:
            nodes.append(_live_node(document.doc_id, place, node, late, domain, own))
    yield Head(
        document.doc_id,
        document.url,
        page_key(document.url, counted),
        registered_domain(host_of(document.url)),
        document.capture_time,
        document.language,
        words,
        text_bytes,
        after.reject_reason,
        after.reject_value,
        _names_rights(document),
        document.emails_replaced,
        document.phones_replaced,
        document.ip_addresses_replaced,
    )
    yield from nodes


_SIGNATURE = tuple(field.name for field in fields(TextSignature))


def _names_rights(document: Document) -> bool:
    images = (node.image for node in document.nodes if node.image is not None)
    return bool(document.licence) or any(image.licence or image.credit for image in images)


def _live_node(  # noqa: PLR0913, PLR0917 - a row and what it is made of
    doc_id: str, place: int, node: Node, late: Node, domain: str, size: tuple[int, int]
) -> LiveNode:
    image = node.image
    return LiveNode(
        doc_id,
        place,
        image is not None,
        paragraph_key(domain, node.text) if image is None else image_key(image.url),
        *size,
        *(
            ("", "", "", "")
            if image is None
            else (image.url, url_key(image.url), image.rendered_width, image.rendered_height)
        ),
        late.reject_reason,
        late.reject_value,
    )


class ReadCounts:
    """What is left out while archives are read, added up; what stays live is in NODE and HEAD."""

    def __init__(self) -> None:
        self._found: Counter[tuple[str, str]] = Counter()
        self._words: Counter[tuple[str, str]] = Counter()
        self._bytes: Counter[tuple[str, str]] = Counter()

    def add(self, document: Document) -> None:
        """Count a document as it was read: all of a rejected one, of others the marked nodes."""
        if document.reject_reason is None:
            for node in document.nodes:
                if node.reject_reason is not None:
                    self._add(node.kind, node.reject_reason, 1, *measured(node))
        else:
            for row in funnel_of([document]):
                self._add(row.level, row.reason, row.count, row.words, row.text_bytes)
        if document.reject_reason is Reason.DOCUMENT_NOT_PERMITTED:
            self._add(REFUSED_DOCUMENT, document.reject_detail.partition(":")[0], 1, 0, 0)
        for node in document.nodes:
            if node.image is not None and node.image.permission_reason:
                self._add(REFUSED_IMAGE, node.image.permission_reason, 1, 0, 0)

    def _add(self, level: str, reason: str, count: int, words: int, text_bytes: int) -> None:
        key = (level, str(reason))
        self._found[key] += count
        self._words[key] += words
        self._bytes[key] += text_bytes

    def rows(self) -> list[StoredCount]:
        """Return all that was counted."""
        return [
            StoredCount(*key, count, self._words[key], self._bytes[key])
            for key, count in sorted(self._found.items())
        ]


def measured(node: Node) -> tuple[int, int]:
    """Return the words of a paragraph, divided at white space, and its bytes in UTF-8."""
    if node.kind != "text":
        return 0, 0
    return len(node.text.split()), len(node.text.encode("utf-8", "replace"))
