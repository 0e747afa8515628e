"""What a scorer is, which ones there are, and what their limits leave out."""

import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from typing import Protocol

from webdoc.reasons import Reason
from webdoc.scores import pictures
from webdoc.settings import section, setting

_FOLDER = pictures.__name__
Finding = tuple[Reason, float]  # a broken limit, and what was measured


@dataclass(frozen=True, slots=True)
class ScoreColumn:
    """One number that a scorer gives of each picture."""

    name: str  # of the column, the same in tables and releases; unique among all scorers
    meaning: str  # for the card, the report and `explain`: what it is, its range, its source
    reason: Reason  # of an image whose score is outside the limits


@dataclass(frozen=True, slots=True)
class Score:
    """One score of one picture."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class PictureScores:
    """PICTURE_SCORES: what one scorer says of one picture."""

    sha256: str
    revision: str  # `scorer_revision`
    scores: tuple[Score, ...] = ()  # without those that there are none of


class PictureScorer(Protocol):
    """Scores pictures by their bytes; loaded once a worker, and never pickled."""

    revision: str  # other numbers come with another one: tables of different ones never mix

    def score(self, bodies: Sequence[bytes]) -> Sequence[tuple[float | None, ...]]:
        """Return the scores of each picture, in the order of the module's COLUMNS.

        None where there is none: bytes that do not decode, or a picture that is too small. The
        scores of a picture do not depend on the other pictures of the batch.
        """


@dataclass(frozen=True, slots=True)
class ScoreSettings:
    """Which scores are made, and which limits leave images out; without a limit, none does."""

    pictures: tuple[str, ...] = setting(
        (),
        "Scorers of pictures, by the names of their modules in `webdoc/scores/pictures/`. Each adds"
        " its columns to the metadata of images, whether or not a limit is set.",
        source="ours",
        private=False,
    )
    min: dict[str, float] = section(
        dict,
        "The least score of a column that is kept; an image below it is left out.",
        source="the user's",
        private=False,
    )
    max: dict[str, float] = section(
        dict,
        "The largest score of a column that is kept; an image above it is left out.",
        source="the user's",
        private=False,
    )

    def __post_init__(self) -> None:
        known = scorer_names()
        for name in self.pictures:
            if name not in known:
                raise ValueError(_unknown(f"no scorer {name!r}", name, known))
        columns = [column.name for column in self.columns]
        for limits in (self.min, self.max):
            for name in limits:
                if name not in columns:
                    raise ValueError(_unknown(f"no score {name!r} is asked for", name, columns))
        for name in self.min.keys() & self.max.keys():
            if self.min[name] > self.max[name]:
                raise ValueError(f"min of {name} must be at most its max")

    @property
    def columns(self) -> tuple[ScoreColumn, ...]:
        """The columns of the scorers that are asked for."""
        return tuple(column for name in self.pictures for column in columns_of(name))


def scorer_names() -> list[str]:
    """Return the names of the scorers of pictures, in order; nothing is loaded."""
    return sorted(module.name for module in pkgutil.iter_modules(pictures.__path__))


def columns_of(name: str) -> tuple[ScoreColumn, ...]:
    """Return the columns of a scorer, without loading a model."""
    columns: tuple[ScoreColumn, ...] = import_module(f"{_FOLDER}.{name}").COLUMNS
    return columns


def load_scorer(name: str) -> PictureScorer:
    """Load a scorer of pictures.

    Raises:
        SettingsError: its extra is not installed, or its model cannot be had.
    """
    scorer: PictureScorer = import_module(f"{_FOLDER}.{name}").load()
    return scorer


def scorer_revision(name: str, scorer: PictureScorer) -> str:
    """Return what tells the scores of one scorer from those of any other, or of its past."""
    return f"{name}-{scorer.revision}"


def scored(
    name: str, scorer: PictureScorer, keys: Sequence[str], bodies: Sequence[bytes]
) -> list[PictureScores]:
    """Return the rows of some pictures.

    Raises:
        ValueError: the scorer gave other numbers of pictures or columns, or one that is no number.
    """
    revision, columns = scorer_revision(name, scorer), columns_of(name)
    rows = []
    for key, values in zip(keys, scorer.score(bodies), strict=True):
        known = zip(columns, values, strict=True)
        scores = tuple(Score(c.name, value) for c, value in known if value is not None)
        if any(score.value != score.value for score in scores):  # NaN is not itself
            raise ValueError(f"the scorer {name} gave NaN for the picture {key}")
        rows.append(PictureScores(key, revision, scores))
    return rows


def limit_finding(scores: Sequence[Score], settings: ScoreSettings) -> Finding | None:
    """Return the first limit that scores break, in the order of their columns; None for none.

    A score exactly at its limit is kept, and so is an image without the score.
    """
    values = {score.name: score.value for score in scores}
    for column in settings.columns:
        value = values.get(column.name)
        if value is not None and _is_outside(column.name, value, settings.min, settings.max):
            return column.reason, value
    return None


def _is_outside(
    name: str, value: float, least: Mapping[str, float], most: Mapping[str, float]
) -> bool:
    return value < least.get(name, value) or value > most.get(name, value)


def _unknown(what: str, name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}? " if near else ""
    return f"{what}: {hint}There are: {', '.join(known) or 'none'}"
