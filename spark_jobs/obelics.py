"""WARC files -> a release, all jobs of the OBELICS path one after another.

spark-submit spark_jobs/obelics.py SETTINGS.toml [--resume | --fresh | --from STEP]
"""

import sys
from collections.abc import Callable
from functools import partial

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
    score_release,
)
from spark_jobs.duplicates.earlier_runs import check_earlier_runs
from spark_jobs.run.clip import check_model
from spark_jobs.run.folder import planned_files
from spark_jobs.run.java import check_java
from spark_jobs.run.launch import launch_path
from spark_jobs.run.obelics import prepare
from spark_jobs.run.progress import RunProgress
from spark_jobs.run.steps import Step, progress_of, redo_from, run_steps
from spark_jobs.run.tables import (
    ALIGNED,
    CLUSTERS,
    CONTAMINATED,
    DEDUPLICATED,
    DOCUMENTS,
    IMAGE_CLUSTERS,
    IMAGES,
    MARKED,
    RECORDS,
    SCORED,
    SIGNATURES,
)
from spark_jobs.sources.fetched_files import FETCHED, FETCHED_IMAGES
from spark_jobs.sources.fetched_images import FETCHED_FACTS
from spark_jobs.sources.unreadable import check_plan, check_read, look_again

_LIMIT = "archives.max_unreadable"

_READING = "reading"
_ALL = (
    Step(
        _READING,
        "reading archives into documents",
        obelics_documents.run,
        (RECORDS,),
        reads_inputs=True,
        weight=4,
        stages=1,
    ),
    Step(
        "fetching",
        "fetching images",
        obelics_fetch.run,
        (FETCHED, FETCHED_IMAGES, FETCHED_FACTS),
        ("fetch",),
    ),
    Step("images", "finding images", obelics_images.run, (IMAGES, DOCUMENTS)),
    Step(
        "duplicates",
        "marking exact duplicates",
        obelics_deduplicate.run,
        (MARKED,),
        ("deduplication", "repeated_ngrams", "decontamination"),
    ),
    Step(
        "near-duplicates",
        "marking near-duplicates",
        obelics_near_duplicates.run,
        (SIGNATURES, CLUSTERS, IMAGE_CLUSTERS, CONTAMINATED, DEDUPLICATED),
        ("near_duplicates", "near_images"),
    ),
    Step(
        "alignment",
        "comparing images with their texts",
        obelics_alignment.run,
        (ALIGNED,),
        ("alignment",),
    ),
    Step("scores", "scoring pictures", obelics_scores.run, (SCORED,), ("scores",)),
    Step("publishing", "publishing", obelics_publish.run, (), ("release",)),
    Step("score-release", "scoring the release", score_release.run_built, on_release=True),
)
STEPS: tuple[tuple[str, Callable[[SparkSession, ObelicsSettings], None]], ...] = tuple(
    (step.title, step.run) for step in _ALL
)


def steps_of(
    settings: ObelicsSettings,
) -> list[tuple[str, Callable[[SparkSession, ObelicsSettings], None]]]:
    """Return title and job of the steps that a run takes."""
    return [(step.title, step.run) for step in plan_of(settings)]


def plan_of(settings: ObelicsSettings) -> list[Step]:
    """Return the steps that a run takes: fetching and comparing only where they are asked for."""
    left_out = [
        step
        for step, is_asked_for in (
            (obelics_fetch.run, obelics_fetch.fetches(settings)),
            (obelics_alignment.run, obelics_alignment.compares(settings)),
            (obelics_scores.run, obelics_scores.scores(settings)),
            (score_release.run_built, score_release.asked_for(settings)),
        )
        if not is_asked_for
    ]
    return [step for step in _ALL if step.run not in left_out]


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
    """Run every job; what an earlier start of the same run finished is not done again.

    Raises:
        UnreadableInputsError: more inputs than `archives.max_unreadable` could not be read.
    """
    files, limit = planned_files(settings.out), settings.archives.max_unreadable
    check_plan(settings.out, files, limit, _LIMIT, look_again(settings.archives.storage))

    def after(step: Step) -> None:
        if step.key == _READING:
            check_read(settings.out, (RECORDS,), len(files), limit, _LIMIT)

    run_steps(spark, settings, plan_of(settings), on_step, partial(_archive_bytes, settings), after)


def progress(settings: ObelicsSettings) -> RunProgress:
    """Return what follows how far a run is whose folder is ready."""
    return progress_of(plan_of(settings), partial(_archive_bytes, settings))


def _archive_bytes(settings: ObelicsSettings, step: Step) -> int:
    files = planned_files(settings.out) if step.reads_inputs else []
    return sum(file.size_bytes for file in files)


def main(arguments: list[str]) -> int:
    """Run under spark-submit; return the exit status."""
    return launch_path(
        "obelics", arguments, load_settings, begin, obelics_alignment.spark_settings, run, progress
    )


def begin(
    settings: ObelicsSettings,
    *,
    resume: bool = False,
    fresh: bool = False,
    start: str = "",
    made_by: str = "",
) -> None:
    """Make the folder ready for a run.

    Args:
        settings: of the run.
        resume: go on with the run that is there.
        fresh: remove the run that is there.
        start: the step at which the run that is there begins anew, by other settings of it.

    Raises:
        SettingsError, RunFolderError: the run cannot begin; the message says why.
    """
    check(settings)
    redo = redo_from(plan_of(settings), start) if start else None
    prepare(settings, resume=resume, fresh=fresh, redo=redo, made_by=made_by)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
