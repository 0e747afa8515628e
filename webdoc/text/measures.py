"""Measures of the texts of a page. No thresholds here: a measure does not judge.

A page is read once, for all of its paragraphs at a time: its characters and words become arrays,
and every measure is a sum over a part of them. What a measure means is said at `Measures`.
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from webdoc.text.characters import LONE, MARK, SPECIAL, WORD, code_points
from webdoc.text.repeated_keys import crowded, repeat_counts, repeated, top_share
from webdoc.text.span_keys import Spans
from webdoc.text.vocabulary import Vocabulary
from webdoc.text.words import COMMON, FLAGGED, IS_WORD, N_KINDS, SPAM, STOPWORD

BLANK_LINE: Final = "\n\n"  # between two paragraphs
# An odd number without pattern, not that of webdoc.text.span_keys: it makes equal keys of two
# texts differ.
_OWNER_FACTOR: Final = np.uint64(0xD1B54A32D192ED03)
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


class MeasuresOfEach(NamedTuple):
    """The same of several texts: every field is (n_texts,)."""

    characters: NDArray[np.int64]
    words: NDArray[np.int64]
    char_repetition: NDArray[np.float64]
    word_repetition: NDArray[np.float64]
    special_share: NDArray[np.float64]
    stopword_share: NDArray[np.float64]
    flagged_share: NDArray[np.float64]
    common_share: NDArray[np.float64]
    spam_share: NDArray[np.float64]
    tokens: NDArray[np.int64]
    punctuation_share: NDArray[np.float64]


NOTHING: Final = Measures(0, 0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0, 0.0)


class Reading:
    """The texts of one page, read; at least one."""

    def __init__(self, texts: Sequence[str], vocabulary: Vocabulary) -> None:
        """Read texts.

        Args:
            texts: in page order, at least one.
            vocabulary: of the page's language.
        """
        self._lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        # Each text has a blank line behind it, the last one too.
        self._sizes = self._lengths + len(BLANK_LINE)
        self._starts = np.cumsum(self._sizes) - self._sizes
        whole = BLANK_LINE.join([*texts, ""])
        self._points = code_points(whole)
        self._spans = Spans(self._points)
        classes = vocabulary.table.take(self._points)
        self._gap_special = len(BLANK_LINE) if vocabulary.table[ord("\n")] & SPECIAL else 0

        tokens, kinds, keys = vocabulary.look_up(whole, self._spans, classes)
        firsts = np.searchsorted(tokens, np.append(self._starts, len(whole)))
        owners = np.repeat(np.arange(len(texts)), firsts[1:] - firsts[:-1])
        words = kinds.nonzero()[0]
        self._keys, self._key_owners = keys.take(words), owners.take(words)
        self._counts = np.concatenate(
            [
                _class_counts(classes, self._starts, self._gap_special),
                _kind_counts(kinds, owners, len(texts)),
            ]
        )
        _add_phrases(self._counts[_FLAGGED], texts, vocabulary.pack.flagged_phrases)
        _add_phrases(self._counts[_SPAM], texts, vocabulary.pack.spam_phrases)

    def each(self, char_ngram: int, word_ngram: int) -> MeasuresOfEach:
        """Measure every text by itself.

        Args:
            char_ngram: characters in one n-gram of char_repetition, 1 or more.
            word_ngram: words in one n-gram of word_repetition, 1 or more.
        """
        special, tokens, marks, words, stopwords, common, flagged, spam = self._counts
        some_words = np.maximum(words, 1)
        return MeasuresOfEach(
            characters=self._lengths,
            words=words,
            char_repetition=self._char_repetition(char_ngram),
            word_repetition=self._word_repetition(word_ngram),
            special_share=special / np.maximum(self._lengths, 1),
            stopword_share=stopwords / some_words,
            flagged_share=flagged / some_words,
            common_share=common / some_words,
            spam_share=spam / some_words,
            tokens=tokens,
            punctuation_share=marks / np.maximum(tokens, 1),
        )

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
        characters = int(self._lengths[mask].sum()) + gaps * len(BLANK_LINE)
        points = self._points[np.repeat(mask, self._sizes)][:characters]
        grams = Spans(points).ngrams(char_ngram)
        char = top_share(repeat_counts(grams).tolist(), len(grams))
        grams = Spans(self._keys[mask[self._key_owners]]).ngrams(word_ngram)
        word = int(repeat_counts(grams).sum()) / max(len(grams), 1)
        return _measures(characters, counts.tolist(), char, word)

    def spam_shares(self) -> tuple[list[float], float]:
        """Return the share of spam words of each text and of all together, and measure no more."""
        words, spam = self._counts[_WORDS], self._counts[_SPAM]
        return (spam / np.maximum(words, 1)).tolist(), float(spam.sum() / max(words.sum(), 1))

    def words(self) -> list[int]:
        """Return the words of each text."""
        words: list[int] = self._counts[_WORDS].tolist()
        return words

    def words_and_flagged_share(self, kept: Sequence[bool]) -> tuple[int, float]:
        """Return the words of the kept texts, and the share of flagged ones among these."""
        mask = np.array(kept, dtype=bool)
        words, flagged = self._counts[[_WORDS, _FLAGGED]][:, mask].sum(axis=1).tolist()
        return words, flagged / words if words else 0.0

    def _char_repetition(self, n: int) -> NDArray[np.float64]:
        keys = self._spans.ngrams(n)
        keys += np.repeat(_owner_keys(len(self._sizes)), self._sizes)[: len(keys)]
        places = crowded(keys)
        owners = np.searchsorted(self._starts, places, "right") - 1
        # The last n-gram of a text starts n characters before its end.
        last = self._starts + self._lengths - n
        inside = (places <= last.take(owners)).nonzero()[0]
        places, counts = repeated(keys, places.take(inside))
        owners = np.searchsorted(self._starts, places, "right") - 1
        by_owner: dict[int, list[int]] = {}
        for owner, count in zip(owners.tolist(), counts.tolist(), strict=True):
            by_owner.setdefault(owner, []).append(count)
        shares = np.zeros(len(self._sizes))
        for owner, of_one in by_owner.items():
            shares[owner] = top_share(of_one, int(self._lengths[owner]) - n + 1)
        return shares

    def _word_repetition(self, n: int) -> NDArray[np.float64]:
        n_texts = len(self._sizes)
        keys = Spans(self._keys).ngrams(n)
        inside = (self._key_owners[: len(keys)] == self._key_owners[n - 1 :]).nonzero()[0]
        owners = self._key_owners.take(inside)
        keys = keys.take(inside) + _owner_keys(n_texts).take(owners)
        places, counts = repeated(keys, crowded(keys))
        totals = np.bincount(owners, minlength=n_texts)
        return np.bincount(owners.take(places), counts, n_texts) / np.maximum(totals, 1)


def _owner_keys(n_texts: int) -> NDArray[np.uint64]:
    """Return what makes equal keys of different texts differ."""
    return np.arange(n_texts, dtype=np.uint64) * _OWNER_FACTOR


def _class_counts(
    classes: NDArray[np.uint8], starts: NDArray[np.int64], gap_special: int
) -> NDArray[np.int64]:
    """Return (3, n_texts): special characters, tokens and punctuation marks."""
    in_run = classes & WORD
    tokens = classes & (LONE | MARK)
    tokens[0] |= in_run[0]
    tokens[1:] |= in_run[1:] & ~in_run[:-1]
    chosen = np.stack([classes & SPECIAL, tokens, classes & MARK]) != 0
    counts: NDArray[np.int64] = np.add.reduceat(chosen, starts, axis=1, dtype=np.int64)
    counts[0] -= gap_special
    return counts


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
