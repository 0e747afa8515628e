"""Texts and pictures -> a release, all jobs of the MMC4 path one after another.

spark-submit spark_jobs/mmc4.py SETTINGS.toml [--resume | --fresh | --from STEP]
"""

import sys
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial

from pyspark.sql import SparkSession

from mmc4_like.settings import Mmc4Settings
from mmc4_like.tables import (
    ARCHIVES,
    CANDIDATES,
    COMPARED,
    GIVEN,
    IMAGE_VECTORS,
    LINKS,
    NEIGHBOURS,
    PICTURES,
    PLACED,
    POOL,
    REFUSED,
    SENTENCE_VECTORS,
    STANDARDS,
    TEXTS,
)
from mmc4_like.texts.texts import TEXT_SUFFIXES
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
    score_release,
)
from spark_jobs.run.folder import planned_files
from spark_jobs.run.launch import launch_path
from spark_jobs.run.mmc4 import Step, check, input_bytes, prepare, settings_for, spark_settings
from spark_jobs.run.progress import RunProgress
from spark_jobs.run.sizes import sized_for
from spark_jobs.run.steps import Step as RunStep
from spark_jobs.run.steps import progress_of, redo_from, run_steps
from spark_jobs.run.tables import DOCUMENT_MARKS, is_finished, read_table, table_path
from spark_jobs.score_documents import vector_source
from spark_jobs.scores import mmc4 as mmc4_scores
from spark_jobs.scores.documents import DOCUMENT_SCORES, scores_documents
from spark_jobs.sources.fetched_files import FETCHED, FETCHED_IMAGES
from spark_jobs.sources.given_images import given_images
from spark_jobs.sources.unreadable import check_plan, check_read, look_again
from webdoc.tables.images import StoredPicture

_ARCHIVE_LIMIT, _TEXT_LIMIT = "archives.max_unreadable", "text_files.max_unreadable"


def _score_documents(spark: SparkSession, settings: Mmc4Settings) -> None:
    """Score documents, with the vectors of the run; one that places again encodes nothing."""
    out, source = settings.out, None
    if not settings.from_vectors:
        pictures = read_table(spark, table_path(out, PICTURES), StoredPicture).select("place.*")
        tables = table_path(out, IMAGE_VECTORS), table_path(out, SENTENCE_VECTORS)
        source = vector_source(pictures, settings.clip, tables, settings.archives)
    mmc4_scores.run(spark, settings, source)


_AGAIN = (
    RunStep(
        "placing",
        "placing images",
        mmc4_place.run,
        (STANDARDS, PLACED),
        ("placement", "documents", "alignment"),
    ),
    RunStep(
        "document-scores",
        "scoring documents",
        _score_documents,
        (DOCUMENT_SCORES, DOCUMENT_MARKS),
    ),
    RunStep("publishing", "publishing", mmc4_publish.run, (), ("release",)),
    RunStep("score-release", "scoring the release", score_release.run_built, on_release=True),
)
_ALL = (
    RunStep(
        "archives",
        "reading archives",
        mmc4_extract.run,
        (ARCHIVES,),
        reads_inputs=True,
        weight=4,
        stages=1,
    ),
    RunStep(
        "texts", "reading texts", mmc4_texts.run, (TEXTS,), reads_inputs=True, weight=2, stages=1
    ),
    RunStep("robots", "heeding robots.txt of the archives", mmc4_robots.run, (REFUSED,)),
    RunStep("pool", "looking into the pool", mmc4_pool.run, (POOL, NEIGHBOURS), ("neighbours",)),
    RunStep("links", "finding candidate images", mmc4_links.run, (GIVEN, LINKS)),
    RunStep(
        "pictures", "finding their bytes", mmc4_pictures.run, (PICTURES, FETCHED, FETCHED_IMAGES)
    ),
    RunStep("candidates", "judging them", mmc4_candidates.run, (CANDIDATES,)),
    RunStep("vectors", "computing vectors", mmc4_embed.run, (COMPARED,)),
    *_AGAIN,
)


def steps(settings: Mmc4Settings) -> tuple[tuple[str, Step], ...]:
    """Return the jobs of a run, with their names for a person."""
    return tuple((step.title, step.run) for step in plan_of(settings))


def plan_of(settings: Mmc4Settings) -> tuple[RunStep, ...]:
    """Return the steps of a run: all of them, or those that place again."""
    left_out = [
        step
        for step, is_asked_for in (
            (mmc4_pool.run, bool(settings.pool)),
            (_score_documents, scores_documents(settings.scores)),
            (score_release.run_built, score_release.asked_for(settings)),
        )
        if not is_asked_for
    ]
    steps = _AGAIN if settings.from_vectors else _ALL
    return tuple(step for step in steps if step.run not in left_out)


def run(
    spark: SparkSession,
    settings: Mmc4Settings,
    on_step: Callable[[int, str], None] = print,
) -> None:
    """Run every job; what an earlier start of the same run finished is not done again.

    Raises:
        SettingsError: a given table has not the columns that it needs.
        UnreadableInputsError: more inputs than `max_unreadable` could not be read.
    """
    is_read = settings.from_vectors or is_finished(table_path(settings.out, GIVEN))
    if settings.given and not is_read:
        given_images(spark, settings.given)  # before the long jobs that come first
    out = settings.out
    texts = planned_files(out, "texts")
    archives = [*planned_files(out, "text_archives"), *planned_files(out, "pages")]
    of_texts, of_archives = settings.text_files.max_unreadable, settings.archives.max_unreadable
    again = look_again(settings.text_files.storage, TEXT_SUFFIXES)
    check_plan(out, texts, of_texts, _TEXT_LIMIT, again)
    again = look_again(settings.archives.storage)
    check_plan(out, archives, of_archives, _ARCHIVE_LIMIT, again)

    def after(step: RunStep) -> None:
        if step.key == "archives":
            check_read(out, (ARCHIVES,), len(archives), of_archives, _ARCHIVE_LIMIT)
        elif step.key == "texts":
            check_read(out, (TEXTS,), len(texts), of_texts, _TEXT_LIMIT)

    size, archive_bytes = input_bytes(settings), partial(_archive_bytes, settings)
    with nullcontext() if size is None else sized_for(spark, size):
        run_steps(spark, settings, plan_of(settings), on_step, archive_bytes, after)


def progress(settings: Mmc4Settings) -> RunProgress:
    """Return what follows how far a run is whose folder is ready."""
    return progress_of(plan_of(settings), partial(_archive_bytes, settings))


def _archive_bytes(settings: Mmc4Settings, step: RunStep) -> int:
    names = {"archives": ("text_archives", "pages"), "texts": ("texts",)}.get(step.key, ())
    return sum(file.size_bytes for name in names for file in planned_files(settings.out, name))


def main(arguments: list[str]) -> int:
    """Run under spark-submit; return the exit status."""
    return launch_path("mmc4", arguments, settings_for, begin, spark_settings, run, progress)


def begin(
    settings: Mmc4Settings,
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
