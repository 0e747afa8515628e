"""Rows of Parquet files, read where they stand: only their places go through Spark."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, groupby
from typing import Final

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.run.tables import for_fsspec

PLACE: Final = ("path", "position")  # name of a file, number of a row in it
_ROWS: Final = 64  # in memory


def with_places(rows: DataFrame) -> DataFrame:
    """Return rows of the Parquet files of one folder, with the place of each."""
    place = F.col("_metadata.file_name"), F.col("_metadata.row_index")
    return rows.select("*", *(one.alias(name) for one, name in zip(place, PLACE, strict=True)))


def rows_at(
    folder: str, wanted: Iterable[pa.RecordBatch], columns: Sequence[str]
) -> Iterator[tuple[list[str], pa.RecordBatch]]:
    """Yield the ids and some columns of rows, a few at a time; each file is read once.

    Args:
        folder: of the files.
        wanted: doc_id and PLACE, by path and position.
        columns: one that a file does not have is not among those that come of it.
    """
    places = (
        place
        for batch in wanted
        for place in zip(
            *(batch.column(name).to_pylist() for name in (*PLACE, "doc_id")), strict=True
        )
    )
    for name, of_file in groupby(places, key=lambda place: place[0]):
        with fsspec.open(for_fsspec(f"{folder.rstrip('/')}/{name}"), "rb") as source:
            file = pq.ParquetFile(source)
            # Places of one row group are in memory, and no more.
            for group, ids in _by_row_group(file, of_file):
                yield from _rows_of(file, group, ids, columns)


def _by_row_group(
    file: pq.ParquetFile, places: Iterable[tuple[str, int, str]]
) -> Iterator[tuple[int, dict[int, str]]]:
    """Yield each row group that is wanted, with the ids of its rows by their number in it."""
    rows = (file.metadata.row_group(n).num_rows for n in range(file.num_row_groups))
    firsts = list(accumulate(rows, initial=0))
    for group, own in groupby(places, lambda place: bisect_right(firsts, place[1]) - 1):
        yield group, {position - firsts[group]: doc_id for _, position, doc_id in own}


def _rows_of(
    file: pq.ParquetFile, group: int, ids: dict[int, str], columns: Sequence[str]
) -> Iterator[tuple[list[str], pa.RecordBatch]]:
    there = [name for name in columns if name in file.schema_arrow.names]
    at = 0
    for batch in file.iter_batches(_ROWS, row_groups=[group], columns=there):
        here = [n for n in range(batch.num_rows) if at + n in ids]
        if here:
            yield [ids[at + n] for n in here], batch.take(pa.array(here))
        at += batch.num_rows
