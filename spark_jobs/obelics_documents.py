"""WARC files -> RECORDS: every record looked at once, pages made into marked documents.

What later jobs need of a document stands beside it, narrow: obelics_like/heads.py says what.

spark-submit spark_jobs/obelics_documents.py SETTINGS.toml

Input files are cut into batches; a finished batch is not done again.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from pyspark.sql import SparkSession

from obelics_like.heads import READ_KINDS
from obelics_like.record_rows import stored_rows
from obelics_like.settings import ObelicsSettings, load_settings
from spark_jobs.run.folder import forget, planned_files
from spark_jobs.run.launch import launch
from spark_jobs.run.obelics import prepare
from spark_jobs.run.session import open_session
from spark_jobs.run.supervised import guard_of
from spark_jobs.run.tables import RECORDS, table_path
from spark_jobs.run.worker_rules import worker_rules
from spark_jobs.sources.input_batches import Reading, write_in_batches
from spark_jobs.sources.unreadable import look_again, unreadable_row
from webdoc.archive.reader import read_captures
from webdoc.storage.inputs import ArchiveFile, Split, splits_of


def run(spark: SparkSession, settings: ObelicsSettings) -> None:
    """Write RECORDS, batch by batch; what was read well is left alone."""

    def rows(splits: Iterable[Split]) -> Iterator[tuple[Any, int]]:
        rules = worker_rules(settings)
        for split in splits:
            captures = read_captures(split, settings.archives)
            yield from stored_rows(captures, split.file.path, settings, rules)

    def parts(files: Sequence[ArchiveFile]) -> list[Split]:
        return splits_of(files, settings.archives.split_bytes)

    write_in_batches(
        spark,
        planned_files(settings.out),
        settings.run.batch_bytes,
        table_path(settings.out, RECORDS),
        Reading(
            READ_KINDS,
            "kind",
            parts,
            rows,
            unreadable_row,
            guard_of(settings.out, settings.budget),
        ),
        partial(forget, settings.out, (RECORDS,)),
        look_again(settings.archives.storage),
    )


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = load_settings(settings_file)
    prepare(settings, resume=True)
    with open_session("obelics_documents", settings.spark) as spark:
        run(spark, settings)


if __name__ == "__main__":
    sys.exit(launch(main))
