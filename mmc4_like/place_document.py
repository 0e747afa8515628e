"""Documents with vectors -> placed documents, and placed ones -> placed anew. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import nan
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mmc4_like.candidates import judged_candidate
from mmc4_like.records import CandidateImage
from mmc4_like.rules.alignment import document_alignment, mark_weak, with_neighbours, without_weak
from mmc4_like.rules.document_rules import DocumentRules, mark_after_placement
from mmc4_like.rules.placement import (
    PlacementSettings,
    Positions,
    Similarity,
    place,
    sentence_positions,
    similarity_matrix,
)
from mmc4_like.settings import RuleSettings
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
    """What placement goes by."""

    placement: PlacementSettings = field(default_factory=PlacementSettings)
    documents: DocumentRules = field(default_factory=DocumentRules)
    alignment: AlignmentRules = field(default_factory=AlignmentRules)


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
    similarity: Similarity = np.zeros((len(rows), len(candidate.sentences)), dtype=np.float32)
    if similarity.size:
        if len(compared.sentence_vectors) != len(candidate.sentences):
            raise ValueError("a document needs one vector for each sentence")
        similarity = similarity_matrix(
            matrix_of([compared.image_vectors[i] for i in rows]),
            matrix_of(compared.sentence_vectors),
        )
    return _placed(candidate, rows, similarity, rules)


def place_again(placed: PlacedDocument, rules: PlacingRules) -> PlacedDocument:
    """Place the compared images of a document by other rules; needs no vectors."""
    candidate = placed.candidate
    document = candidate.document
    if document.reject_reason in _OF_PLACEMENT:
        document = replace(document, reject_reason=None, reject_value=None)
        candidate = replace(candidate, document=document)
    if document.reject_reason is not None:
        return placed
    rows = [placement.image for placement in placed.placements]
    return _placed(candidate, rows, stored_similarity(placed), rules)


def stored_similarity(placed: PlacedDocument) -> Similarity:
    """Return the (n_compared_images, n_sentences) float32 matrix of a placed document."""
    flat = np.frombuffer(placed.similarity, dtype=_STORED)
    return flat.reshape(len(placed.placements), len(placed.candidate.sentences))


def _placed(
    candidate: CandidateDocument, rows: list[int], similarity: Similarity, rules: PlacingRules
) -> PlacedDocument:
    settings, sentences = rules.placement, candidate.sentences
    holding = may_hold_image(candidate.document.text, sentences, settings.min_words)
    positions = _positions(candidate, rows) if settings.order_weight else None
    placements = place(similarity, settings, holding, positions)
    placements = with_neighbours([replace(p, image=rows[p.image]) for p in placements], similarity)
    images = candidate.images
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
    )


def _positions(candidate: CandidateDocument, rows: list[int]) -> Positions:
    images = image_positions(candidate.images)[rows]
    return Positions(images, sentence_positions(candidate.sentences))


def image_positions(images: Sequence[CandidateImage]) -> NDArray[np.float64]:
    """Return (n_images,) float64: where each stands in its page, 0 the top, NaN unknown.

    Where only the order is known, images count as spread evenly over the page.
    """
    last = max((image.order for image in images), default=0)

    def position(image: CandidateImage) -> float:
        if image.position is not None:
            return image.position
        return (image.order + 0.5) / (last + 1) if image.order >= 0 else nan

    return np.array([position(image) for image in images], dtype=np.float64)


def _is_live(image: CandidateImage) -> bool:
    return image.reject_reason is None


def judge_and_place_again(
    placed: PlacedDocument, copies: Mapping[str, int], limit: float | None, rules: RuleSettings
) -> PlacedDocument:
    """Mark the images of a placed document by these rules too, and place those that are left.

    What is marked stays marked, so that nothing comes back: a corpus that stricter rules make is
    a part of the one before.

    Args:
        placed: of an earlier run.
        copies: as in `judged_candidate`.
        limit: likewise.
        rules: of this run.
    """
    candidate = judged_candidate(placed.candidate, copies, limit, rules)
    live = [
        row
        for row, placement in enumerate(placed.placements)
        if candidate.images[placement.image].reject_reason is None
    ]
    left = PlacedDocument(
        candidate,
        tuple(placed.placements[row] for row in live),
        stored_similarity(placed)[live].tobytes(),
    )
    return place_again(left, PlacingRules(rules.placement, rules.documents, rules.alignment))
