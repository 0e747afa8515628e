"""A model of boosted decision trees, as plain arrays."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp


@dataclass(slots=True)
class BoostedTrees:
    """All trees of a model in four lists, one entry a node; every tree starts at a root."""

    features: tuple[str, ...]  # names of the numbers of a row, in order
    roots: list[int]
    feature: list[int]  # number of the feature that a node looks at; -1 for a leaf
    limit: list[float]  # up to and with which a row goes left; of a leaf its score
    left: list[int]
    right: list[int]


def read_models(text: str) -> dict[str, BoostedTrees]:
    """Read models by name, as scripts/train_main_text.py has written them.

    Raises:
        ValueError: there is no such model inside.
    """
    try:
        return {
            name: BoostedTrees(
                tuple(found["features"]),
                found["roots"],
                found["feature"],
                [float(limit) for limit in found["limit"]],
                found["left"],
                found["right"],
            )
            for name, found in json.loads(text).items()
        }
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no models of boosted trees: {error!r}") from error


def score(model: BoostedTrees, row: list[float]) -> float:
    """Return the sum of what all trees say of a row of numbers."""
    feature, limit, left, right = model.feature, model.limit, model.left, model.right
    found = 0.0
    for root in model.roots:
        node = root
        looked_at = feature[node]
        while looked_at >= 0:
            node = left[node] if row[looked_at] <= limit[node] else right[node]
            looked_at = feature[node]
        found += limit[node]
    return found


def probabilities(model: BoostedTrees, rows: Sequence[list[float]]) -> list[float]:
    """Return for each row of numbers a probability, in (0, 1)."""
    return [1.0 / (1.0 + exp(-score(model, row))) for row in rows]
