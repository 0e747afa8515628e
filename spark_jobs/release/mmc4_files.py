"""The data files of a release of the MMC4 path, the same bytes whatever the cluster."""

from collections.abc import Callable, Iterator
from functools import partial
from math import ceil
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from mmc4_like.release.rows import InterleavedRow, Mmc4Row, interleaved_row, mmc4_line, mmc4_row
from mmc4_like.settings import Mmc4Settings
from mmc4_like.tables import PlacedDocument
from spark_jobs.release.buckets import bucketed, write_bucketed
from spark_jobs.run.files import write_parquet, written_whole
from spark_jobs.run.tables import spark_schema, table_path
from webdoc.arrow import Batches, from_batch, schema_of, to_batch
from webdoc.release.files import ReleaseFile
from webdoc.run_settings import ReleaseSettings


def live(placed: DataFrame) -> DataFrame:
    """Return the documents that are published."""
    return placed.where("candidate.document.reject_reason is null")


def write_documents(placed: DataFrame, settings: Mmc4Settings) -> list[ReleaseFile]:
    """Write data/, mmc4/ and jsonl/: the same documents three times, in the same files."""
    kept = live(placed)
    buckets = max(1, ceil(kept.count() / settings.release.rows_per_file))
    out, limits = settings.out, settings.release
    parts = (
        ("data/train", interleaved_row, InterleavedRow),
        ("mmc4/train", mmc4_row, Mmc4Row),
    )
    files: list[ReleaseFile] = []
    for name, step, record in parts:
        rows = bucketed(_rows(kept, step, record), "doc_id", buckets)
        write = partial(_write_rows, out=out, record=record, limits=limits)
        files += write_bucketed(rows, name, buckets, write)
    lines = bucketed(_lines(kept), "doc_id", buckets)
    write_lines = partial(_write_lines, out=out)
    return files + write_bucketed(lines, "jsonl/docs_shard", buckets, write_lines, "jsonl")


def _rows(kept: DataFrame, step: Callable[[PlacedDocument], Any], record: type) -> DataFrame:
    """Return the column row, as the release has it, beside doc_id."""

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            found = from_batch(batch, PlacedDocument)
            rows = to_batch([step(placed) for placed in found], record).to_struct_array()
            yield pa.RecordBatch.from_arrays([_ids(found), rows], names=["doc_id", "row"])

    schema = spark_schema(record).simpleString()
    return kept.mapInArrow(on_partition, f"doc_id string, row {schema}")


def _lines(kept: DataFrame) -> DataFrame:
    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            found = from_batch(batch, PlacedDocument)
            lines = pa.array([mmc4_line(mmc4_row(placed)) for placed in found], pa.string())
            yield pa.RecordBatch.from_arrays([_ids(found), lines], names=["doc_id", "line"])

    return kept.mapInArrow(on_partition, "doc_id string, line string")


def _ids(found: list[PlacedDocument]) -> pa.Array:
    return pa.array([placed.candidate.document.doc_id for placed in found], pa.string())


def _write_rows(
    path: str, batches: Batches, *, out: str, record: type, limits: ReleaseSettings
) -> ReleaseFile:
    schema = schema_of(record)
    rows = (pa.RecordBatch.from_struct_array(batch.column("row")) for batch in batches)
    return write_parquet(out, path, rows, schema, limits)


def _write_lines(path: str, batches: Batches, *, out: str) -> ReleaseFile:
    rows = 0
    with written_whole(table_path(out, path)) as sink:
        for batch in batches:
            for line in batch.column("line").to_pylist():
                sink.write(f"{line}\n".encode())
                rows += 1
    return ReleaseFile(path, rows, sink.size_bytes, sink.sha256)


def placed_pictures(placed: DataFrame) -> DataFrame:
    """Return the sha256 of every picture that a published document shows."""
    stands = F.expr("filter(placements, p -> p.sentence is not null)")
    shown = live(placed).select("candidate.images", F.explode(stands).alias("placement"))
    found = shown.select(
        F.expr("element_at(images, cast(placement.image + 1 as int)).facts.sha256")
    )
    return found.toDF("sha256").where("sha256 != ''").distinct()
