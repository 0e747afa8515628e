"""The words of a text, and what a language's lists say about each."""

import re
from functools import cache
from typing import Final

from webdoc.text.characters import EDGE, class_table
from webdoc.text.language_packs import LanguagePack

# Bits of a word's kind.
IS_WORD: Final = 1  # something is left of it once both ends are stripped
STOPWORD: Final = 2
FLAGGED: Final = 4
COMMON: Final = 8
SPAM: Final = 16
N_KINDS: Final = 32  # every combination of these

_JOINTS: Final = re.compile(r"[-'/_.\u2010-\u2015]")


def stripped(token: str) -> str:
    """Return a token without the punctuation, symbols, digits and spaces at its ends.

    Source: OBELICS, arXiv:2306.16527; so a number alone is no word.

    >>> stripped("(well-known)...1998")
    'well-known'
    """
    is_edge = _edges()
    start, end = 0, len(token)
    while start < end and is_edge[ord(token[start])]:
        start += 1
    while end > start and is_edge[ord(token[end - 1])]:
        end -= 1
    return token[start:end]


@cache
def _edges() -> bytes:
    table = class_table(special_spaces=True, special_digits=True, marks="")
    return (table & EDGE).tobytes()


def word_kind(word: str, pack: LanguagePack) -> int:
    """Return what the lists say about a word, lower-cased and stripped, as bits.

    A compound is common when each of its parts is.
    """
    word = word.replace("\u2019", "'")
    common = word in pack.common or _is_common_compound(word, pack)
    return (
        IS_WORD
        | (STOPWORD if word in pack.stopwords else 0)
        | (FLAGGED if word in pack.flagged else 0)
        | (COMMON if common else 0)
        | (SPAM if word in pack.spam else 0)
    )


def _is_common_compound(word: str, pack: LanguagePack) -> bool:
    parts = [part for part in _JOINTS.split(word) if part]
    return len(parts) > 1 and all(
        part in pack.common or len(part) == 1 or part.isdigit() for part in parts
    )
