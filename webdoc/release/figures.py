"""Figures of a release as a person reads them: counts, shares, sizes."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from webdoc.reasons import KEPT, LINKS, PERSONAL_DATA, WITHOUT_IMAGE, FunnelRow, Kind, Reason

LEVEL_NAMES = {
    "record": "Records",
    "pool_image": "Pool",
    "given_image": "Given images",
    "document": "Documents",
    "text": "Paragraphs",
    "sentence": "Sentences",
    "image": "Images",
    "word": "Words",
    PERSONAL_DATA: "Personal data",
}
# The last four are of records.
_KEPT_REASONS = frozenset({KEPT, WITHOUT_IMAGE, Kind.PAGE, Kind.IMAGE, Kind.ROBOTS, LINKS})
_UNITS = ("bytes", "KB", "MB", "GB", "TB", "PB")


@dataclass(frozen=True, slots=True)
class Part:
    """What one reason took of a level."""

    reason: str
    count: int
    share: float  # [0, 1] of the level
    kept: bool


@dataclass(frozen=True, slots=True)
class Level:
    """One level of the funnel: kept parts first, then the others by size."""

    key: str  # of LEVEL_NAMES, or whatever the funnel says
    total: int
    kept: int
    parts: tuple[Part, ...]

    @property
    def name(self) -> str:
        """The level in words."""
        return LEVEL_NAMES.get(self.key, self.key)

    @property
    def kept_share(self) -> float:
        """The share in [0, 1] that was kept; 0 of nothing."""
        return self.kept / self.total if self.total else 0.0


def levels_of(funnel: Iterable[FunnelRow]) -> tuple[Level, ...]:
    """Return the levels that the funnel has, and the words of its texts as one more."""
    counts: dict[str, Counter[str]] = {key: Counter() for key in LEVEL_NAMES}
    for row in funnel:
        counts.setdefault(row.level, Counter())[row.reason] += row.count
        if row.level in ("text", "sentence"):
            counts["word"][row.reason] += row.words
    return tuple(_level(key, reasons) for key, reasons in counts.items() if reasons.total())


def _level(key: str, reasons: Counter[str]) -> Level:
    total = reasons.total()
    parts = [
        Part(reason, count, count / total, reason in _KEPT_REASONS)
        for reason, count in reasons.items()
        if count
    ]
    parts.sort(key=lambda part: (not part.kept, -part.count, part.reason))
    return Level(key, total, sum(part.count for part in parts if part.kept), tuple(parts))


@dataclass(frozen=True, slots=True)
class Step:
    """What is left of a level after one reason took its part."""

    reason: str
    taken: int
    left: int
    left_share: float  # [0, 1] of the level


def steps_of(level: Level) -> tuple[Step, ...]:
    """Return what is left of a level after each reason, in the order in which the rules run.

    Reasons stand in that order in webdoc.reasons; one that is not known here comes last.
    """
    order = {str(reason): place for place, reason in enumerate(Reason)}
    lost = [part for part in level.parts if not part.kept]
    lost.sort(key=lambda part: (order.get(part.reason, len(order)), part.reason))
    left, steps = level.total, []
    for part in lost:
        left -= part.count
        steps.append(Step(part.reason, part.count, left, left / level.total))
    return tuple(steps)


def percent_text(share: float) -> str:
    """Return a share in [0, 1] as a percentage that never calls a part nothing, or all.

    >>> percent_text(0.1234), percent_text(0.00001), percent_text(0.99999), percent_text(1)
    ('12.3 %', '< 0.1 %', '> 99.9 %', '100 %')
    """
    if share in (0, 1):
        return f"{share * 100:.0f} %"
    if share < 0.0005:
        return "< 0.1 %"
    if share >= 0.9995:
        return "> 99.9 %"
    return f"{share * 100:.1f} %"


def size_text(size_bytes: int) -> str:
    """Return a size in decimal units.

    >>> size_text(999), size_text(1_500), size_text(2_340_000_000)
    ('999 bytes', '1.5 KB', '2.3 GB')
    """
    size, unit = float(size_bytes), 0
    while size >= 999.95 and unit < len(_UNITS) - 1:
        size, unit = size / 1000, unit + 1
    return f"{size:.1f} {_UNITS[unit]}" if unit else f"{size_bytes} bytes"


def value_text(value: float) -> str:
    """Return what a rule measured: whole numbers as they are, others to three digits.

    >>> value_text(12345.0), value_text(0.31649), value_text(2.0)
    ('12,345', '0.316', '2')
    """
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:.3g}"


# Source of the classes: huggingface_hub.DatasetCardData, size_categories.
_SIZES = (
    (10**3, "n<1K"),
    (10**4, "1K<n<10K"),
    (10**5, "10K<n<100K"),
    (10**6, "100K<n<1M"),
    (10**7, "1M<n<10M"),
    (10**8, "10M<n<100M"),
    (10**9, "100M<n<1B"),
    (10**10, "1B<n<10B"),
    (10**11, "10B<n<100B"),
    (10**12, "100B<n<1T"),
)


def size_category(rows: int) -> str:
    """Return the Hub's class for a number of rows.

    >>> size_category(999), size_category(1000), size_category(10**12)
    ('n<1K', '1K<n<10K', 'n>1T')
    """
    return next((name for limit, name in _SIZES if rows < limit), "n>1T")
