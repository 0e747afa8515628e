"""What became of each image that a text might have shown: for `explain` and the report. Pure."""

from dataclasses import dataclass, fields
from typing import Final

from mmc4_like.place_document import stored_similarity
from mmc4_like.records import CandidateImage, Placement, ScoreParts
from mmc4_like.rules.placement import Similarity
from mmc4_like.tables import PlacedDocument
from webdoc.reasons import Reason

_PART_NAMES: Final = {
    "image": "image",
    "caption": "caption",
    "alt_text": "alternative text",
    "around": "words around it",
    "place": "place in the page",
}


@dataclass(frozen=True, slots=True)
class ImageFate:
    """One candidate image: placed, unplaced, left out by a rule, or never compared."""

    image: CandidateImage
    sentence: int | None = None  # at which it stands; None unless placed
    similarity: float | None = None  # cosine with that one, else with its best; None not compared
    best_sentence: int | None = None  # the first one it is most like; None not compared
    reason: Reason | None = None  # why it is not placed; None also where nobody asked
    value: float | None = None  # what that rule measured
    score: float | None = None  # for which it stands at its sentence; None unless placed
    parts: ScoreParts | None = None  # what makes that up; None where similarity alone counted


def image_fates(placed: PlacedDocument) -> tuple[ImageFate, ...]:
    """Return what became of each candidate image of a document, in their order."""
    similarity = stored_similarity(placed)
    fates = [
        ImageFate(image, reason=image.reject_reason, value=image.reject_value)
        for image in placed.candidate.images
    ]
    for row, placement in enumerate(placed.placements):
        fates[placement.image] = ImageFate(
            placed.candidate.images[placement.image],
            placement.sentence,
            *_cosine(placement, similarity[row]),
            placement.reject_reason,
            score=placement.score,
            parts=placement.parts,
        )
    return tuple(fates)


def score_text(fate: ImageFate) -> str:
    """Return why an image stands where it stands: the parts of its score; "" where none is known.

    >>> score_text(ImageFate(CandidateImage("", "page"), score=8.0, parts=ScoreParts(8.0)))
    'score 8.0 = image 8.0'
    """
    if fate.parts is None or fate.score is None:
        return ""
    parts = [
        f"{_PART_NAMES[part.name]} {value:.1f}"
        for part in fields(ScoreParts)
        if (value := getattr(fate.parts, part.name)) is not None
    ]
    return f"score {fate.score:.1f} = {' + '.join(parts)}" if parts else ""


def _cosine(placement: Placement, row: Similarity) -> tuple[float | None, int | None]:
    """Return how alike an image is to its sentence, else to its best one, and which is that.

    A placement says only how alike it is to the best of those sentences that may hold an image.
    """
    best = int(row.argmax()) if len(row) else None
    if placement.sentence is not None:
        return placement.similarity, best
    return (None if best is None else float(row[best])), best
