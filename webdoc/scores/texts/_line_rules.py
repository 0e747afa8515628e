"""Fourteen rules on a line of text, and scores of lines and texts that weigh them by perplexity.

Source: Sharma et al. 2024, arXiv:2405.01582, equations 1 to 3. The rules are those of this project:
eight are the paragraph rules of OBELICS (arXiv:2306.16527, table 3) at its limits, six are of the
form of the line.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from webdoc.text.language_packs import LANGUAGES, STOPWORD_LANGUAGES, bare_pack, load_pack
from webdoc.text.measures import Reading
from webdoc.text.vocabulary import Vocabulary

RULES: Final = (
    "enough_words", "not_too_many_words", "few_repeated_characters", "few_repeated_words",
    "few_symbols", "stopwords", "no_flagged_words", "common_words", "no_share_bar_words",
    "punctuation", "ends_like_a_sentence", "begins_like_a_sentence", "mostly_letters",
    "not_all_capitals",
)  # fmt: skip
_MARKS: Final = ",.;:!?。，！？；：、\"'()"
_ENDS: Final = (".", "!", "?", "…", '."', ".”", ".)", "。", "！", "？", ":", "»", "”", '"')
_CHAR_NGRAM, _WORD_NGRAM = 10, 5
_MAX_LINES: Final = 5_000  # of one text; what follows is not looked at
_MAX_LINE_CHARS: Final = 20_000


class LineRules:
    """The rules, with the words of the languages that were met."""

    def __init__(self) -> None:
        self._vocabularies: dict[str, Vocabulary] = {}

    def holds(
        self, lines: Sequence[str], language: str
    ) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
        """Return which rules each line keeps, and how many tokens it has.

        Args:
            lines: at least one.
            language: a rule on words that its pack does not know is kept by every line.

        Returns:
            (n_lines, 14) bool in the order of RULES, (n_lines,) tokens.
        """
        vocabulary = self._vocabulary(language)
        m = Reading(lines, vocabulary).each(_CHAR_NGRAM, _WORD_NGRAM)
        known = vocabulary.pack
        yes = np.ones(len(lines), dtype=bool)
        letters = np.array([sum(map(str.isalpha, line)) for line in lines])
        capitals = np.array([sum(map(str.isupper, line)) for line in lines])
        length = np.maximum(m.characters, 1)
        kept = (
            m.words >= 4,
            m.words <= 1_000,
            m.char_repetition <= 0.1,
            m.word_repetition <= 0.1,
            m.special_share <= 0.3,
            m.stopword_share >= 0.3 if known.stopwords else yes,
            m.flagged_share <= 0.01,
            m.common_share >= 0.8 if known.common else yes,
            m.spam_share < 0.12,
            m.punctuation_share >= 0.001,
            np.array([line.rstrip().endswith(_ENDS) for line in lines]),
            np.array([not line.lstrip()[:1].islower() for line in lines]),
            letters / length >= 0.6,
            capitals <= 0.5 * np.maximum(letters, 1),
        )
        return np.column_stack(kept), m.tokens

    def _vocabulary(self, language: str) -> Vocabulary:
        known = language in LANGUAGES or language in STOPWORD_LANGUAGES
        name = language if known else ""
        if name not in self._vocabularies:
            pack = load_pack(name) if known else bare_pack("")
            self._vocabularies[name] = Vocabulary(
                pack, special_spaces=False, special_digits=False, marks=_MARKS
            )
        return self._vocabularies[name]


def lines_of(text: str) -> list[str]:
    """Return the lines of a text that hold something, cut where there are too many."""
    found = (line.strip()[:_MAX_LINE_CHARS] for line in text.split("\n"))
    return [line for line in found if line][:_MAX_LINES]


def text_score(
    kept: NDArray[np.bool_], tokens: NDArray[np.int64], weights: NDArray[np.float64]
) -> float | None:
    """Return the score of a text in [0, 1]: the mean of its lines, by their tokens.

    Args:
        kept: (n_lines, n_rules) bool.
        tokens: (n_lines,), 0 or more.
        weights: (n_rules,) float64, 0 or more, not all 0.

    Returns:
        None where no line has a token.

    Source: Sharma et al. 2024, equations 2 and 3.
    """
    total = int(tokens.sum())
    if not total:
        return None
    lines = kept @ weights / weights.sum()
    return float(lines @ tokens / total)


def rule_weights(perplexity: float, of_kept: Sequence[float | None]) -> NDArray[np.float64]:
    """Return the weight of each rule: how much lower the perplexity is of lines that keep it.

    Args:
        perplexity: of all lines, above 0.
        of_kept: of the lines that keep each rule; None where none does.

    Returns:
        (n_rules,) float64: max(0, (all - kept) / all). All are 1 where no rule lowers it.

    Source: Sharma et al. 2024, equation 1.
    """
    found = [0.0 if own is None else max(0.0, (perplexity - own) / perplexity) for own in of_kept]
    return np.array(found) if any(found) else np.ones(len(found))
