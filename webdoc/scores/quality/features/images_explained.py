"""Whether anything is said of images at all."""

import re
from typing import Final

import numpy as np

from webdoc.scores.quality.measure import Feature
from webdoc.scores.quality.reading import DocumentReading

FEATURES = (
    Feature(
        "images_explained",
        "share of images that have a caption, an alternative text of two words or more, or a"
        " paragraph beside them that refers to a figure, in [0, 1]",
        "DataComp, arXiv:2304.14108, appendix on basic filtering: captions of more than two words",
    ),
)
_LEAST_ALT_WORDS: Final = 2
_REFERS: Final = re.compile(
    r"\b(?:fig(?:ure|\.)|diagram|illustration|photo(?:graph)?|picture|image|exhibit|chart|map"
    r"|abb(?:ildung|\.)|bild|foto|figura|imagen|图|図)",
    re.IGNORECASE,
)


def measure(reading: DocumentReading) -> tuple[float | None, ...]:
    """Return the feature; None without an image."""
    if not reading.figures:
        return (None,)
    explained = [_is_explained(reading, n) for n in range(len(reading.figures))]
    return (float(np.mean(explained)),)


def _is_explained(reading: DocumentReading, n: int) -> bool:
    figure, place = reading.figures[n], int(reading.places[n])
    beside = reading.paragraphs[max(place - 1, 0) : place + 1]
    return (
        bool(figure.caption)
        or len(figure.alt_text.split()) >= _LEAST_ALT_WORDS
        or any(_REFERS.search(paragraph.text) for paragraph in beside)
    )
