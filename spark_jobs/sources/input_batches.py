"""Input files read batch by batch: what a finished batch wrote is not written again.

What of a batch could not be read is written down beside its rows, and tried again by a resumed run.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from math import ceil
from typing import Any, Generic, TypeVar
from uuid import uuid4

import fsspec
from pyspark.sql import SparkSession

from spark_jobs.run.files import parquet_by
from spark_jobs.run.supervised import Guard, supervised
from spark_jobs.run.tables import (
    DESCRIPTION,
    described,
    for_fsspec,
    is_finished,
    mark_finished,
    remove,
)
from spark_jobs.sources.batch_folders import (
    batch_path,
    finished_batches,
    inputs_of,
    keep_inputs,
    leave_only,
    leave_only_finished,
)
from spark_jobs.sources.unreadable import LookAgain, Unread, Unreadable, keep_unread, unread_in
from webdoc.storage.inputs import ArchiveFile

_TASK_BYTES = 64 << 20  # of compressed input, at least; so small that a lost task costs little
_MOST_TASKS = 25_000  # of a large run: each writes about nine files
_TASKS_PER_CORE = 4  # of a small run, so that one long task does not leave the other cores idle
_MOST_BATCHES = 128  # at once: each takes a thread of the driver
_AGAIN = "_again"  # where tasks write that read anew; Spark passes over names that begin so

Part = TypeVar("Part")
# Turns parts of the input into records of a table, each with its size in bytes, roughly.
Rows = Callable[[Iterable[Part]], Iterator[tuple[Any, int]]]


@dataclass(frozen=True, slots=True)
class Reading(Generic[Part]):
    """How a job turns input files into the rows of its table."""

    # Of the rows; or, where each value of `by` has a table of its own, by that value.
    record: type | dict[str, type]
    by: str  # the field that divides the table into folders
    parts: Callable[[Sequence[ArchiveFile]], list[Part]]  # of files, always the same ones
    rows: Rows[Part]
    unreadable: Callable[
        [Any], Unreadable | None
    ]  # what a row says of an input that cannot be read
    guard: Guard | None = None  # holds its pages to their budget; None: nothing does
    most_tasks: int | None = None  # at once; None: as many as fit the input


@dataclass(frozen=True, slots=True)
class _Task:
    """What one task wrote."""

    number: int
    files: tuple[str, ...]  # below the folder of the batch
    unreadable: tuple[Unreadable, ...]


def write_in_batches(  # noqa: PLR0913, PLR0917 - what a table of inputs is made of
    spark: SparkSession,
    files: Sequence[ArchiveFile],
    batch_bytes: int,
    out: str,
    reading: Reading[Any],
    before_change: Callable[[], None] | None = None,
    look_again: LookAgain | None = None,
) -> None:
    """Write a table whose parts are batches of input files; what was read well is left alone.

    Args:
        spark: the session.
        files: in an order that is always the same.
        batch_bytes: of files that are read before what they gave is safe from a kill; what is not
            yet read is cut by the value of now.
        out: folder of the table.
        reading: how files become rows.
        before_change: called before rows of a finished batch are replaced, because an input that
            could not be read can be read now: what was made of them goes.
        look_again: returns the files that stand where there was none when the run was planned.
    """
    by_path = {file.path: file for file in files}
    done: set[str] = set()
    numbers = finished_batches(out)
    for number in numbers:
        path = batch_path(out, number)
        inputs = [by_path[name] for name in inputs_of(path)]
        done |= {file.path for file in inputs}
        unread = unread_in(path)
        if unread is not None:
            _read_again(spark, _Batch(inputs, path, reading, look_again), unread, before_change)
    if is_finished(out):
        return
    leave_only_finished(out)  # a killed run had several in hand
    rest = [file for file in files if file.path not in done]
    total = sum(file.size_bytes for file in files)
    fresh = [
        _Batch(batch, batch_path(out, number), reading, look_again, total)
        for number, batch in enumerate(batches_of(rest, batch_bytes), 1 + max(numbers, default=-1))
    ]
    _read_all(spark, fresh)
    mark_finished(out)


@dataclass(frozen=True, slots=True)
class _Batch:
    """Input files that are read together, and where their rows go."""

    files: Sequence[ArchiveFile]
    path: str
    reading: Reading[Any]
    look_again: LookAgain | None
    run_bytes: int = 0  # of all inputs of the run

    def task_count(self, cores: int) -> int:
        """Return how many tasks read it."""
        size, parts = sum(file.size_bytes for file in self.files), self.reading.parts(self.files)
        count = tasks_for(size, len(parts), cores, self.run_bytes)
        return min(count, self.reading.most_tasks or count)

    def tasks(
        self, count: int, wanted: Container[int] | None = None
    ) -> list[tuple[int, list[Any]]]:
        """Deal the parts of the files over tasks, always in the same way.

        Like cards: pages of one make, slow or quick, do not all land in one task. A file that was
        not there when the run was planned, and is there now, takes the place that it had.
        """
        parts, reading = self.reading.parts(self.files), self.reading
        found = {
            part: reading.parts(there)
            for file in self.files
            if file.problem and self.look_again is not None and (there := self.look_again(file))
            for part in reading.parts([file])
        }
        return [
            (number, [new for part in parts[number::count] for new in found.get(part, [part])])
            for number in range(count)
            if wanted is None or number in wanted
        ]


def _read_all(spark: SparkSession, batches: Sequence[_Batch]) -> None:
    """Read batches, several at once: no core waits for the last tasks of one."""
    context = spark.sparkContext
    at_once = batches_at_once(
        [batch.task_count(context.defaultParallelism) for batch in batches],
        context.defaultParallelism,
    )
    if len(batches) <= 1 or any(batch.reading.most_tasks for batch in batches):
        for batch in batches:
            _read_first(spark, batch)
        return
    words, tag = context.getLocalProperty(DESCRIPTION), f"interleaf-{uuid4().hex}"

    def read(batch: _Batch) -> None:  # in a thread, which has properties of its own
        context.setLocalProperty(DESCRIPTION, words)  # type: ignore[arg-type]
        context.addJobTag(tag)
        _read_first(spark, batch)

    with ThreadPoolExecutor(at_once) as pool:
        try:
            for one in as_completed([pool.submit(read, batch) for batch in batches]):
                one.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            context.cancelJobsWithTag(tag)
            raise


def reading_tasks(
    files: Sequence[ArchiveFile], parts: Sequence[int], batch_bytes: int, cores: int
) -> int:
    """Return how many tasks read a whole input; each writes a file of each kind of rows.

    Args:
        files: of the run, in their order.
        parts: into how many parts each of them is cut.
        batch_bytes: as of `write_in_batches`.
        cores: of the session.
    """
    run_bytes, start, count = sum(file.size_bytes for file in files), 0, 0
    for batch in batches_of(files, batch_bytes):
        size = sum(file.size_bytes for file in batch)
        end = start + len(batch)
        count += tasks_for(size, sum(parts[start:end]), cores, run_bytes)
        start = end
    return count


def batches_at_once(tasks: Sequence[int], cores: int) -> int:
    """Return how many batches are read at once: twice as many tasks as cores, and two at least.

    >>> batches_at_once([1000, 1000], cores=64), batches_at_once([19] * 1400, cores=1000)
    (2, 106)
    """
    return min(max(2, ceil(2 * cores / max(*tasks, 1, 1))), _MOST_BATCHES)


def _read_first(spark: SparkSession, batch: _Batch) -> None:
    remove(batch.path)  # what a killed run left
    count = batch.task_count(spark.sparkContext.defaultParallelism)
    written = _write(spark, batch.tasks(count), batch.path, batch.reading)
    leave_only(batch.path, {name for task in written for name in task.files})
    keep_inputs(batch.path, [file.path for file in batch.files])
    keep_unread(batch.path, _unread(count, written))
    mark_finished(batch.path)


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


def tasks_for(size_bytes: int, parts: int, cores: int, run_bytes: int) -> int:
    """Return how many tasks read a batch: by its size, which decides how many files there are.

    Only a run so small that cores would have nothing to do is cut by their number.

    Args:
        size_bytes: of the batch.
        parts: into which it can be cut.
        cores: of the session.
        run_bytes: of all batches.

    >>> tasks_for(64 << 30, 16_384, 1000, 64 << 30), tasks_for(64 << 30, 16_384, 1000, 88 << 40)
    (4000, 18)
    """
    task_bytes = max(_TASK_BYTES, ceil(run_bytes / _MOST_TASKS))
    few = _TASKS_PER_CORE * cores
    is_small = run_bytes <= few * _TASK_BYTES
    return max(ceil(size_bytes / task_bytes), min(parts, few) if is_small else 1, 1)


def _write(
    spark: SparkSession,
    tasks: Sequence[tuple[int, list[Part]]],
    path: str,
    reading: Reading[Part],
) -> list[_Task]:
    """Write a table divided by one column: each task the rows of its parts.

    Tasks write their files themselves. By way of Spark every row would be made three times, in
    Arrow, in Java and in Parquet, and Java would take the cores that the pages need. Two copies of
    a task write the same rows under the same names, and each file appears whole: whichever copy
    ends last, there is one set of rows. A task that has a guard works in a process that a page may
    end: `spark_jobs.run.supervised` starts it anew, and what the dead one was writing is removed
    with all else that is no task's when the batch ends.
    """
    record, by, rows, unreadable = reading.record, reading.by, reading.rows, reading.unreadable
    guard = reading.guard

    def write(number: int, own: Sequence[Part]) -> _Task:
        name = f"part-{number:06d}.parquet"
        values: set[str] = set()
        problems: list[Unreadable] = []
        with parquet_by(path, name, record, by) as add:
            for row, size in rows(own):
                add(row, size)
                values.add(str(getattr(row, by)))
                if problem := unreadable(row):
                    problems.append(problem)
        files = tuple(f"{by}={value}/{name}" for value in sorted(values))
        return _Task(number, files, tuple(problems))

    def task(given: Iterable[tuple[int, list[Part]]]) -> Iterator[_Task]:
        for number, own in given:
            work = partial(write, number, own)
            yield work() if guard is None else supervised(work, guard)

    if not tasks:
        return []
    with described(spark, f"reading {path.rstrip('/').rpartition('/')[2]}"):
        return spark.sparkContext.parallelize(tasks, len(tasks)).mapPartitions(task).collect()


def _unread(tasks: int, written: Iterable[_Task]) -> Unread | None:
    """Return what could not be read, by task; None where all was read."""
    found = {task.number: task.unreadable for task in written if task.unreadable}
    return Unread(tasks, found) if found else None


def _read_again(
    spark: SparkSession,
    batch: _Batch,
    unread: Unread,
    before_change: Callable[[], None] | None,
) -> None:
    """Do those tasks of a batch again whose inputs could not be read; take over what is better."""
    aside = f"{batch.path}/{_AGAIN}"
    remove(aside)
    written = _write(spark, batch.tasks(unread.tasks, unread.found), aside, batch.reading)
    better = [task for task in written if task.unreadable != unread.found[task.number]]
    if better:
        if before_change is not None:
            before_change()
        _take_over(aside, batch, better)
        left = {**unread.found, **{task.number: task.unreadable for task in better}}
        left = {number: problems for number, problems in left.items() if problems}
        keep_unread(batch.path, Unread(unread.tasks, left) if left else None)
    remove(aside)


def _take_over(aside: str, batch: _Batch, tasks: Sequence[_Task]) -> None:
    """Put the files of tasks in place of those that they wrote before."""
    filesystem, inner = fsspec.url_to_fs(for_fsspec(batch.path))
    names = {f"part-{task.number:06d}.parquet" for task in tasks}
    wanted = {name for task in tasks for name in task.files}
    for old in filesystem.find(inner):
        place = old.removeprefix(inner).lstrip("/")
        of_these = place.startswith(f"{batch.reading.by}=") and place.rpartition("/")[2] in names
        if of_these and place not in wanted:
            filesystem.rm_file(old)
    source = fsspec.url_to_fs(for_fsspec(aside))[1]
    for name in sorted(wanted):
        filesystem.makedirs(f"{inner}/{name}".rpartition("/")[0], exist_ok=True)
        filesystem.mv(f"{source}/{name}", f"{inner}/{name}")
