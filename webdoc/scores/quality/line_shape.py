"""What a line looks like: what tells menus, share bars and cookie lines from text, beside words."""

import re
from itertools import pairwise
from math import log
from typing import Final

from webdoc.scores.quality.terms import STEM

_WORD: Final = re.compile(r"[^\W_]+")
_ENDS: Final = frozenset(".!?:;\u2026\u201d\"')\u3002\uff01\uff1f")  # of a sentence
_SIGNS: Final = frozenset("\u00a9|\u00bb\u203a\u2192\u2022\u00b7@")  # ©|»›→•·@
_MAX_WORDS: Final = 40  # with more a line is long, and it does not matter how long
SHAPE_NAMES: Final = (
    "words",  # log of them
    "is_one_word",
    "ends_a_sentence",
    "has_comma",
    "capital_words",  # share of those that begin with a capital letter
    "digits",  # share of characters
    "has_sign",  # © | » › → • · @
)


def line_stems(text: str) -> set[str]:
    """Return the first characters of each word, stopwords too, and of each two neighbours.

    >>> sorted(line_stems("Log in now"))
    ['in', 'in now', 'log', 'log in', 'now']
    """
    words = [word[:STEM] for word in _WORD.findall(text.lower())]
    return {*words, *map(" ".join, pairwise(words))}


def line_shape(text: str) -> tuple[float, ...]:
    """Return the numbers of SHAPE_NAMES; zeros of an empty line."""
    words = text.split()
    if not words:
        return (0.0,) * len(SHAPE_NAMES)
    return (
        log(min(len(words), _MAX_WORDS)),
        float(len(words) == 1),
        float(ends_sentence(text)),
        float("," in text),
        sum(word[:1].isupper() for word in words) / len(words),
        sum(map(str.isdigit, text)) / len(text),
        float(not _SIGNS.isdisjoint(text)),
    )


def ends_sentence(text: str) -> bool:
    """Tell whether a text ends as a sentence, a quotation or a heading before a list does."""
    return text.rstrip()[-1:] in _ENDS and bool(text.strip())
