"""Unicode NFKC for long texts of which it changes little."""

import unicodedata
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from webdoc.text.characters import code_points

_NORMALISED: Final = 0x33000  # above lie only code points that NFKC leaves alone
_HANGUL_PARTS: Final = slice(0x1161, 0x11C3)  # vowels and last consonants; they join by a rule
# One in so many characters may change: beyond, the text is normalised as a whole.
_FEW: Final = 16


def compatible(text: str) -> NDArray[np.uint32]:
    """Return the code points of a text in NFKC.

    `unicodedata.normalize` takes 15 to 20 ns for each character once a single one has to change,
    as a no-break space or an ellipsis has. What stands between such characters is left alone.
    """
    points = code_points(text)
    if text.isascii():
        return points
    places = _unsettled().take(points, mode="wrap").nonzero()[0]
    if not len(places):
        return points
    if len(places) * _FEW > len(points):
        return code_points(unicodedata.normalize("NFKC", text))
    return code_points(_mended(text, places))


def _mended(text: str, places: NDArray[np.intp]) -> str:
    """Normalise each run of places together with the character before it, which it may join."""
    gaps = (places[1:] - places[:-1] > 1).nonzero()[0]
    firsts = [places[0], *places.take(gaps + 1).tolist()]
    lasts = [*places.take(gaps).tolist(), places[-1]]
    parts, done = [], 0
    for first, last in zip(firsts, lasts, strict=True):
        start = max(first - 1, 0)
        parts += [text[done:start], unicodedata.normalize("NFKC", text[start : last + 1])]
        done = last + 1
    return "".join([*parts, text[done:]])


@cache
def _unsettled() -> NDArray[np.bool_]:
    """Return which code points NFKC may change, or join with the one before, or reorder."""
    table = np.zeros(0x110000, dtype=np.bool_)
    for point in range(0x80, _NORMALISED):
        char = chr(point)
        if unicodedata.normalize("NFKC", char) != char or unicodedata.combining(char):
            table[point] = True
        pair = unicodedata.decomposition(char).split()
        if len(pair) == 2 and not pair[0].startswith("<"):
            table[int(pair[1], 16)] = True
    table[_HANGUL_PARTS] = True
    return table
