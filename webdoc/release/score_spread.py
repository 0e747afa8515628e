"""How a score is spread over a release, with the limits that were set: for card and report."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import floor
from typing import Final, Literal

from webdoc.release.score_curve import BesideLimit, CurvePoint

CLASSES: Final = 20  # of a histogram
Of = Literal["documents", "images"]


@dataclass(frozen=True, slots=True)
class ScoreSpread:
    """One score over all that is published."""

    name: str
    meaning: str
    of: Of
    count: int  # of those that have it
    least: float
    mean: float
    most: float
    counts: tuple[int, ...]  # in CLASSES equal parts of [least, most]; () where both are equal
    min: float | None = None  # what is below was left out
    max: float | None = None  # what is above was left out
    curve: tuple[CurvePoint, ...] = ()  # what a limit would take
    beside: BesideLimit | None = None  # pictures on either side of a limit; None of documents


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a histogram: a class, or a limit between two of them."""

    label: str
    count: int | None  # None of a limit
    share: float = 0.0  # of the largest class, in [0, 1]


def class_of(value: float, least: float, most: float) -> int:
    """Return the class of a value of [least, most]; the largest value is of the last one.

    >>> class_of(0.0, 0.0, 1.0), class_of(0.05, 0.0, 1.0), class_of(1.0, 0.0, 1.0)
    (0, 1, 19)
    """
    if most <= least:
        return 0
    return min(CLASSES - 1, floor((value - least) / (most - least) * CLASSES))


def bars(spread: ScoreSpread) -> Iterator[Bar]:
    """Yield the lines of a histogram, rising, each limit where it lies among them."""
    counts: Sequence[int] = spread.counts or (spread.count,)
    width = (spread.most - spread.least) / len(counts)
    largest = max(counts) or 1
    limits = [
        (limit, f"{word} {limit:.4g}")
        for limit, word in ((spread.min, "kept from"), (spread.max, "kept to"))
        if limit is not None
    ]
    for place, count in enumerate(counts):
        begin = spread.least + place * width
        is_last = place == len(counts) - 1
        yield from (Bar(text, None) for limit, text in limits if limit <= begin and place == 0)
        yield Bar(f"{begin:.4g} to {begin + width:.4g}", count, count / largest)
        for limit, text in limits:
            if (begin < limit <= begin + width) or (is_last and limit > begin + width):
                yield Bar(text, None)
