"""What became of each image that a text might have shown: for `explain` and the report. Pure."""

from dataclasses import dataclass

from mmc4_like.placing import stored_similarity
from mmc4_like.records import CandidateImage, Reason
from mmc4_like.tables import PlacedDocument


@dataclass(frozen=True, slots=True)
class ImageFate:
    """One candidate image: placed, unplaced, left out by a rule, or never compared."""

    image: CandidateImage
    sentence: int | None = None  # at which it stands; None unless placed
    similarity: float | None = None  # cosine with that one, else with its best; None not compared
    best_sentence: int | None = None  # the first one it is most like; None not compared
    reason: Reason | None = None  # why it is not placed; None also where nobody asked
    value: float | None = None  # what that rule measured


def image_fates(placed: PlacedDocument) -> tuple[ImageFate, ...]:
    """Return what became of each candidate image of a document, in their order."""
    similarity = stored_similarity(placed)
    fates = [
        ImageFate(image, reason=image.reject_reason, value=image.reject_value)
        for image in placed.candidate.images
    ]
    for row, placement in enumerate(placed.placements):
        image = placed.candidate.images[placement.image]
        fates[placement.image] = ImageFate(
            image,
            placement.sentence,
            placement.similarity,
            int(similarity[row].argmax()) if similarity.shape[1] else None,
            placement.reject_reason,
        )
    return tuple(fates)
