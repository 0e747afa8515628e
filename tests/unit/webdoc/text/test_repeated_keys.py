"""Which keys occur more than once, and how much of a text the most frequent n-grams are."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from webdoc.text.repeated_keys import crowded, repeat_counts, repeated, top_share

KEYS = st.lists(st.sampled_from([0, 1, 2, 1 << 48, (1 << 48) + 1, (1 << 64) - 1]), max_size=30)


@given(KEYS, st.sampled_from([0, 600]))
def test_repeated_keys_are_found_with_their_counts(some: list[int], more: int) -> None:
    """Also where different keys share the bits that are looked at first, and among many keys."""
    keys = some + [number << 49 | 5 for number in range(more)]
    array = np.array(keys, dtype=np.uint64)

    places, counts = repeated(array, crowded(array))

    expected = {key: count for key, count in Counter(keys).items() if count > 1}
    assert {keys[place]: count for place, count in zip(places, counts, strict=True)} == expected
    assert len(places) == len(expected)
    assert sorted(repeat_counts(array)) == sorted(expected.values())


@given(KEYS, st.data())
def test_only_the_places_asked_for_count(some: list[int], data: st.DataObject) -> None:
    asked = data.draw(st.lists(st.booleans(), min_size=len(some), max_size=len(some)))
    places = np.flatnonzero(asked)

    found, counts = repeated(np.array(some, dtype=np.uint64), places)

    expected = Counter(some[place] for place in places)
    assert dict(zip((some[place] for place in found), counts, strict=True)) == {
        key: count for key, count in expected.items() if count > 1
    }


def test_few_of_many_single_keys_are_crowded() -> None:
    """Or nothing would be gained: 9 % of 6,000 share their 16 bits with another by chance."""
    keys = np.random.default_rng(1).integers(0, 1 << 64, 6_000, dtype=np.uint64)

    assert len(crowded(keys)) < 900


@pytest.mark.parametrize(
    ("counts", "total", "share"),
    [
        ([], 10, 0.0),
        ([2], 10, 0.2),  # 9 distinct: k is the one that is not single
        ([2, 5, 3], 10, 0.5),  # 3 distinct: k is 1
        ([2] * 10, 100, 0.18),  # 90 distinct: k is 9
    ],
)
def test_the_most_frequent_are_shared_out(counts: list[int], total: int, share: float) -> None:
    assert top_share(counts, total) == pytest.approx(share)
