"""Every measure equals its plain definition, whatever the text."""

import re
import unicodedata
from collections import Counter
from math import isqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webdoc.text.characters import HAN
from webdoc.text.language_packs import LanguagePack
from webdoc.text.measures import NOTHING, Measures, Reading
from webdoc.text.vocabulary import Vocabulary

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
    selects = "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"
    return unicodedata.category(char)[0] in "PSCZ" or selects


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


def each(reading: Reading, char_n: int = 10, word_n: int = 5) -> list[Measures]:
    columns = reading.each(char_n, word_n)
    return [Measures(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]


@given(pages, st.integers(1, 12), st.integers(1, 6), st.sampled_from([OBELICS, HONEST]))
def test_each_text_is_measured_by_the_definitions(
    page: list[str], char_n: int, word_n: int, kind: dict
) -> None:
    measured = each(Reading(page, Vocabulary(PACK, **kind)), char_n, word_n)

    expected = [plain_measures(text, plain_words(text), char_n, word_n, kind) for text in page]
    assert [pytest.approx(one) for one in expected] == measured


@given(pages, st.data(), st.sampled_from([OBELICS, HONEST]))
def test_kept_texts_are_measured_as_one(page: list[str], data: st.DataObject, kind: dict) -> None:
    kept = data.draw(st.lists(st.booleans(), min_size=len(page), max_size=len(page)))
    reading = Reading(page, Vocabulary(PACK, **kind))

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
    reading = Reading([*page, "share a share"], Vocabulary(PACK, **HONEST))

    shares, of_all = reading.spam_shares()

    assert shares == pytest.approx([m.spam_share for m in each(reading)])
    assert shares[-1] == pytest.approx(2 / 3)
    words, spam = sum(reading.words()), sum(m.spam_share * m.words for m in each(reading))
    assert of_all == pytest.approx(spam / words)
    assert reading.words() == [m.words for m in each(reading)]


def test_a_compound_is_common_when_its_parts_are() -> None:
    text = "Don’t a-b a/d b's a-zq"

    measured = each(Reading([text], Vocabulary(PACK, **HONEST)))[0]

    assert measured.common_share == pytest.approx(4 / 5)  # all but a-zq


def test_apostrophes_divide_words_where_a_language_says_so() -> None:
    french = LanguagePack("fr", *[frozenset({"eau", "aujourd"})] * 4, splits_apostrophes=True)
    text = "L’eau, aujourd'hui"

    measured = each(Reading([text], Vocabulary(french, **HONEST)))[0]

    assert (measured.words, measured.stopword_share) == (4, pytest.approx(2 / 4))


def test_every_han_character_is_a_word_where_words_have_no_spaces() -> None:
    words = frozenset({"我", "iphone", "很"})
    pack = LanguagePack("zh", *[words] * 4, lone=HAN)

    measured = each(Reading(["我用iPhone，很好。"], Vocabulary(pack, **HONEST)))[0]

    assert (measured.words, measured.stopword_share) == (5, pytest.approx(3 / 5))
    assert (measured.tokens, measured.punctuation_share) == (6, pytest.approx(1 / 6))


def test_phrases_count_by_their_characters() -> None:
    pack = LanguagePack("zh", *[frozenset()] * 4, flagged_phrases=re.compile("色情"), lone=HAN)

    measured = each(Reading(["这是色情网站"], Vocabulary(pack, **HONEST)))[0]

    assert measured.flagged_share == pytest.approx(2 / 6)


def test_a_long_page_is_measured_as_a_short_one() -> None:
    """So long that keys are not all sorted."""
    lines = [f"{number} a b c d e f g h {number % 7} share" for number in range(300)]
    page = [" ".join(lines), "a b, a b, a b, a b, a b, a b, a b", " ".join(lines[5:40])]

    measured = each(Reading(page, Vocabulary(PACK, **HONEST)))

    expected = [plain_measures(text, plain_words(text), 10, 5, HONEST) for text in page]
    assert [pytest.approx(one) for one in expected] == measured
    together = Reading(page, Vocabulary(PACK, **HONEST)).together([True, False, True], 10, 5)
    joined = page[0] + "\n\n" + page[2]
    assert together == pytest.approx(plain_measures(joined, plain_words(joined), 10, 5, HONEST))
