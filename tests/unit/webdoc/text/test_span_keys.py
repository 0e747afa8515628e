"""Equal spans, and only these, have equal keys."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from webdoc.text.span_keys import Spans

ITEMS = st.lists(st.integers(0, 3) | st.integers(0, (1 << 64) - 1), max_size=40)


@given(st.lists(st.integers(0, 3), max_size=40), st.integers(1, 11))
def test_keys_of_ngrams_are_equal_when_ngrams_are(items: list[int], n: int) -> None:
    keys = Spans(np.array(items, dtype=np.uint32)).ngrams(n).tolist()

    grams = [tuple(items[start : start + n]) for start in range(len(items) - n + 1)]
    assert len(keys) == len(grams)
    assert len(set(keys)) == len(set(grams)) == len(set(zip(keys, grams, strict=True)))


@given(ITEMS, st.data())
def test_a_key_does_not_hang_on_where_its_span_stands(
    items: list[int], data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(items)))
    end = data.draw(st.integers(start, len(items)))
    array = np.array(items, dtype=np.uint64)

    key = Spans(array).keys(np.array([start]), np.array([end]))
    alone = Spans(array[start:end]).keys(np.array([0]), np.array([end - start]))

    assert key == alone


def test_long_sequences_have_keys_too() -> None:
    """Longer than the least table of powers."""
    items = np.tile(np.arange(1000, dtype=np.uint32), 70)

    keys = Spans(items).ngrams(7)

    assert (keys[:1000] == keys[69_000 - 1000 : 69_000]).all()
    assert len(set(keys.tolist())) == 1000


def test_an_ngram_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Spans(np.array([1], dtype=np.uint32)).ngrams(0)
