"""Writing the files of a release inside Spark tasks: named by us, hashed as they are written."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from typing import Any

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq

from spark_jobs.run.storage import opened_whole
from spark_jobs.run.tables import for_fsspec
from webdoc.arrow import schema_of, to_batch
from webdoc.release.files import ReleaseFile
from webdoc.run_settings import ReleaseSettings

_GROUP_BYTES = 8 << 20


class _Hashing:
    """A file to write to, front to back, that knows its hash and size at the end."""

    closed = False

    def __init__(self, sink: Any) -> None:
        self._sink = sink
        self._hash = sha256()
        self.size_bytes = 0

    def write(self, data: Any) -> int:
        view = memoryview(data)
        self._hash.update(view)
        self.size_bytes += view.nbytes
        self._sink.write(view)
        return view.nbytes

    def flush(self) -> None:
        """Nothing to do: the sink is closed by its owner."""

    def close(self) -> None:
        """Likewise."""

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


@contextmanager
def written_whole(path: str) -> Iterator[_Hashing]:
    """Open a file that appears under its name only once it is complete.

    Two attempts of one task never leave half a file, nor does a task whose process is killed: see
    `spark_jobs.run.storage.opened_whole`.
    """
    filesystem, inner = fsspec.url_to_fs(for_fsspec(path))
    filesystem.makedirs(inner.rpartition("/")[0], exist_ok=True)
    with opened_whole(filesystem, inner) as sink:
        yield _Hashing(sink)


def write_bytes(out: str, path: str, data: bytes, rows: int = 0) -> ReleaseFile:
    """Write one small file of a release, whole or not at all."""
    with written_whole(f"{out.rstrip('/')}/{path}") as sink:
        sink.write(data)
    return ReleaseFile(path, rows, sink.size_bytes, sink.sha256)


class ParquetRows:
    """A Parquet file to which rows are added; once it is complete, its entry for the manifest."""

    def __init__(self, writer: pq.ParquetWriter, schema: pa.Schema, limits: ReleaseSettings):
        self._writer = writer
        self._schema = schema
        self._groups = RowGroups(limits.max_row_group_rows, limits.max_row_group_bytes)
        self.rows = 0
        self.written = ReleaseFile("", 0, 0, "")

    def add(self, batch: pa.RecordBatch) -> None:
        """Add rows, in their order."""
        for group in self._groups.add(batch):
            self._write(group)

    def add_rest(self) -> None:
        """Write the rows that still wait for others."""
        for group in self._groups.rest():
            self._write(group)

    def _write(self, group: pa.Table) -> None:
        self._writer.write_table(group.cast(self._schema), row_group_size=group.num_rows)
        self.rows += group.num_rows


@contextmanager
def opened_parquet(
    out: str, path: str, schema: pa.Schema, limits: ReleaseSettings
) -> Iterator[ParquetRows]:
    """Open a Parquet file in row groups that the Hub's viewer can read; it ends with the block.

    Args:
        out: folder of the release.
        path: of the file, relative to it.
        schema: of the file, with its metadata.
        limits: rows and bytes of a row group; a single larger row has a group of its own.
    """
    with written_whole(f"{out.rstrip('/')}/{path}") as sink:
        target = pa.PythonFile(sink, mode="w")
        with pq.ParquetWriter(
            target, schema, compression="zstd", write_page_index=True, store_schema=True
        ) as writer:
            file = ParquetRows(writer, schema, limits)
            yield file
            file.add_rest()
    file.written = ReleaseFile(path, file.rows, sink.size_bytes, sink.sha256)


def write_parquet(
    out: str,
    path: str,
    batches: Iterable[pa.RecordBatch],
    schema: pa.Schema,
    limits: ReleaseSettings,
) -> ReleaseFile:
    """Write one Parquet file: see `opened_parquet`.

    Args:
        batches: in order; one row group of them is in memory at a time.

    Returns:
        The file's entry for the manifest.
    """
    with opened_parquet(out, path, schema, limits) as file:
        for batch in batches:
            file.add(batch)
    return file.written


class RowGroups:
    """Cuts batches into tables of at most so many rows and, save for single rows, bytes."""

    def __init__(self, max_rows: int, max_bytes: int):
        self._max_rows = max_rows
        self._max_bytes = max_bytes
        self._waiting: list[pa.RecordBatch] = []
        self._size = 0

    def add(self, batch: pa.RecordBatch) -> Iterator[pa.Table]:
        """Add rows; yield the tables that are full."""
        for start in range(batch.num_rows):
            row = batch.slice(start, 1)
            is_full = len(self._waiting) >= self._max_rows
            if self._waiting and (is_full or self._size + row.nbytes > self._max_bytes):
                yield from self.rest()
            self._waiting.append(row)
            self._size += row.nbytes

    def rest(self) -> Iterator[pa.Table]:
        """Yield what waits, if anything does."""
        if self._waiting:
            waiting, self._waiting, self._size = self._waiting, [], 0
            yield pa.Table.from_batches(waiting).combine_chunks()


def row_groups(
    batches: Iterable[pa.RecordBatch], max_rows: int, max_bytes: int
) -> Iterator[pa.Table]:
    """Cut batches into tables, as `RowGroups` does."""
    groups = RowGroups(max_rows, max_bytes)
    for batch in batches:
        yield from groups.add(batch)
    yield from groups.rest()


@contextmanager
def parquet_by(
    folder: str, name: str, record: Any, by: str, max_rows: int = 4096
) -> Iterator[Callable[[Any, int], None]]:
    """Open a table divided by one column, to which records are added one after the other.

    Files are `folder/BY=VALUE/name`, as Spark names the parts of a divided table; each appears
    when the block ends, whole. One row group a value is in memory at a time.

    Args:
        folder: of the table.
        name: of the files; another task that writes them again replaces them.
        record: class of the records; or, where each value has its own, a dictionary from values
            to classes: then the folders are tables of their own.
        by: the field that divides them; it is no column of the files.
        max_rows: of a row group; it ends sooner when it holds 8 MB.

    Yields:
        A function that takes a record and its size in bytes, roughly.
    """
    record_of: Callable[[str], Any] = record.get if isinstance(record, dict) else lambda _: record
    waiting: dict[str, list[Any]] = {}
    sizes: dict[str, int] = {}
    writers: dict[str, pq.ParquetWriter] = {}
    with ExitStack() as open_files:

        def flush(value: str) -> None:
            if value not in writers:
                schema = schema_of(record_of(value))
                schema = schema.remove(schema.get_field_index(by))
                sink = open_files.enter_context(written_whole(f"{folder}/{by}={value}/{name}"))
                target = pa.PythonFile(sink, mode="w")
                writers[value] = open_files.enter_context(
                    pq.ParquetWriter(target, schema, compression="zstd")
                )
            writers[value].write_batch(
                to_batch(waiting.pop(value), record_of(value)).drop_columns([by])
            )
            sizes[value] = 0

        def add(item: Any, size_bytes: int) -> None:
            value = str(getattr(item, by))
            waiting.setdefault(value, []).append(item)
            sizes[value] = sizes.get(value, 0) + size_bytes
            if len(waiting[value]) >= max_rows or sizes[value] >= _GROUP_BYTES:
                flush(value)

        yield add
        for value in list(waiting):
            flush(value)
