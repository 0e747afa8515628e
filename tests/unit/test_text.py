"""Every measure equals its plain definition, whatever the text."""

import re
import unicodedata
from collections import Counter
from math import isqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from webdoc.characters import EDGE, LONE, MARK, SPECIAL, WORD, class_table, code_points
from webdoc.language_packs import LanguagePack
from webdoc.text import NOTHING, Measures, Reading, ngram_keys, repeated
from webdoc.words import Lexicon, stripped

PACK = LanguagePack(
    language="en",
    stopwords=frozenset({"a", "b"}),
    flagged=frozenset({"c"}),
    common=frozenset({"a", "b", "c", "d", "don't"}),
    spam=frozenset({"share"}),
)
OBELICS = {"special_spaces": True, "special_digits": True, "marks": ",;:?!."}
HONEST = {"special_spaces": False, "special_digits": False, "marks": ",;:?!.。"}

# Few different characters, so that n-grams repeat, and some of every awkward kind.
ALPHABET = "aabbcd  \n\t.,!?'’-_1٣é🙂\ufe0f\u00a0\u3000漢字。\ud800\U000e0041\U00020000"
texts = st.text(ALPHABET, max_size=60) | st.text(max_size=20)
pages = st.lists(texts, min_size=1, max_size=5)


def is_special(char: str, *, spaces: bool, digits: bool) -> bool:
    if char in "0123456789":
        return digits
    if char.isspace():
        return spaces
    return unicodedata.category(char)[0] in "PSCZ" or "\ufe00" <= char <= "\ufe0f"


def plain_words(text: str) -> list[str]:
    """Split at spaces, strip whatever is special or a digit or a space, drop what is empty."""
    words = []
    for piece in text.lower().split():
        word = piece
        while word and is_special(word[0], spaces=True, digits=True):
            word = word[1:]
        while word and is_special(word[-1], spaces=True, digits=True):
            word = word[:-1]
        words.append(word)
    return [word for word in words if word]


def plain_char_repetition(text: str, n: int) -> float:
    counts = Counter(text[start : start + n] for start in range(len(text) - n + 1))
    if not counts:
        return 0.0
    singles = sum(count == 1 for count in counts.values())
    k = min(isqrt(len(counts)), len(counts) - singles)
    return sum(sorted(counts.values(), reverse=True)[:k]) / counts.total()


def plain_word_repetition(words: list[str], n: int) -> float:
    counts = Counter(tuple(words[start : start + n]) for start in range(len(words) - n + 1))
    return sum(c for c in counts.values() if c > 1) / counts.total() if counts else 0.0


def plain_measures(text: str, words: list[str], char_n: int, word_n: int, kind: dict) -> Measures:
    tokens = re.findall(r"[\w']+|[" + re.escape(kind["marks"]) + "]", text)
    marks = sum(token in kind["marks"] for token in tokens)
    special = sum(
        is_special(char, spaces=kind["special_spaces"], digits=kind["special_digits"])
        for char in text
    )

    def share(chosen: frozenset[str]) -> float:
        return sum(w.replace("’", "'") in chosen for w in words) / len(words) if words else 0.0

    def is_common(word: str) -> bool:
        word = word.replace("’", "'")
        parts = [part for part in re.split(r"[-'/_.\u2010-\u2015]", word) if part]
        one = word in PACK.common
        every = all(p in PACK.common or len(p) == 1 or p.isdigit() for p in parts)
        return one or (len(parts) > 1 and every)

    return Measures(
        characters=len(text),
        words=len(words),
        char_repetition=plain_char_repetition(text, char_n),
        word_repetition=plain_word_repetition(words, word_n),
        special_share=special / len(text) if text else 0.0,
        stopword_share=share(PACK.stopwords),
        flagged_share=share(PACK.flagged),
        common_share=sum(map(is_common, words)) / len(words) if words else 0.0,
        spam_share=share(PACK.spam),
        tokens=len(tokens),
        punctuation_share=marks / len(tokens) if tokens else 0.0,
    )


@given(pages, st.integers(1, 12), st.integers(1, 6), st.sampled_from([OBELICS, HONEST]))
def test_each_text_is_measured_by_the_definitions(
    page: list[str], char_n: int, word_n: int, kind: dict
) -> None:
    measured = Reading(page, Lexicon(PACK), class_table(**kind)).each(char_n, word_n)

    expected = [plain_measures(text, plain_words(text), char_n, word_n, kind) for text in page]
    assert [pytest.approx(one) for one in expected] == measured


@given(pages, st.data(), st.sampled_from([OBELICS, HONEST]))
def test_kept_texts_are_measured_as_one(page: list[str], data: st.DataObject, kind: dict) -> None:
    kept = data.draw(st.lists(st.booleans(), min_size=len(page), max_size=len(page)))
    reading = Reading(page, Lexicon(PACK), class_table(**kind))

    measured = reading.together(kept, 4, 2)

    chosen = [text for text, keep in zip(page, kept, strict=True) if keep]
    joined = "\n\n".join(chosen)
    expected = plain_measures(joined, plain_words(joined), 4, 2, kind) if chosen else NOTHING
    assert measured == pytest.approx(expected)
    assert reading.words_and_flagged_share(kept) == pytest.approx(
        (expected.words, expected.flagged_share)
    )


@given(pages)
def test_spam_shares_are_those_of_each(page: list[str]) -> None:
    reading = Reading([*page, "share a share"], Lexicon(PACK), class_table(**HONEST))

    assert reading.spam_shares() == pytest.approx([m.spam_share for m in reading.each(10, 5)])
    assert reading.spam_shares()[-1] == pytest.approx(2 / 3)


@given(st.lists(st.integers(0, 3), max_size=40), st.integers(1, 11))
def test_keys_of_ngrams_are_equal_when_ngrams_are(items: list[int], n: int) -> None:
    keys = ngram_keys(np.array(items, dtype=np.uint32), n).tolist()

    grams = [tuple(items[start : start + n]) for start in range(len(items) - n + 1)]
    assert len(keys) == len(grams)
    assert len(set(keys)) == len(set(grams)) == len(set(zip(keys, grams, strict=True)))


def test_an_ngram_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        ngram_keys(np.array([1], dtype=np.uint32), 0)


@given(st.lists(st.sampled_from([0, 1, 2, 1 << 48, (1 << 48) + 1, (1 << 64) - 1]), max_size=30))
def test_repeated_keys_are_found_with_their_counts(keys: list[int]) -> None:
    """Also where different keys share the bits that are looked at first."""
    places, counts = repeated(np.array(keys, dtype=np.uint64))

    found = {keys[place]: count for place, count in zip(places, counts, strict=True)}
    assert found == {key: count for key, count in Counter(keys).items() if count > 1}
    assert len(places) == len(found)


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


def test_a_compound_is_common_when_its_parts_are() -> None:
    lexicon = Lexicon(PACK)
    text = "Don’t a-b a/d b's a-zq"

    measured = Reading([text], lexicon, class_table(**HONEST)).each(10, 5)[0]

    assert measured.common_share == pytest.approx(4 / 5)  # all but a-zq


def test_apostrophes_divide_words_where_a_language_says_so() -> None:
    pack = LanguagePack("fr", *[frozenset()] * 4, splits_apostrophes=True)

    assert Lexicon(pack).words("L’eau, aujourd'hui") == ["l", "eau", "aujourd", "hui"]


def test_every_han_character_is_a_word_where_words_have_no_spaces() -> None:
    pack = LanguagePack("zh", *[frozenset()] * 4, lone_han=True)
    text = "我用iPhone，很好。"

    measured = Reading([text], Lexicon(pack), class_table(**HONEST, lone_han=True)).each(10, 5)[0]

    assert Lexicon(pack).words(text) == ["我", "用", "iphone", "很", "好"]
    assert measured.words == 5
    assert (measured.tokens, measured.punctuation_share) == (6, pytest.approx(1 / 6))


def test_phrases_count_by_their_characters() -> None:
    pack = LanguagePack("zh", *[frozenset()] * 4, flagged_phrases=re.compile("色情"), lone_han=True)

    measured = Reading(["这是色情网站"], Lexicon(pack), class_table(**HONEST)).each(10, 5)[0]

    assert measured.flagged_share == pytest.approx(2 / 6)


def test_a_lexicon_forgets_rather_than_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webdoc.words._MAX_ROWS", 10)
    lexicon = Lexicon(PACK)
    for start in range(0, 20_000, 5_000):
        lexicon.look_up([f"x{number}y" for number in range(start, start + 5_000)])

    kinds, keys = lexicon.look_up(["a", "c", "a", "..."])

    assert len(lexicon._rows) == 3
    assert [int(kind) for kind in kinds[:3]] == [1 | 2 | 8, 1 | 4 | 8, 1 | 2 | 8]
    assert kinds[3] == 0
    assert keys[0] == keys[2] != keys[1]


def test_a_lexicon_forgets_endless_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webdoc.words._MAX_TOKEN_CHARS", 100)
    lexicon = Lexicon(PACK)
    lexicon.look_up(["x" * 101])

    lexicon.look_up(["a"])

    assert list(lexicon._rows) == ["a"]


@pytest.mark.parametrize(
    ("char", "bits"),
    [
        ("a", WORD),
        ("_", WORD | SPECIAL | EDGE),
        ("'", WORD | SPECIAL | EDGE),
        (".", MARK | SPECIAL | EDGE),
        ("7", WORD | EDGE),
        (" ", EDGE),
        ("\n", EDGE),
        ("🙂", SPECIAL | EDGE),
        ("\ue000", SPECIAL | EDGE),
        ("\U000f0000", SPECIAL | EDGE),
        ("漢", LONE),
        ("の", WORD),
    ],
)
def test_classes_of_characters(char: str, bits: int) -> None:
    table = class_table(**HONEST, lone_han=True)

    assert table[code_points(char)[0]] == bits
