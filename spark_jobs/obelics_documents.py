"""WARC files -> RECORDS: every record looked at once, pages made into marked documents.

What later jobs need of a document stands beside it, narrow: obelics_like/heads.py says what.

spark-submit spark_jobs/obelics_documents.py SETTINGS.toml

Input files are cut into batches; a finished batch is not done again.
"""

import sys
from collections.abc import Iterable, Iterator
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
from spark_jobs.run.tables import RECORDS, SELECTED, table_path
from spark_jobs.run.worker_rules import worker_rules
from spark_jobs.sources.input_batches import Reading, write_in_batches
from spark_jobs.sources.input_doors import door_of
from spark_jobs.sources.unreadable import unreadable_row


def run(spark: SparkSession, settings: ObelicsSettings) -> None:
    """Write RECORDS, batch by batch; what was read well is left alone."""
    door = door_of(spark, settings.out, settings.archives, settings.index)

    def rows(parts: Iterable[Any]) -> Iterator[tuple[Any, int]]:
        rules, captures_of = worker_rules(settings), door.reader()
        for part in parts:
            yield from stored_rows(captures_of(part), part.file.path, settings, rules)

    write_in_batches(
        spark,
        planned_files(settings.out),
        settings.run.batch_bytes,
        table_path(settings.out, RECORDS),
        Reading(
            READ_KINDS,
            "kind",
            door.parts,
            rows,
            unreadable_row,
            guard=guard_of(settings.out, settings.budget),
            most_tasks=door.tasks,
        ),
        partial(forget, settings.out, (SELECTED, RECORDS)),
        door.look_again,
    )


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = load_settings(settings_file)
    prepare(settings, resume=True)
    with open_session("obelics_documents", settings.spark) as spark:
        run(spark, settings)


if __name__ == "__main__":
    sys.exit(launch(main))
