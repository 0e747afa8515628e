import hashlib
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from webdoc.duplicates import shingles as module
from webdoc.duplicates.shingles import (
    ShingleSettings,
    exact_jaccard,
    shingle_hash,
    shingle_texts,
    shingles,
)

WORDS = ShingleSettings(n=3)
ANY_TEXT = st.text(st.characters(), max_size=80)  # lone surrogates too


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, []),
        ("", []),
        (" .,!\n\t", []),
        ("word", ["word"]),
        ("Two  words", ["two words"]),
        ("one two three", ["one two three"]),
        ("One, two; THREE four!", ["one two three", "two three four"]),
        ("a" * 1000, ["a" * 1000]),
        ("１２ ﬁnd", ["12 find"]),  # full-width digits, a ligature
    ],
)
def test_words_by_hand(text: str | None, expected: list[str]) -> None:
    """Case, width, punctuation and the number of spaces do not matter; short texts are one."""
    assert shingle_texts(text, WORDS) == expected
    assert len(shingles(text, WORDS)) == len(expected)


@pytest.mark.parametrize(
    ("settings", "text", "expected"),
    [
        (ShingleSettings(n=2, unit="auto"), "東京都 tower", ["東京", "京都", "都 tower"]),
        (ShingleSettings(n=2, unit="auto"), "abc東", ["abc東"]),
        (ShingleSettings(n=2, unit="auto"), "ひらカナ", ["ひら", "らカ", "カナ"]),
        (ShingleSettings(n=2, unit="auto"), "한국어 문장", ["한국어 문장"]),  # has spaces
        (ShingleSettings(n=2, unit="word"), "東京都 tower", ["東京都 tower"]),
        (ShingleSettings(n=2, unit="character"), "ab c", ["ab", "b c"]),
        (ShingleSettings(n=2, lower=False), "A b C", ["A b", "b C"]),
        (ShingleSettings(n=2, punctuation=True), "a, b! c", ["a, b!", "b! c"]),
        (ShingleSettings(n=2, compatibility=False), "ﬁ x", ["ﬁ x"]),
    ],
)
def test_each_setting_by_hand(settings: ShingleSettings, text: str, expected: list[str]) -> None:
    assert shingle_texts(text, settings) == expected


def test_one_character_a_thousand_times_is_one_shingle() -> None:
    """A set counts a shingle once."""
    settings = ShingleSettings(n=5, unit="character")

    assert len(shingle_texts("a" * 1000, settings)) == 996
    assert len(shingles("a" * 1000, settings)) == 1


def polynomial(shingle: str) -> int:
    """The documented hash, in Python's own numbers: a sum of powers, then MurmurHash3's end."""
    value = sum(ord(c) * 0x9E3779B97F4A7C15**i for i, c in enumerate(shingle)) % 2**64
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        value = (value ^ value >> 33) * factor % 2**64
    return value ^ value >> 33


@given(ANY_TEXT, st.integers(1, 6), st.sampled_from(["auto", "word", "character"]))
def test_every_shingle_has_its_own_hash(text: str, n: int, unit: str) -> None:
    """Hashing all windows at once gives what hashing one by one gives, in rising order."""
    settings = ShingleSettings(n=n, unit=unit)
    distinct = set(shingle_texts(text, settings))

    hashes = shingles(text, settings).tolist()

    assert hashes == sorted(polynomial(shingle) for shingle in distinct)
    for shingle in distinct:
        encoded = shingle.encode("utf-8", "surrogatepass")
        assert shingle_hash(encoded) == polynomial(shingle) % 2**32


@given(ANY_TEXT)
def test_sha1_is_the_head_of_the_digest(text: str) -> None:
    """So that the lower 32 bits are datasketch.hashfunc.sha1_hash32."""
    settings = ShingleSettings(n=2, hash="sha1")
    digests = {
        hashlib.sha1(shingle.encode("utf-8", "surrogatepass")).digest()
        for shingle in shingle_texts(text, settings)
    }

    heads = sorted(int.from_bytes(digest[:8], "little") for digest in digests)

    assert shingles(text, settings).tolist() == heads


@given(st.text("aB .,\n-", max_size=60), st.integers(1, 4))
def test_plain_words_as_python_would(text: str, n: int) -> None:
    """For ASCII the windows are those of a regular expression and slices."""
    words = re.findall("[ab]+", text.lower())
    windows = [" ".join(words[i : i + n]) for i in range(max(len(words) - n + 1, bool(words)))]

    assert shingle_texts(text, ShingleSettings(n=n)) == windows


@given(st.text("aB東あ .,\n", max_size=60), st.integers(1, 4))
def test_words_and_lone_characters_as_python_would(text: str, n: int) -> None:
    """In the mode auto a Han or Kana character is a unit, with or without a space beside it."""
    plain = " ".join(re.findall("[ab東あ]+", text.lower()))
    units = [found.span() for found in re.finditer("[東あ]|[ab]+", plain)]
    runs = [units[i : i + n] for i in range(max(len(units) - n + 1, bool(units)))]
    windows = [plain[run[0][0] : run[-1][1]] for run in runs]

    assert shingle_texts(text, ShingleSettings(n=n)) == windows


def test_long_text_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """How many windows are hashed at a time does not matter."""
    text = " ".join(f"word{i * i % 97}" for i in range(300))
    whole = shingles(text, WORDS)

    monkeypatch.setattr(module, "_CHUNK", 7)

    assert np.array_equal(shingles(text, WORDS), whole)


@given(st.sets(st.integers(0, 9)), st.sets(st.integers(0, 9)))
def test_exact_jaccard_is_that_of_sets(a: set[int], b: set[int]) -> None:
    arrays = [np.array(sorted(side), dtype=np.uint64) for side in (a, b)]

    expected = len(a & b) / len(a | b) if a | b else 0.0

    assert exact_jaccard(*arrays) == expected


def test_no_shingle_without_units() -> None:
    with pytest.raises(ValueError, match="at least 1 unit"):
        ShingleSettings(n=0)
    ShingleSettings(n=1)
