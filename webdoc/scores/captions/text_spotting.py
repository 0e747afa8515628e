"""Whether the caption is written in the picture: the longest string that both have."""

from collections.abc import Sequence
from typing import Final

from webdoc.reasons import Reason
from webdoc.scores.scored_caption import Need, ReadWord, ScoredCaption
from webdoc.scores.scorer import ScoreColumn

COLUMNS = (
    ScoreColumn(
        "text_match",
        "letters and digits of the longest string that stands in its caption or alternative text"
        " and in the words that are read in it with a confidence of 0.8 and more, whatever spaces,"
        " punctuation and case; none without caption and alternative text. Radenovic et al. leave"
        " out images from 5 on: scores.max.text_match = 4",
        Reason.IMAGE_TEXT_IS_CAPTION,
    ),
)
NEEDS: Final[tuple[Need, ...]] = ("words", "caption", "alt_text")
_LEAST_CONFIDENCE: Final = 0.8
_MAX_CHARACTERS: Final = 2_000  # of either side, that are compared


class TextSpotting:
    """Source: Radenovic et al. 2023 (DiHT), arXiv:2301.02280, text spotting."""

    revision = "1"

    def score(self, captions: Sequence[ScoredCaption]) -> list[tuple[float | None, ...]]:
        """Return the length of the longest match of each."""
        return [(_match(one),) for one in captions]


def load() -> TextSpotting:
    """Return the scorer; the words are read by `image_text`."""
    return TextSpotting()


def _match(one: ScoredCaption) -> float | None:
    if not one.texts:
        return None
    written = _written(one.words)
    return float(max(longest_common(plain(text), written) for text in one.texts))


def _written(words: Sequence[ReadWord]) -> str:
    return plain(" ".join(word.text for word in words if word.confidence >= _LEAST_CONFIDENCE))


def plain(text: str) -> str:
    """Return the letters and digits of the beginning of a text, in lower case.

    >>> plain("Fresh-Bread, 2 for 1!")
    'freshbread2for1'
    """
    return "".join(c for c in text[: 2 * _MAX_CHARACTERS].casefold() if c.isalnum())[
        :_MAX_CHARACTERS
    ]


def longest_common(one: str, other: str) -> int:
    """Return the length of the longest string that stands in both.

    >>> longest_common("freshbread", "dailybread"), longest_common("", "a")
    (5, 0)
    """
    least, most = 0, min(len(one), len(other))
    while least < most:  # what is common of a length is common of every shorter one
        length = (least + most + 1) // 2
        if _slices(one, length).isdisjoint(_slices(other, length)):
            most = length - 1
        else:
            least = length
    return least


def _slices(text: str, length: int) -> set[str]:
    return {text[start : start + length] for start in range(len(text) - length + 1)}
