"""Words of a caption, and what a limit on them leaves out."""

import pytest

from webdoc.reasons import Reason
from webdoc.scores.limits import limit_finding
from webdoc.scores.rows import scored_captions
from webdoc.scores.scored_caption import ScoredCaption
from webdoc.scores.scorer import ScoreSettings, load_scorer, needs_of


@pytest.mark.parametrize(
    ("alt_text", "caption", "words"),
    [
        ("A fox", "A red fox in the snow", 6.0),
        ("A fox", "", 2.0),
        ("A fox", " \n", 2.0),
        ("", "", 0.0),
        ("", "\N{FOX FACE}", 1.0),
        ("", "fox " * 25_000, 25_000.0),
        ("", "\ud800 fox", 2.0),
    ],
)
def test_the_caption_counts_before_the_alternative_text(
    alt_text: str, caption: str, words: float
) -> None:
    one = ScoredCaption("s", alt_text=alt_text, caption=caption)
    assert load_scorer("caption_words", "captions").score([one]) == [(words,)]


def test_a_limit_on_captions_leaves_out_images() -> None:
    settings = ScoreSettings(captions=("caption_words",), min={"caption_words": 3.0})
    captions = [ScoredCaption("a", caption="one two"), ScoredCaption("b", caption="one two three")]
    scorer = load_scorer("caption_words", "captions")

    rows = scored_captions("caption_words", scorer, ["k", "l"], captions)

    assert [(row.caption_key, row.revision) for row in rows] == [
        ("k", "caption_words-1"),
        ("l", "caption_words-1"),
    ]
    assert limit_finding(rows[0].scores, settings) == (Reason.IMAGE_CAPTION_WORDS, 2.0)
    assert limit_finding(rows[1].scores, settings) is None
    assert needs_of("caption_words") == ("caption", "alt_text")
