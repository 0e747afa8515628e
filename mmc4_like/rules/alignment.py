"""How well placed images fit the texts around them, and which of them may not stay. Pure."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from mmc4_like.records import CandidateImage, Placement, TextDocument
from mmc4_like.rules.placement import Similarity
from webdoc.clip.alignment import (
    AlignmentRules,
    DocumentAlignment,
    ImageAlignment,
    align_document,
    weak_document,
    weak_image,
)
from webdoc.reasons import Reason


def image_alignment(image: CandidateImage, placement: Placement) -> ImageAlignment:
    """Return what the columns of a placed image say."""
    return ImageAlignment(image.clip_caption, image.clip_alt_text, placement.clip_neighbour)


def neighbour_cosines(
    similarity: Similarity, rows: Sequence[int], sentences: Sequence[int]
) -> list[float]:
    """Return how alike placed images and the text beside them are: the larger of both sides.

    An image stands before its sentence, so between that one and the one before it.

    Args:
        similarity: (n_images, n_sentences) float32, cosine in [-1, 1].
        rows: of the placed images.
        sentences: at which each of them stands.
    """
    columns = np.array(sentences, dtype=np.int64)
    near = np.maximum(similarity[rows, columns], similarity[rows, np.maximum(columns - 1, 0)])
    return near.tolist()  # type: ignore[no-any-return]


def without_weak(
    images: Sequence[CandidateImage],
    placements: Sequence[Placement],
    similarity: Similarity,
    may_hold_image: NDArray[np.bool_],
    rules: AlignmentRules,
) -> tuple[Placement, ...]:
    """Return the placements, those of images below the limit by their best text undone.

    Their sentences stay without an image: nothing is placed anew for them.

    Args:
        images: of the document.
        placements: one for each row of the matrix, in their order, beside their neighbours.
        similarity: (n_placements, n_sentences) float32, cosine in [-1, 1].
        may_hold_image: (n_sentences,) which sentences the images could have had.
        rules: the limit.
    """

    if rules.min_image is None:
        return tuple(placements)

    def judged(row: int, placement: Placement) -> Placement:
        if placement.sentence is None:
            return placement
        if weak_image(image_alignment(images[placement.image], placement), rules) is None:
            return placement
        best = float(similarity[row, may_hold_image].max())
        return replace(
            placement,
            sentence=None,
            similarity=best,
            reject_reason=Reason.UNPLACED_ALIGNMENT,
            score=None,
            parts=None,
        )

    return tuple(judged(row, placement) for row, placement in enumerate(placements))


def document_alignment(
    images: Sequence[CandidateImage], placements: Sequence[Placement]
) -> DocumentAlignment:
    """Return mean and least of the placed images' best cosines."""
    placed = [p for p in placements if p.sentence is not None]
    return align_document([image_alignment(images[p.image], p) for p in placed])


def mark_weak(
    document: TextDocument, found: DocumentAlignment, rules: AlignmentRules
) -> TextDocument:
    """Mark a document whose images do not fit their texts; a marked one stays as it is."""
    weak = weak_document(found, rules)
    if weak is None or document.reject_reason is not None:
        return document
    return replace(document, reject_reason=Reason.DOCUMENT_ALIGNMENT, reject_value=weak)
