"""Tables of vectors and scores: they grow file by file, and no file is made a second time."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, fields
from itertools import chain, islice
from math import ceil
from typing import Any

import fsspec
import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.run.files import parquet_by
from spark_jobs.run.tables import for_fsspec, is_finished, mark_finished, parquet_rows, spark_schema
from spark_jobs.run.with_torch import workers_with_torch
from spark_jobs.vectors.gpu_tasks import most_tasks, needs_assigning, one_gpu
from webdoc.arrow import Batches
from webdoc.clip.vectors import ImageVector, SentenceVector
from webdoc.scores.scorer import CaptionScores, DocumentScores, PictureScores

_ROWS_A_TASK = 4096  # or a file: what a kill loses at most, for each core or GPU
_PLACES = ("batch", "part", "path", "position")  # columns by which things stand in files
_FEWEST_ROWS = 64  # in a task: a model wants some to work on

# Turns the rows of one task into records of the table, with the size of each in bytes.
Make = Callable[[Iterable[pa.RecordBatch]], Iterator[tuple[Any, int]]]


@dataclass(frozen=True, slots=True)
class VectorTable:
    """The rows that one model made, in a table that may hold those of others beside them."""

    path: str  # folder of the table; need not exist
    row: type[ImageVector | SentenceVector | PictureScores | CaptionScores | DocumentScores]
    revision: str  # of the model

    @property
    def key(self) -> str:
        """The column by which rows of one model are distinct."""
        return fields(self.row)[0].name

    def read(self, spark: SparkSession) -> DataFrame:
        """Return the rows.

        Raises:
            FileNotFoundError: the table is not there, or not finished.
        """
        if not is_finished(self.path):
            raise FileNotFoundError(
                f"no finished table at {self.path}: run the job that writes it first"
            )
        return self._rows(spark)

    def grow(self, wanted: DataFrame, make: Make, gpus: int = 0) -> int:
        """Add rows for what is wanted and not there, and mark the table finished.

        Args:
            wanted: has the column `key`, distinct; rows are worked on by the
                place where they stand, where they have one, else by key.
            make: makes the records of a task, one for each of its rows.
            gpus: of a machine, that `make` uses: each has one task at a time; 0: none.

        Returns:
            How many rows were added.
        """
        self._remove_half_files()
        there = self._rows(wanted.sparkSession).select(self.key)
        todo = wanted.join(there, self.key, "left_anti").cache()
        count = todo.count()
        if count:
            self._unmark()
            self._write(todo, count, make, gpus)
        todo.unpersist()
        mark_finished(self.path)
        return count

    def _rows(self, spark: SparkSession) -> DataFrame:
        schema = spark_schema(self.row)
        if not self._files(".parquet"):
            return spark.createDataFrame([], schema)
        table = parquet_rows(spark, self.path, schema)
        return table.where(F.col("revision") == self.revision).select(*schema.names)

    def _write(self, todo: DataFrame, count: int, make: Make, gpus: int) -> None:
        context = todo.sparkSession.sparkContext
        master, conf = str(context.master), dict(context.getConf().getAll())
        most = most_tasks(master, gpus)
        tasks = task_count(count, context.defaultParallelism, most)
        order = [name for name in (*_PLACES, self.key) if name in todo.columns]
        more = _ROWS_A_TASK - 1 if most else None  # in a file, after the first; None: all of a task
        dealt = todo.repartitionByRange(tasks, *order).sortWithinPartitions(*order)
        path, key, row = self.path, self.key, self.row

        def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
            made = make(batch for batch in batches if batch.num_rows)
            written = 0
            for first in made:
                # Its first key stands in this file only: a second attempt writes over the first
                # one, and no later run takes the same name.
                name = f"part-{getattr(first[0], key)[:32]}.parquet"
                with parquet_by(path, name, row, "revision") as add:
                    for record, size in chain([first], islice(made, more)):
                        add(record, size)
                        written += 1
            yield pa.record_batch([pa.array([written], pa.int64())], ["written"])

        profile = one_gpu() if needs_assigning(master, conf, gpus) else None
        by_clip = row in (ImageVector, SentenceVector)
        with workers_with_torch(todo.sparkSession) if by_clip else nullcontext():
            counts = dealt.mapInArrow(on_partition, "written long", profile=profile)
        written = counts.agg(F.sum("written")).first()
        if written is None or written[0] != count:
            raise RuntimeError(f"{count} rows were wanted, {written} were written to {path}")

    def _files(self, ending: str) -> list[str]:
        filesystem, inner = fsspec.url_to_fs(for_fsspec(self.path))
        if not filesystem.exists(inner):
            return []
        return [path for path in filesystem.find(inner) if path.endswith(ending)]

    def _remove_half_files(self) -> None:
        """Remove what a killed worker left: Spark would take it for a part of the table."""
        filesystem, _ = fsspec.url_to_fs(for_fsspec(self.path))
        for path in self._files(".part"):
            filesystem.rm_file(path)

    def _unmark(self) -> None:
        if is_finished(self.path):
            filesystem, inner = fsspec.url_to_fs(for_fsspec(self.path))
            filesystem.rm_file(f"{inner}/_SUCCESS")


def task_count(rows: int, cores: int, most: int = 0) -> int:
    """Return how many tasks share the rows.

    >>> task_count(200, cores=16), task_count(100_000, cores=16), task_count(100_000, 16, most=1)
    (4, 25, 1)
    """
    tasks = max(ceil(rows / _ROWS_A_TASK), min(cores, ceil(rows / _FEWEST_ROWS)))
    return min(tasks, most) if most else tasks
