"""Searching every byte of releases and exports for what was removed, Parquet columns unpacked."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import SparkSession

from spark_jobs.run.tables import for_fsspec
from webdoc.derived.search import Removed

_BLOCK: Final = 1 << 22
_OVERLAP: Final = 4096  # as long as an address may be, so that none is cut between two blocks
_ROWS_AT_ONCE: Final = 64
_TEXTS: Final = ("texts", "text_list")  # columns where a document may mention another one's address


@dataclass(frozen=True, slots=True)
class Find:
    """Where something that was removed still stands."""

    folder: str
    path: str  # in that folder
    column: str  # of a Parquet file; "" for its bytes as they are
    what: str
    is_mention: bool  # in the text of another document, which cites the address


def search(spark: SparkSession, folders: Sequence[str], make: Callable[[], Removed]) -> list[Find]:
    """Search all files of some folders, but for tables/ of runs, a task for each file.

    Args:
        spark: the session.
        folders: of releases or exports.
        make: makes what is looked for, in a task.
    """
    files = [(folder, path) for folder in folders for path in _files(folder)]
    if not files:
        return []
    tasks = spark.sparkContext.parallelize(files, len(files))

    def on_partition(part: Iterable[tuple[str, str]]) -> Iterator[Find]:
        removed = make()
        for folder, path in part:
            yield from finds_in(folder, path, removed)

    return sorted(set(tasks.mapPartitions(on_partition).collect()), key=_order)


def _order(find: Find) -> tuple[str, ...]:
    return (find.folder, find.path, find.column, find.what)


def _files(folder: str) -> list[str]:
    filesystem, inner = fsspec.url_to_fs(for_fsspec(folder))
    names = (str(file)[len(inner.rstrip("/")) + 1 :] for file in filesystem.find(inner))
    return sorted(name for name in names if not name.startswith("tables/"))


def finds_in(folder: str, path: str, removed: Removed) -> Iterator[Find]:
    """Yield what was removed and stands in a file."""
    filesystem, inner = fsspec.url_to_fs(for_fsspec(folder))
    place = f"{inner.rstrip('/')}/{path}"
    with filesystem.open(place, "rb") as file:
        for block in _blocks(file):
            for what in removed.found_in(block):
                yield Find(folder, path, "", what, is_mention=False)
    if path.endswith(".parquet"):
        with filesystem.open(place, "rb") as file:
            for column, data in _columns(pq.ParquetFile(file)):
                for what in removed.found_in(data):
                    is_mention = column.partition(".")[0] in _TEXTS
                    yield Find(folder, path, column, what, is_mention)


def _blocks(file: object) -> Iterator[bytes]:
    before = b""
    while block := file.read(_BLOCK):  # type: ignore[attr-defined]
        yield before + block
        before = block[-_OVERLAP:]


def _columns(table: pq.ParquetFile) -> Iterator[tuple[str, bytes]]:
    """Yield the values of each column of text or bytes, unpacked, a line each."""
    for batch in table.iter_batches(_ROWS_AT_ONCE):
        for name, array in zip(batch.schema.names, batch.columns, strict=True):
            yield from _values(name, array)


def _values(name: str, array: pa.Array) -> Iterator[tuple[str, bytes]]:
    kind = array.type
    if pa.types.is_struct(kind):
        for field, inner in zip(kind, array.flatten(), strict=True):
            yield from _values(f"{name}.{field.name}", inner)
    elif pa.types.is_list(kind) or pa.types.is_large_list(kind):
        yield from _values(name, array.flatten())
    elif pa.types.is_string(kind) or pa.types.is_large_string(kind):
        yield name, b"\n".join(_encoded(array))
    elif pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        for value in array.to_pylist():
            if value:
                yield name, value


def _encoded(array: pa.Array) -> list[bytes]:
    return [value for value in array.cast(pa.binary()).to_pylist() if value]
