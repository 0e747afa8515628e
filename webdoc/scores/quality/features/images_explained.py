"""Whether the text says what images show, and whether anything is said of them at all."""

import re
from collections import Counter
from collections.abc import Iterable
from math import exp, log
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
    Feature(
        "images_near_words",
        "mean over images of the share of the rarity of its words that the text just above or just"
        " below it has, in [0, 1]",
    ),
    Feature(
        "images_page_words",
        "mean over images of how surprising those of its words are that the page has, against all"
        " its words, in [0, 1]",
    ),
)
_LEAST_ALT_WORDS: Final = 2
_NEAR_STEMS: Final = 30  # of the text above, and of that below
_USUAL_STEMS: Final = 600  # of a page by which rarities were counted
_DOUBT: Final = 4.0  # rarity that is missing to every image, so that a single word says less
_REFERS: Final = re.compile(
    r"\b(?:fig(?:ure|\.)|diagram|illustration|photo(?:graph)?|picture|image|exhibit|chart|map"
    r"|abb(?:ildung|\.)|bild|foto|figura|imagen|图|図)",
    re.IGNORECASE,
)


def measure(reading: DocumentReading) -> tuple[float | None, ...]:
    """Return the features; None without an image, of the last two without one that has words."""
    if not reading.figures:
        return None, None, None
    explained = np.mean([_is_explained(reading, n) for n in range(len(reading.figures))])
    told = [n for n, found in enumerate(reading.figure_terms) if found]
    if not told or not reading.paragraphs:
        return float(explained), None, None
    counts = reading.paragraph_terms
    page = {stem for found in counts for stem in found} | set(reading.title_terms)
    length = sum(found.total() for found in counts)
    near, of_page = [], []
    for n in told:
        place = int(reading.places[n])
        above = _stems(reversed(counts[:place]))
        below = _stems(counts[place:])
        stems = list(reading.figure_terms[n])
        rarity = reading.rarity(stems)
        total = float(rarity.sum()) + _DOUBT
        near.append(max(
            float(rarity[[stem in side for stem in stems]].sum()) / total for side in (above, below)
        ))  # fmt: skip
        of_page.append(_surprise(stems, rarity.tolist(), page, length))
    return float(explained), float(np.mean(near)), float(np.mean(of_page))


def _is_explained(reading: DocumentReading, n: int) -> bool:
    figure, place = reading.figures[n], int(reading.places[n])
    beside = reading.paragraphs[max(place - 1, 0) : place + 1]
    return (
        bool(figure.caption)
        or len(figure.alt_text.split()) >= _LEAST_ALT_WORDS
        or any(_REFERS.search(paragraph.text) for paragraph in beside)
    )


def _stems(paragraphs: Iterable[Counter[str]]) -> set[str]:
    """Return the stems of the first paragraphs that have enough of them together."""
    found: set[str] = set()
    count = 0
    for paragraph in paragraphs:
        found.update(paragraph)
        count += paragraph.total()
        if count >= _NEAR_STEMS:
            break
    return found


def _surprise(stems: list[str], rarity: list[float], page: set[str], length: int) -> float:
    """Return how improbable it is that a page of this length has the words that it has.

    A stem of rarity r is in a page of n stems with the chance 1 - (1 - e^-r)^(n / 600). The sum of
    -log of it over the stems that are there, against that over all.
    """
    there = total = 0.0
    for stem, rare in zip(stems, rarity, strict=True):
        missed = (1 - exp(-max(rare, 1e-3))) ** (max(length, 50) / _USUAL_STEMS)
        surprise = -log(min(max(1 - missed, 1e-4), 0.98))
        total += surprise
        there += surprise if stem in page else 0.0
    return there / (total + _DOUBT)
