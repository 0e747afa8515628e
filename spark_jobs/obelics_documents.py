"""WARC files -> RECORDS: every record looked at once, pages made into marked documents.

spark-submit spark_jobs/obelics_documents.py SETTINGS.toml

Input files are cut into batches; a finished batch is not done again.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence

from pyspark.sql import SparkSession

from obelics_like.record_rows import row_bytes, rows_of
from obelics_like.settings import ObelicsSettings, load_settings
from spark_jobs.run.folder import planned_files
from spark_jobs.run.launch import launch
from spark_jobs.run.obelics import prepare
from spark_jobs.run.session import open_session
from spark_jobs.run.supervised import guard_of
from spark_jobs.run.tables import RECORDS, is_finished, table_path
from spark_jobs.run.worker_rules import worker_rules
from spark_jobs.sources.input_batches import tasks_for, write_in_batches, write_rows
from webdoc.archive.reader import read_captures
from webdoc.storage.inputs import ArchiveFile, Split, splits_of
from webdoc.tables.records import Record


def run(spark: SparkSession, settings: ObelicsSettings) -> None:
    """Write RECORDS, batch by batch; finished ones are left alone."""
    cores = spark.sparkContext.defaultParallelism

    def rows(splits: Iterable[Split]) -> Iterator[tuple[Record, int]]:
        rules = worker_rules(settings)
        for split in splits:
            captures = read_captures(split, settings.archives)
            path, extraction = split.file.path, settings.extraction
            for row in rows_of(captures, path, extraction, rules, settings.errors):
                yield row, row_bytes(row)

    def write(batch: Sequence[ArchiveFile], path: str) -> None:
        splits = splits_of(batch, settings.archives.split_bytes)
        tasks = tasks_for(batch, len(splits), cores)
        guard = guard_of(settings.out, settings.budget)
        write_rows(spark, splits, tasks, path, Record, "kind", rows, guard)

    out = table_path(settings.out, RECORDS)
    if not is_finished(out):
        write_in_batches(planned_files(settings.out), settings.run.batch_bytes, out, write)


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = load_settings(settings_file)
    prepare(settings, resume=True)
    with open_session("obelics_documents", settings.spark) as spark:
        run(spark, settings)


if __name__ == "__main__":
    sys.exit(launch(main))
