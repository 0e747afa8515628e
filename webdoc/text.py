"""Measures of the texts of a page. No thresholds here: a measure does not judge.

A page is read once, for all of its paragraphs at a time: its characters and words become arrays,
and every measure is a sum over a part of them. What a measure means is said at `Measures`.
"""

import re
from collections.abc import Sequence
from itertools import chain
from math import isqrt
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from webdoc.characters import LONE, MARK, SPECIAL, WORD, code_points
from webdoc.words import COMMON, FLAGGED, IS_WORD, N_KINDS, SPAM, STOPWORD, Lexicon

BLANK_LINE: Final = "\n\n"  # between two paragraphs
_MULTIPLIER: Final = 0x9E3779B97F4A7C15  # odd, its bits well mixed: 2**64 / golden ratio
_OWNER_MULTIPLIER: Final = 0xD1B54A32D192ED03  # another odd one
_MODULUS: Final = 1 << 64
_BUCKET_SHIFTS: Final = (48, 32)  # 16 bits of a key each; the lowest are mixed least
_BUCKET_MASK: Final = np.uint64(0xFFFF)
_FEW_KEYS: Final = 500  # are sorted as fast
_NONE: Final = np.zeros(0, dtype=np.int64)
_FIRST: Final = np.zeros(1, dtype=np.int64)
_WORDS, _FLAGGED, _SPAM = 3, 6, 7  # rows of Reading._counts
_KIND_HAS_BIT: Final = np.array(
    [
        [kind & bit != 0 for kind in range(N_KINDS)]
        for bit in (IS_WORD, STOPWORD, COMMON, FLAGGED, SPAM)
    ],
    dtype=np.int64,
)  # (5, N_KINDS)


class Measures(NamedTuple):
    """What there is to know of one text. Shares are in [0, 1], 0.0 where there is nothing.

    Source of the definitions: OBELICS, arXiv:2306.16527, appendix A.2, and its code.
    """

    characters: int
    words: int  # pieces between spaces with something left once both ends are stripped
    char_repetition: float  # the most frequent character n-grams among all
    word_repetition: float  # word n-grams that occur more than once among all
    special_share: float  # special characters among all
    stopword_share: float  # among words, as the next three
    flagged_share: float
    common_share: float
    spam_share: float
    tokens: int  # runs of letters, digits, underscores or apostrophes, and punctuation marks
    punctuation_share: float  # punctuation marks among tokens


NOTHING: Final = Measures(0, 0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0, 0.0)


class Reading:
    """The texts of one page, read; at least one."""

    def __init__(self, texts: Sequence[str], lexicon: Lexicon, table: NDArray[np.uint8]) -> None:
        """Read texts.

        Args:
            texts: in page order, at least one.
            lexicon: of the page's language.
            table: (1,114,112,) uint8, from `webdoc.characters.class_table`.
        """
        self._lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        # Each text has a blank line behind it, the last one too.
        self._starts = np.cumsum(self._lengths + len(BLANK_LINE)) - self._lengths - len(BLANK_LINE)
        self._points = code_points(BLANK_LINE.join([*texts, ""]))
        self._gap_special = len(BLANK_LINE) if table[ord("\n")] & SPECIAL else 0

        tokens = [lexicon.tokens(text) for text in texts]
        sizes = np.fromiter(map(len, tokens), np.int64, len(texts))
        kinds, keys = lexicon.look_up(list(chain.from_iterable(tokens)))
        owners = np.repeat(np.arange(len(texts)), sizes)
        words = np.flatnonzero(kinds)
        self._keys, self._key_owners = keys.take(words), owners.take(words)
        classes = table.take(self._points)
        self._counts = np.concatenate(
            [
                _class_counts(classes, self._starts, self._gap_special),
                _kind_counts(kinds, owners, len(texts)),
            ]
        )
        _add_phrases(self._counts[_FLAGGED], texts, lexicon.pack.flagged_phrases)
        _add_phrases(self._counts[_SPAM], texts, lexicon.pack.spam_phrases)

    def each(self, char_ngram: int, word_ngram: int) -> list[Measures]:
        """Measure every text by itself.

        Args:
            char_ngram: characters in one n-gram of char_repetition, 1 or more.
            word_ngram: words in one n-gram of word_repetition, 1 or more.
        """
        char = self._char_repetition(char_ngram)
        word = self._word_repetition(word_ngram)
        rows = zip(self._lengths.tolist(), self._counts.T.tolist(), char, word, strict=True)
        return [_measures(*row) for row in rows]

    def together(self, kept: Sequence[bool], char_ngram: int, word_ngram: int) -> Measures:
        """Measure the kept texts as one, with a blank line between two of them.

        Args:
            kept: one for each text, in their order.
            char_ngram, word_ngram: as in `each`.
        """
        mask = np.array(kept, dtype=bool)
        n_kept = int(mask.sum())
        if not n_kept:
            return NOTHING
        gaps = n_kept - 1
        counts = self._counts[:, mask].sum(axis=1)
        counts[0] += gaps * self._gap_special
        points = self._points[np.repeat(mask, self._lengths + len(BLANK_LINE))]
        characters = int(self._lengths[mask].sum()) + gaps * len(BLANK_LINE)
        grams = ngram_keys(points[:characters], char_ngram)
        char = _top_share(repeated(grams)[1].tolist(), len(grams))
        grams = ngram_keys(self._keys[mask[self._key_owners]], word_ngram)
        word = float(repeated(grams)[1].sum() / len(grams)) if len(grams) else 0.0
        return _measures(characters, counts.tolist(), char, word)

    def spam_shares(self) -> list[float]:
        """Return the share of spam words of each text, without measuring the rest."""
        words, spam = self._counts[_WORDS], self._counts[_SPAM]
        return [float(share) for share in spam / np.maximum(words, 1)]

    def words_and_flagged_share(self, kept: Sequence[bool]) -> tuple[int, float]:
        """Return the words of the kept texts, and the share of flagged ones among these."""
        mask = np.array(kept, dtype=bool)
        words, flagged = self._counts[[_WORDS, _FLAGGED]][:, mask].sum(axis=1).tolist()
        return words, flagged / words if words else 0.0

    def _char_repetition(self, n: int) -> list[float]:
        keys = ngram_keys(self._points, n)
        spans = self._lengths + len(BLANK_LINE)
        # The last n-gram of a text starts n characters before its end.
        last = np.repeat(self._starts + self._lengths - n, spans)[: len(keys)]
        inside = np.flatnonzero(np.arange(len(keys)) <= last)
        owners = np.repeat(np.arange(len(spans)), spans).take(inside)
        counts = _repeated_by_owner(keys.take(inside), owners, len(spans))
        totals = np.maximum(self._lengths - n + 1, 0).tolist()
        return [_top_share(*of_one) for of_one in zip(counts, totals, strict=True)]

    def _word_repetition(self, n: int) -> list[float]:
        keys = ngram_keys(self._keys, n)
        inside = np.flatnonzero(self._key_owners[: len(keys)] == self._key_owners[n - 1 :])
        owners = self._key_owners.take(inside)
        counts = _repeated_by_owner(keys.take(inside), owners, len(self._lengths))
        totals = np.bincount(owners, minlength=len(self._lengths)).tolist()
        pairs = zip(counts, totals, strict=True)
        return [sum(of_one) / total if of_one else 0.0 for of_one, total in pairs]


def ngram_keys(items: NDArray[np.unsignedinteger], n: int) -> NDArray[np.uint64]:
    """Return one 64-bit key for each n-gram, in order.

    Keys of equal n-grams are equal; those of different ones are equal with a chance of about
    one in 10**19 (a polynomial modulo 2**64).

    Args:
        items: (n_items,) of any unsigned type.
        n: items in one n-gram.

    Returns:
        (max(0, n_items - n + 1),) uint64.

    Raises:
        ValueError: n is below 1.
    """
    if n < 1:
        raise ValueError(f"n must be at least 1, got {n}")
    if len(items) < n:
        return np.zeros(0, dtype=np.uint64)
    power, size = items.astype(np.uint64), 1  # keys of all n-grams of `size` items
    keys, done = power, 0
    while True:  # n in binary: 10 items are 2 and 8
        if n & size:
            keys = _joined(keys, done, power, size) if done else power
            done += size
        if done == n:
            return keys
        power = _joined(power, size, power, size)
        size *= 2


def _joined(
    left: NDArray[np.uint64], left_size: int, right: NDArray[np.uint64], right_size: int
) -> NDArray[np.uint64]:
    """Return the keys of n-grams that are one on the left and, behind it, one on the right."""
    behind = right[left_size:]
    keys = left[: len(behind)] * np.uint64(pow(_MULTIPLIER, right_size, _MODULUS))
    keys += behind
    return keys


def repeated(keys: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where each key that occurs more than once is found, and how often it occurs.

    Returns:
        (n_repeated,) int64, one position of each such key, and (n_repeated,) int64, 2 or more.
    """
    # Most keys occur once. Tables of some of their bits find nearly all of these without sorting.
    places = _crowded(keys, _BUCKET_SHIFTS[0])
    if len(places) > _FEW_KEYS:
        places = places.take(_crowded(keys.take(places), _BUCKET_SHIFTS[1]))
    if not len(places):
        return places, places
    crowded = keys.take(places)
    order = np.argsort(crowded)
    ordered = crowded[order]
    # Where a key is followed by itself: each run of such places, and one more, is one key.
    again = np.flatnonzero(ordered[1:] == ordered[:-1])
    if not len(again):
        return again, again
    bounds = np.flatnonzero(again[1:] - again[:-1] > 1)
    begins = np.concatenate([_FIRST, bounds + 1])
    counts = np.concatenate([bounds + 1, [len(again)]]) - begins + 1
    return places[order[again[begins]]], counts


def _crowded(keys: NDArray[np.uint64], shift: int) -> NDArray[np.int64]:
    """Return the places of the keys that share their 16 bits above `shift` with another key."""
    if not len(keys):
        return _NONE
    buckets = ((keys >> np.uint64(shift)) & _BUCKET_MASK).astype(np.int64)
    # take() is six times as fast as [] here.
    return np.flatnonzero(np.bincount(buckets).take(buckets) > 1)


def _repeated_by_owner(
    keys: NDArray[np.uint64], owners: NDArray[np.int64], n_owners: int
) -> list[list[int]]:
    """Return, for each owner, how often it has each of the keys that it has more than once."""
    # Equal keys of two owners are made different.
    places, counts = repeated(keys + owners.astype(np.uint64) * np.uint64(_OWNER_MULTIPLIER))
    result: list[list[int]] = [[] for _ in range(n_owners)]
    for owner, count in zip(owners.take(places).tolist(), counts.tolist(), strict=True):
        result[owner].append(count)
    return result


def _top_share(counts: list[int], total: int) -> float:
    """Return the share of the k most frequent n-grams, k = min(√distinct, those not single)."""
    if not counts:
        return 0.0
    distinct = total - sum(counts) + len(counts)
    k = min(isqrt(distinct), len(counts))
    return sum(sorted(counts, reverse=True)[:k]) / total


def _class_counts(
    classes: NDArray[np.uint8], starts: NDArray[np.int64], gap_special: int
) -> NDArray[np.int64]:
    """Return (3, n_texts): special characters, tokens and punctuation marks."""

    def per_text(chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
        return np.add.reduceat(chosen, starts, dtype=np.int64)

    in_run = classes & WORD != 0
    begins = in_run.copy()
    begins[1:] &= ~in_run[:-1]
    marks = classes & MARK != 0
    tokens = per_text(begins | (classes & LONE != 0) | marks)
    return np.stack([per_text(classes & SPECIAL != 0) - gap_special, tokens, per_text(marks)])


def _kind_counts(
    kinds: NDArray[np.uint8], owners: NDArray[np.int64], n_texts: int
) -> NDArray[np.int64]:
    """Return (5, n_texts): words, and stop, common, flagged and spam words among them."""
    histogram = np.bincount(owners * N_KINDS + kinds, minlength=n_texts * N_KINDS)
    return _KIND_HAS_BIT @ histogram.reshape(n_texts, N_KINDS).T


def _add_phrases(
    counts: NDArray[np.int64], texts: Sequence[str], phrases: re.Pattern[str] | None
) -> None:
    """Add the characters of every phrase found: each is a word where phrases are looked for."""
    if phrases is not None:
        counts += np.array([sum(map(len, phrases.findall(text))) for text in texts])


def _measures(characters: int, counts: list[int], char: float, word: float) -> Measures:
    special, tokens, marks, words, stopwords, common, flagged, spam = counts
    return Measures(  # by position: it is made for every paragraph
        characters,
        words,
        char,
        word,
        special / characters if characters else 0.0,
        stopwords / words if words else 0.0,
        flagged / words if words else 0.0,
        common / words if words else 0.0,
        spam / words if words else 0.0,
        tokens,
        marks / tokens if tokens else 0.0,
    )
