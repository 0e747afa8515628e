"""Rules on lines weighed by perplexity, against a plain second implementation."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from webdoc.scores.scorer import ScoredText
from webdoc.scores.texts._line_rules import RULES, LineRules, lines_of, rule_weights, text_score
from webdoc.scores.texts.rule_quality import WEIGHTS, load

PROSE = "The river rose in the night, and by the morning the old bridge was gone."


def plain_score(
    kept: Sequence[Sequence[bool]], tokens: Sequence[int], weights: Sequence[float]
) -> float | None:
    """Sharma et al., equations 2 and 3, number by number."""
    above = below = 0.0
    for line, count in zip(kept, tokens, strict=True):
        score = sum(w for w, yes in zip(weights, line, strict=True) if yes) / sum(weights)
        above += count * score
        below += count
    return above / below if below else None


@given(
    st.lists(
        st.tuples(st.lists(st.booleans(), min_size=3, max_size=3), st.integers(0, 500)),
        min_size=1,
        max_size=20,
    ),
    st.lists(st.floats(0.01, 1), min_size=3, max_size=3),
)
def test_the_score_is_that_of_the_formula(
    lines: list[tuple[list[bool], int]], weights: list[float]
) -> None:
    kept, tokens = [line for line, _ in lines], [count for _, count in lines]

    score = text_score(np.array(kept), np.array(tokens), np.array(weights))

    expected = plain_score(kept, tokens, weights)
    assert (score is None) == (expected is None)
    assert score is None or expected is None or math.isclose(score, expected, abs_tol=1e-12)


def test_weights_are_how_much_a_rule_lowers_perplexity() -> None:
    assert rule_weights(100.0, [50.0, 125.0, None, 99.0]).tolist() == [0.5, 0.0, 0.0, 0.01]
    assert rule_weights(100.0, [100.0, 130.0]).tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    ("line", "broken"),
    [
        (PROSE, set()),
        ("the river rose in the night.", {"begins_like_a_sentence"}),
        ("THE RIVER ROSE IN THE NIGHT AND WAS GONE.", {"not_all_capitals"}),
        ("Read more", {"enough_words", "punctuation", "ends_like_a_sentence"}),
        ("We had 1 23 456 7890 1234 5678 of 9012 in the 3456.", {"mostly_letters"}),
        ("Share on Facebook, tweet this, subscribe by email.", {"no_share_bar_words"}),
    ],
)
def test_a_line_breaks_these_rules(line: str, broken: set[str]) -> None:
    kept, _ = LineRules().holds([line], "en")

    found = {name for name, yes in zip(RULES, kept[0].tolist(), strict=True) if not yes}
    assert broken <= found
    assert found - broken <= {"common_words", "stopwords", "few_symbols"}


def test_prose_is_better_than_a_menu_and_a_text_lies_between_its_lines() -> None:
    menu = "home | shop | about us | log in | 0 items"
    texts = [ScoredText(text, "en") for text in (PROSE, menu, f"{PROSE}\n\n{menu}")]

    (prose,), (list_,), (both,) = load().score(texts)

    assert prose is not None
    assert list_ is not None
    assert both is not None
    assert list_ < both < prose <= 1.0
    assert prose > 0.95


@pytest.mark.parametrize(
    "text", ["", " \n\n ", "😀" * 100_000, "字" * 100_000, "a" * 100_000, "\0"]
)
@pytest.mark.parametrize("language", ["en", "zh", "xx", ""])
def test_any_text_has_a_score_or_none(text: str, language: str) -> None:
    ((score,),) = load().score([ScoredText(text, language)])

    assert score is None or 0.0 <= score <= 1.0


def test_a_text_without_words_has_none() -> None:
    assert load().score([ScoredText(" \n \n")]) == [(None,)]
    assert lines_of("a\n\n b \n") == ["a", "b"]


def test_each_rule_has_a_weight() -> None:
    assert tuple(WEIGHTS) == RULES
