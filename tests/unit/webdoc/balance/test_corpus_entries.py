"""Entries that a corpus gives itself."""

import pytest

from webdoc.balance.corpus_entries import counted, pair_bits, title_entry, words_and_pairs
from webdoc.balance.image_texts import DocumentTexts, ImageTexts
from webdoc.balance.settings import BalanceSettings


def document(*texts: str, title: str = "", language: str = "en") -> DocumentTexts:
    return DocumentTexts("d", language, title, (ImageTexts(0, texts), ImageTexts(1, texts[:1])))


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Rye bread", "rye bread"),
        ("Rye bread - Kitchen of mine", "rye bread"),
        ("Rye bread|Kitchen", "rye bread"),
        ("Rye-bread", "rye-bread"),
        ("one two three four five", "one two three four five"),
        ("one two three four five six", ""),
        ("", ""),
    ],
)
def test_a_title_is_a_concept_if_it_is_short(title: str, expected: str) -> None:
    assert title_entry(title, BalanceSettings(max_title_words=5)) == expected


def test_pairs_stand_side_by_side_with_nothing_between() -> None:
    words, pairs = words_and_pairs(document("Hot dog, 3 cats", "well-known dog"), match_case=False)
    assert words == {"hot", "dog", "cats", "well-known"}
    assert pairs == {"hot dog", "well-known dog"}


def test_a_document_counts_once_for_each() -> None:
    found = counted(
        [document("a dog a dog", "dog", title="Dogs"), document("a")], BalanceSettings()
    )
    assert found == {
        ("titles", "en", "dogs"): 1,
        ("words", "en", ""): 2,
        ("words", "en", "a"): 2,
        ("words", "en", "dog"): 1,
        ("pairs", "en", "a dog"): 1,
        ("pairs", "en", "dog a"): 1,
    }
    only = BalanceSettings(entries_from=("titles", "wordnet"))
    assert counted([document("a dog", title="Dogs")], only) == {("titles", "en", "dogs"): 1}


def test_words_that_meet_by_chance_have_no_bits() -> None:
    assert pair_bits(100, both=25, first=50, second=50) == 0
    assert pair_bits(1024, both=4, first=4, second=4) == 8
