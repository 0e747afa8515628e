"""Spans of a sequence as numbers that are equal where the spans are: tokens, shingles, n-grams."""

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

# Any odd number without pattern: the golden ratio in 64 bits, and its inverse modulo 2^64.
FACTOR: Final = 0x9E3779B97F4A7C15
_INVERSE: Final = pow(FACTOR, -1, 1 << 64)
_LEAST_POWERS: Final = 1 << 14  # most pages are shorter: they share one table


class Spans:
    """A sequence whose spans have keys: the sum of item * FACTOR^place in the span, modulo 2^64.

    Sums over all beginnings of the sequence give the sum of each span as a difference. Keys of
    equal spans are equal; those of different ones are equal with a chance of about one in 10**19.
    Their bits are not mixed: the key of a single item is the item.
    """

    def __init__(self, items: NDArray[np.unsignedinteger]) -> None:
        """Add up (n_items,) of any unsigned type, code points or keys of words."""
        size = max(1 << len(items).bit_length(), _LEAST_POWERS)  # few sizes
        self._inverses = _powers(_INVERSE, size)
        terms = items.astype(np.uint64)
        terms *= _powers(FACTOR, size)[: len(items)]
        self._sums = np.empty(len(items) + 1, dtype=np.uint64)
        self._sums[0] = 0
        np.add.accumulate(terms, out=self._sums[1:])

    def keys(self, starts: NDArray[np.intp], ends: NDArray[np.intp]) -> NDArray[np.uint64]:
        """Return the key of each span, (n_spans,) uint64."""
        keys = self._sums.take(ends)
        keys -= self._sums.take(starts)
        keys *= self._inverses.take(starts)
        return keys

    def ngrams(self, n: int) -> NDArray[np.uint64]:
        """Return the key of each run of n items, in order: (max(0, n_items - n + 1),) uint64.

        Raises:
            ValueError: n is below 1.
        """
        if n < 1:
            raise ValueError(f"n must be at least 1, got {n}")
        keys = self._sums[n:] - self._sums[: max(0, len(self._sums) - n)]
        keys *= self._inverses[: len(keys)]
        return keys


@lru_cache(maxsize=4)
def _powers(factor: int, size: int) -> NDArray[np.uint64]:
    """Return factor^0 ... factor^(size - 1) modulo 2^64."""
    powers = np.full(size, factor, dtype=np.uint64)
    powers[0] = 1
    return np.cumprod(powers)
