"""What a limit on a score would take, before anyone sets one: a curve, and pictures. Pure.

Values are counted by classes that begin at numbers of three digits, so what lies below such a
number is counted exactly, whatever the partitions. A limit that a person sets is such a number.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Final

PICTURES: Final = 12  # on either side of a limit
_DIGITS: Final = 3
_MOST: Final = 1e300
_POINTS: Final = 100  # of a curve, about: one for each hundredth that a limit takes


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """A limit, and what is below it."""

    limit: float
    share: float  # of what has the score, in [0, 1]


@dataclass(frozen=True, slots=True)
class ScoredPicture:
    """A picture by a score."""

    sha256: str
    value: float


@dataclass(frozen=True, slots=True)
class BesideLimit:
    """The pictures whose scores lie nearest to a limit."""

    limit: float
    is_set: bool  # by the settings; else it is the median
    below: tuple[ScoredPicture, ...]  # the nearest first; each picture once
    above: tuple[ScoredPicture, ...]  # likewise; one exactly at the limit is among these


def class_start(value: float) -> float:
    """Return the largest number of three digits that is not above a value.

    >>> class_start(0.12345), class_start(-0.12345), class_start(98765.0), class_start(0.28)
    (0.123, -0.124, 98700.0, 0.28)
    """
    exact = Decimal(repr(min(max(value, -_MOST), _MOST)))  # infinite ones too have a class
    if not exact:
        return 0.0
    step = Decimal(1).scaleb(exact.adjusted() + 1 - _DIGITS)
    return float((exact / step).to_integral_value(ROUND_FLOOR) * step)


def curve_of(counts: Mapping[float, int]) -> tuple[CurvePoint, ...]:
    """Return a curve: rising limits with what is below each, about a hundred of them.

    Args:
        counts: how many values each class has, by its start.

    Returns:
        The first point takes nothing; the last is the start of the highest class. Empty for none.
    """
    total, below, points = sum(counts.values()), 0, []
    last = -1
    for start in sorted(counts):
        hundredth = below * _POINTS // total
        if hundredth > last or start == max(counts):
            points.append(CurvePoint(start, below / total))
            last = hundredth
        below += counts[start]
    return tuple(points)


def median_of(counts: Mapping[float, int]) -> float:
    """Return the start of the class in which the middle value lies.

    >>> median_of({1.0: 2, 2.0: 1, 5.0: 3})
    2.0
    """
    total, below = sum(counts.values()), 0
    for start in sorted(counts):
        below += counts[start]
        if 2 * below >= total:
            return start
    return 0.0


def share_below(curve: tuple[CurvePoint, ...], limit: float) -> float:
    """Return what a least score takes, read from a curve: exact at its points, else between two.

    >>> share_below((CurvePoint(0.0, 0.0), CurvePoint(1.0, 0.5)), 0.5)
    0.25
    """
    place = bisect_left([point.limit for point in curve], limit)
    if place == 0:
        return 0.0
    if place == len(curve):
        return 1.0
    left, right = curve[place - 1], curve[place]
    within = (limit - left.limit) / (right.limit - left.limit)
    return left.share + within * (right.share - left.share)


def nearest_pictures(
    pictures: Iterable[ScoredPicture], limit: float
) -> tuple[tuple[ScoredPicture, ...], tuple[ScoredPicture, ...]]:
    """Return the pictures nearest to a limit, below it and from it on, each picture once.

    Args:
        pictures: in any order; of one that is there with several values the nearest counts.
        limit: the least score that is kept.
    """
    sides: tuple[dict[str, float], dict[str, float]] = ({}, {})
    for one in sorted(pictures, key=lambda p: (abs(p.value - limit), p.sha256, p.value)):
        side = sides[one.value >= limit]
        if len(side) < PICTURES and not any(one.sha256 in known for known in sides):
            side[one.sha256] = one.value
    below, above = (tuple(ScoredPicture(*pair) for pair in side.items()) for side in sides)
    return below, above
