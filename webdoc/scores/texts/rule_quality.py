"""Quality of a text by fourteen rules on its lines, weighed by perplexity; no model is needed."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from webdoc.reasons import Reason
from webdoc.scores.scorer import ScoreColumn, ScoredText
from webdoc.scores.texts._line_rules import RULES, LineRules, lines_of, text_score

COLUMNS = (
    ScoreColumn(
        "rule_quality",
        "share of rules on its lines that a text keeps, each rule weighed by how much lower the"
        " perplexity of lines is that keep it, in [0, 1] (Sharma et al. 2024, who leave out the"
        " lowest 20 to 40 %)",
        Reason.DOCUMENT_SCORE,
    ),
)
# By scripts/fit_rule_weights.py: 19,873 paragraphs of English pages, boilerplate too, by a trigram
# model of the main texts of other sites (docs/decisions/scores.md). Rules that weigh nothing stay:
# on other data they may.
WEIGHTS: Final = {
    "enough_words": 0.1607,
    "not_too_many_words": 0.0,
    "few_repeated_characters": 0.0041,
    "few_repeated_words": 0.0,
    "few_symbols": 0.0133,
    "stopwords": 0.3635,
    "no_flagged_words": 0.0,
    "common_words": 0.1069,
    "no_share_bar_words": 0.0015,
    "punctuation": 0.1091,
    "ends_like_a_sentence": 0.3355,
    "begins_like_a_sentence": 0.0945,
    "mostly_letters": 0.0856,
    "not_all_capitals": 0.0155,
}
_DECIMALS: Final = 4


class RuleQuality:
    """Source: arXiv:2405.01582, equations 1 to 3."""

    revision = "1"

    def __init__(self) -> None:
        self._rules = LineRules()
        self._weights = np.array([WEIGHTS[name] for name in RULES])

    def score(self, texts: Sequence[ScoredText]) -> list[tuple[float | None, ...]]:
        """Return the score of each text; None of one without a token."""
        return [(self._score(text),) for text in texts]

    def _score(self, text: ScoredText) -> float | None:
        lines = lines_of(text.text)
        if not lines:
            return None
        score = text_score(*self._rules.holds(lines, text.language), self._weights)
        return None if score is None else round(score, _DECIMALS)


def load() -> RuleQuality:
    """Return the scorer."""
    return RuleQuality()
