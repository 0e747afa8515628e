"""DataComp's basic filter on captions: characters and language, on both sides of its limits."""

import pytest

from webdoc.scores.limits import limit_finding
from webdoc.scores.rows import scored_captions
from webdoc.scores.scored_caption import ScoredCaption
from webdoc.scores.scorer import ScoreSettings, load_scorer

LIMITS = {"caption_words": 3.0, "caption_chars": 6.0, "caption_english": 1.0}
SETTINGS = ScoreSettings(captions=("caption_words", "caption_basics"), min=LIMITS)


def reason_of(caption: ScoredCaption) -> str | None:
    scores = [
        score
        for name in SETTINGS.captions
        for row in scored_captions(name, load_scorer(name, "captions"), ["k"], [caption])
        for score in row.scores
    ]
    found = limit_finding(scores, SETTINGS)
    return found[0] if found else None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("two dogs playing outside", None),
        ("two dogs", "image_caption_words"),
        ("a b cd", None),
        ("a b c", "image_caption_chars"),
        ("zwei Hunde spielen im Garten hinter dem Haus", "image_caption_language"),
        ("两只狗 在草地上 玩耍", "image_caption_language"),
        ("", "image_caption_words"),
    ],
)
def test_both_sides_of_each_limit(text: str, reason: str | None) -> None:
    assert reason_of(ScoredCaption(alt_text=text)) == reason


def test_the_caption_counts_before_the_alternative_text() -> None:
    both = ScoredCaption(caption="The old town hall", alt_text="rathaus")
    ((chars, english),) = load_scorer("caption_basics", "captions").score([both])
    assert (chars, english) == (17.0, 1.0)


def test_without_any_text_there_is_no_language() -> None:
    assert load_scorer("caption_basics", "captions").score([ScoredCaption()]) == [(0.0, None)]
