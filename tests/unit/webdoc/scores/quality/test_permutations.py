"""Moments over permutations, beside all permutations written out."""

from itertools import pairwise, permutations
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from webdoc.scores.quality.features.image_fit import place_scores
from webdoc.scores.quality.permutations import order_gain, place_gain, swap_gain

LEAST_DEVIATION = 0.05


def chain(similarity: np.ndarray, order: tuple[int, ...]) -> float:
    return sum(similarity[a, b] for a, b in pairwise(order))


@given(st.integers(2, 6), st.integers(0, 2**31))
def test_order_gain_is_that_of_all_permutations(n: int, seed: int) -> None:
    raw = np.random.default_rng(seed).normal(size=(n, n))
    similarity = raw + raw.T
    sums = [chain(similarity, order) for order in permutations(range(n))]
    own = chain(similarity, tuple(range(n)))
    deviation = sqrt(np.var(sums)) + LEAST_DEVIATION

    flow, gain = order_gain(similarity)

    assert flow == pytest.approx((own - np.mean(sums)) / (n - 1))
    assert gain == pytest.approx((own - np.mean(sums)) / deviation, abs=1e-6)


def test_place_gain_by_hand() -> None:
    """Two figures, three places: 0.6 above a mean of 0.3, and 0 below one of 0.2."""
    of_places = np.array([[0.9, 0.0, 0.0], [0.2, 0.2, 0.2]])
    mean, least, deviations = place_gain(of_places, np.array([0, 1]))
    assert (mean, least) == pytest.approx((0.3, 0.0))
    assert deviations == pytest.approx(0.6 / (sqrt(0.18) + LEAST_DEVIATION))


def test_swap_gain_by_hand() -> None:
    of_places = np.array([[0.9, 0.1], [0.3, 0.5]])
    assert swap_gain(of_places, np.array([0, 1])) == pytest.approx(0.7 - 0.2)
    assert swap_gain(of_places, np.array([1, 1])) is None


def test_a_place_is_as_good_as_its_best_paragraph_near_it() -> None:
    """The third of three paragraphs fits: 0.6 of it counts one place away, 0.36 two away."""
    found = place_scores(np.array([[0.0, 0.0, 1.0]]))
    np.testing.assert_allclose(found, [[0.36, 0.6, 1.0, 1.0]])
