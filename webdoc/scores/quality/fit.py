"""Fitting the weights of `document_quality` to labels: "good", and any names of faults."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped]

from webdoc.scores.quality.weights import GOOD, Fault, Features, QualityWeights, Scale

_RIDGE: Final = 0.008  # against the mean loss
# A fault that moves the mean of a feature by fewer standard deviations of good documents does not
# look at it: there it would learn what the sites are like that it was fitted on.
_LEAST_MOVED: Final = 0.15
_LEAST_DEVIATION: Final = 1e-6  # of a feature that says anything
# Between the first and the last tenth of a normal distribution. Few documents far out say nothing
# of the others, so the deviation is taken from these; but it is at least a share of the plain one.
_DEVIATIONS_BETWEEN: Final = 2.563
_LEAST_SHARE: Final = 0.3
_LEAST_KNOWN: Final = 5  # good documents of which a feature is known
Table = NDArray[np.float64]


def fitted(
    rows: Sequence[Features],
    labels: Sequence[str],
    names: Sequence[str],
    *,
    fitted_on: str,
    model: str = "",
) -> QualityWeights:
    """Fit a multinomial logistic regression with a ridge.

    Good documents count as much as all others together, and each fault as much as any other.

    Args:
        rows: features of documents.
        labels: "good" or a fault, one for each row.
        names: of the features that may be looked at; one that is the same everywhere is not.
        fitted_on: a sentence for the file.
        model: revision of the model of their vectors.

    Raises:
        ValueError: there are no good documents or no others; a feature is NaN.
    """
    counts = Counter(labels)
    faults = sorted(counts.keys() - {GOOD})
    if not counts[GOOD] or not faults:
        raise ValueError(
            f"a fit needs documents labelled {GOOD!r} and others; there are"
            f" {', '.join(f'{n} {name}' for name, n in sorted(counts.items())) or 'none'}"
        )
    good = [row for row, label in zip(rows, labels, strict=True) if label == GOOD]
    scales = {name: one for name in names if (one := _scale(name, good)) is not None}
    table = np.array(
        [[*(one.standardised(n, r.get(n)) for n, one in scales.items()), 1.0] for r in rows]
    )
    truth = np.array([[label == fault for fault in (GOOD, *faults)] for label in labels], float)
    shares = np.array([1.0, *(1 / len(faults) for _ in faults)]) / 2
    weights = truth @ (shares / np.maximum(truth.sum(axis=0), 1))
    looked_at = _looked_at(table, truth)
    found = _least_loss(table, truth, weights, looked_at)
    return QualityWeights(
        scales,
        {
            fault: Fault(
                round(float(column[-1]), 4),
                {
                    name: round(float(weight), 4)
                    for name, weight, looks in zip(scales, column[:-1], own[:-1], strict=True)
                    if looks
                },
            )
            for fault, column, own in zip(faults, found.T, looked_at.T, strict=True)
        },
        fitted_on,
        model,
    )


def _looked_at(table: Table, truth: Table) -> NDArray[np.bool_]:
    """Return (n_features + 1, n_faults): which features each fault moves; constants always."""
    good, *faults = (table[column == 1].mean(axis=0) for column in truth.T)
    moved = np.array([np.abs(fault - good) >= _LEAST_MOVED for fault in faults]).T
    moved[-1] = True
    return moved


def _least_loss(table: Table, truth: Table, weights: Table, looked_at: NDArray[np.bool_]) -> Table:
    """Return (n_features + 1, n_faults), the last row the constants; the good class has zeros."""
    shape = looked_at.shape

    def loss(flat: Table) -> tuple[float, Table]:
        found = flat.reshape(shape) * looked_at
        z = np.hstack([np.zeros((len(table), 1)), table @ found])
        total = np.logaddexp.reduce(z, axis=1)
        free = np.vstack([found[:-1], np.zeros((1, shape[1]))])
        value = weights @ (total - (z * truth).sum(axis=1)) + _RIDGE * (free**2).sum() / 2
        wrong = weights[:, None] * (np.exp(z - total[:, None]) - truth)
        return float(value), (((table.T @ wrong)[:, 1:] + _RIDGE * free) * looked_at).ravel()

    start = np.zeros(shape[0] * shape[1])
    done = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 1000})
    return np.asarray(done.x).reshape(shape) * looked_at


def _scale(name: str, good: Sequence[Features]) -> Scale | None:
    """Return the spread of a feature; None where it says nothing."""
    values = [value for row in good if (value := row.get(name)) is not None]
    if not np.isfinite(values).all():
        raise ValueError(f"the feature {name} is not a finite number in some document")
    if len(values) < _LEAST_KNOWN or np.std(values) < _LEAST_DEVIATION:
        return None
    low, high = np.quantile(values, (0.1, 0.9))
    spread = max(float(high - low) / _DEVIATIONS_BETWEEN, _LEAST_SHARE * float(np.std(values)))
    return Scale(round(float(np.mean(values)), 5), round(spread, 5))
