"""Which tags start in markup, seen before anything is parsed."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# Letters, whatever their case, are 1 to 26, all else is 0.
_LETTERS = np.zeros(256, dtype=np.int32)
_LETTERS[[*b"abcdefghijklmnopqrstuvwxyz"]] = range(1, 27)
_LETTERS[[*b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"]] = range(1, 27)
_N_KEYS = 1 << 15


class TagStarts:
    """The first three letters behind every "<"; those in scripts and comments, too.

    So what is found here may be missing from the parsed page, and never the other way round.
    """

    def __init__(self, markup: bytes) -> None:
        data = np.frombuffer(markup, np.uint8)
        places = np.flatnonzero(data[:-2] == ord("<"))
        codes = data.take(places + 1)
        first = _LETTERS.take(codes)
        second = _LETTERS.take(data.take(places + 2))
        third = _LETTERS.take(data.take(places + 3, mode="clip"))
        self.tags = len(places)  # of any kind: start tags, end tags, comments, lone signs
        self.ends = int(np.count_nonzero(codes == ord("/")))
        self.starts = int(np.count_nonzero(first))
        self._keys = first << 10 | second << 5 | third * (second > 0)

    def may_hold(self, keys: NDArray[np.int32]) -> list[bool]:
        """Say for each of some elements whether there may be one; keys from `keys_of`."""
        seen = np.zeros(_N_KEYS, dtype=bool)
        seen[self._keys] = True
        found: list[bool] = seen.take(keys).tolist()
        return found

    def most(self, keys: NDArray[np.int32]) -> int:
        """Return how many start tags some elements have together, at most."""
        counts = np.bincount(self._keys, minlength=_N_KEYS)
        return int(counts.take(np.unique(keys)).sum())


def keys_of(names: Sequence[str]) -> NDArray[np.int32]:
    """Return what `TagStarts` knows elements by; those alike in their first letters share a key."""
    letters = [[_LETTERS[ord(letter)] for letter in f"{name}  "[:3]] for name in names]
    return np.array([a << 10 | b << 5 | c * (b > 0) for a, b, c in letters], dtype=np.int32)
