"""Exact duplicates: what is counted over the corpus, and what the counts do to a document."""

from dataclasses import dataclass, replace
from typing import Literal

from obelics_like.rules.marks import DocumentMarks, Mention
from webdoc.page.document import Document
from webdoc.url_keys import digest, host_of, registered_domain, url_key


@dataclass(frozen=True, slots=True)
class DeduplicationRules:
    """Which exact duplicates are marked. Source: docs/sources.md, section deduplication."""

    urls: bool = True  # of several captures of a page, only the newest stays
    normalise_urls: bool = True  # http and https, #fragment and default port do not matter
    min_paragraph_occurrences: int | None = 3  # on one domain, from here on all are marked
    paragraph_scope: Literal["host", "domain"] = "domain"  # www.e.org and e.org: two or one
    max_image_occurrences: int | None = 10  # of an image URL in the corpus, above it all go
    image_sets: bool = True  # of documents with the same images, only the newest stays

    def __post_init__(self) -> None:
        if self.min_paragraph_occurrences is not None and self.min_paragraph_occurrences < 2:
            raise ValueError("min_paragraph_occurrences must be 2 or more, or none")
        if self.max_image_occurrences is not None and self.max_image_occurrences < 1:
            raise ValueError("max_image_occurrences must be 1 or more, or none")


def paragraph_domain(url: str, rules: DeduplicationRules) -> str:
    """Return the domain of a page on which its paragraphs are counted."""
    host = host_of(url)
    return host if rules.paragraph_scope == "host" else registered_domain(host)


def mentions_of(document: Document, rules: DeduplicationRules) -> list[Mention]:
    """Return a row for a live document and each of its live nodes; none for a rejected one."""
    if document.reject_reason is not None:
        return []
    domain = paragraph_domain(document.url, rules)
    page = digest(url_key(document.url) if rules.normalise_urls else document.url)

    def mention(index: int, kind: str, domain: str, key: str) -> Mention:
        return Mention(document.doc_id, index, kind, domain, key, document.capture_time)

    return [mention(-1, "page", "", page)] + [
        mention(index, "image", "", digest(node.image.url))
        if node.image
        else mention(index, "text", domain, digest(node.text))
        for index, node in enumerate(document.nodes)
        if node.reject_reason is None
    ]


def image_set_key(document: Document) -> str | None:
    """Return what documents with the same live images share; None for a document without one."""
    if document.reject_reason is not None:
        return None
    urls = {n.image.url for n in document.nodes if n.image and n.reject_reason is None}
    return digest("\n".join(sorted(urls))) if urls else None


def apply_marks(found: DocumentMarks) -> Document:
    """Mark the document and its nodes; what is marked already stays as it is."""
    document = found.document
    if document.reject_reason is not None:
        return document
    if found.reject_reason is not None:
        return replace(
            document,
            reject_reason=found.reject_reason,
            reject_value=found.reject_value,
            reject_detail=found.reject_detail,
        )
    if not found.marks:
        return document
    nodes = list(document.nodes)
    for mark in found.marks:
        node = nodes[mark.node_index]
        if node.reject_reason is None:
            nodes[mark.node_index] = replace(
                node, reject_reason=mark.reject_reason, reject_value=mark.reject_value
            )
    return replace(document, nodes=tuple(nodes))
