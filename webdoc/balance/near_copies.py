"""Semantic deduplication: within a cluster, what is nearly the same as something that stays. Pure.

Source: SemDeDup, arXiv:2303.09540. There, what is near anything that comes before it goes; here,
what is near something that stays, so that each that goes has one that stays in its place.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from webdoc.settings import setting

Rule = Literal["largest", "typical", "unusual"]
_BLOCK: Final = 512  # vectors at a time: of one cluster alone, so partitions change nothing
_CLOSE: Final = 1e-5  # to the limit: then the cosine is found anew in float64


@dataclass(frozen=True, slots=True)
class NearCopySettings:
    """What counts as nearly the same, and which of several stays."""

    max_cosine: float = setting(
        0.95,
        "Of two with a greater cosine one goes.",
        source="SemDeDup, section 4: 1 - epsilon, by how much is to go",
        differs="ours: it depends on the model",
    )
    keep: Rule = setting(
        "largest",
        "Which one stays: `largest`, in pixels or words; `unusual`, farthest from the centre of"
        " its cluster, as in SemDeDup; `typical`, nearest to it.",
        source="ours; SemDeDup, section 4.4",
        differs="pictures and documents of a corpus differ in size, and vectors do not show it",
    )

    def __post_init__(self) -> None:
        if not -1 <= self.max_cosine <= 1:
            raise ValueError(f"max_cosine must lie in [-1, 1], got {self.max_cosine}")


@dataclass(frozen=True, slots=True)
class Vector:
    """A picture or a document in its cluster; they are compared in the order of rank, then key."""

    key: str
    vector: NDArray[np.float32]  # (d,) of length 1


@dataclass(frozen=True, slots=True)
class SemanticCopy:
    """What goes, and for what."""

    key: str
    stays: str  # the key of the first that is so near
    cosine: float


def semantic_copies(cluster: Iterable[Vector], max_cosine: float) -> Iterator[SemanticCopy]:
    """Yield what goes of a cluster.

    Only what stays is held in memory.

    Args:
        cluster: what stays in doubt comes first.
        max_cosine: as in NearCopySettings; two exactly at it both stay.
    """
    rows = iter(cluster)
    keys: list[str] = []
    kept: list[NDArray[np.float32]] = []  # blocks of those that stay
    while block := list(islice(rows, _BLOCK)):
        vectors = np.stack([one.vector for one in block]).astype(np.float32)
        before = np.concatenate(kept) if kept else vectors[:0]
        nearest = _first_above(vectors, before, max_cosine)
        own: list[int] = []  # places in the block of those that stay
        within = vectors @ vectors.T
        for place, one in enumerate(block):
            at = nearest[place]
            if at is None:
                near = (p for p in own if within[place, p] > max_cosine - _CLOSE)
                twin = next(
                    (p for p in near if _cosine(vectors[place], vectors[p]) > max_cosine), None
                )
                if twin is None:
                    own.append(place)
                    continue
                stays, other = block[twin].key, vectors[twin]
            else:
                stays, other = keys[at], before[at]
            yield SemanticCopy(one.key, stays, _cosine(vectors[place], other))
        keys += [block[place].key for place in own]
        kept = [before, vectors[own]]


def _first_above(
    vectors: NDArray[np.float32], before: NDArray[np.float32], limit: float
) -> list[int | None]:
    """Return for each vector the first earlier one that is nearer than the limit."""
    if not len(before):
        return [None] * len(vectors)
    found: list[int | None] = []
    for row, cosines in zip(vectors, vectors @ before.T, strict=True):
        near = np.flatnonzero(cosines > limit - _CLOSE)
        exact = (int(at) for at in near if _cosine(row, before[at]) > limit)
        found.append(next(exact, None))
    return found


def _cosine(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    return float((one.astype(np.float64) * other).sum())
