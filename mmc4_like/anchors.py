"""Where the images of a page stood in a text that was made of it: both are aligned. Pure."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mmc4_like.records import Sentence

Indexes = NDArray[np.int64]

# Letters and digits alone: extractors differ in quotes, dashes, spaces and marks of footnotes.
_WORD: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+")
_RUN: Final = 4  # words in a row that must be equal in page and text
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)  # odd: two runs of one key are not to be met with
_FAR: Final = 100  # words from an image to the next matched one that halve its certainty
_AROUND_CHARS: Final = 200  # of the page's text on each side of an image


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where an image stood in a text."""

    index: int  # the first sentence below it; the number of sentences where none is
    certainty: float  # in (0, 1]


class _Matches(NamedTuple):
    """Words that stand in the same order in page and text: (n,) indexes, both rising."""

    page: Indexes
    text: Indexes


def anchors(
    page_text: str, offsets: Sequence[int], text: str, sentences: Sequence[Sentence]
) -> list[Anchor | None]:
    """Return where images of a page stood between the sentences of a text made of that page.

    Runs of four words that page and text hold once each are matched, and of these the longest row
    that has the same order in both stays. What an extractor drops, adds or edits between two
    matches does no harm: an image stands between the nearest matched word above it and the nearest
    one below it. Where the text has several sentences between these two, the image stands among
    them in proportion to the words of the page. Time is n log n in the words of both.

    Args:
        page_text: the page's own text, in its order.
        offsets: for each image, how many characters of the page's text stand above it; rising.
        text: the text at hand.
        sentences: of the text.

    Returns:
        An anchor for each image, or None for all where page and text have nothing in common. The
        certainty is 1 where matched words stand directly above and below the image, in sentences
        that follow each other. It falls with the number of sentences between which nothing decides,
        and with the words of the page between the image and the nearest match.
    """
    if not offsets or not sentences:
        return [None] * len(offsets)
    cuts = [0, *offsets, len(page_text)]
    parts = [_words(page_text[begin:end]) for begin, end in pairwise(cuts)]
    sentence_words = [_words(text[sentence.start : sentence.end]) for sentence in sentences]
    matches = _matches(*_numbered(parts, sentence_words))
    if not len(matches.page):
        return [None] * len(offsets)
    sentence_of = np.repeat(
        np.arange(len(sentence_words)), [len(words) for words in sentence_words]
    )[matches.text]
    gaps = np.cumsum([len(words) for words in parts])
    above = matches.page.tolist()
    return [
        _anchor(gap, int(gaps[-1]), above, sentence_of.tolist(), len(sentence_words))
        for gap in gaps[:-1].tolist()
    ]


def words_around(page_text: str, offset: int) -> str:
    """Return whole words of a page's text on both sides of an image, at most 200 characters each.

    >>> words_around("Above it.\\nBelow it.\\n", 10)
    'Above it. Below it.'
    """
    above = page_text[max(offset - _AROUND_CHARS, 0) : offset]
    below = page_text[offset : offset + _AROUND_CHARS]
    if offset > _AROUND_CHARS:  # the first word may be cut
        above = above.partition(" ")[2]
    if offset + _AROUND_CHARS < len(page_text):
        below = below.rpartition(" ")[0]
    return " ".join(f"{above} {below}".split())


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _numbered(*sides: Iterable[list[str]]) -> list[Indexes]:
    """Return the words of each side as numbers, equal ones by the same number."""
    number: dict[str, int] = {}
    return [
        np.array(
            [number.setdefault(word, len(number)) for words in side for word in words], np.int64
        )
        for side in sides
    ]


def _matches(page: Indexes, text: Indexes) -> _Matches:
    """Match the words of runs that page and text hold once each, in the order of both."""
    page_runs, page_at = _runs_seen_once(page)
    text_runs, text_at = _runs_seen_once(text)
    _, left, right = np.intersect1d(page_runs, text_runs, assume_unique=True, return_indices=True)
    order = np.argsort(page_at[left])
    left, right = page_at[left][order], text_at[right][order]
    stays = rising(right.tolist())
    text_of = np.full(len(page), -1)
    for step in range(_RUN):
        text_of[left[stays] + step] = right[stays] + step
    matched = np.flatnonzero(text_of >= 0)
    partners = text_of[matched]
    # Where two runs overlap that are shifted against each other, the earlier words stay.
    top = np.maximum.accumulate(np.concatenate(([-1], partners[:-1]))) if len(matched) else partners
    return _Matches(matched[partners > top], partners[partners > top])


def _runs_seen_once(words: Indexes) -> tuple[NDArray[np.uint64], Indexes]:
    """Return the keys of runs that occur once, and where each begins."""
    count = max(len(words) - _RUN + 1, 0)
    keys = np.zeros(count, np.uint64)
    for step in range(_RUN):
        keys = (keys + words[step : step + count].astype(np.uint64) + np.uint64(1)) * _MIX
        keys ^= keys >> np.uint64(29)
    found, begins, times = np.unique(keys, return_index=True, return_counts=True)
    return found[times == 1], begins[times == 1]


def rising(values: Sequence[int]) -> list[int]:
    """Return the indexes of the longest rising part of distinct values.

    >>> rising([0, 9, 1, 2])
    [0, 2, 3]
    """
    if all(low < high for low, high in pairwise(values)):
        return list(range(len(values)))
    ends: list[int] = []  # for each length, the least value that a rising part ends with
    last: list[int] = []  # the index of that value
    before: list[int] = []  # for each value, the index of the one before it in its part
    for index, value in enumerate(values):
        length = bisect_left(ends, value)
        ends[length : length + 1] = [value]
        last[length : length + 1] = [index]
        before.append(last[length - 1] if length else -1)
    part: list[int] = []
    index = last[-1]
    while index >= 0:
        part.append(index)
        index = before[index]
    return part[::-1]


def _anchor(
    gap: int, page_words: int, matched: list[int], sentence_of: list[int], sentences: int
) -> Anchor:
    """Return the anchor of an image that stands before the word `gap` of its page.

    Args:
        gap: number of the page's words above the image.
        page_words: of the whole page.
        matched: which words of the page are matched.
        sentence_of: in which sentence each of them stands in the text.
        sentences: of the text.
    """
    nth = bisect_left(matched, gap)  # the first match below the image
    has_above, has_below = nth > 0, nth < len(matched)
    above = gap - 1 - matched[nth - 1] if has_above else gap  # words up to the match
    below = matched[nth] - gap if has_below else page_words - gap
    distances = [words for words, known in ((above, has_above), (below, has_below)) if known]
    nearest = min(distances) / _FAR
    # The image stands below the sentence of the match above it, and not below that of the other.
    first = sentence_of[nth - 1] + 1 if has_above else 0
    last = sentence_of[nth] if has_below else sentences
    if last < first:  # both matches stand in one sentence: the image is before or behind it
        return Anchor(first if above < below else last, 1 / (1 + nearest))
    share = above / (above + below) if above + below else 0.5
    return Anchor(first + round(share * (last - first)), 1 / (1 + last - first + nearest))
