"""Scores of pictures and documents, and the limits that leave them out. Pure."""

from dataclasses import dataclass, replace

from obelics_like.rules.judge import Rules
from obelics_like.rules.mark_document import finish
from obelics_like.rules.marks import WHOLE, Mark, marked
from webdoc.page.document import Document, Node
from webdoc.scores.limits import broken_limit, limit_finding
from webdoc.scores.scorer import Score, ScoredKey, ScoreSettings


@dataclass(frozen=True, slots=True)
class NodeScores:
    """The scores of one node's picture."""

    node_index: int
    scores: tuple[Score, ...]


@dataclass(frozen=True, slots=True)
class DocumentWithScores:
    """A document beside its scores: what the job hands to the pure step."""

    document: Document
    found: tuple[NodeScores, ...] = ()


def with_scores(pair: DocumentWithScores, limits: ScoreSettings, rules: Rules) -> Document:
    """Write scores into images, and mark those outside the limits.

    Where an image is marked, the rules of a document run anew.

    Args:
        pair: a document after deduplication; one that is rejected stays as it is.
        limits: none by default.
        rules: of the run.
    """
    document = pair.document
    if document.reject_reason is not None or not pair.found:
        return document
    nodes = list(document.nodes)
    for row in pair.found:
        nodes[row.node_index] = _scored(nodes[row.node_index], row.scores, limits)
    some_went = any(nodes[row.node_index].reject_reason is not None for row in pair.found)
    document = replace(document, nodes=tuple(nodes))
    return finish(document, rules) if some_went else document


def scored_by_marks(document: Document, limits: ScoreSettings, rules: Rules) -> Document:
    """Return what `with_scores` makes of a document in whose images the scores stand already."""
    found = tuple(
        NodeScores(place, node.image.scores)
        for place, node in enumerate(document.nodes)
        if node.image is not None and node.image.scores and node.reject_reason is None
    )
    return with_scores(DocumentWithScores(document, found), limits, rules)


def _scored(node: Node, scores: tuple[Score, ...], limits: ScoreSettings) -> Node:
    assert node.image is not None  # only images are scored
    node = replace(node, image=replace(node.image, scores=scores))
    finding = limit_finding(scores, limits)
    return node if finding is None or node.reject_reason is not None else marked(node, *finding)


def outside_mark(scored: ScoredKey, limits: ScoreSettings) -> Mark | None:
    """Return the mark of a document that has a score outside the limits; None of any other."""
    broken = broken_limit(scored.scores, limits)
    if broken is None:
        return None
    column, value = broken
    return Mark(scored.doc_id, WHOLE, column.reason, value, column.name)


def removed_share(document: Document) -> float | None:
    """Return the share of the characters of its paragraphs that rules left out, in [0, 1].

    None of a document without a paragraph. What is no paragraph, such as the menu of a page, was
    left out before any rule and is not counted.
    """
    texts = [(len(node.text), node.reject_reason) for node in document.nodes if node.kind == "text"]
    total = sum(length for length, _ in texts)
    gone = sum(length for length, reason in texts if reason is not None)
    return gone / total if total else None
