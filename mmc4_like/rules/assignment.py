"""Ways to give images sentences, on bare matrices: row = image, column = sentence, -1 = none."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped]

Preference = NDArray[np.float64]  # (n_images, n_sentences): what a pair is worth
Allowed = NDArray[np.bool_]  # of the same shape: which pairs may be
Chosen = NDArray[np.int64]  # (n_images,): the sentence of each image, or NONE

NONE = -1
# Far below what float32 can tell apart, far above the rounding of float64.
_TIE = 2.0**-44


def settle_ties(preference: Preference) -> Preference:
    """Return the matrix with earlier sentences, then images in their order, a trifle better."""
    images, sentences = preference.shape
    rows = 1 - np.arange(images) / (2 * max(images, 1))
    settled: Preference = preference - rows[:, None] * (np.arange(sentences) * _TIE)
    return settled


def best_total(preference: Preference, allowed: Allowed, capacity: int, floor: float) -> Chosen:
    """Make the sum over placed images of preference - floor as large as can be.

    Args:
        preference: ties settled.
        allowed: pairs not allowed are never chosen; an allowed one is worth at least its tie.
        capacity: images that a sentence can hold, at least 1.
        floor: what an image without a sentence counts as.
    """
    images, sentences = preference.shape
    least = _TIE * (sentences + 1)  # an allowed pair at the floor beats no pair
    gain = np.where(allowed, preference - floor + least, 0.0)
    if capacity > 1:
        gain = np.tile(gain, (1, min(capacity, images)))
    rows, columns = linear_sum_assignment(gain, maximize=True)
    chosen = np.full(images, NONE)
    real = gain[rows, columns] > 0
    chosen[rows[real]] = columns[real] % max(sentences, 1)
    return chosen


def as_mmc4(preference: Preference) -> Chosen:
    """Give each sentence at most one image, then every image left over its own best sentence.

    Source: compute_assignments.py of MMC4's code.
    """
    rows, columns = linear_sum_assignment(preference, maximize=True)
    chosen: Chosen = preference.argmax(axis=1)
    chosen[rows] = columns
    return chosen


def own_best(preference: Preference, allowed: Allowed, capacity: int) -> Chosen:
    """Give each image its best allowed sentence; one that is full keeps those it suits best."""
    wanted = np.where(allowed, preference, -np.inf)
    chosen: Chosen = wanted.argmax(axis=1)
    worth = wanted[np.arange(len(chosen)), chosen]
    order = np.lexsort((np.arange(len(chosen)), -worth, chosen))
    groups = chosen[order]
    rank = np.arange(len(order)) - np.searchsorted(groups, groups)
    chosen[order[rank >= capacity]] = NONE
    chosen[worth == -np.inf] = NONE
    return chosen
