"""WARC files -> RECORDS: every record looked at once, pages made into marked documents.

spark-submit spark_jobs/obelics_documents.py SETTINGS.toml

Input files are cut into batches; a finished batch is not done again.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from math import ceil

from pyspark.sql import SparkSession

from obelics_like.pages import row_bytes, row_of
from obelics_like.settings import ObelicsSettings, load_settings
from obelics_like.tables import Record
from spark_jobs.files import parquet_by
from spark_jobs.launch import launch
from spark_jobs.run_folder import planned_files, prepare
from spark_jobs.session import open_session
from spark_jobs.tables import RECORDS, is_finished, mark_finished, remove, table_path
from spark_jobs.worker_rules import worker_rules
from webdoc.storage import ArchiveFile, Split, splits_of
from webdoc.warc import read_captures

_TASK_BYTES = 64 << 20  # of compressed input; small enough that a lost task costs little
_TASKS_PER_CORE = 4  # at least, so that one long task does not leave the other cores idle


def records_of(splits: Iterable[Split], settings: ObelicsSettings) -> Iterator[Record]:
    """Read splits one after another and yield the row of every record."""
    rules = worker_rules(settings)
    for split in splits:
        for capture in read_captures(split, settings.reading):
            yield row_of(capture, split.file.path, settings.extraction, rules)


def write_records(
    spark: SparkSession, splits: Sequence[Split], settings: ObelicsSettings, path: str, tasks: int
) -> None:
    """Write RECORDS of the splits, worked on by so many tasks.

    Tasks write their files themselves. By way of Spark every row would be made three times, in
    Arrow, in Java and in Parquet, and Java would take the cores that the pages need.
    """
    # Dealt like cards: pages of one make, slow or quick, do not all land in the last task.
    dealt = [split for first in range(tasks) for split in splits[first::tasks]]

    def task(number: int, own: Iterable[Split]) -> Iterator[int]:
        count = 0
        with parquet_by(path, f"part-{number:06d}.parquet", Record, "kind") as add:
            for record in records_of(own, settings):
                add(record, row_bytes(record))
                count += 1
        yield count

    spark.sparkContext.parallelize(dealt, tasks).mapPartitionsWithIndex(task).sum()


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
        remove(path)  # what a killed run left
        write_records(spark, splits, settings, path, max(1, tasks))
        mark_finished(path)
    mark_finished(out)


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = load_settings(settings_file)
    prepare(settings, resume=True)
    with open_session("obelics_documents", settings.spark) as spark:
        run(spark, settings)


if __name__ == "__main__":
    sys.exit(launch(main))
