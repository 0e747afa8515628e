"""How what was measured is spread, kept and left out apart: tallies add up to histograms."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

MOST_NAMES = 20  # of a list of names; a corpus has millions of hosts


@dataclass(frozen=True, slots=True)
class Tally:
    """How often one value was met."""

    what: str  # title of a Scale, or of a list of names
    name: str  # the value where it is a name; "" of a number
    place: int  # the class of a number; 0 of a name
    kept: bool
    count: int


@dataclass(frozen=True, slots=True)
class Limit:
    """A threshold of a rule."""

    value: float
    key: str  # of the settings: documents.min_words


@dataclass(frozen=True, slots=True)
class Scale:
    """A number that is measured, and the classes it is counted in."""

    title: str  # "Words in a document"
    ends: tuple[float, ...]  # upper ends of the classes, rising; the last class has none

    def place(self, value: float) -> int:
        """Return the class of a value; one at an upper end lies below it.

        >>> [Scale("n", (1, 5)).place(value) for value in (0, 1, 2, 5, 6)]
        [0, 0, 1, 1, 2]
        """
        return bisect_left(self.ends, value)


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many things lie in each class, those that were kept and those left out."""

    scale: Scale
    kept: tuple[int, ...]  # one more than scale.ends
    lost: tuple[int, ...]  # likewise
    limits: tuple[Limit, ...] = ()


@dataclass(frozen=True, slots=True)
class NameCounts:
    """How often each name was met: the most frequent of those kept."""

    title: str
    counts: tuple[tuple[str, int], ...]  # most first


class Tallies:
    """Counts values as they come, to be added up later."""

    def __init__(self, scales: Iterable[Scale]) -> None:
        self._scales = {scale.title: scale for scale in scales}
        self._counts: Counter[tuple[str, str, int, bool]] = Counter()

    def number(self, title: str, value: float | None, *, kept: bool) -> None:
        """Count a number; None where nothing was measured."""
        if value is not None:
            self._counts[title, "", self._scales[title].place(value), kept] += 1

    def name(self, title: str, name: str, *, kept: bool) -> None:
        """Count a name; "" where nothing is known."""
        self._counts[title, name, 0, kept] += 1

    def rows(self) -> Iterator[Tally]:
        """Yield what was counted."""
        for (title, name, place, kept), count in self._counts.items():
            yield Tally(title, name, place, kept, count)


def histograms(
    tallies: Iterable[Tally], scales: Iterable[Scale], limits: Mapping[str, tuple[Limit, ...]]
) -> tuple[Histogram, ...]:
    """Return a histogram of each scale of which anything was measured.

    Args:
        tallies: added up or not.
        scales: in the order of the result.
        limits: the thresholds of a scale, by its title.
    """
    sums: Counter[tuple[str, int, bool]] = Counter()
    for tally in tallies:
        sums[tally.what, tally.place, tally.kept] += tally.count
    found = []
    for scale in scales:
        places = range(len(scale.ends) + 1)
        kept, lost = (
            tuple(sums[scale.title, place, is_kept] for place in places)
            for is_kept in (True, False)
        )
        if any(kept) or any(lost):
            found.append(Histogram(scale, kept, lost, limits.get(scale.title, ())))
    return tuple(found)


def names(
    tallies: Iterable[Tally], title: str, most: int | None = MOST_NAMES
) -> tuple[tuple[str, int], ...]:
    """Return the names of one kind that were kept most often, most first, then by name."""
    sums: Counter[str] = Counter()
    for tally in tallies:
        if tally.what == title and tally.kept:
            sums[tally.name] += tally.count
    return tuple(sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))[:most])


def name_counts(tallies: Iterable[Tally], titles: Iterable[str]) -> tuple[NameCounts, ...]:
    """Return the most frequent names of each kind of which any was met."""
    rows = list(tallies)
    found = (NameCounts(title, names(rows, title)) for title in titles)
    return tuple(one for one in found if one.counts)


def period(tallies: Iterable[Tally], title: str) -> tuple[str, str]:
    """Return the first and the last of the names that were kept, ("", "") where there is none.

    Args:
        tallies: added up or not.
        title: of names that are in order as texts, such as months.
    """
    met = [tally.name for tally in tallies if tally.what == title and tally.kept and tally.name]
    return (min(met), max(met)) if met else ("", "")
