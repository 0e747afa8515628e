"""The steps of a run: what a person calls them, what they write, which settings they go by."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pyspark.sql import SparkSession

from spark_jobs.run.folder import RunFolderError
from spark_jobs.run.journal import Journal, totals_of
from spark_jobs.run.progress import RunProgress
from spark_jobs.run.resume import Redo
from spark_jobs.run.tables import described, exists, table_path

_WHOLE = "SHA256SUMS"  # written last: a folder that has it holds a whole release


@dataclass(frozen=True, slots=True)
class Step:
    """One job of a run."""

    key: str  # what --from calls it
    title: str  # for a person
    run: Callable[[SparkSession, Any], None]
    tables: tuple[str, ...] = ()  # that it writes
    sections: tuple[str, ...] = ()  # of the settings, that no earlier step goes by
    reads_by: tuple[str, ...] = ()  # settings in sections of later steps that it goes by, too
    reads_inputs: bool = False  # so it looks again for what it could not read
    on_release: bool = False  # works on the whole release, so it runs where one is there
    weight: float = 1.0  # of its time, beside that of the others: for progress only
    stages: int = 8  # of Spark that it takes, about: for progress only


def progress_of(steps: Sequence[Step], archive_bytes: Callable[[Step], int]) -> RunProgress:
    """Return what follows how far a run of these steps is."""
    return RunProgress(
        [step.title for step in steps],
        [step.weight for step in steps],
        [step.stages for step in steps],
        [archive_bytes(step) for step in steps],
    )


def redo_from(steps: Sequence[Step], key: str) -> Redo:
    """Return what a run that begins anew at a step keeps, and which settings may be others.

    Raises:
        RunFolderError: no step of that name.
    """
    keys = [step.key for step in steps]
    if key not in keys:
        raise RunFolderError(f"There is no step {key!r}. Those of this run: {', '.join(keys)}.")
    first = keys.index(key)
    return Redo(
        step=key,
        keep=tuple(table for step in steps[:first] for table in step.tables),
        sections=tuple(section for step in steps[first:] for section in step.sections),
        fixed=tuple(name for step in steps[:first] for name in step.reads_by),
    )


def run_steps(  # noqa: PLR0913, PLR0917 - what a run is made of
    spark: SparkSession,
    settings: Any,
    steps: Sequence[Step],
    on_step: Callable[[int, str], None],
    archive_bytes: Callable[[Step], int],
    after: Callable[[Step], None],
) -> None:
    """Run steps one after the other; each says in words, in a log and in metrics what it does.

    Args:
        spark: the session.
        settings: of the run, with `out`.
        steps: in their order.
        on_step: told the number, from 1, and the title of each step as it begins.
        archive_bytes: of the inputs that a step reads; 0 where it reads tables alone.
        after: called when a step has ended.
    """
    journal = Journal(settings.out, lambda: totals_of(spark))
    for number, step in enumerate(steps, start=1):
        on_step(number, step.title)
        idle = not (step.reads_inputs or step.on_release)
        if idle and exists(table_path(settings.out, _WHOLE)):
            continue  # a release is there, and reading found nothing new for it
        with journal.step(step.key, archive_bytes(step)), described(spark, step.title):
            step.run(spark, settings)
        spark.catalog.clearCache()  # what it kept for a second look
        after(step)
    journal.say("run ended")
