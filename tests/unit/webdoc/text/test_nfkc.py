"""NFKC in parts is NFKC as a whole."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webdoc.text.characters import code_points
from webdoc.text.nfkc import _NORMALISED, compatible

# Letters with marks behind them in any order, Hangul in parts, vowel signs that join, full width,
# ligatures, Han of the compatibility blocks, and plain letters between.
ALPHABET = (
    "abe\u00e9\u0301\u0323\u0307\u0327\u00a0\u2026\ufb01\uff21\u212b\u1100\u1161\u11a8\uac00"
    "\u09c7\u09be\u0b47\u0b3e\u0cc6\u0cc2\u1025\u102e\u0f71\u0f72\u304b\u3099\uff76\uff9e\ufa10"
    "\U0002f800\U0001d15e\u0344\u1e9b\ud800\u03d3\u0340"
)


@given(st.text(ALPHABET, max_size=8), st.text(ALPHABET, max_size=3) | st.text(max_size=5))
def test_parts_give_what_the_whole_gives(start: str, end: str) -> None:
    """Both where few characters change, and where many do."""
    plain = "what stands between, and is long enough, " * 20
    for text in (start + plain + end + plain, start + end, plain + start + "b" + end):
        expected = code_points(unicodedata.normalize("NFKC", text))
        assert compatible(text).tolist() == expected.tolist()


def test_every_character_is_settled_beside_every_kind_of_neighbour() -> None:
    """Each code point alone, behind a letter and before a mark; all others are plain."""
    plain = "x" * 99
    for start in range(0x80, _NORMALISED, 64):
        text = "".join(f"{plain}e{chr(point)}\u0301" for point in range(start, start + 64))
        expected = code_points(unicodedata.normalize("NFKC", text))
        assert (compatible(text) == expected).all()


@pytest.mark.parametrize("first", range(_NORMALISED, 0x110000, 0x10000))
def test_nothing_above_is_changed(first: int) -> None:
    text = "".join(map(chr, range(first, min(first + 0x10000, 0x110000))))

    assert unicodedata.normalize("NFKC", text) == text
