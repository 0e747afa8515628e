from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webdoc.picture.near_hashes import masks


@given(
    st.integers(0, 2**64 - 1),
    st.integers(0, 6),
    st.integers(1, 3),
    st.data(),
)
def test_near_hashes_share_a_mask(value: int, distance: int, agreeing: int, data: object) -> None:
    """However the bits are chosen in which two hashes differ, one mask hides them all."""
    bits = st.lists(st.integers(0, 63), max_size=distance, unique=True)
    other = value ^ sum(1 << bit for bit in data.draw(bits))  # type: ignore[attr-defined]

    assert any(value & mask == other & mask for mask in masks(distance, agreeing))


def test_nothing_is_missed_in_any_place() -> None:
    """All 2,081 ways to change one or two bits, one by one."""
    found = masks(distance=2, agreeing=2)
    changes = [1 << a for a in range(64)]
    changes += [1 << a | 1 << b for a, b in combinations(range(64), 2)]

    assert all(any(change & mask == 0 for mask in found) for change in changes)


def test_three_bits_may_be_missed_by_masks_for_two() -> None:
    """The masks are no wider than they must be: one bit in each block escapes."""
    assert all((1 | 1 << 30 | 1 << 63) & mask for mask in masks(distance=2, agreeing=1))


@pytest.mark.parametrize(("distance", "agreeing", "count"), [(5, 1, 6), (5, 2, 21), (0, 1, 1)])
def test_how_many_masks(distance: int, agreeing: int, count: int) -> None:
    found = masks(distance, agreeing)

    assert len(found) == len(set(found)) == count
    assert max(found) < 2**64


@pytest.mark.parametrize(
    ("distance", "agreeing"), [(-1, 1), (1, 0), (63, 2), (30, 30)], ids=["<0", "0", "65", "many"]
)
def test_impossible_masks_are_refused(distance: int, agreeing: int) -> None:
    with pytest.raises(ValueError, match=f"distance {distance}"):
        masks(distance, agreeing)


def test_all_bits_may_differ_but_one() -> None:
    assert masks(63, 1) == [1 << bit for bit in range(64)]
