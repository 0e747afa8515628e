"""Keys that occur more than once: found with little sorting, as most occur once."""

from math import isqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

_BUCKET_SHIFT: Final = np.uint64(48)  # 16 bits of a key: fewer would be full, more are slower
_FEW_KEYS: Final = 500  # are sorted as fast
_NONE: Final = np.zeros(0, dtype=np.int64)


def crowded(keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return the places of all keys that occur more than once, and of a few others, rising."""
    if len(keys) <= _FEW_KEYS:
        return np.arange(len(keys))
    buckets = (keys >> _BUCKET_SHIFT).view(np.int64)
    # take() is six times as fast as [] here, and nonzero() as flatnonzero().
    return (np.bincount(buckets).take(buckets) > 1).nonzero()[0]


def repeated(
    keys: NDArray[np.uint64], places: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where each key that occurs more than once is found, and how often it occurs.

    Args:
        keys: (n_keys,)
        places: of the keys that are looked at, as from `crowded`.

    Returns:
        (n_repeated,) int64, one position of each such key, and (n_repeated,) int64, 2 or more.
    """
    places = places.take(np.argsort(keys.take(places)))
    begins, counts = _runs(keys.take(places))
    return places.take(begins), counts


def repeat_counts(keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return how often each key occurs that occurs more than once, in no order."""
    return _runs(np.sort(keys.take(crowded(keys))))[1]


def _runs(ordered: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where each run of two or more equal keys begins, and its length."""
    # Where a key is followed by itself: each run of such places, and one more, is one key.
    again = (ordered[1:] == ordered[:-1]).nonzero()[0]
    if not len(again):
        return _NONE, _NONE
    bounds = (again[1:] - again[:-1] > 1).nonzero()[0] + 1
    begins = np.concatenate([[0], bounds])
    return again.take(begins), np.concatenate([bounds, [len(again)]]) - begins + 1


def top_share(counts: list[int], total: int) -> float:
    """Return the share of the k most frequent n-grams, k = min(√distinct, those not single).

    Source: OBELICS, arXiv:2306.16527, character repetition ratio.

    Args:
        counts: of the n-grams that occur more than once.
        total: of all n-grams.
    """
    if not counts:
        return 0.0
    distinct = total - sum(counts) + len(counts)
    k = min(isqrt(distinct), len(counts))
    return sum(sorted(counts, reverse=True)[:k]) / total
