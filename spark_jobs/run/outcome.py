"""The funnel of a finished run, and the exit status that follows from it."""

import csv
from collections.abc import Sequence
from typing import Final

import fsspec

from spark_jobs.run.tables import for_fsspec, table_path
from webdoc.reasons import KEPT, FunnelRow

NO_DOCUMENTS: Final = 3  # exit status: all jobs ran, and no document was kept; in both paths


def funnel_of(out: str) -> list[FunnelRow]:
    """Return the funnel of the release in the folder `out`: levels, reasons and counts only."""
    with fsspec.open(for_fsspec(table_path(out, "funnel.csv")), "r", encoding="utf-8") as file:
        return [
            FunnelRow(row["level"], row["reason"], int(row["count"]))
            for row in csv.DictReader(file)
        ]


def exit_status(funnel: Sequence[FunnelRow]) -> int:
    """Return 0 for a release with rows, `NO_DOCUMENTS` for one without."""
    has_rows = any(row.level == "document" and row.reason == KEPT for row in funnel)
    return 0 if has_rows else NO_DOCUMENTS
