"""The examples of the report: pages in reading order, with what was left out and why beside it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from markupsafe import Markup

from obelics_like.release.facts import ReleaseFacts
from obelics_like.release.spread import is_hidden
from webdoc.page.document import Document, Node
from webdoc.reasons import KEPT, Reason
from webdoc.release.rendering import render_html
from webdoc.release.report_examples import ExampleLimits, FoundBy, pictures_within
from webdoc.url_keys import host_of, registered_domain

_BLOCK_CLASSES = {"li": "item", "blockquote": "quote", "figcaption": "caption", "tr": "cell"}


def pictures_to_show(documents: Iterable[Document]) -> list[str]:
    """Return the SHA-256 of each picture of some documents, once, in order.

    One that is unsafe, shows too many faces or may not be used in any of them is left out.
    """
    fates = [
        (node.image.facts.sha256, is_hidden(node))
        for document in documents
        for node in document.nodes
        if node.image and node.image.facts.sha256
    ]
    hidden = {digest for digest, hides in fates if hides}
    return [digest for digest in dict.fromkeys(d for d, _ in fates) if digest not in hidden]


@dataclass(frozen=True, slots=True)
class ShownPage:
    """One example as its template takes it."""

    document: Document  # without title and nodes where `withheld`
    withheld: bool  # its owner does not permit its use, so that nothing of it may be shown
    is_open: bool
    kept: Counter[str]  # nodes that broke no rule, by kind
    total: Counter[str]
    found: FoundBy


def examples_html(facts: ReleaseFacts, limits: ExampleLimits) -> Markup:
    """Return the examples: published ones, then those left out; the first of each stands open."""
    shown = shown_documents(facts, limits)
    uses = (
        node.image.facts.sha256
        for document in shown
        for node in document.nodes[: limits.max_nodes]
        if node.image
    )
    n_kept = sum(document.reject_reason is None for document in shown)
    return render_html(
        "obelics_like.release",
        "obelics_examples.html.j2",
        pages=[_shown_page(d, is_open=index in (0, n_kept)) for index, d in enumerate(shown)],
        n_kept=n_kept,
        pictures=pictures_within(uses, facts.thumbnails, limits),
        limits=limits,
        look=_look,
    )


def shown_documents(facts: ReleaseFacts, limits: ExampleLimits) -> list[Document]:
    """Return the documents that are shown, in that order."""
    return sorted(facts.examples, key=_order)[: limits.max_documents]


def _order(document: Document) -> tuple[bool, int, str]:
    """Return what puts the published ones first, and those with most to see before others."""
    return document.reject_reason is not None, -_marks(document), document.doc_id


def _marks(document: Document) -> int:
    return sum(node.reject_reason is not None for node in document.nodes)


def _shown_page(document: Document, *, is_open: bool) -> ShownPage:
    kept: Counter[str] = Counter(n.kind for n in document.nodes if n.reject_reason is None)
    total: Counter[str] = Counter(node.kind for node in document.nodes)
    withheld = document.reject_reason == Reason.DOCUMENT_NOT_PERMITTED
    shown = replace(document, title="", nodes=()) if withheld else document
    return ShownPage(shown, withheld, is_open, kept, total, found_by(document))


def found_by(document: Document) -> FoundBy:
    """Return by what a person finds a page in the report."""
    live = [node for node in document.nodes if node.reject_reason is None]
    known: tuple[tuple[str, float | None], ...] = (
        ("images", sum(node.kind == "image" for node in live)),
        ("words", sum(len(node.text.split()) for node in live)),
        ("language score", document.language_score if document.language else None),
        ("kind score", document.page_kind_score if document.page_kind else None),
        ("mean cosine", document.clip_mean),
        ("measured by its rule", document.reject_value),
    )
    of_nodes = (node.reject_reason for node in document.nodes if node.reject_reason is not None)
    reasons = [document.reject_reason or KEPT, *of_nodes]
    return FoundBy(
        document.doc_id,
        tuple(dict.fromkeys(map(str, reasons))),
        document.language,
        registered_domain(host_of(document.url)),
        tuple((name, value) for name, value in known if value is not None),
    )


def _look(node: Node) -> tuple[str, str]:
    """Return the element that shows a paragraph, and its classes."""
    if node.tag == "pre":
        return "pre", "text"
    if node.tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
        return "p", f"text heading l{node.tag[1]}"
    css = _BLOCK_CLASSES.get(node.tag, "")
    css += f" d{min(node.level, 3)}" if css == "item" else ""
    return "p", f"text {css}".strip()
