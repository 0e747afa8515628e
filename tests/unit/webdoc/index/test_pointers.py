"""Which rows are places, which are in a sample, and which bytes are read for them."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webdoc.index.pointers import Pointer, in_sample, part_of, parts_in, problem_of, spans_of
from webdoc.index.settings import IndexSettings

GOOD = Pointer("http://e.org/", "a.warc.gz", 0, 100)
LIMITS = IndexSettings(path="x", max_gap_bytes=50, max_waste=0.5, span_bytes=1000)


@pytest.mark.parametrize(
    ("pointer", "problem"),
    [
        (GOOD, ""),
        (replace(GOOD, length=1), ""),
        (replace(GOOD, length=0), "its length is 0"),
        (replace(GOOD, length=-1), "its length is -1"),
        (replace(GOOD, offset=-1), "its offset is -1"),
        (replace(GOOD, offset=None), "it has no offset"),
        (replace(GOOD, length=None), "it has no length"),
        (replace(GOOD, filename=None), "it names no file"),
        (replace(GOOD, filename=""), "it names no file"),
        (replace(GOOD, length=1000), ""),
        (replace(GOOD, length=1001), "its length is 1001, more than any record's"),
        (replace(GOOD, url=None), ""),
    ],
)
def test_what_is_no_place_says_why(pointer: Pointer, problem: str) -> None:
    assert problem_of(pointer, 1000) == problem


def test_a_sample_is_a_share_and_a_part_of_a_larger_one() -> None:
    urls = [f"http://e.org/{number}" for number in range(20_000)]
    hundredth = {url for url in urls if in_sample(url, 0.01)}
    tenth = {url for url in urls if in_sample(url, 0.1)}
    assert 150 < len(hundredth) < 250  # 200 and about three standard deviations
    assert hundredth < tenth
    assert all(in_sample(url, 1.0) for url in urls)
    # md5sum of http://e.org/1 begins with 132d8997, which is .0749 of the whole range.
    assert [in_sample("http://e.org/1", share) for share in (0.074, 0.075)] == [False, True]


def test_gaps_are_read_along_up_to_their_limit() -> None:
    def joined(gap: int) -> int:
        return len([*spans_of([(0, 400), (400 + gap, 400)], replace(LIMITS, dense_share=1.0))])

    assert (joined(50), joined(51)) == (1, 2)


def test_gaps_together_stay_below_their_share() -> None:
    """Three gaps of 40 among records of 50: two of them are .4 of the 200 bytes, three are .6."""
    places = [(0, 50), (90, 50), (180, 50), (270, 50)]
    spans = [*spans_of(places, replace(LIMITS, dense_share=1.0))]
    assert [span.length for span in spans] == [230, 50]


def test_the_smallest_gaps_are_read_along_first() -> None:
    places = [(0, 50), (90, 50), (145, 50), (230, 50)]  # gaps of 40, 5 and 35
    spans = [*spans_of(places, replace(LIMITS, dense_share=1.0, max_waste=0.2))]
    assert [(span.start, span.length) for span in spans] == [(0, 50), (90, 190)]


def test_a_dense_file_is_read_in_sequence_and_cut_by_size() -> None:
    places = [(number * 100, 80) for number in range(100)]  # .8 of the bytes
    dense = replace(LIMITS, max_gap_bytes=0, dense_share=0.8)
    sparse = replace(dense, dense_share=0.81)
    assert len([*spans_of(places, dense)]) == 10
    assert len([*spans_of(places, sparse)]) == 100


def test_a_record_longer_than_a_span_is_read_alone() -> None:
    spans = [*spans_of([(0, 10), (10, 5000), (5010, 10)], LIMITS)]
    assert [span.length for span in spans] == [10, 5000, 10]


@given(
    st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 400)), max_size=30),
    st.integers(0, 300),
    st.floats(0, 1),
    st.integers(1, 1500),
)
def test_every_place_is_read_once_and_little_else(
    places: list[tuple[int, int]], gap: int, waste: float, size: int
) -> None:
    limits = IndexSettings(
        path="x", max_gap_bytes=gap, max_waste=waste, span_bytes=size, dense_share=1.0
    )
    spans = [*spans_of(places, limits)]

    found = [place for span in spans for place in span.places]
    assert sorted(found) == sorted(set(places))
    for span in spans:
        assert all(
            span.start <= start and start + length <= span.start + span.length
            for start, length in span.places
        )
        assert span.length <= size or len(span.places) == 1
    wanted = {byte for start, length in places for byte in range(start, start + length)}
    read = {byte for span in spans for byte in range(span.start, span.start + span.length)}
    assert len(read - wanted) <= waste * len(wanted)


@given(st.integers(1, 40), st.integers(1, 300), st.integers(0, 10**6))
def test_parts_of_a_file_hold_each_pointer_once(count: int, part_bytes: int, seed: int) -> None:
    random, limits = Random(seed), IndexSettings(path="x", part_bytes=part_bytes)
    pointers = [replace(GOOD, offset=i * 100, length=random.randint(-1, 99)) for i in range(count)]
    total = sum(p.length for p in pointers if p.length and p.length > 0)
    parts = [part_of(pointers, number, limits) for number in range(parts_in(total, part_bytes))]
    tail = parts_in(total, part_bytes)
    assert [one for part in parts for one in part] + part_of(pointers, tail, limits) == pointers
