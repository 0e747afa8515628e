"""Pictures of a release side by side: some that were kept, and some of each reason."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from webdoc.reasons import IN_REJECTED_DOCUMENT, KEPT, FunnelRow

CASES_KEPT, CASES_A_REASON = 48, 12  # pictures of a grid


@dataclass(frozen=True, slots=True)
class PictureCase:
    """One picture on one page, and what became of it."""

    reason: str  # KEPT, IN_REJECTED_DOCUMENT or a reason
    sha256: str
    doc_id: str
    page_url: str
    value: float | None = None  # what the rule measured
    detail: str = ""  # "jpeg · 640 × 480 px" and the like
    alt_text: str = ""


@dataclass(frozen=True, slots=True)
class PictureGrid:
    """The pictures of one reason."""

    reason: str
    count: int  # of all images with this reason
    cases: tuple[PictureCase, ...]


def fewest(
    cases: Iterable[PictureCase], most: Mapping[str, int] | None = None
) -> list[PictureCase]:
    """Return the pictures of each reason with the smallest hashes, each picture once.

    A hash has nothing to do with what a picture shows, so they are a random choice, and the same
    one in every run.

    Args:
        cases: in any order.
        most: pictures of a reason, where it is not as many as a grid holds.
    """
    limits = most or {}
    found: list[PictureCase] = []
    for reason, cases_of_reason in groupby(sorted(cases, key=_order), key=lambda case: case.reason):
        first = {case.sha256: case for case in reversed([*cases_of_reason])}
        limit = limits.get(reason, CASES_KEPT if reason == KEPT else CASES_A_REASON)
        found += [first[digest] for digest in sorted(first)[:limit]]
    return found


def _order(case: PictureCase) -> tuple[str, str, str, str]:
    return case.reason, case.sha256, case.doc_id, case.detail


def grids_of(cases: Iterable[PictureCase], funnel: Iterable[FunnelRow]) -> tuple[PictureGrid, ...]:
    """Return a grid of what was kept, then one of each reason, the most frequent first."""
    counts = {row.reason: row.count for row in funnel if row.level == "image"}
    return tuple(sorted(_grids(cases, counts), key=_place))


def _grids(cases: Iterable[PictureCase], counts: Mapping[str, int]) -> Iterator[PictureGrid]:
    for reason, cases_of_reason in groupby(fewest(cases), key=lambda case: case.reason):
        yield PictureGrid(reason, counts.get(reason, 0), tuple(cases_of_reason))


def _place(grid: PictureGrid) -> tuple[int, int, str]:
    """Return kept pictures first, and last those that broke no rule themselves."""
    rank = {KEPT: 0, IN_REJECTED_DOCUMENT: 2}
    return rank.get(grid.reason, 1), -grid.count, grid.reason
