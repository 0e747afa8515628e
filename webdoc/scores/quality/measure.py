"""What a feature of a document is, and which ones there are: modules of `features/` have them."""

import pkgutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from math import isfinite
from typing import Protocol

from webdoc.scores.quality import features
from webdoc.scores.quality.parts import DocumentParts
from webdoc.scores.quality.reading import DocumentReading


@dataclass(frozen=True, slots=True)
class Feature:
    """One number that is measured of a whole document."""

    name: str  # of the column
    meaning: str  # what it is, and its range
    source: str = "ours"  # paper and section where the formula is from
    needs_clip: bool = False  # whether it is unknown without vectors of images


class FeatureGroup(Protocol):
    """A module of `features/`."""

    FEATURES: tuple[Feature, ...]

    def measure(self, reading: DocumentReading) -> Sequence[float | None]:
        """Return the values of FEATURES; None where one cannot be measured."""


@cache
def feature_groups() -> tuple[FeatureGroup, ...]:
    """Return all modules of `features/`, by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(features.__path__))
    return tuple(import_module(f"{features.__name__}.{name}") for name in names)


@cache
def all_features() -> tuple[Feature, ...]:
    """Return every feature, in the order of `features_of`."""
    return tuple(feature for group in feature_groups() for feature in group.FEATURES)


def features_of(document: DocumentParts) -> dict[str, float | None]:
    """Return every feature of a document by name; None where it cannot be measured.

    Raises:
        ValueError: vectors of different lengths or with NaN inside; a feature is no finite number.
    """
    reading = DocumentReading(document)
    found: dict[str, float | None] = {}
    for group in feature_groups():
        for feature, value in zip(group.FEATURES, group.measure(reading), strict=True):
            if value is not None and not isfinite(value):
                raise ValueError(f"the feature {feature.name} is {value}, which is no number")
            found[feature.name] = None if value is None else round(float(value), 4)
    return found
