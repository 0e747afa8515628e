"""Texts and pictures -> a release, all jobs of the MMC4 path one after another.

spark-submit spark_jobs/mmc4.py SETTINGS.toml [--resume | --fresh]
"""

import sys
from collections.abc import Callable

from pyspark.sql import SparkSession

from mmc4_like.settings import Mmc4Settings
from mmc4_like.tables import GIVEN
from spark_jobs import (
    mmc4_candidates,
    mmc4_embed,
    mmc4_extract,
    mmc4_links,
    mmc4_pictures,
    mmc4_place,
    mmc4_pool,
    mmc4_publish,
    mmc4_robots,
    mmc4_texts,
)
from spark_jobs.run.launch import launch_path
from spark_jobs.run.mmc4 import Step, check, prepare, settings_for, spark_settings
from spark_jobs.run.tables import is_finished, table_path
from spark_jobs.sources.given_images import given_images

_AGAIN: tuple[tuple[str, Step], ...] = (
    ("placing images", mmc4_place.run),
    ("publishing", mmc4_publish.run),
)
_ALL: tuple[tuple[str, Step], ...] = (
    ("reading archives", mmc4_extract.run),
    ("reading texts", mmc4_texts.run),
    ("heeding robots.txt of the archives", mmc4_robots.run),
    ("looking into the pool", mmc4_pool.run),
    ("finding candidate images", mmc4_links.run),
    ("finding their bytes", mmc4_pictures.run),
    ("judging them", mmc4_candidates.run),
    ("computing vectors", mmc4_embed.run),
    *_AGAIN,
)


def steps(settings: Mmc4Settings) -> tuple[tuple[str, Step], ...]:
    """Return the jobs of a run, with their names for a person."""
    return _AGAIN if settings.from_vectors else _ALL


def run(
    spark: SparkSession,
    settings: Mmc4Settings,
    on_step: Callable[[int, str], None] = print,
) -> None:
    """Run every job; what an earlier start of the same run finished is not done again.

    Raises:
        SettingsError: a given table has not the columns that it needs.
    """
    is_read = settings.from_vectors or is_finished(table_path(settings.out, GIVEN))
    if settings.given and not is_read:
        given_images(spark, settings.given)  # before the long jobs that come first
    for number, (name, step) in enumerate(steps(settings), start=1):
        on_step(number, name)
        step(spark, settings)


def main(arguments: list[str]) -> int:
    """Run under spark-submit; return the exit status."""
    return launch_path("mmc4", arguments, settings_for, begin, spark_settings, run)


def begin(
    settings: Mmc4Settings, *, resume: bool = False, fresh: bool = False, made_by: str = ""
) -> None:
    """Make the folder ready for a run.

    Raises:
        SettingsError, RunFolderError: the run cannot begin; the message says why.
    """
    check(settings)
    prepare(settings, resume=resume, fresh=fresh, made_by=made_by)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
