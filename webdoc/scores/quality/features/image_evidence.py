"""Whether the words of images are those of their page, and of the text near them, by chance or not.

A stem of rarity r is in a text of n stems by chance with p = 1 - (1 - e^-r)^(n / 600). One of an
image that belongs there is in it with p + (1 - p) t, t unknown: a caption repeats much of what its
text says, the name of a file little. The logarithm of how much more likely what is seen is that
way, the mean over t from .05 to .95, is the evidence that images belong there (a Bayes factor). It
is 0 where nothing is said of images, above 0 where rare words recur, below where many are missing.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from webdoc.scores.quality.measure import Feature
from webdoc.scores.quality.reading import DocumentReading

_SOURCE: Final = "ours; a Bayes factor, Kass and Raftery 1995, section 2"
FEATURES = (
    Feature(
        "images_near_words",
        "evidence that what is said of images is said by the text just above or below them, not by"
        " chance: root of the log of a Bayes factor with its sign; 0 is none",
        _SOURCE,
    ),
    Feature(
        "images_page_words",
        "likewise, by the whole page and its title",
        _SOURCE,
    ),
    Feature(
        "images_page_topics",
        "mean cosine of the topics of what is said of an image with those of the page, minus 0.2, a"
        " usual one; 0 where no image has any",
    ),
)
_NEAR_STEMS: Final = 30  # of the text above, and of that below
_USUAL_STEMS: Final = 600  # of a page by which rarities were counted
_LEAST_STEMS: Final = 10  # of a text that are counted at least
_SHARES: Final = np.arange(0.05, 0.96, 0.05)  # t
_CHANCES: Final = (1e-3, 0.98)  # limits of p: no stem is impossible, none certain
_USUAL_COSINE: Final = 0.2
_LEAST_TOPICS: Final = 0.5  # length of topics, which is 1 where any is known
Seen = tuple[float, bool]  # the chance of a stem, and whether the text has it


def measure(reading: DocumentReading) -> tuple[float | None, ...]:
    """Return the features; None without an image or without a paragraph."""
    if not reading.figures or not reading.paragraphs:
        return None, None, None
    counts = reading.paragraph_terms
    lengths = [found.total() for found in counts]
    length_of_page = sum(lengths)
    page = {stem for found in counts for stem in found} | set(reading.title_terms)
    of_page: dict[str, Seen] = {}
    near: dict[str, Seen] = {}
    for n, found in enumerate(reading.figure_terms):
        stems = list(found)
        rarity = reading.rarity(stems)
        beside, length = _beside(counts, lengths, int(reading.places[n]))
        for stem, chance in zip(stems, chances(rarity, length).tolist(), strict=True):
            # A stem of several images counts once, by the one that stands where it is said.
            if not near.get(stem, (0.0, False))[1]:
                near[stem] = (chance, stem in beside)
        whole = chances(rarity, length_of_page).tolist()
        of_page |= {stem: (p, stem in page) for stem, p in zip(stems, whole, strict=True)}
    return evidence(near.values()), evidence(of_page.values()), _topics(reading)


def chances(rarity: NDArray[np.floating], stems: int) -> NDArray[np.float64]:
    """Return with which chance stems are in a text of so many stems."""
    absent = 1 - np.exp(-np.maximum(rarity.astype(float), 1e-3))
    found = 1 - absent ** (max(stems, _LEAST_STEMS) / _USUAL_STEMS)
    return np.asarray(np.clip(found, *_CHANCES))


def evidence(seen: Iterable[Seen]) -> float:
    """Return the evidence, the root of the logarithm with its sign.

    Args:
        seen: of each stem the chance with which a text has it, and whether it does.
    """
    pairs = list(seen)
    if not pairs:
        return 0.0
    chance = np.array([p for p, _ in pairs])[:, None]
    there = np.array([is_there for _, is_there in pairs])[:, None]
    logs = np.where(
        there, np.log((chance + (1 - chance) * _SHARES) / chance), np.log(1 - _SHARES)
    ).sum(axis=0)
    found = float(np.logaddexp.reduce(logs) - np.log(len(_SHARES)))
    return float(np.copysign(abs(found) ** 0.5, found))


def _beside(counts: list[Counter[str]], lengths: list[int], place: int) -> tuple[set[str], int]:
    """Return the stems of the text above and below a place, and how many there are with repeats."""
    stems: set[str] = set()
    length = 0
    for side in (range(place - 1, -1, -1), range(place, len(counts))):
        count = 0
        for paragraph in side:
            stems.update(counts[paragraph])
            count += lengths[paragraph]
            if count >= _NEAR_STEMS:
                break
        length += count
    return stems, length


def _topics(reading: DocumentReading) -> float:
    figures, page = reading.figure_topics, reading.masses @ reading.paragraph_topics
    length = float(np.linalg.norm(page))
    known = figures[np.linalg.norm(figures, axis=1) > _LEAST_TOPICS]
    if not length or not len(known):
        return 0.0
    return float((known @ page).mean()) / length - _USUAL_COSINE
