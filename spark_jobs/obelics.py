"""WARC files -> a release, all jobs of the OBELICS path one after another.

spark-submit spark_jobs/obelics.py SETTINGS.toml [--resume | --fresh | --from STEP]
"""

import sys
from collections.abc import Callable
from contextlib import ExitStack
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
    obelics_select,
    score_release,
)
from spark_jobs.balance import obelics_balance
from spark_jobs.duplicates.earlier_runs import check_earlier_runs
from spark_jobs.run.clip import check_model
from spark_jobs.run.folder import planned_files
from spark_jobs.run.java import check_java
from spark_jobs.run.launch import launch_path
from spark_jobs.run.obelics import prepare
from spark_jobs.run.progress import RunProgress
from spark_jobs.run.scorers import check_scorers
from spark_jobs.run.sizes import sized_for
from spark_jobs.run.steps import Step, progress_of, redo_from, run_steps
from spark_jobs.run.tables import (
    ALIGNMENT_MARKS,
    BALANCE_DRAWS,
    BALANCE_ENTRIES,
    BALANCE_MARKS,
    CLUSTERS,
    CONTAMINATED,
    DOCUMENT_MARKS,
    EXACT_MARKS,
    FINISH_MARKS,
    FINISHED,
    IMAGE_CLUSTERS,
    IMAGE_MARKS,
    IMAGES,
    NEAR_MARKS,
    RECORDS,
    REPEATED,
    ROBOTS_MARKS,
    SCORE_MARKS,
    SELECTED,
    SET_MARKS,
    SIGNATURES,
    TEXT_MARKS,
    URL_MARKS,
)
from spark_jobs.scores.documents import DOCUMENT_SCORES
from spark_jobs.sources.fetched_files import FETCHED, FETCHED_IMAGES
from spark_jobs.sources.fetched_images import FETCHED_FACTS
from spark_jobs.sources.unreadable import check_plan, check_read, look_again
from webdoc.balance.entries import check_balance

_LIMIT = "archives.max_unreadable"

_SELECTING = "selecting"
_READING = "reading"
_ALL = (
    Step(_SELECTING, "selecting records", obelics_select.run, (SELECTED,), ("index",), stages=6),
    Step(
        _READING,
        "reading archives into documents",
        obelics_documents.run,
        (RECORDS,),
        reads_inputs=True,
        reads_by=("deduplication.normalise_urls", "deduplication.paragraph_scope"),
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
    Step("images", "finding images", obelics_images.run, (ROBOTS_MARKS, IMAGES, IMAGE_MARKS)),
    Step(
        "duplicates",
        "marking exact duplicates",
        obelics_deduplicate.run,
        (URL_MARKS, REPEATED, EXACT_MARKS, FINISHED, FINISH_MARKS),
        ("deduplication", "repeated_ngrams", "decontamination"),
    ),
    Step(
        "near-duplicates",
        "marking near-duplicates",
        obelics_near_duplicates.run,
        (
            SIGNATURES,
            CLUSTERS,
            IMAGE_CLUSTERS,
            CONTAMINATED,
            TEXT_MARKS,
            NEAR_MARKS,
            SET_MARKS,
        ),
        ("near_duplicates", "near_images"),
    ),
    Step(
        "alignment",
        "comparing images with their texts",
        obelics_alignment.run,
        (ALIGNMENT_MARKS,),
        ("alignment", "clip"),
    ),
    Step(
        "scores",
        "scoring pictures and documents",
        obelics_scores.run,
        (SCORE_MARKS, DOCUMENT_SCORES, DOCUMENT_MARKS),
        ("scores",),
    ),
    Step(
        "balance",
        "balancing over concepts",
        obelics_balance.run,
        (BALANCE_ENTRIES, BALANCE_DRAWS, BALANCE_MARKS),
        ("balance",),
    ),
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
            (obelics_select.run, settings.index.is_given),
            (obelics_fetch.run, obelics_fetch.fetches(settings)),
            (obelics_alignment.run, obelics_alignment.compares(settings)),
            (obelics_scores.run, obelics_scores.scores(settings)),
            (obelics_balance.run, obelics_balance.balances(settings)),
            (score_release.run_built, score_release.asked_for(settings)),
        )
        if not is_asked_for
    ]
    return [step for step in _ALL if step.run not in left_out]


def check(settings: ObelicsSettings) -> None:
    """Refuse what cannot become a run, before anything is touched.

    Raises:
        RunFolderError: an earlier run is not there, or cannot be compared with.
        SettingsError: a model or a scorer is asked for that is not there, or its extra is not.
    """
    check_java()
    check_earlier_runs(settings)
    if obelics_alignment.compares(settings):
        check_model(settings.clip.model, settings.spark)
    check_scorers(settings.scores, settings.spark)
    if obelics_balance.balances(settings):
        check_balance(settings.balance)


def run(
    spark: SparkSession,
    settings: ObelicsSettings,
    on_step: Callable[[int, str], None] = print,
) -> None:
    """Run every job; what an earlier start of the same run finished is not done again.

    Raises:
        UnreadableInputsError: more inputs than `archives.max_unreadable` could not be read.
    """
    limit = settings.archives.max_unreadable
    steps, archive_bytes = plan_of(settings), partial(_archive_bytes, settings)
    with ExitStack() as stack:

        def fit() -> None:
            files = planned_files(settings.out)
            stack.enter_context(sized_for(spark, sum(file.size_bytes for file in files)))

        def after(step: Step) -> None:
            if step.key == _SELECTING:  # only now it is known how much there is to read
                fit()
            if step.key == _READING:
                count = len(planned_files(settings.out))
                check_read(settings.out, (RECORDS,), count, limit, _LIMIT)

        if not settings.index.is_given:
            files = planned_files(settings.out)
            check_plan(settings.out, files, limit, _LIMIT, look_again(settings.archives.storage))
            fit()
        run_steps(spark, settings, steps, on_step, archive_bytes, after)


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
