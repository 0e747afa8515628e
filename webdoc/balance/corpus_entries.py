"""Entries that a corpus gives itself: titles, and words that are frequent at its images. Pure."""

import re
from collections import Counter
from collections.abc import Iterable
from math import log2
from typing import Final

from webdoc.balance.entries import padded
from webdoc.balance.image_texts import DocumentTexts
from webdoc.balance.settings import BalanceSettings

TITLE, WORD, PAIR = "titles", "words", "pairs"  # kinds, by their names in `entries_from`
_WORD: Final = re.compile(r"[^\W\d_](?:[\w'\u2019-]*[^\W_])?")
_LONGEST_WORD: Final = 40  # characters
# Between the name of a page and that of its site.
_SITE: Final = re.compile(r"\s+[|\u2013\u2014\u00b7\u00bb-]\s+|\s*\|\s*")
Key = tuple[str, str, str]  # kind, language, entry


def counted(documents: Iterable[DocumentTexts], settings: BalanceSettings) -> Counter[Key]:
    """Count in how many documents each title, word and pair stands.

    Args:
        documents: each of the corpus once.
        settings: which kinds are wanted.

    Returns:
        By kind, language and entry; the entry "" of a word counts the documents themselves.
    """
    counts: Counter[Key] = Counter()
    wanted = settings.entries_from
    for one in documents:
        if TITLE in wanted and (title := title_entry(one.title, settings)):
            counts[TITLE, one.language, title] += 1
        if WORD in wanted or PAIR in wanted:
            words, pairs = words_and_pairs(one, match_case=settings.match_case)
            counts[WORD, one.language, ""] += 1
            counts.update((WORD, one.language, word) for word in words)
            if PAIR in wanted:
                counts.update((PAIR, one.language, pair) for pair in pairs)
    return counts


def title_entry(title: str, settings: BalanceSettings) -> str:
    """Return a title without the name of its site; "" where it is too long for a concept.

    >>> title_entry("Rye bread | A baker's diary", BalanceSettings())
    'rye bread'
    """
    words = padded(_SITE.split(title, maxsplit=1)[0], match_case=settings.match_case).split()
    return " ".join(words) if len(words) <= settings.max_title_words else ""


def words_and_pairs(one: DocumentTexts, *, match_case: bool) -> tuple[set[str], set[str]]:
    """Return the words at a document's images, and the pairs that stand side by side."""
    words: set[str] = set()
    pairs: set[str] = set()
    for text in {text for image in one.images for text in image.texts}:
        before = ""
        for token in padded(text, match_case=match_case).split():
            is_word = len(token) <= _LONGEST_WORD and _WORD.fullmatch(token)
            if is_word:
                words.add(token)
                if before:
                    pairs.add(f"{before} {token}")
            before = token if is_word else ""
    return words, pairs


def pair_bits(documents: int, both: int, first: int, second: int) -> float:
    """Return the pointwise mutual information of two words in bits.

    Args:
        documents: all there are.
        both: that have the pair.
        first: that have its first word.
        second: its second one.

    Source: Church and Hanks 1990.

    >>> pair_bits(1000, 10, 10, 20)
    5.643856189774724
    """
    return log2(documents * both / (first * second))
