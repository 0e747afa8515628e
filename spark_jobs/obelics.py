"""WARC files -> a release, all jobs of the OBELICS path one after another.

spark-submit spark_jobs/obelics.py SETTINGS.toml [--resume | --fresh]
"""

import sys
from collections.abc import Callable

from pyspark.sql import SparkSession

from obelics_like.settings import ObelicsSettings, load_settings
from spark_jobs import (
    obelics_deduplicate,
    obelics_documents,
    obelics_fetch,
    obelics_images,
    obelics_near_duplicates,
    obelics_publish,
)
from spark_jobs.earlier_runs import check_earlier_runs
from spark_jobs.launch import launch_path
from spark_jobs.run_folder import prepare

STEPS: tuple[tuple[str, Callable[[SparkSession, ObelicsSettings], None]], ...] = (
    ("reading archives into documents", obelics_documents.run),
    ("fetching images", obelics_fetch.run),
    ("finding images", obelics_images.run),
    ("marking exact duplicates", obelics_deduplicate.run),
    ("marking near-duplicates", obelics_near_duplicates.run),
    ("publishing", obelics_publish.run),
)


def steps_of(
    settings: ObelicsSettings,
) -> list[tuple[str, Callable[[SparkSession, ObelicsSettings], None]]]:
    """Return the steps that a run takes: without fetching where nothing is fetched."""
    asks_web = obelics_fetch.fetches(settings)
    return [step for step in STEPS if asks_web or step[1] is not obelics_fetch.run]


def run(
    spark: SparkSession,
    settings: ObelicsSettings,
    on_step: Callable[[int, str], None] = print,
) -> None:
    """Run every job; what an earlier start of the same run finished is not done again."""
    for number, (name, step) in enumerate(steps_of(settings), start=1):
        on_step(number, name)
        step(spark, settings)


def main(arguments: list[str]) -> int:
    """Run under spark-submit; return the exit status."""
    return launch_path("obelics", arguments, load_settings, begin, lambda s: s.spark, run)


def begin(settings: ObelicsSettings, *, resume: bool = False, fresh: bool = False) -> None:
    """Make the folder ready for a run.

    Raises:
        SettingsError, RunFolderError: the run cannot begin; the message says why.
    """
    check_earlier_runs(settings)
    prepare(settings, resume=resume, fresh=fresh)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
