"""The caption written in the picture: the longest string of both."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webdoc.reasons import Reason
from webdoc.scores.captions import text_spotting
from webdoc.scores.limits import limit_finding
from webdoc.scores.rows import scored_captions
from webdoc.scores.scored_caption import ReadWord, ScoredCaption
from webdoc.scores.scorer import ScoreSettings


def score(words: list[tuple[str, float]], caption: str = "", alt_text: str = "") -> float | None:
    read = tuple(ReadWord(text, confidence) for text, confidence in words)
    one = ScoredCaption("s", alt_text, caption, words=read)
    ((value,),) = text_spotting.load().score([one])
    return value


@pytest.mark.parametrize(
    ("words", "caption", "alt_text", "length"),
    [
        ([("SALE 50%", 0.9)], "Great sale: 50 percent off", "", 6.0),
        ([("SALE", 0.9), ("TODAY", 0.9)], "sale, today!", "", 9.0),
        ([("SALE", 0.79)], "sale", "", 0.0),
        ([("SALE", 0.8)], "sale", "", 4.0),
        ([("SALE", 0.9)], "nothing", "on sale", 4.0),
        ([], "sale", "", 0.0),
        ([("SALE", 0.9)], " ", "", None),
        ([("\u4eca\u65e5\u7279\u4ef7", 0.9)], "\u8d85\u5e02\u4eca\u65e5\u7279\u4ef7", "", 4.0),
        ([("x" * 9_000, 0.9)], "x" * 100_000, "", 2_000.0),
        ([("\N{FOX FACE}\N{FOX FACE}", 0.9)], "\N{FOX FACE}\N{FOX FACE}", "", 0.0),
    ],
)
def test_by_hand(
    words: list[tuple[str, float]], caption: str, alt_text: str, length: float | None
) -> None:
    assert score(words, caption, alt_text) == length


@given(st.text("ab", max_size=12), st.text("ab", max_size=12))
def test_against_all_substrings(one: str, other: str) -> None:
    parts = (one[i:j] for i in range(len(one)) for j in range(i, len(one) + 1))
    expected = max((len(part) for part in parts if part in other), default=0)
    assert text_spotting.longest_common(one, other) == expected


@pytest.mark.parametrize(
    ("caption", "reason"), [("sale", None), ("sales", Reason.IMAGE_TEXT_IS_CAPTION)]
)
def test_radenovics_limit_leaves_out_five_letters(caption: str, reason: Reason | None) -> None:
    settings = ScoreSettings(captions=("text_spotting",), max={"text_match": 4.0})
    one = ScoredCaption("s", caption=caption, words=(ReadWord("summer sales", 0.9),))
    (row,) = scored_captions("text_spotting", text_spotting.load(), ["k"], [one])
    finding = limit_finding(row.scores, settings)
    assert (finding and finding[0]) == reason
