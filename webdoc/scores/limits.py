"""What the limits on scores leave out. Pure."""

from collections.abc import Mapping, Sequence

from webdoc.reasons import Reason
from webdoc.scores.scorer import Score, ScoreColumn, ScoreSettings

Finding = tuple[Reason, float]  # a broken limit, and what was measured


def limit_finding(scores: Sequence[Score], settings: ScoreSettings) -> Finding | None:
    """Return the first limit that scores break, in the order of their columns; None for none.

    A score exactly at its limit is kept, and so is an image or a document without the score.
    """
    broken = broken_limit(scores, settings)
    return None if broken is None else (broken[0].reason, broken[1])


def broken_limit(
    scores: Sequence[Score], settings: ScoreSettings
) -> tuple[ScoreColumn, float] | None:
    """Return the column of that first limit, and its score."""
    values = {score.name: score.value for score in scores}
    for column in settings.columns:
        value = values.get(column.name)
        if value is not None and _is_outside(column.name, value, settings.min, settings.max):
            return column, value
    return None


def _is_outside(
    name: str, value: float, least: Mapping[str, float], most: Mapping[str, float]
) -> bool:
    return value < least.get(name, value) or value > most.get(name, value)
