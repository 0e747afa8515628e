"""What speaks for an image at a sentence: parts of different nature, made comparable. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mmc4_like.records import CandidateImage, ScoreParts, Sentence, TextCosines, TextVector
from webdoc.clip.vectors import matrix_of

Cosines = NDArray[np.float32]

PARTS: Final = tuple(part.name for part in fields(ScoreParts))
STORED_COSINES: Final = np.dtype("<f2")
# A step within the paragraph above or below an image leads away from it only half as far.
_STEP_IN_PARAGRAPH: Final = 0.5


@dataclass(frozen=True, slots=True)
class Standard:
    """STANDARDS: mean and spread of one part over pairs of the run that do not belong together."""

    part: str  # image, caption, alt_text, around
    mean: float = 0.0  # of the cosines with sentences of other documents
    deviation: float = 1.0  # their standard deviation; 0: the part is of no use in this run
    pairs: int = 0  # that were compared


class Score(NamedTuple):
    """What each image at each sentence counts, and what that is made of."""

    parts: NDArray[np.float64]  # (5, n_images, n_sentences) in the order of PARTS, weighted
    known: NDArray[np.bool_]  # (5, n_images): which parts an image has; others are 0

    def parts_at(self, rows: Sequence[int], sentences: Sequence[int]) -> list[ScoreParts]:
        """Return the parts of some pairs."""
        values = self.parts[:, rows, sentences].astype(object)
        values[~self.known[:, rows]] = None
        return [ScoreParts(*parts) for parts in values.T.tolist()]


class Weights(NamedTuple):
    """What each part of a score counts, in standard deviations, and how far a place reaches."""

    image: float
    caption: float
    alt_text: float
    around: float
    anchor: float  # what a sentence at the image's anchor gains
    anchor_width: float  # sentences; at this distance it is exp(-1) of that
    order: float  # what one at its place in the page gains, where it has no anchor

    @property
    def is_similarity_alone(self) -> bool:
        """Whether the cosine of image and sentence decides alone, as in MMC4."""
        return not any((self.caption, self.alt_text, self.around, self.anchor, self.order))


def similarity_matrix(images: NDArray[np.floating], sentences: NDArray[np.floating]) -> Cosines:
    """Return the cosine of each image and each sentence, computed in float32.

    Args:
        images: (n_images, dimensions) unit vectors, float16 or wider.
        sentences: (n_sentences, dimensions) likewise, of the same model.

    Returns:
        (n_images, n_sentences) float32.

    Raises:
        ValueError: dimensions that differ, or a NaN or infinity inside.
    """
    if images.ndim != 2 or sentences.ndim != 2 or images.shape[1] != sentences.shape[1]:
        raise ValueError(f"vectors of {images.shape} and {sentences.shape} cannot be compared")
    left, right = (side.astype(np.float32, copy=False) for side in (images, sentences))
    product: Cosines = left @ right.T
    if not np.isfinite(product).all():
        raise ValueError("a similarity is NaN or infinite")
    return product


def score_parts(
    similarity: Cosines,
    texts: Sequence[tuple[int, TextCosines]],
    place: NDArray[np.float64] | None,
    standards: Sequence[Standard],
    weights: Weights,
) -> Score:
    """Return the score of each image at each sentence: the sum of its parts, each weighted.

    Args:
        similarity: (n_images, n_sentences) float32 cosines.
        texts: row of the image, and the cosines of one of its texts.
        place: (n_images, n_sentences) from `place_part`; None where there is nothing.
        standards: of the run; a part without one is taken as it is.
        weights: of the parts; one of 0 is left out.
    """
    units = {one.part: one for one in standards}
    scale = {part: _scale(units.get(part), getattr(weights, part)) for part in PARTS[:-1]}
    parts = np.zeros((len(PARTS), *similarity.shape))
    known = np.zeros(parts.shape[:2], np.bool_)
    if weights.image:
        parts[0] = similarity * scale["image"][1] - scale["image"][0]
        known[0] = True
    told = [(row, text) for row, text in texts if getattr(weights, text.kind)]
    if told:
        stored = np.frombuffer(b"".join(text.cosines for _, text in told), STORED_COSINES)
        scales = np.array([scale[text.kind] for _, text in told])
        at = [PARTS.index(text.kind) for _, text in told], [row for row, _ in told]
        parts[at] = stored.reshape(len(told), -1) * scales[:, 1:] - scales[:, :1]
        known[at] = True
    if place is not None:
        parts[-1] = place
        known[-1] = place.any(axis=1)
    return Score(parts, known)


def _scale(unit: Standard | None, weight: float) -> tuple[float, float]:
    """Return what is taken off and what is multiplied by, that a part is in units of the run."""
    unit = unit or Standard("")
    factor = weight / unit.deviation if unit.deviation else 0.0
    return unit.mean * factor, factor


def place_part(
    images: Sequence[CandidateImage],
    positions: NDArray[np.float64],
    text: str,
    sentences: Sequence[Sentence],
    weights: Weights,
) -> NDArray[np.float64] | None:
    """Return (n_images, n_sentences): what a sentence gains for its nearness to an image's place.

    An image with an anchor stands between two sentences: both are at distance 0, the ones behind
    them at 1. Within the paragraphs of these two a step counts half, since either of them may be
    what the image is about. The gain is anchor · certainty · exp(-(distance / anchor_width)²).

    One without an anchor stands somewhere between the top of the page and its end: the gain is
    order at the same share of the text, and falls to nothing at its other end.

    Args:
        images: the compared ones.
        positions: (n_images,) share of the page above each, NaN unknown.
        text: of the document.
        sentences: of the text.
        weights: how much.
    """
    count = len(sentences)
    anchored = [row for row, image in enumerate(images) if image.anchor_index is not None]
    has_order = weights.order > 0 and len(anchored) < len(images)
    if not count or not (has_order or (anchored and weights.anchor > 0)):
        return None
    part = np.zeros((len(images), count))
    if has_order:
        middles = np.array([(s.start + s.end) / 2 for s in sentences]) / sentences[-1].end
        part = weights.order * np.nan_to_num(1 - np.abs(positions[:, None] - middles), nan=0.0)
    if anchored:
        index = np.array([images[row].anchor_index for row in anchored])[:, None]
        gain = np.array([[images[row].anchor_certainty or 0.0] for row in anchored])
        apart = _apart(index, paragraphs(text, sentences)) / weights.anchor_width
        part[anchored] = weights.anchor * gain * np.exp(-apart * apart)
    return part


def paragraphs(text: str, sentences: Sequence[Sentence]) -> NDArray[np.int64]:
    """Return (n_sentences,) the number of the line that each sentence stands in."""
    breaks = ["\n" in text[above.end : below.start] for above, below in pairwise(sentences)]
    return np.cumsum([False, *breaks])


def _apart(index: NDArray[np.int64], paragraph: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return (n, n_sentences): sentences between each and the gap that an anchor names.

    Args:
        index: (n, 1) the sentence below each gap; n_sentences where there is none.
        paragraph: (n_sentences,) of each sentence.
    """
    apart = np.abs(np.arange(len(paragraph)) - index + 0.5) - 0.5  # 0 on both sides of the gap
    edged = np.concatenate(([-1], paragraph, [-1]))
    beside = (paragraph == edged[index]) | (paragraph == edged[index + 1])
    halved: NDArray[np.float64] = np.where(beside, _STEP_IN_PARAGRAPH * apart, apart)
    return halved


def text_cosines(texts: Sequence[TextVector], sentences: Cosines) -> tuple[TextCosines, ...]:
    """Return the cosines of texts and sentences as they are stored.

    Args:
        texts: of images.
        sentences: (n_sentences, dimensions) unit vectors.
    """
    if not texts:
        return ()
    cosines = similarity_matrix(matrix_of([text.vector for text in texts]), sentences)
    return tuple(
        TextCosines(text.image, text.kind, row.tobytes())
        for text, row in zip(texts, cosines.astype(STORED_COSINES), strict=True)
    )
