"""WARC files -> a release, all jobs of the OBELICS path one after another.

spark-submit spark_jobs/obelics.py SETTINGS.toml [--resume | --fresh]
"""

import sys
from collections.abc import Callable

from pyspark.sql import SparkSession

from obelics_like.settings import ObelicsSettings, load_settings
from spark_jobs import (
    obelics_alignment,
    obelics_deduplicate,
    obelics_documents,
    obelics_fetch,
    obelics_images,
    obelics_near_duplicates,
    obelics_publish,
    obelics_scores,
)
from spark_jobs.duplicates.earlier_runs import check_earlier_runs
from spark_jobs.run.clip import check_model
from spark_jobs.run.java import check_java
from spark_jobs.run.launch import launch_path
from spark_jobs.run.obelics import prepare

STEPS: tuple[tuple[str, Callable[[SparkSession, ObelicsSettings], None]], ...] = (
    ("reading archives into documents", obelics_documents.run),
    ("fetching images", obelics_fetch.run),
    ("finding images", obelics_images.run),
    ("marking exact duplicates", obelics_deduplicate.run),
    ("marking near-duplicates", obelics_near_duplicates.run),
    ("comparing images with their texts", obelics_alignment.run),
    ("scoring pictures", obelics_scores.run),
    ("publishing", obelics_publish.run),
)


def steps_of(
    settings: ObelicsSettings,
) -> list[tuple[str, Callable[[SparkSession, ObelicsSettings], None]]]:
    """Return the steps that a run takes: fetching and comparing only where they are asked for."""
    left_out = [
        step
        for step, is_asked_for in (
            (obelics_fetch.run, obelics_fetch.fetches(settings)),
            (obelics_alignment.run, obelics_alignment.compares(settings)),
            (obelics_scores.run, obelics_scores.scores(settings)),
        )
        if not is_asked_for
    ]
    return [step for step in STEPS if step[1] not in left_out]


def check(settings: ObelicsSettings) -> None:
    """Refuse what cannot become a run, before anything is touched.

    Raises:
        RunFolderError: an earlier run is not there, or cannot be compared with.
        SettingsError: a model is asked for that is not there, or its extra is not installed.
    """
    check_java()
    check_earlier_runs(settings)
    if obelics_alignment.compares(settings):
        check_model(settings.alignment.model, settings.spark)


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
    return launch_path(
        "obelics", arguments, load_settings, begin, obelics_alignment.spark_settings, run
    )


def begin(
    settings: ObelicsSettings, *, resume: bool = False, fresh: bool = False, made_by: str = ""
) -> None:
    """Make the folder ready for a run.

    Raises:
        SettingsError, RunFolderError: the run cannot begin; the message says why.
    """
    check(settings)
    prepare(settings, resume=resume, fresh=fresh, made_by=made_by)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
