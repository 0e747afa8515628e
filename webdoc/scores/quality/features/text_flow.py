"""Whether paragraphs follow one from another: by words, by their form, and from the title on."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from webdoc.scores.quality.line_shape import ends_sentence
from webdoc.scores.quality.measure import Feature
from webdoc.scores.quality.permutations import order_gain
from webdoc.scores.quality.reading import DocumentReading

FEATURES = (
    Feature(
        "text_flow",
        "mean similarity of neighbouring paragraphs minus that of all pairs, by words and topics",
        "ours, as CoMM, arXiv:2406.10462, has it for images",
    ),
    Feature(
        "text_flow_gain",
        "their sum in standard deviations of a random order, in [-4, 8]",
        "ours; moments under permutation: Hubert and Schultz 1976",
    ),
    Feature(
        "text_form_gain",
        "likewise of form: length, end of a sentence, digits, so that lists, headings and prose"
        " stand together, in [-4, 8]",
        "likewise",
    ),
    Feature(
        "title_first",
        "how much more alike the first paragraph is to the title than the mean of all, in [-5, 5]",
    ),
)
_LEAST, _MOST = -4.0, 8.0
_MAX_SIMILARITY: Final = 1.5  # above it two paragraphs are alike enough
_LEAST_PARAGRAPHS: Final = 3


def measure(reading: DocumentReading) -> tuple[float | None, ...]:
    """Return the features; None of fewer than three paragraphs, of the last one without title."""
    if len(reading.paragraphs) < _LEAST_PARAGRAPHS:
        return None, None, None, None
    flow, gain = order_gain(np.minimum(reading.text_similarity, _MAX_SIMILARITY))
    _, form = order_gain(_alike_in_form([one.text for one in reading.paragraphs]))
    title = reading.title_similarity
    first = None if title is None else float(title[0] - title.mean())
    return flow, _limited(gain), _limited(form), first


def _limited(deviations: float) -> float:
    return min(max(deviations, _LEAST), _MOST)


def _alike_in_form(texts: list[str]) -> NDArray[np.float64]:
    """Return (n, n), 0 for paragraphs of the same form and less for others."""
    forms = np.array([
        (
            0.7 * np.log1p(len(text.split()) or len(text)),
            ends_sentence(text),
            text[:1].isdigit(),
            text[:1].islower(),
            any(map(str.isdigit, text)),
        )
        for text in texts
    ], dtype=float)  # fmt: skip
    return np.asarray(-np.abs(forms[:, None, :] - forms[None, :, :]).sum(axis=2))
