"""Two runs side by side: their funnels, and the settings in which they differ."""

import csv
import io
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from webdoc.reasons import FunnelRow
from webdoc.release.figures import LEVEL_NAMES, Level, levels_of


@dataclass(frozen=True, slots=True)
class ComparedReason:
    """One reason in both runs."""

    reason: str
    count: int
    share: float  # of its level, [0, 1]
    other_count: int
    other_share: float

    @property
    def gain(self) -> float:
        """By how much the share of this run is larger, in percentage points."""
        return (self.share - self.other_share) * 100


@dataclass(frozen=True, slots=True)
class ComparedLevel:
    """One level of the funnel in both runs."""

    name: str
    total: int
    other_total: int
    reasons: tuple[ComparedReason, ...]  # those whose share differs most come first


@dataclass(frozen=True, slots=True)
class Comparison:
    """This run beside another one."""

    other: str  # the name of the other dataset
    levels: tuple[ComparedLevel, ...]
    settings: tuple[tuple[str, str, str], ...]  # (key, here, there)


def funnel_from_csv(text: str) -> tuple[FunnelRow, ...]:
    """Return the rows of a funnel.csv.

    Raises:
        ValueError: it is none.
    """
    try:
        return tuple(
            FunnelRow(
                row["level"],
                row["reason"],
                *(int(row[name]) for name in ("count", "words", "text_bytes")),
            )
            for row in csv.DictReader(io.StringIO(text))
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"no funnel: {error}") from error


def compared(
    funnel: Iterable[FunnelRow], settings: str, other_funnel: Iterable[FunnelRow], other: str
) -> Comparison:
    """Return two runs side by side.

    Args:
        funnel: of this run.
        settings: its settings.toml.
        other_funnel: of the other run.
        other: its settings.toml.

    Raises:
        ValueError: one of the settings is no TOML.
    """
    ours, theirs = {lv.key: lv for lv in levels_of(funnel)}, {}
    theirs = {lv.key: lv for lv in levels_of(other_funnel)}
    keys = [*ours, *(key for key in theirs if key not in ours)]
    keys.sort(key=[*LEVEL_NAMES, *keys].index)
    table = tomllib.loads(other)
    return Comparison(
        str(table.get("release", {}).get("name", "")),
        tuple(_level(key, ours.get(key), theirs.get(key)) for key in keys),
        tuple(_differences(tomllib.loads(settings), table)),
    )


def _level(key: str, ours: Level | None, theirs: Level | None) -> ComparedLevel:
    our_reasons, their_reasons = (
        {part.reason: part for part in level.parts} if level else {} for level in (ours, theirs)
    )
    reasons = []
    for reason in dict.fromkeys([*our_reasons, *their_reasons]):
        mine, other = our_reasons.get(reason), their_reasons.get(reason)
        reasons.append(
            ComparedReason(
                reason,
                mine.count if mine else 0,
                mine.share if mine else 0.0,
                other.count if other else 0,
                other.share if other else 0.0,
            )
        )
    reasons.sort(key=lambda one: (-abs(one.gain), one.reason))
    return ComparedLevel(
        LEVEL_NAMES.get(key, key),
        ours.total if ours else 0,
        theirs.total if theirs else 0,
        tuple(reasons),
    )


def _differences(ours: dict[str, Any], theirs: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    our_settings, their_settings = dict(_flat(ours)), dict(_flat(theirs))
    for key in sorted({*our_settings, *their_settings}):
        pair = our_settings.get(key, "not set"), their_settings.get(key, "not set")
        if pair[0] != pair[1]:
            yield key, *pair


def _flat(table: Mapping[str, Any], where: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{where}{key}.")
        else:
            yield f"{where}{key}", str(value)
