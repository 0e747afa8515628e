"""The steps of a run: what a person calls them, what they write, which settings they go by."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from pyspark.sql import SparkSession

from spark_jobs.run.folder import RunFolderError
from spark_jobs.run.journal import Journal, totals_of
from spark_jobs.run.progress import RunProgress
from spark_jobs.run.resume import Redo
from spark_jobs.run.tables import described, exists, table_path

_PARTITIONS = "spark.sql.shuffle.partitions"
_FEWEST, _MOST = 200, 50_000  # every task of one side keeps a place for each of the other
_PARTITION_BYTES = 2 << 30  # of archives; what is shuffled of them is some hundredths
_WHOLE = "SHA256SUMS"  # written last: a folder that has it holds a whole release


@dataclass(frozen=True, slots=True)
class Step:
    """One job of a run."""

    key: str  # what --from calls it
    title: str  # for a person
    run: Callable[[SparkSession, Any], None]
    tables: tuple[str, ...] = ()  # that it writes
    sections: tuple[str, ...] = ()  # of the settings, that no earlier step goes by
    reads_inputs: bool = False  # so it looks again for what it could not read
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
    )


def fit_shuffles(spark: SparkSession, input_bytes: int) -> None:
    """Let shuffles have as many partitions as the input of a run is large.

    Spark's 200 would be 400 GB each for a crawl. What the user says stays; some more than needed do
    no harm, as Spark joins small ones (`spark.sql.adaptive.enabled`).

    Args:
        spark: the session.
        input_bytes: of the archives, as stored.
    """
    if not spark.sparkContext.getConf().contains(_PARTITIONS):
        spark.conf.set(_PARTITIONS, str(shuffle_partitions(input_bytes)))


def shuffle_partitions(input_bytes: int) -> int:
    """Return how many partitions a shuffle has for archives of so many bytes.

    >>> [shuffle_partitions(size) for size in (0, 1 << 40, 80 * 10**12, 10**16)]
    [200, 512, 37253, 50000]
    """
    return min(max(_FEWEST, ceil(input_bytes / _PARTITION_BYTES)), _MOST)


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
        if not step.reads_inputs and exists(table_path(settings.out, _WHOLE)):
            continue  # a release is there, and reading found nothing new for it
        fit_shuffles(spark, max(archive_bytes(each) for each in steps))
        with journal.step(step.key, archive_bytes(step)), described(spark, step.title):
            step.run(spark, settings)
        after(step)
    journal.say("run ended")
