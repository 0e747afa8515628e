"""`document_quality`: how likely a document is a good one, and if not, what is wrong with it.

A multinomial logistic regression over standardised features: one class is "good", each of the
others is a fault. Weights come from a file of JSON that says what they were fitted on;
`webdoc.scores.quality.fit` makes others from anyone's labels. docs/quality.md explains the method.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import exp, isfinite
from typing import Any, Final

COLUMN: Final = "document_quality"
GOOD: Final = "good"  # the label of documents that have no fault
_MOST_DEVIATIONS: Final = 5.0  # a feature further from the mean counts as this
_MOST_ODDS: Final = 50.0  # log odds beyond which a fault is certain

# Columns that say nothing of whether a document was spoiled but how, for foreign images never
# repeat; and the order of forms, which is that of a site.
NOT_SCORED: Final = frozenset(
    {
        "images_per_100_words", "images_redundant", "images_explained", "removed_share",
        "text_form_gain",
    }
)  # fmt: skip

Features = Mapping[str, float | None]


class ForeignModelError(ValueError):
    """Weights that were fitted on vectors of one model meet vectors of another."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How a feature is spread over good documents."""

    mean: float
    deviation: float  # above 0

    def standardised(self, name: str, value: float | None) -> float:
        """Return a feature in standard deviations, from -5 to 5; 0 where it is unknown.

        Raises:
            ValueError: it is NaN or infinite.
        """
        if value is None:
            return 0.0
        if not isfinite(value):
            raise ValueError(f"the feature {name} is {value}, which is no number")
        return min(max((value - self.mean) / self.deviation, -_MOST_DEVIATIONS), _MOST_DEVIATIONS)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: the log odds of it against a good document."""

    constant: float
    weights: Mapping[str, float]  # by feature; one that is not named has none


@dataclass(frozen=True, slots=True)
class QualityWeights:
    """A multinomial logistic regression."""

    scales: Mapping[str, Scale]
    faults: Mapping[str, Fault]
    fitted_on: str  # a sentence: which documents, which labels
    model: str = ""  # revision of the model whose vectors were looked at; "" without any

    def quality(self, features: Features, model: str = "") -> float:
        """Return how likely a document is a good one, in [0, 1].

        A feature that cannot be measured counts as usual, so an empty document has what the
        constants alone give.

        Args:
            features: by name.
            model: revision of the model whose vectors they were measured with; "" without any.

        Raises:
            ValueError: a feature is NaN or infinite.
            ForeignModelError: the weights were fitted with another model.
        """
        return self.probabilities(features, model)[GOOD]

    def probabilities(self, features: Features, model: str = "") -> dict[str, float]:
        """Return how likely the document is good, and how likely it has each fault; sum 1."""
        if self.model and model and model != self.model:
            raise ForeignModelError(
                f"the weights of {COLUMN} were fitted with vectors of {self.model}, and these are"
                f" of {model}. Fit weights for it, or use vectors of {self.model}."
            )
        values = {n: one.standardised(n, features.get(n)) for n, one in self.scales.items()}
        odds = {GOOD: 1.0}
        for name, fault in self.faults.items():
            found = fault.constant + sum(w * values[n] for n, w in fault.weights.items())
            odds[name] = exp(min(max(found, -_MOST_ODDS), _MOST_ODDS))
        total = sum(odds.values())
        return {name: round(one / total, 4) for name, one in odds.items()}


@cache
def quality_weights(vectors_of: str = "") -> QualityWeights:
    """Return the weights of the package for documents with vectors of a model.

    Args:
        vectors_of: revision of the model; "" without any. For one by which no weights of the
            package were fitted, they are those that need no model.
    """
    found = [
        read_weights(file.read_text(encoding="utf-8"))
        for file in resources.files("webdoc.scores.quality").iterdir()
        if file.name.startswith("weights") and file.name.endswith(".json")
    ]
    by_model = {weights.model: weights for weights in found}
    return by_model.get(vectors_of) or by_model[""]


def read_weights(text: str) -> QualityWeights:
    """Read weights as `weights_text` has written them.

    Raises:
        ValueError: the text holds none; says what is missing or wrong.
    """
    try:
        table = json.loads(text)
        scales = {
            str(name): Scale(float(one["mean"]), float(one["deviation"]))
            for name, one in table["features"].items()
        }
        faults = {
            str(name): Fault(
                float(one["constant"]), {str(n): float(w) for n, w in one["weights"].items()}
            )
            for name, one in table["faults"].items()
        }
        found = QualityWeights(scales, faults, str(table["fitted_on"]), str(table["model"]))
    except (KeyError, TypeError, AttributeError, json.JSONDecodeError) as error:
        raise ValueError(f"these are no weights of {COLUMN}: {error!r}") from error
    unknown = {name for fault in faults.values() for name in fault.weights} - scales.keys()
    numbers = [n for fault in faults.values() for n in (fault.constant, *fault.weights.values())]
    numbers += [n for one in scales.values() for n in (one.mean, one.deviation)]
    if unknown or not all(map(isfinite, numbers)) or any(s.deviation <= 0 for s in scales.values()):
        raise ValueError(
            f"these are no weights of {COLUMN}: numbers must be finite, deviations above 0, and"
            f" each feature must have a scale (without one: {', '.join(sorted(unknown)) or 'none'})"
        )
    return found


def weights_text(weights: QualityWeights) -> str:
    """Return weights as JSON that a person can read."""
    table: dict[str, Any] = {
        "fitted_on": weights.fitted_on,
        "model": weights.model,
        "features": {
            n: {"mean": one.mean, "deviation": one.deviation} for n, one in weights.scales.items()
        },
        "faults": {
            name: {"constant": fault.constant, "weights": dict(fault.weights)}
            for name, fault in weights.faults.items()
        },
    }
    return json.dumps(table, ensure_ascii=False, indent=1) + "\n"
