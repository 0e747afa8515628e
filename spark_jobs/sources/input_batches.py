"""Input files read batch by batch: what a finished batch wrote is not written again."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import ceil
from typing import Any, TypeVar

from pyspark.sql import SparkSession

from spark_jobs.run.files import parquet_by, remove_halves
from spark_jobs.run.supervised import Guard, supervised
from spark_jobs.run.tables import is_finished, mark_finished, remove
from webdoc.storage.inputs import ArchiveFile

_TASK_BYTES = 64 << 20  # of compressed input; small enough that a lost task costs little
_TASKS_PER_CORE = 4  # at least, so that one long task does not leave the other cores idle

Part = TypeVar("Part")
# Turns parts of the input into records of a table, each with its size in bytes, roughly.
Rows = Callable[[Iterable[Part]], Iterator[tuple[Any, int]]]


def write_in_batches(
    files: Sequence[ArchiveFile],
    batch_bytes: int,
    out: str,
    write: Callable[[Sequence[ArchiveFile], str], None],
) -> None:
    """Write a table whose parts are batches of input files; finished ones are left alone.

    Args:
        files: in an order that is always the same.
        batch_bytes: of files that are read before what they gave is safe from a kill.
        out: folder of the table.
        write: writes what some files give into a folder, which is not there.
    """
    if is_finished(out):
        return
    for number, batch in enumerate(batches_of(files, batch_bytes)):
        path = f"{out}/batch={number:06d}"
        if is_finished(path):
            continue
        remove(path)  # what a killed run left
        write(batch, path)
        mark_finished(path)
    mark_finished(out)


def batches_of(files: Sequence[ArchiveFile], batch_bytes: int) -> list[list[ArchiveFile]]:
    """Cut files into runs of at most `batch_bytes`; a larger file is a batch of its own."""
    batches: list[list[ArchiveFile]] = []
    size = 0
    for file in files:
        if not batches or size + file.size_bytes > batch_bytes:
            batches.append([])
            size = 0
        batches[-1].append(file)
        size += file.size_bytes
    return batches


def tasks_for(files: Iterable[ArchiveFile], parts: int, cores: int) -> int:
    """Return how many tasks read files well that are cut into so many parts."""
    size = sum(file.size_bytes for file in files)
    return max(ceil(size / _TASK_BYTES), min(parts, _TASKS_PER_CORE * cores), 1)


def write_rows(  # noqa: PLR0913, PLR0917 - what a table is made of
    spark: SparkSession,
    parts: Sequence[Part],
    tasks: int,
    path: str,
    record: type,
    by: str,
    rows: Rows[Part],
    guard: Guard,
) -> None:
    """Write a table divided by one column: the rows of all parts, worked on by so many tasks.

    Tasks write their files themselves. By way of Spark every row would be made three times, in
    Arrow, in Java and in Parquet, and Java would take the cores that the pages need. Each task
    works in a process that a page may end: `spark_jobs.run.supervised` starts it anew.
    """
    # Dealt like cards: pages of one make, slow or quick, do not all land in the last task.
    dealt = [part for first in range(tasks) for part in parts[first::tasks]]

    def task(number: int, own: Iterable[Part]) -> Iterator[int]:
        own_parts, name = list(own), f"part-{number:06d}.parquet"

        def work() -> int:
            count = 0
            with parquet_by(path, name, record, by) as add:
                for row, size in rows(own_parts):
                    add(row, size)
                    count += 1
            return count

        yield supervised(work, guard, lambda: remove_halves(path, name))

    spark.sparkContext.parallelize(dealt, tasks).mapPartitionsWithIndex(task).sum()
