"""Records of archives in finished runs, as `interleaf explain` shows them."""

from collections.abc import Iterator
from typing import TypeVar

import pyarrow.dataset as ds
from rich.console import Console

from spark_jobs.run.tables import stored_table
from webdoc.arrow import from_batch
from webdoc.reasons import reason_text
from webdoc.release.escaping import one_line
from webdoc.tables.older import conformed

Row = TypeVar("Row")

RECORD_COLUMNS = (
    "warc_filename",
    "warc_record_offset",
    "record_type",
    "url",
    "capture_time",
    "http_status",
    "media_type",
    "kind",
    "reject_reason",
    "reject_detail",
)


class NothingFoundError(Exception):
    """No such run, or nothing in it under that name."""

    exit_status = 2


def rows_of(path: str, record: type[Row], is_wanted: ds.Expression) -> Iterator[Row]:
    """Yield rows of a table, which an earlier version may have written.

    Args:
        path: of the table.
        record: its class.
        is_wanted: which rows.
    """
    for batch in stored_table(path).to_table(filter=is_wanted).to_batches():
        yield from from_batch(conformed(batch, record), record)


def print_record(console: Console, row: dict[str, object]) -> None:
    """Print what a record is, and what became of it."""
    reason = row["reject_reason"]
    text = reason_text(str(reason or row["kind"]))
    fate = f"left out: {reason}, {text}" if reason else text
    because = f"; {row['reject_detail']}" if row["reject_detail"] else ""
    where = (
        f"{row['record_type']} record at {row['warc_filename']}:{row['warc_record_offset']}, "
        f"{row['capture_time']}, status {row['http_status']}, type {row['media_type'] or 'none'}"
    )
    console.print(one_line(where), markup=False)
    console.print(f"  {one_line(fate + because)}", markup=False)
