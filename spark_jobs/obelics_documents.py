"""WARC files -> RECORDS: every record looked at once, pages made into marked documents.

spark-submit spark_jobs/obelics_documents.py SETTINGS.toml

Input files are cut into batches; a finished batch is not done again.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, astuple, dataclass
from math import ceil

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from obelics_like.pages import row_bytes, row_of
from obelics_like.settings import ObelicsSettings, load_settings
from obelics_like.tables import Record
from spark_jobs.launch import launch
from spark_jobs.run_folder import planned_files, prepare
from spark_jobs.session import open_session
from spark_jobs.tables import RECORDS, is_finished, mark_finished, spark_schema, table_path
from spark_jobs.worker_rules import worker_rules
from webdoc.arrow import Batches, batched
from webdoc.storage import ArchiveFile, Split, splits_of
from webdoc.warc import read_captures

_TASK_BYTES = 64 << 20  # of compressed input; small enough that a lost task costs little
_TASKS_PER_CORE = 4  # at least, so that one long task does not leave the other cores idle


@dataclass(frozen=True, slots=True)
class SplitRow:
    """A webdoc.warc.Split as a row, to travel to its task."""

    path: str
    name: str
    size_bytes: int
    problem: str
    splittable: bool
    start: int
    end: int


def _row(split: Split) -> SplitRow:
    return SplitRow(**asdict(split.file), start=split.start, end=split.end)


def _split(row: SplitRow) -> Split:
    file = ArchiveFile(row.path, row.name, row.size_bytes, row.problem, row.splittable)
    return Split(file, row.start, row.end)


def records_of(rows: Iterator[SplitRow], settings: ObelicsSettings) -> Iterator[Record]:
    """Read splits one after another and yield the row of every record."""
    rules = worker_rules(settings)
    for row in rows:
        for capture in read_captures(_split(row), settings.reading):
            yield row_of(capture, row.path, settings.extraction, rules)


def transform(
    spark: SparkSession, splits: Sequence[Split], settings: ObelicsSettings, tasks: int
) -> DataFrame:
    """Return RECORDS of the splits, worked on by so many tasks."""
    rows = spark.sparkContext.parallelize([astuple(_row(split)) for split in splits], tasks)
    table = spark.createDataFrame(rows, spark_schema(SplitRow))

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        rows = (SplitRow(**row) for batch in batches for row in batch.to_pylist())
        yield from batched(records_of(rows, settings), Record, row_bytes)

    return table.mapInArrow(on_partition, spark_schema(Record))


def batches_of(files: Sequence[ArchiveFile], batch_bytes: int) -> list[list[ArchiveFile]]:
    """Cut files into runs of at most `batch_bytes`; a larger file is a batch of its own."""
    batches: list[list[ArchiveFile]] = []
    size = 0
    for file in files:
        if not batches or size + file.size_bytes > batch_bytes:
            batches.append([])
            size = 0
        batches[-1].append(file)
        size += file.size_bytes
    return batches


def run(spark: SparkSession, settings: ObelicsSettings) -> None:
    """Write RECORDS, batch by batch; finished ones are left alone."""
    out = table_path(settings.out, RECORDS)
    if is_finished(out):
        return
    files = planned_files(settings.out)
    cores = spark.sparkContext.defaultParallelism
    for number, batch in enumerate(batches_of(files, settings.run.batch_bytes)):
        path = f"{out}/batch={number:06d}"
        if is_finished(path):
            continue
        splits = splits_of(batch, settings.reading.split_bytes)
        size = sum(file.size_bytes for file in batch)
        tasks = max(ceil(size / _TASK_BYTES), min(len(splits), _TASKS_PER_CORE * cores))
        table = transform(spark, splits, settings, max(1, tasks))
        table.write.mode("overwrite").partitionBy("kind").parquet(path)
    mark_finished(out)


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = load_settings(settings_file)
    prepare(settings, resume=True)
    with open_session("obelics_documents", settings.spark) as spark:
        run(spark, settings)


if __name__ == "__main__":
    sys.exit(launch(main))
