"""How much of a document is menus, share bars, cookie lines and the like."""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from math import fsum, sqrt
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from webdoc.scores.quality.line_shape import line_stems
from webdoc.scores.quality.measure import Feature
from webdoc.scores.quality.reading import DocumentReading

FEATURES = (
    Feature(
        "boilerplate_share",
        "square root of the share of paragraphs whose words speak for boilerplate, in [0, 1]",
        "ours; a logistic regression, as Kohlschütter et al. 2010, WSDM, section 3, has it over"
        " other features",
    ),
    Feature(
        "boilerplate_weight",
        "square root of the mean over paragraphs of how much more than that their words speak for"
        " it, in [0, 1.5]",
    ),
    Feature(
        "boilerplate_worst",
        "a tenth of the paragraphs have words that speak for boilerplate more than this, log odds,"
        " less 0.3 of how alike they are to another paragraph or the title",
    ),
)
_LIKELY: Final = 1.5  # log odds that its words alone add, from which a paragraph likely is
_LONG: Final = 20  # words and pairs of words from which a line is long
_MOST: Final = 2.0  # log odds beyond that
_OF_THE_PAGE: Final = 0.3  # log odds that a similarity of 1 to the rest of the page takes away


def measure(reading: DocumentReading) -> tuple[float | None, ...]:
    """Return the features; None without a paragraph."""
    if not reading.paragraphs:
        return None, None, None
    words = boilerplate_words()
    odds = np.array([log_odds(one.text, words) for one in reading.paragraphs])
    strange = odds - _OF_THE_PAGE * np.clip(_alike(reading), 0, _MOST)
    return (
        sqrt((odds > _LIKELY).mean()),
        sqrt(np.clip(odds - _LIKELY, 0, _MOST).mean()),
        float(np.quantile(strange, 0.9)),
    )


def _alike(reading: DocumentReading) -> NDArray[np.float64]:
    """Return how alike each paragraph is to that other one, or the title, that it is most like."""
    best = reading.text_similarity.max(axis=1)
    title = reading.title_similarity
    return best if title is None else np.asarray(np.maximum(best, title))


def log_odds(text: str, words: Mapping[str, float]) -> float:
    """Return what the words of a line add to the log odds that it is boilerplate.

    Args:
        text: a line.
        words: weights of first characters of words, and of pairs of neighbouring ones.
    """
    stems = line_stems(text)
    count = max(len(stems), 1)
    # A long paragraph is hardly ever boilerplate, and has words enough to seem so by chance.
    length = sqrt(count) * sqrt(max(count / _LONG, 1))
    return fsum(words[stem] for stem in stems if stem in words) / length


@cache
def boilerplate_words() -> Mapping[str, float]:
    """Return the weights of the package, made by scripts/train_document_scores.py."""
    file = resources.files("webdoc.scores.quality") / "boilerplate.json"
    return cast(Mapping[str, float], json.loads(file.read_text(encoding="utf-8"))["words"])
