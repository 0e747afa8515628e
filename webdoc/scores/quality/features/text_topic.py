"""Whether all paragraphs are about one thing."""

from typing import Final

import numpy as np

from webdoc.scores.quality.measure import Feature
from webdoc.scores.quality.reading import LEAST_MASS, DocumentReading

FEATURES = (
    Feature("text_unity", "mean similarity of pairs of paragraphs, by words and topics"),
    Feature(
        "text_least_unity",
        "of each paragraph the mean similarity to the others; the quarter that is least alike is"
        " below this",
    ),
    Feature(
        "text_least_flow",
        "similarity of neighbouring paragraphs; the quarter that is least alike is below this",
    ),
    Feature(
        "text_breaks",
        "share of neighbouring paragraphs that have next to nothing in common, in [0, 1]",
    ),
    Feature(
        "title_unity",
        "similarity to the title; the quarter of paragraphs that is least alike is below this",
    ),
)
_NOTHING: Final = 0.1  # similarity in [-1, 5] of two paragraphs that have nothing in common


def measure(reading: DocumentReading) -> tuple[float | None, ...]:
    """Return the features, of paragraphs that have enough words; None for fewer than two."""
    telling = reading.masses >= LEAST_MASS if len(reading.paragraphs) else np.zeros(0, dtype=bool)
    n = int(telling.sum())
    if n < 2:
        return None, None, None, None, None
    similarity = reading.text_similarity[np.ix_(telling, telling)]
    of_each = similarity.sum(axis=1) / (n - 1)
    neighbours = np.diagonal(similarity, offset=1)
    title = reading.title_similarity
    return (
        float(of_each.mean()),
        float(np.quantile(of_each, 0.25)),
        float(np.quantile(neighbours, 0.25)),
        float((neighbours < _NOTHING).mean()),
        None if title is None else float(np.quantile(title[telling], 0.25)),
    )
