"""Drawing documents by a number of each: by the hashes of their ids, so the same anywhere. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from math import isfinite, log
from typing import Final

import numpy as np
from numpy.typing import NDArray

from webdoc.duplicates.minhash import MinHashSettings, signature
from webdoc.duplicates.shingles import ShingleSettings, shingles

_DIGITS: Final = 13  # hex digits of a hash that are looked at: 52 bits, as many as a float holds
_PARETO_SHAPE: Final = 3.0
_BLANK_LINE: Final = "\n\n"
# Of the sketch of densities: cells that each text falls into, and values of its MinHash that make
# one. A cell is shared with the chance J ** 2, J the Jaccard similarity of two sets of words.
_CELLS: Final = 64
_VALUES: Final = 2
_SIGNED: Final = MinHashSettings(
    shingles=ShingleSettings(n=1), permutations=_CELLS * _VALUES, bands=_CELLS, rows=_VALUES
)


class Draw(StrEnum):
    """How documents are drawn."""

    HASH = "hash"  # every document has the same chance
    TOP = "top"  # those with the largest numbers
    GUMBEL = "gumbel"  # QuRating: the largest z / temperature plus Gumbel noise
    PARETO = "pareto"  # NeMo Curator: where a Pareto number is above 1 - score
    DENSITY = "density"  # Sachdeva et al.: the less likely, the more others are like it


@dataclass(frozen=True, slots=True)
class Spread:
    """How the numbers of all documents are spread."""

    count: int  # of documents that have one
    mean: float = 0.0
    deviation: float = 0.0  # of the whole, not of a sample
    least: float = 0.0
    most: float = 0.0


def place_of(doc_id: str, seed: int) -> float:
    """Return a number in (0, 1) that only the id and the seed decide.

    >>> place_of("a", 0) == place_of("a", 0) != place_of("a", 1)
    True
    """
    digest = sha256(f"{seed}:{doc_id}".encode()).hexdigest()
    return (int(digest[:_DIGITS], 16) + 0.5) / 16**_DIGITS


def gumbel_key(value: float, spread: Spread, temperature: float, place: float) -> float:
    """Return the key of a document; the k largest are drawn.

    That is the same as drawing k documents one after another without putting any back, each with
    a chance that goes with exp(z / temperature).

    Args:
        value: of the document.
        spread: of all; z is the distance from their mean in standard deviations.
        temperature: above 0; QuRating takes 2.
        place: `place_of`.

    Source: QuRating, arXiv:2402.09739, section 3.3; Kool et al. 2019, arXiv:1903.06059.
    """
    z = (value - spread.mean) / spread.deviation if spread.deviation else 0.0
    return z / temperature - log(-log(place))


def pareto_keeps(score: float, place: float) -> bool:
    """Tell whether a document stays: whether a Pareto number (shape 3, from 0) is above 1 - score.

    A score of 1 stays always, one of 0 with a chance of 1 in 8.

    Args:
        score: in [0, 1].
        place: `place_of`; the number is the quantile there.

    Source: NeMo Curator, heuristic of its quality classifiers, after GPT-3 (arXiv:2005.14165,
    appendix A).
    """
    return float((1 - place) ** (-1 / _PARETO_SHAPE) - 1) > 1 - score


def density_key(density: float, place: float) -> float:
    """Return the key of a document; the k largest are drawn, with a chance of 1 / density.

    Args:
        density: above 0: `cells_of` shared with how large a part of the corpus.
        place: `place_of`.

    Source: Sachdeva et al. 2024, arXiv:2402.09668, density sampling: inverse propensities.
    """
    return -log(density) - log(-log(place))


def cells_of(texts: Sequence[str | None]) -> NDArray[np.uint64] | None:
    """Return the cells of a text, (64,) uint64; None of a text without words.

    The mean over its cells of how many texts of a corpus fall into the same one estimates the sum
    over these texts of J ** 2, J being the Jaccard similarity of their sets of words.

    Source: Coleman and Shrivastava 2020, RACE sketches, as Sachdeva et al. count density; there
    over vectors of a text model, here over words, which needs none.
    """
    found = shingles(_BLANK_LINE.join(text for text in texts if text), _SIGNED.shingles)
    if not len(found):
        return None
    values = signature(found, _SIGNED).reshape(_CELLS, _VALUES).astype(np.uint64)
    return values[:, 0] << np.uint64(32) | values[:, 1]


def number_of(value: object) -> float | None:
    """Return a value as a number that can be compared; None of what is none, as NaN."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if isfinite(value) else None
