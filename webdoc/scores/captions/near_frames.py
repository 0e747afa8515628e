"""How near a picture is to one that its document shows before it, as frames of one film are."""

from collections.abc import Sequence
from typing import Final

from webdoc.picture.perceptual_hash import distance
from webdoc.reasons import Reason
from webdoc.scores.scored_caption import Need, ScoredCaption
from webdoc.scores.scorer import ScoreColumn

COLUMNS = (
    ScoreColumn(
        "frame_distance",
        "bits, 0 to 64, by which its perceptual hash differs from the nearest one of the 100"
        " pictures before it in its document; none of the first. With scores.min.frame_distance = 6"
        " the first of nearly identical frames stays",
        Reason.IMAGE_NEAR_FRAME,
    ),
)
NEEDS: Final[tuple[Need, ...]] = ("earlier",)


class NearFrames:
    """Source: ours; the hash is that of near-duplicates, and MMC4's limit is 5 bits of it."""

    revision = "1"

    def score(self, captions: Sequence[ScoredCaption]) -> list[tuple[float | None, ...]]:
        """Return the least distance of each; None without a hash, or with no picture before it."""
        return [(_least(one),) for one in captions]


def load() -> NearFrames:
    """Return the scorer; there is no model."""
    return NearFrames()


def _least(one: ScoredCaption) -> float | None:
    if not one.perceptual_hash or not one.earlier:
        return None
    return float(min(distance(one.perceptual_hash, other) for other in one.earlier))
