"""How far an order is from what chance gives: exact means and deviations over all permutations."""

from math import sqrt

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
# Added to a deviation, so that a document in which all places are the same has no large score.
_LEAST_DEVIATION = 0.05


def order_gain(similarity: Matrix) -> tuple[float, float]:
    """Return how much more alike neighbours are than any two, as it is and in deviations.

    The deviation is that of the sum over neighbours under a random order of all items, in closed
    form: a sum over a path has pairs of edges that are the same, share an end, or share none.

    Args:
        similarity: (n, n), symmetric, n of 2 or more; the diagonal is not looked at.

    Returns:
        Mean over neighbours minus mean over all pairs; the same of sums, in standard deviations.

    Source: Mantel 1967 and Hubert and Schultz 1976, quadratic assignment: moments of a sum under
    permutation.
    """
    n = len(similarity)
    s = similarity - np.diag(np.diag(similarity))
    neighbours = float(np.trace(s, offset=1))
    edges = n - 1
    mean = float(s.sum()) / (n * (n - 1))
    squares = float((s**2).sum())
    rows = float((s.sum(axis=1) ** 2).sum())
    sharing = n - 2
    apart = edges * (edges - 1) / 2 - sharing
    same = squares / (n * (n - 1))
    one_end = (rows - squares) / (n * (n - 1) * (n - 2)) if n > 2 else 0.0
    no_end = (
        (float(s.sum()) ** 2 - 4 * rows + 2 * squares) / (n * (n - 1) * (n - 2) * (n - 3))
        if n > 3
        else 0.0
    )
    variance = edges * same + 2 * sharing * one_end + 2 * apart * no_end - (edges * mean) ** 2
    deviation = sqrt(max(variance, 0.0)) + _LEAST_DEVIATION
    return neighbours / edges - mean, (neighbours - edges * mean) / deviation


def place_gain(of_places: Matrix, own: NDArray[np.intp]) -> tuple[float, float, float]:
    """Return how much better the places of figures are than places drawn by lot.

    Args:
        of_places: (n_figures, n_places), how well each figure fits each place.
        own: (n_figures,), where each stands.

    Returns:
        Mean over figures of its own place minus the mean of all places; the least of these; the
        sum over figures in standard deviations of places drawn by lot.
    """
    gains = of_places[np.arange(len(own)), own] - of_places.mean(axis=1)
    deviation = sqrt(float(of_places.var(axis=1).sum())) + _LEAST_DEVIATION
    return float(gains.mean()), float(gains.min()), float(gains.sum()) / deviation


def swap_gain(of_places: Matrix, own: NDArray[np.intp]) -> float | None:
    """Return how much better figures fit their own places than those of the other figures.

    Returns:
        Mean over figures; None for fewer than two places.
    """
    if len(set(own.tolist())) < 2:
        return None
    among = of_places[:, own]
    n = len(own)
    others = (among.sum() - np.trace(among)) / (n * (n - 1))
    return float(np.trace(among) / n - others)
