"""Classes of characters, looked up for a whole text at once."""

import re
import unicodedata
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

# Bits of a character's class.
SPECIAL: Final = 1  # counts in the special-character share
WORD: Final = 2  # a letter, digit, underscore or apostrophe: part of a run
MARK: Final = 4  # punctuation that a sentence has
LONE: Final = 8  # a word by itself: a Han character where words have no spaces between
EDGE: Final = 16  # stripped from both ends of a word
BREAK: Final = 32  # divides words

SPACES: Final = (  # every character that str.isspace and str.split mean
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    "\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)

# Unified ideographs with their extensions, the iteration mark and the zero.
HAN: Final = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"

# Scripts that put no spaces between words: Han, kana, Thai, Lao, Tibetan, Burmese, Khmer.
UNSPACED: Final = HAN + (
    "\u3041-\u30fa\u30fc-\u30ff\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff"
)

_CODE_POINTS: Final = 0x110000
_JUDGED: Final = 0x33000  # above lie only unassigned, private and formatting code points
_SPECIAL_KINDS: Final = frozenset("PSCZ")  # Unicode: punctuation, symbol, control or none, space
_VARIATION_SELECTORS: Final = slice(0xFE00, 0xFE10)  # parts of emoji, in a category of their own
_DIGITS: Final = slice(ord("0"), ord("9") + 1)


def code_points(text: str) -> NDArray[np.uint32]:
    """Return the code points of a text, lone surrogates too."""
    # numpy widens a string in half the time that its codec takes; it makes "" one NUL.
    return np.frombuffer(np.array(text), dtype=np.uint32) if text else np.empty(0, dtype=np.uint32)


@cache
def class_table(
    *,
    special_spaces: bool,
    special_digits: bool,
    marks: str,
    lone: str = "",
    breaks: str = "",
) -> NDArray[np.uint8]:
    """Return the class bits of every code point, to be indexed with `code_points`.

    Special are punctuation, symbols, emoji, spaces, control and unassigned characters by their
    Unicode category, and the digits 0 to 9: what OBELICS lists by hand, some 4,900 of them.

    Args:
        special_spaces: whether spaces and line breaks are special, as in OBELICS.
        special_digits: whether 0 to 9 are.
        marks: the punctuation marks of sentences.
        lone: characters that are a word each, as ranges of a regular expression.
        breaks: what divides words.

    Returns:
        (1,114,112,) uint8.
    """
    judged = np.arange(_JUDGED, dtype="<u4").tobytes().decode("utf-32-le", "surrogatepass")
    kinds = [unicodedata.category(char)[0] in _SPECIAL_KINDS for char in judged]
    table = np.full(_CODE_POINTS, SPECIAL | EDGE, dtype=np.uint8)
    table[:_JUDGED] = np.where(kinds, np.uint8(SPECIAL | EDGE), np.uint8(0))
    table[_VARIATION_SELECTORS] = SPECIAL | EDGE
    table[_DIGITS] = EDGE | (SPECIAL if special_digits else 0)
    if not special_spaces:
        table[code_points(SPACES)] = EDGE
    for run in re.finditer(r"[\w']+", judged):
        table[run.start() : run.end()] |= WORD
    if lone:
        for run in re.finditer(f"[{lone}]+", judged):
            table[run.start() : run.end()] = LONE
    table[code_points(marks)] |= MARK
    table[code_points(breaks)] |= BREAK
    table.setflags(write=False)
    return table
