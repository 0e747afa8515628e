"""Documents with vectors -> placed documents, and placed ones -> placed anew. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import nan
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mmc4_like.candidates import judged_candidate
from mmc4_like.records import CandidateImage, Placement, ScoreParts, TextCosines
from mmc4_like.rules.alignment import document_alignment, mark_weak, neighbour_cosines, without_weak
from mmc4_like.rules.document_rules import DocumentRules, mark_after_placement
from mmc4_like.rules.evidence import (
    Score,
    Standard,
    place_part,
    score_parts,
    similarity_matrix,
    text_cosines,
)
from mmc4_like.rules.placement import PlacementSettings, Similarity, place
from mmc4_like.settings import RuleSettings
from mmc4_like.standards import ForeignSentences, foreign_cosines
from mmc4_like.tables import CandidateDocument, ComparableDocument, PlacedDocument
from mmc4_like.texts.sentences import may_hold_image
from webdoc.clip.alignment import AlignmentRules
from webdoc.clip.vectors import matrix_of
from webdoc.reasons import Reason

_STORED: Final = np.dtype("<f4")
# What an earlier placement said of a document; another one may say otherwise.
_OF_PLACEMENT: Final = (
    Reason.DOCUMENT_IMAGES,
    Reason.DOCUMENT_WEAK_PLACEMENTS,
    Reason.DOCUMENT_ALIGNMENT,
)


@dataclass(frozen=True, slots=True)
class PlacingRules:
    """What placement goes by: settings, and what was sampled of the run."""

    placement: PlacementSettings = field(default_factory=PlacementSettings)
    documents: DocumentRules = field(default_factory=DocumentRules)
    alignment: AlignmentRules = field(default_factory=AlignmentRules)
    standards: tuple[Standard, ...] = ()  # of the parts of a score; a missing one counts as it is
    foreign: ForeignSentences | None = None  # None: nothing was sampled


class _Evidence(NamedTuple):
    """What is known of the compared images of a document, from vectors or from an earlier run."""

    rows: list[int]  # of each compared image, the index among the document's images
    similarity: Similarity  # (compared images, sentences)
    texts: tuple[TextCosines, ...]
    foreign: list[tuple[float | None, float | None]]  # mean and deviation of each compared image


def place_document(compared: ComparableDocument, rules: PlacingRules) -> PlacedDocument:
    """Compare the live images of a document with its sentences, place and judge them.

    A live image without a vector is marked unreadable. A marked document stays as it is.

    Raises:
        ValueError: vectors that differ in length or number, or hold NaN or infinity.
    """
    candidate = compared.candidate
    if candidate.document.reject_reason is not None:
        return PlacedDocument(candidate)
    pairs = list(zip(candidate.images, compared.image_vectors, strict=True))
    rows = [i for i, (image, vector) in enumerate(pairs) if _is_live(image) and vector]
    images = tuple(
        replace(image, reject_reason=Reason.IMAGE_UNREADABLE)
        if _is_live(image) and not vector
        else image
        for image, vector in pairs
    )
    candidate = replace(candidate, images=images)
    return _placed(candidate, _evidence(compared, rows, rules.foreign), rules)


def _evidence(
    compared: ComparableDocument, rows: list[int], foreign: ForeignSentences | None
) -> _Evidence:
    nothing: list[tuple[float | None, float | None]] = [(None, None)] * len(rows)
    count = len(compared.candidate.sentences)
    if not rows or not count:
        return _Evidence(rows, np.zeros((len(rows), count), np.float32), (), nothing)
    if len(compared.sentence_vectors) != count:
        raise ValueError("a document needs one vector for each sentence")
    images = matrix_of([compared.image_vectors[i] for i in rows])
    sentences = matrix_of(compared.sentence_vectors)
    similarity = similarity_matrix(images, sentences)
    compared_images = set(rows)
    texts = [text for text in compared.text_vectors if text.image in compared_images]
    usual = foreign_cosines(images, foreign, compared.sentence_keys) if foreign else None
    return _Evidence(
        rows,
        similarity,
        text_cosines(texts, sentences),
        list(zip(*(side.tolist() for side in usual), strict=True)) if usual else nothing,
    )


def place_again(placed: PlacedDocument, rules: PlacingRules) -> PlacedDocument:
    """Place the compared images of a document by other rules; needs no vectors."""
    candidate = placed.candidate
    document = candidate.document
    if document.reject_reason in _OF_PLACEMENT:
        document = replace(document, reject_reason=None, reject_value=None)
        candidate = replace(candidate, document=document)
    if document.reject_reason is not None:
        return placed
    evidence = _Evidence(
        [placement.image for placement in placed.placements],
        stored_similarity(placed),
        placed.evidence,
        [(one.foreign_mean, one.foreign_deviation) for one in placed.placements],
    )
    return _placed(candidate, evidence, rules)


def stored_similarity(placed: PlacedDocument) -> Similarity:
    """Return the (n_compared_images, n_sentences) float32 matrix of a placed document."""
    flat = np.frombuffer(placed.similarity, dtype=_STORED)
    return flat.reshape(len(placed.placements), len(placed.candidate.sentences))


def _placed(
    candidate: CandidateDocument, evidence: _Evidence, rules: PlacingRules
) -> PlacedDocument:
    settings, similarity = rules.placement, evidence.similarity
    text, images = candidate.document.text, candidate.images
    holding = may_hold_image(text, candidate.sentences, settings.min_words)
    score = None
    if similarity.size and not settings.weights.is_similarity_alone:
        score = _score(candidate, evidence, rules)
    placements = place(
        similarity,
        settings,
        holding,
        None if score is None else score.parts.sum(axis=0),
        _own_limits(images, evidence, settings),
    )
    placements = _with_scores(placements, score, evidence)
    placements = without_weak(images, placements, similarity, holding, rules.alignment)
    document = mark_after_placement(candidate.document, placements, rules.documents)
    found = document_alignment(images, placements)
    document = mark_weak(document, found, rules.alignment)
    return PlacedDocument(
        replace(candidate, document=document),
        placements,
        similarity.astype(_STORED).tobytes(),
        found.mean,
        found.min,
        evidence.texts,
    )


def _score(candidate: CandidateDocument, evidence: _Evidence, rules: PlacingRules) -> Score:
    """Return the score of each compared image at each sentence."""
    weights = rules.placement.weights
    images = [candidate.images[row] for row in evidence.rows]
    row_of = {image: row for row, image in enumerate(evidence.rows)}
    positions = image_positions(images)
    near = place_part(images, positions, candidate.document.text, candidate.sentences, weights)
    texts = [(row_of[text.image], text) for text in evidence.texts]
    return score_parts(evidence.similarity, texts, near, rules.standards, weights)


def _own_limits(
    images: Sequence[CandidateImage], evidence: _Evidence, settings: PlacementSettings
) -> NDArray[np.float64] | None:
    """Return what the best sentence of each image must reach to be more than any foreign one.

    An image that its page gives a place is not asked: that it stands there is reason enough.
    """
    contrast = settings.min_contrast
    if contrast is None:
        return None
    return np.array(
        [
            -np.inf
            if mean is None or deviation is None or images[row].anchor_index is not None
            else mean + contrast * deviation
            for row, (mean, deviation) in zip(evidence.rows, evidence.foreign, strict=True)
        ]
    )


def _with_scores(
    placements: Sequence[Placement], score: Score | None, evidence: _Evidence
) -> tuple[Placement, ...]:
    """Write into placements of rows which images these are, and what made up their scores."""
    rows = [row for row, placement in enumerate(placements) if placement.sentence is not None]
    columns = [p.sentence for p in placements if p.sentence is not None]
    totals: dict[int, float] = {row: placements[row].similarity for row in rows}
    parts: dict[int, ScoreParts] = {}
    neighbours: dict[int, float] = {}
    if rows:
        near = neighbour_cosines(evidence.similarity, rows, columns)
        neighbours = dict(zip(rows, near, strict=True))
    if score is not None and rows:
        found = score.parts[:, rows, columns].sum(axis=0).tolist()
        totals = dict(zip(rows, found, strict=True))
        parts = dict(zip(rows, score.parts_at(rows, columns), strict=True))
    return tuple(
        Placement(
            image,
            placement.sentence,
            placement.similarity,
            placement.reject_reason,
            neighbours.get(row),
            score=totals.get(row),
            parts=parts.get(row),
            foreign_mean=foreign[0],
            foreign_deviation=foreign[1],
        )
        for row, (image, placement, foreign) in enumerate(
            zip(evidence.rows, placements, evidence.foreign, strict=True)
        )
    )


def image_positions(images: Sequence[CandidateImage]) -> NDArray[np.float64]:
    """Return (n_images,) float64: where each stands in its page, 0 the top, NaN unknown.

    Where only the order is known, these images count as spread evenly over the page.
    """
    orders = sorted({image.order for image in images if image.order >= 0})
    rank = {order: number for number, order in enumerate(orders)}

    def position(image: CandidateImage) -> float:
        if image.position is not None:
            return image.position
        return (rank[image.order] + 0.5) / len(rank) if image.order >= 0 else nan

    return np.array([position(image) for image in images], dtype=np.float64)


def _is_live(image: CandidateImage) -> bool:
    return image.reject_reason is None


def judge_and_place_again(
    placed: PlacedDocument,
    copies: Mapping[str, int],
    limit: float | None,
    rules: RuleSettings,
    standards: tuple[Standard, ...] = (),
) -> PlacedDocument:
    """Mark the images of a placed document by these rules too, and place those that are left.

    What is marked stays marked, so that nothing comes back: a corpus that stricter rules make is
    a part of the one before.

    Args:
        placed: of an earlier run.
        copies: as in `judged_candidate`.
        limit: likewise.
        rules: of this run.
        standards: of the earlier run.
    """
    candidate = judged_candidate(placed.candidate, copies, limit, rules)
    live = [
        row
        for row, placement in enumerate(placed.placements)
        if candidate.images[placement.image].reject_reason is None
    ]
    kept = {placed.placements[row].image for row in live}
    left = PlacedDocument(
        candidate,
        tuple(placed.placements[row] for row in live),
        stored_similarity(placed)[live].tobytes(),
        evidence=tuple(text for text in placed.evidence if text.image in kept),
    )
    return place_again(
        left, PlacingRules(rules.placement, rules.documents, rules.alignment, standards)
    )
