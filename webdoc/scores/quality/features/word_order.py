"""Whether words stand in the order of sentences: by where capital letters and full stops are."""

from itertools import pairwise
from typing import Final

from webdoc.scores.quality.line_shape import ends_sentence
from webdoc.scores.quality.measure import Feature
from webdoc.scores.quality.reading import DocumentReading

FEATURES = (
    Feature(
        "sentence_edges",
        "of paragraphs of eight words or more, the mean share of: begins as a sentence does, ends"
        " as one does, in [0, 1]",
    ),
    Feature(
        "sentence_breaks",
        "share of full stops inside of paragraphs that a small letter follows, in [0, 1]",
    ),
)
_LEAST_WORDS: Final = 8
_STOPS: Final = frozenset(".!?")
_ABBREVIATION: Final = 3  # characters with the stop; a shorter word before one is often cut short


def measure(reading: DocumentReading) -> tuple[float | None, ...]:
    """Return the features; None where no paragraph is long enough, or none has a full stop."""
    edges: list[float] = []
    stops = broken = 0
    for paragraph in reading.paragraphs:
        words = paragraph.text.split()
        if len(words) < _LEAST_WORDS:
            continue
        edges.append((not words[0][:1].islower()) / 2 + ends_sentence(words[-1]) / 2)
        for word, following in pairwise(words):
            if word[-1] in _STOPS and len(word) > _ABBREVIATION:
                stops += 1
                broken += following[:1].islower()
    return (
        sum(edges) / len(edges) if edges else None,
        broken / stops if stops else None,
    )
