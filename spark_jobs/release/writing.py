"""Rows of an exporter -> its files, the same bytes whatever the cluster."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from math import ceil
from typing import Any, Final, Protocol

import pyarrow as pa
from pyspark.sql import DataFrame

from spark_jobs.release.buckets import bucketed, write_bucketed
from spark_jobs.run.files import ParquetRows, opened_parquet, write_parquet, written_whole
from spark_jobs.run.tables import spark_schema, table_path
from webdoc.arrow import Batches, from_batch, schema_of, to_batch
from webdoc.release.exporter import Exporter
from webdoc.release.files import ReleaseFile
from webdoc.run_settings import ReleaseSettings

_KEY: Final = "doc_id"
_ROW: Final = "row"  # a struct, or a line of text


def file_count(rows: int, limits: ReleaseSettings) -> int:
    """Return into how many files documents are dealt; without any there is one file, empty."""
    return max(1, ceil(rows / limits.rows_per_file))


def exported_rows(
    documents: DataFrame,
    exporter: Exporter,
    record: type,
    row: Callable[[Any], Any],
    doc_id: Callable[[Any], str],
) -> DataFrame:
    """Return the rows of an exporter beside the ids of their documents.

    Args:
        documents: of `record`.
        exporter: whose rows they become.
        record: a class.
        row: makes a row, an instance of `exporter.record`, of a record; None leaves it out.
        doc_id: of a record.
    """
    line = exporter.line

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            found: list[Any] = from_batch(batch, record)
            made = [(doc_id(one), row(one)) for one in found]
            made = [(key, one) for key, one in made if one is not None]
            ids = pa.array([key for key, _ in made], pa.string())
            if line is None:
                rows = to_batch([one for _, one in made], exporter.record).to_struct_array()
            else:
                rows = pa.array([line(one) for _, one in made], pa.string())
            yield pa.RecordBatch.from_arrays([ids, rows], names=[_KEY, _ROW])

    kind = "string" if line else spark_schema(exporter.record).simpleString()
    return documents.mapInArrow(on_partition, f"{_KEY} string, {_ROW} {kind}")


def write_exported(
    rows: DataFrame, exporter: Exporter, files: int, out: str, limits: ReleaseSettings
) -> list[ReleaseFile]:
    """Write the files of an exporter.

    Args:
        rows: of `exported_rows`.
        exporter: that made them.
        files: how many; one without rows is written too.
        out: folder of the release.
        limits: rows and bytes of a row group.
    """
    step = _write_lines if exporter.line else _write_rows
    write = partial(step, exporter=exporter, out=out, limits=limits)
    name = f"{exporter.folder}/{exporter.file_name}"
    return write_bucketed(bucketed(rows, _KEY, files), name, files, write, exporter.ending)


def _write_rows(
    path: str, batches: Batches, *, exporter: Exporter, out: str, limits: ReleaseSettings
) -> ReleaseFile:
    rows = (pa.RecordBatch.from_struct_array(batch.column(_ROW)) for batch in batches)
    return write_parquet(out, path, rows, schema_of(exporter.record), limits)


def _write_lines(
    path: str,
    batches: Batches,
    *,
    exporter: Exporter,  # noqa: ARG001 - as of _write_rows
    out: str,
    limits: ReleaseSettings,  # noqa: ARG001 - lines have no row groups
) -> ReleaseFile:
    with _opened_lines(path, out) as file:
        for batch in batches:
            file.add(batch.column(_ROW).to_pylist())
    return file.written


class Export(Protocol):
    """A file of an exporter that rows are added to; once it is complete, its entry."""

    @property
    def written(self) -> ReleaseFile:
        """The entry for the manifest, once the file is complete."""

    def add(self, rows: Sequence[Any]) -> None:
        """Add rows, instances of the exporter's record, in their order."""


@contextmanager
def opened_export(
    exporter: Exporter, path: str, out: str, limits: ReleaseSettings
) -> Iterator[Export]:
    """Open a file of an exporter, which is complete when the block ends.

    Args:
        exporter: whose rows are added.
        path: of the file, in the release.
        out: folder of the release.
        limits: rows and bytes of a row group.
    """
    if exporter.line is not None:
        with _opened_lines(path, out) as lines:
            yield _ExportedLines(lines, exporter.line)
        return
    with opened_parquet(out, path, schema_of(exporter.record), limits) as rows:
        yield _ExportedRows(rows, exporter.record)


class _Lines:
    """A text file, a row a line."""

    def __init__(self, sink: Any):
        self._sink = sink
        self.rows = 0
        self.written = ReleaseFile("", 0, 0, "")

    def add(self, lines: Iterable[str]) -> None:
        for line in lines:
            self._sink.write(f"{line}\n".encode())
            self.rows += 1


@contextmanager
def _opened_lines(path: str, out: str) -> Iterator[_Lines]:
    with written_whole(table_path(out, path)) as sink:
        file = _Lines(sink)
        yield file
    file.written = ReleaseFile(path, file.rows, sink.size_bytes, sink.sha256)


@dataclass(frozen=True, slots=True)
class _ExportedLines:
    file: _Lines
    line: Callable[[Any], str]

    def add(self, rows: Sequence[Any]) -> None:
        self.file.add(map(self.line, rows))

    @property
    def written(self) -> ReleaseFile:
        return self.file.written


@dataclass(frozen=True, slots=True)
class _ExportedRows:
    file: ParquetRows
    record: Any

    def add(self, rows: Sequence[Any]) -> None:
        self.file.add(to_batch(rows, self.record))

    @property
    def written(self) -> ReleaseFile:
        return self.file.written
