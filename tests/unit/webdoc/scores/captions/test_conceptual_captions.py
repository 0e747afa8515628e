"""The rules of Conceptual Captions on texts, on both sides of each limit."""

import pytest

from webdoc.scores.captions.conceptual_captions import rules_broken
from webdoc.scores.scored_caption import ScoredCaption
from webdoc.scores.scorer import columns_of, load_scorer
from webdoc.text.caption_form import CaptionForm

pytest.importorskip("textblob", reason="the extra 'signals' is not installed")
GOOD = CaptionForm(1, 1, 1, 0.6, 0.3, 0.6, False, 0, 0, False)  # each number is at its limit
NAMES = [column.name for column in columns_of("conceptual_captions", "captions")]


def test_at_the_limits_no_rule_is_broken() -> None:
    assert rules_broken(GOOD) == 0


@pytest.mark.parametrize(
    "broken",
    [
        CaptionForm(0, 1, 1, 0.6, 0.3, 0.6, False, 0, 0, False),
        CaptionForm(1, 0, 1, 0.6, 0.3, 0.6, False, 0, 0, False),
        CaptionForm(1, 1, 0, 0.6, 0.3, 0.6, False, 0, 0, False),
        CaptionForm(1, 1, 1, 0.61, 0.3, 0.6, False, 0, 0, False),
        CaptionForm(1, 1, 1, 0.6, 0.31, 0.6, False, 0, 0, False),
        CaptionForm(1, 1, 1, 0.6, 0.3, 0.61, False, 0, 0, False),
        CaptionForm(1, 1, 1, 0.6, 0.3, 0.6, True, 0, 0, False),
        CaptionForm(1, 1, 1, 0.6, 0.3, 0.6, False, 1, 0, False),
        CaptionForm(1, 1, 1, 0.6, 0.3, 0.6, False, 0, 1, False),
        CaptionForm(1, 1, 1, 0.6, 0.3, 0.6, False, 0, 0, True),
    ],
)
def test_each_rule_is_broken_alone(broken: CaptionForm) -> None:
    assert rules_broken(broken) == 1


@pytest.mark.parametrize(
    ("text", "column", "value"),
    [
        ("The dog in the snow", "caption_determiners", 2.0),
        ("The dog in the snow", "caption_nouns", 2.0),
        ("The dog in the snow", "caption_prepositions", 1.0),
        ("Guests applaud while they cut the cake", "caption_prepositions", 0.0),
        ("How to tie a knot", "caption_prepositions", 0.0),
        ("The dog in the snow", "caption_noun_share", 0.4),
        ("Fresh bread fresh bread", "caption_repeated_share", 0.5),
        ("The Dog in the Snow", "caption_capital_share", 0.5),
        ("the dog", "caption_small_start", 1.0),
        ("The dog", "caption_small_start", 0.0),
        ("20 dogs", "caption_small_start", 0.0),
        ("A qwxzkv on the table", "caption_unlikely_words", 1.0),
        ("A 1960s lamp, 45 cm high, by Anna Lindqvist", "caption_unlikely_words", 0.0),
        ("IMG_2034.jpg", "caption_unlikely_words", 1.0),
        ("A fucking dog in the snow", "caption_offensive_words", 1.0),
        ("Profile photo of the author", "caption_boilerplate", 1.0),
        ("A photo of the author", "caption_boilerplate", 0.0),
        ("The dog in the snow - click to enlarge picture", "caption_rules_broken", 0.0),
        ("Stock photo: The dog in the snow", "caption_rules_broken", 0.0),
    ],
)
def test_measures(text: str, column: str, value: float) -> None:
    scorer = load_scorer("conceptual_captions", "captions")
    (found,) = scorer.score([ScoredCaption(caption=text, language="en")])
    assert found[NAMES.index(column)] == value


@pytest.mark.parametrize("text", ["", "  ", "一只狗在草地上"])
def test_without_an_english_text_there_is_no_score(text: str) -> None:
    scorer = load_scorer("conceptual_captions", "captions")
    assert scorer.score([ScoredCaption(caption=text, language="en")]) == [(None,) * len(NAMES)]
