"""What a document is made of: images for its words, and what rules took out of it."""

from math import log1p
from typing import Final

from webdoc.scores.quality.measure import Feature
from webdoc.scores.quality.reading import DocumentReading

FEATURES = (
    Feature(
        "images_per_100_words",
        "log of one and this number, so that 1 is 1.7 images",
        "NeMo Curator, interleaved: images for each word",
    ),
    Feature("removed_share", "share of its characters that rules left out, in [0, 1]"),
)
_CHARS_PER_WORD: Final = 6  # of a text without spaces


def measure(reading: DocumentReading) -> tuple[float | None, ...]:
    """Return the features; None without a paragraph, or where nobody counted what was removed."""
    removed = reading.document.removed_share
    if not reading.paragraphs:
        return None, removed
    words = sum(
        max(len(one.text.split()), len(one.text) // (2 * _CHARS_PER_WORD))
        for one in reading.paragraphs
    )
    return log1p(100 * len(reading.figures) / max(words, 1)), removed
