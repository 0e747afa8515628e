"""Records of archives in finished runs, as `interleaf explain` shows them."""

import fsspec
import pyarrow.dataset as ds
from rich.console import Console

from spark_jobs.run.tables import for_fsspec
from webdoc.reasons import reason_text
from webdoc.release.escaping import one_line

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


def parquet_dataset(path: str) -> ds.Dataset:
    """Open a table of a run."""
    filesystem, inner = fsspec.url_to_fs(for_fsspec(path))
    return ds.dataset(inner, filesystem=filesystem, format="parquet", partitioning="hive")


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
