"""Tokens of a text are found as str.split finds them, and looked up as one by one."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from webdoc.text.characters import (
    BREAK,
    EDGE,
    HAN,
    LONE,
    MARK,
    SPACES,
    SPECIAL,
    WORD,
    class_table,
    code_points,
)
from webdoc.text.language_packs import LanguagePack
from webdoc.text.span_keys import Spans
from webdoc.text.vocabulary import Vocabulary
from webdoc.text.words import COMMON, FLAGGED, IS_WORD, STOPWORD, stripped

HONEST = {"special_spaces": False, "special_digits": False, "marks": ",;:?!.。"}
PACK = LanguagePack("en", frozenset("ab"), frozenset("c"), frozenset("abcd"), frozenset())
FRENCH = LanguagePack("fr", *[frozenset()] * 4, splits_apostrophes=True)
CHINESE = LanguagePack("zh", *[frozenset()] * 4, lone=HAN)
ALPHABET = "aabbcdABΣİ  \n\t.,'’1٣é🙂\u00a0\u3000漢字\ud800\0\x1f\u2028"
TEXTS = st.text(ALPHABET, min_size=1, max_size=60) | st.text(min_size=1, max_size=20)


def looked_up(vocabulary: Vocabulary, text: str) -> list[tuple[int, int, int]]:
    points = code_points(text)
    found = vocabulary.look_up(text, Spans(points), vocabulary.table.take(points))
    return list(zip(*(column.tolist() for column in found), strict=True))


def plain_tokens(text: str, pack: LanguagePack) -> list[tuple[int, str]]:
    if pack.splits_apostrophes:
        text = text.replace("'", " ").replace("’", " ")
    pattern = rf"[{HAN}]|[^\s{HAN}]+" if pack.lone else r"\S+"
    return [(found.start(), found[0]) for found in re.finditer(pattern, text)]


@pytest.mark.parametrize("pack", [PACK, FRENCH, CHINESE], ids=["en", "fr", "zh"])
@given(text=TEXTS)
def test_tokens_stand_where_they_are_split(pack: LanguagePack, text: str) -> None:
    found = looked_up(Vocabulary(pack, **HONEST), text)

    words = [(start, stripped(token.lower())) for start, token in plain_tokens(text, pack)]
    assert [start for start, _, _ in found] == [start for start, _ in words]
    assert [kind != 0 for _, kind, _ in found] == [bool(word) for _, word in words]
    keys = [key for _, kind, key in found if kind]
    named = [word for _, word in words if word]
    assert len(set(keys)) == len(set(named)) == len(set(zip(keys, named, strict=True)))


def test_kinds_are_those_of_the_word() -> None:
    found = looked_up(Vocabulary(PACK, **HONEST), "A, c! (b) ... d-a zq 12")

    kinds = [kind - IS_WORD for _, kind, _ in found if kind]
    assert kinds == [STOPWORD | COMMON, FLAGGED | COMMON, STOPWORD | COMMON, COMMON, 0]


@given(st.lists(st.lists(st.integers(0, 400), min_size=1, max_size=80), max_size=6))
def test_a_full_table_still_answers(pages: list[list[int]]) -> None:
    """Eight slots for 400 tokens: what was pushed out is worked out again."""
    small = Vocabulary(PACK, **HONEST)
    small._held, small._kinds, small._words = (
        column[:8].copy() for column in (small._held, small._kinds, small._words)
    )
    shift = np.uint64(61)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("webdoc.text.vocabulary._SLOT_SHIFT", shift)
        texts = [" ".join(f"x{number}y" for number in page) for page in pages]
        answers = [looked_up(small, text) for text in texts]

    assert answers == [looked_up(Vocabulary(PACK, **HONEST), text) for text in texts]


def test_a_token_is_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(
        "webdoc.text.vocabulary.stripped", lambda token: asked.append(token) or token
    )
    vocabulary = Vocabulary(PACK, **HONEST)

    for _ in range(3):
        looked_up(vocabulary, "one two three")

    assert asked == ["one", "two", "three"]


def test_tokens_with_one_place_do_not_push_each_other_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 3,000 tokens about 17 pairs have the same slot, and three more to go to."""
    asked = []
    monkeypatch.setattr(
        "webdoc.text.vocabulary.stripped", lambda token: asked.append(token) or token
    )
    vocabulary = Vocabulary(PACK, **HONEST)
    random = np.random.default_rng(1)
    text = " ".join("".join(letters) for letters in random.choice(list("abcdefgh"), (3_000, 9)))
    for _ in range(2):  # two that are new on one page may take the same slot
        looked_up(vocabulary, text)
    asked.clear()

    looked_up(vocabulary, text)

    assert not asked


@pytest.mark.parametrize(
    ("token", "word"),
    [
        ("(well-known)...1998", "well-known"),
        ("don’t!", "don’t"),
        ("2024", ""),
        ("h2o", "h2o"),
        ("🙂️ok🙂", "ok"),
        ("", ""),
    ],
)
def test_words_lose_what_is_special_at_their_ends(token: str, word: str) -> None:
    assert stripped(token) == word


@pytest.mark.parametrize(
    ("char", "bits"),
    [
        ("a", WORD),
        ("_", WORD | SPECIAL | EDGE),
        ("'", WORD | SPECIAL | EDGE),
        (".", MARK | SPECIAL | EDGE),
        ("7", WORD | EDGE),
        (" ", EDGE | BREAK),
        ("\n", EDGE | BREAK),
        ("🙂", SPECIAL | EDGE),
        ("\ue000", SPECIAL | EDGE),
        ("\U000f0000", SPECIAL | EDGE),
        ("漢", LONE),
        ("の", WORD),
    ],
)
def test_classes_of_characters(char: str, bits: int) -> None:
    table = class_table(**HONEST, lone=HAN, breaks=SPACES)

    assert table[code_points(char)[0]] == bits


def test_spaces_are_all_that_python_splits_at() -> None:
    assert "".join(char for char in map(chr, range(0x110000)) if char.isspace()) == SPACES
