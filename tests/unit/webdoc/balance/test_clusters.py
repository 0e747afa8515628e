"""k-means and semantic deduplication, beside brute force."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from webdoc.balance.clusters import Centres, ClusterSettings, centres_of
from webdoc.balance.near_copies import (
    NearCopySettings,
    SemanticCopy,
    Vector,
    semantic_copies,
)
from webdoc.clip.vectors import unit


def around(centres: NDArray[np.float32], each: int, spread: float) -> NDArray[np.float32]:
    dice = np.random.default_rng(5)
    noise = dice.normal(size=(len(centres) * each, centres.shape[1]))
    return unit(np.repeat(centres, each, axis=0) + spread * noise)


def test_kmeans_finds_what_was_put_there() -> None:
    """Eight far directions of 40 vectors each: one centre in each, and all 40 go to it."""
    directions = np.eye(8, 16, dtype=np.float32)
    vectors = around(directions, 40, 0.05)

    centres = centres_of(vectors, 8, ClusterSettings(iterations=30))

    cosines = centres @ directions.T
    assert (cosines.max(axis=0) > 0.99).all()
    numbers, _ = Centres(centres).nearest(vectors)
    assert all(len(set(numbers[i * 40 : i * 40 + 40].tolist())) == 1 for i in range(8))
    assert len(set(numbers.tolist())) == 8
    again = centres_of(vectors, 8, ClusterSettings(iterations=30))
    np.testing.assert_array_equal(centres, again)


def test_a_centre_is_that_of_brute_force_whatever_is_asked_with_it() -> None:
    dice = np.random.default_rng(1)
    vectors, centres = unit(dice.normal(size=(700, 32))), unit(dice.normal(size=(90, 32)))
    centres[40] = centres[3]  # as near: the lower number
    known = Centres(centres)

    numbers, cosines = known.nearest(vectors)

    exact = vectors.astype(np.float64) @ centres.T.astype(np.float64)
    np.testing.assert_array_equal(numbers, exact.argmax(axis=1))
    assert 40 not in numbers
    np.testing.assert_allclose(cosines, exact.max(axis=1), atol=1e-12)
    for size in (1, 7, 19, 64):
        parts = [known.nearest(vectors[at : at + size]) for at in range(0, 700, size)]
        np.testing.assert_array_equal(np.concatenate([p[0] for p in parts]), numbers)
        np.testing.assert_array_equal(np.concatenate([p[1] for p in parts]), cosines)
    assert len(known.nearest(vectors[:0])[0]) == 0


def brute_force(vectors: Sequence[NDArray[np.float64]], limit: float) -> dict[int, int]:
    """Return what goes, and the first that stays and is nearer than the limit."""
    stays: list[int] = []
    gone: dict[int, int] = {}
    for number, vector in enumerate(vectors):
        near = [
            s for s in stays if sum(a * b for a, b in zip(vector, vectors[s], strict=True)) > limit
        ]
        if near:
            gone[number] = near[0]
        else:
            stays.append(number)
    return gone


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.2, 0.6, 0.9, 1.0]))
def test_copies_are_those_of_brute_force(seed: int, limit: float) -> None:
    dice = np.random.default_rng(seed)
    rows = unit(np.repeat(dice.normal(size=(5, 6)), 4, axis=0) + 0.3 * dice.normal(size=(20, 6)))
    cluster = [Vector(f"{number:02d}", row) for number, row in enumerate(rows)]

    found = list(semantic_copies(cluster, limit))

    expected = brute_force(rows.astype(np.float64), limit)
    assert {int(one.key): int(one.stays) for one in found} == expected
    assert all(one.cosine > limit for one in found)


def test_blocks_change_nothing() -> None:
    """1,300 vectors are three blocks; a copy of the first stands in each."""
    rows = np.eye(1300, dtype=np.float32)
    for copy in (5, 600, 1299):
        rows[copy] = rows[0]
    cluster = (Vector(str(number), row) for number, row in enumerate(rows))
    assert list(semantic_copies(cluster, 0.5)) == [
        SemanticCopy(str(copy), "0", 1.0) for copy in (5, 600, 1299)
    ]


def test_both_sides_of_the_limit() -> None:
    cluster = [Vector("a", np.float32([1, 0])), Vector("b", np.float32([0.6, 0.8]))]
    exact = float(np.float32(0.6))
    assert list(semantic_copies(cluster, exact)) == []
    assert [one.key for one in semantic_copies(cluster, exact - 1e-6)] == ["b"]


def test_how_many_clusters() -> None:
    known = ClusterSettings()
    assert [known.of(n) for n in (1, 99, 200, 50_000_000)] == [1, 1, 2, 100_000]
    assert ClusterSettings(500).of(3) == 3


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: ClusterSettings(-1), "clusters and seed"),
        (lambda: ClusterSettings(iterations=0), "iterations"),
        (lambda: NearCopySettings(1.01), "max_cosine"),
    ],
)
def test_impossible_settings_are_refused(make: object, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        make()  # type: ignore[operator]
