"""Marks of deduplication on documents and nodes, and what is counted to find them."""

from dataclasses import dataclass, field, replace

from webdoc.page.document import Document, Node
from webdoc.reasons import Reason


@dataclass(frozen=True, slots=True)
class Mention:
    """A live document, or one of its live nodes, as small as deduplication needs it."""

    doc_id: str
    node_index: int  # -1 for the document itself
    kind: str  # page, text or image
    domain: str  # of a paragraph's page; "" where the count runs over the whole corpus
    key: str  # 32 hex digits: of the page URL, the paragraph, or the image URL
    capture_time: str


@dataclass(frozen=True, slots=True)
class NodeMark:
    """A node that deduplication marks."""

    node_index: int
    reject_reason: Reason
    reject_value: float | None  # how often its like was seen, or what else was measured


@dataclass(frozen=True, slots=True)
class DocumentMark:
    """CONTAMINATED: a document that deduplication marks."""

    doc_id: str
    reject_reason: Reason
    reject_value: float | None
    reject_detail: str


@dataclass(frozen=True, slots=True)
class DocumentMarks:
    """A document beside its marks: what the deduplication jobs hand to the pure step."""

    document: Document
    reject_reason: Reason | None = None  # of the document itself
    reject_value: float | None = None
    reject_detail: str = ""
    marks: tuple[NodeMark, ...] = field(default=())


def marked(node: Node, reason: Reason, value: float | None) -> Node:
    """Return a node with the rule that it breaks, and what that rule measured."""
    value = None if value is None else float(value)  # counts too: a table has one type
    return replace(node, reject_reason=reason, reject_value=value)
