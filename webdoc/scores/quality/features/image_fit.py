"""How well images fit the paragraphs around them: by their words, and by vectors of a model."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from webdoc.scores.quality.measure import Feature
from webdoc.scores.quality.permutations import place_gain, swap_gain
from webdoc.scores.quality.reading import DocumentReading

_NEAR: Final = 4  # paragraphs on either side that are looked at
_FADING: Final = 0.6  # weight of a paragraph against the one before it
_MOST_DEVIATIONS: Final = 5.0
_MOMENTS: Final = "ours; moments under permutation: Hubert and Schultz 1976"


def _features(by: str, words: str, *, needs_clip: bool) -> tuple[Feature, ...]:
    return (
        Feature(
            f"image_fit_{by}",
            "mean over images of how much better the best paragraph near it fits than that of a"
            f" place at the mean of the page, by {words}",
            needs_clip=needs_clip,
        ),
        Feature(
            f"image_least_fit_{by}",
            f"the least of these over images, by {words}",
            needs_clip=needs_clip,
        ),
        Feature(
            f"image_place_gain_{by}",
            "their sum over images in standard deviations of places drawn by lot, in [-5, 5], by"
            f" {words}",
            _MOMENTS,
            needs_clip,
        ),
        Feature(
            f"image_swap_gain_{by}",
            "how much better images fit at their own places than at those of the other images, by"
            f" {words}",
            needs_clip=needs_clip,
        ),
    )


FEATURES = (
    *_features("words", "words and topics", needs_clip=False),
    *_features("clip", "cosine", needs_clip=True),
)


def measure(reading: DocumentReading) -> tuple[float | None, ...]:
    """Return the features by words, then by vectors."""
    told = np.array([bool(found) for found in reading.figure_terms], dtype=bool)
    by_words = _measured(reading.figure_similarity, reading.places, told)
    cosines = reading.figure_cosines
    if cosines is None:
        return *by_words, None, None, None, None
    known = np.asarray(~np.isnan(cosines).all(axis=1))
    return *by_words, *_measured(cosines, reading.places, known)


def _measured(
    similarity: NDArray[np.float64], places: NDArray[np.intp], known: NDArray[np.bool_]
) -> tuple[float | None, ...]:
    if not known.any() or not similarity.shape[1]:
        return None, None, None, None
    of_places = place_scores(similarity[known])
    own = places[known]
    fit, least, gain = place_gain(of_places, own)
    limited = min(max(gain, -_MOST_DEVIATIONS), _MOST_DEVIATIONS)
    return fit, least, limited, swap_gain(of_places, own)


def place_scores(similarity: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how well each figure fits before each paragraph, and behind the last one.

    It is the similarity of the best paragraph near the place, one further away counting less.

    Args:
        similarity: (n_figures, n_paragraphs), n_paragraphs of 1 or more; a NaN counts as 0.

    Returns:
        (n_figures, n_paragraphs + 1).
    """
    known = np.nan_to_num(similarity)
    figures, paragraphs = known.shape
    best = np.full((figures, paragraphs + 1), -np.inf)
    for step in range(min(_NEAR, paragraphs)):
        faded = known * _FADING**step
        above, below = best[:, step + 1 :], best[:, : paragraphs - step]
        np.maximum(above, faded[:, : paragraphs - step], out=above)
        np.maximum(below, faded[:, step:], out=below)
    return best
