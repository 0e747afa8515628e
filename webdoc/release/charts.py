"""Where the bars and lines of a drawn histogram stand: plain numbers, for SVG in any page."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from webdoc.release.figures import value_text
from webdoc.release.spread import Histogram

WIDTH: Final = 360.0
HEIGHT: Final = 110.0  # of the bars; names of classes and limits stand around them


@dataclass(frozen=True, slots=True)
class Bar:
    """One class: what was kept at the bottom, what was left out on top of it."""

    x: float
    width: float
    kept: float  # height
    lost: float
    n_kept: int
    n_lost: int
    name: str  # "51 to 100"


@dataclass(frozen=True, slots=True)
class Mark:
    """A line or a name at one place of the axis."""

    x: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A histogram as it is drawn, in a box of WIDTH and HEIGHT."""

    title: str
    bars: tuple[Bar, ...]
    ticks: tuple[Mark, ...]  # upper ends of classes
    limits: tuple[Mark, ...]  # "documents.min_words 10"

    @property
    def summary(self) -> str:
        """The chart in a sentence, for those who do not see it."""
        kept, lost = (sum(getattr(bar, n) for bar in self.bars) for n in ("n_kept", "n_lost"))
        limits = "; ".join(mark.text for mark in self.limits)
        end = f" Limits: {limits}." if limits else ""
        return f"{self.title}: {kept:,} kept and {lost:,} left out.{end}"


def chart(histogram: Histogram) -> Chart:
    """Return where everything of a histogram stands; all classes are equally wide."""
    scale = histogram.scale
    most = max(k + n for k, n in zip(histogram.kept, histogram.lost, strict=True)) or 1
    step = WIDTH / (len(scale.ends) + 1)
    class_names = list(_names(scale.ends))
    bars = tuple(
        Bar(
            round(place * step + 1, 2),
            round(step - 2, 2),
            round(kept / most * HEIGHT, 2),
            round(lost / most * HEIGHT, 2),
            kept,
            lost,
            class_names[place],
        )
        for place, (kept, lost) in enumerate(zip(histogram.kept, histogram.lost, strict=True))
    )
    ticks = [Mark(round((i + 1) * step, 2), _short(end)) for i, end in enumerate(scale.ends)]
    lines = tuple(
        Mark(_position(limit.value, scale.ends, step), f"{limit.key} {value_text(limit.value)}")
        for limit in histogram.limits
    )
    return Chart(scale.title, bars, tuple(ticks), lines)


def _position(value: float, ends: tuple[float, ...], step: float) -> float:
    """Return where a value lies, within its class by its distance from both ends."""
    place = next((i for i, end in enumerate(ends) if value <= end), len(ends))
    low = ends[place - 1] if place else min(0.0, ends[0])
    high = ends[place] if place < len(ends) else max(2 * ends[-1], value)
    within = (value - low) / (high - low) if high > low else 1.0
    return round((place + min(max(within, 0.0), 1.0)) * step, 2)


def _names(ends: tuple[float, ...]) -> Iterator[str]:
    yield f"up to {value_text(ends[0])}"
    for low, high in itertools.pairwise(ends):
        yield f"above {value_text(low)}, up to {value_text(high)}"
    yield f"above {value_text(ends[-1])}"


def _short(value: float) -> str:
    """Return a number that fits below a bar.

    >>> _short(20_000), _short(0.25), _short(5_000_000)
    ('20k', '0.25', '5M')
    """
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}"
