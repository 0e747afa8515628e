"""The files of a fetch: pictures in shards of bounded size, and the rows that say what they are."""

from contextlib import ExitStack
from dataclasses import dataclass
from time import monotonic
from types import TracebackType
from typing import Self
from uuid import uuid4

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq

from spark_jobs.run.files import written_whole
from spark_jobs.run.tables import for_fsspec, table_path
from webdoc.arrow import to_batch
from webdoc.fetch.manifest import Answer, Fetched
from webdoc.fetch.settings import FetchSettings

FETCH_ROWS = "tables/fetch/rows"  # as they ended; one URL may have a row of each run
FETCH_BYTES = "tables/fetch/bytes"
FETCHED = "tables/fetched"  # the manifest: one row for each wanted URL
# StoredPicture, one row for each distinct picture; its place names the file relative to the run
FETCHED_IMAGES = "tables/fetched_images"
_GROUP_BYTES = 8 << 20
_NOWHERE = ("", 0)
_REMEMBERED = 100_000  # pictures of a task that are not stored a second time


@dataclass(frozen=True, slots=True)
class StoredBytes:
    """One row of a file of pictures."""

    sha256: str
    bytes: bytes


class Shards:
    """Collects the answers of one task and writes them, so many a file.

    The pictures of a shard are there before its rows are: a row never points at nothing.
    """

    def __init__(
        self, out: str, folder: str, name: str, settings: FetchSettings, *, keep_bytes: bool = True
    ) -> None:
        """Begin with the first shard.

        Args:
            out: of the run.
            folder: below FETCH_ROWS and FETCH_BYTES.
            name: of the task; each attempt of it adds letters of its own.
            settings: how large a shard may be.
            keep_bytes: whether pictures are written at all.
        """
        self._out = out
        self._place = f"{folder}/{name}-{uuid4().hex[:8]}"
        self._settings = settings
        self._keep_bytes = keep_bytes
        self._stored: dict[bytes, tuple[str, int]] = {}
        self._number = 0
        self._waiting: list[StoredBytes] = []
        self._waiting_bytes = 0
        self._begin()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self.end()
        else:  # A shard that was not written to its end is thrown away.
            self._open.__exit__(kind, error, trace)

    def _begin(self) -> None:
        self._file = f"{FETCH_BYTES}/{self._place}-{self._number:05d}.parquet"
        self._rows: list[Fetched] = []
        self._places: list[tuple[str, int]] = []  # of their bytes: file and row
        self._pictures = self._size_bytes = 0
        self._began = monotonic()
        self._open = ExitStack()
        self._writer: pq.ParquetWriter | None = None

    def add(self, answer: Answer) -> bool:
        """Take an answer; tell whether it is time to `write`."""
        row = answer.row
        keeps = answer.body and self._keep_bytes
        self._rows.append(row)
        self._places.append(self._place_of(row.facts.sha256, answer.body) if keeps else _NOWHERE)
        return self._waiting_bytes >= _GROUP_BYTES or self._is_full()

    def write(self) -> None:
        """Write what waits, and end the shard when it is full."""
        self._write_group()
        if self._is_full():
            self.end()

    def end(self) -> None:
        """End the shard: from here on nothing of it can be lost."""
        self._write_group()
        self._open.close()
        if self._rows:
            name = f"{FETCH_ROWS}/{self._place}-{self._number:05d}.parquet"
            with written_whole(table_path(self._out, name)) as sink:
                table = pa.Table.from_batches([self._manifest()])
                pq.write_table(table, pa.PythonFile(sink, mode="w"), compression="zstd")
        self._number += 1
        self._begin()

    def _manifest(self) -> pa.RecordBatch:
        """Return the rows, each with the place of its bytes: a copy of every row costs more."""
        batch = to_batch(self._rows, Fetched)
        files, rows = zip(*self._places, strict=True)
        for name, values in (("bytes_file", files), ("bytes_row", rows)):
            column = batch.schema.get_field_index(name)
            field = batch.schema.field(column)
            batch = batch.set_column(column, field, pa.array(values, field.type))
        return batch

    def _is_full(self) -> bool:
        return (
            self._size_bytes >= self._settings.shard_bytes
            or len(self._rows) >= self._settings.shard_rows
            or monotonic() - self._began >= self._settings.shard_s
        )

    def _place_of(self, sha256: str, body: bytes) -> tuple[str, int]:
        """Return where a picture stands, and let it wait there when it is new."""
        key = bytes.fromhex(sha256)
        if key not in self._stored:
            if len(self._stored) >= _REMEMBERED:
                self._stored.clear()
            self._stored[key] = (self._file, self._pictures)
            self._pictures += 1
            self._waiting.append(StoredBytes(sha256, body))
            self._waiting_bytes += len(body)
            self._size_bytes += len(body)
        return self._stored[key]

    def _write_group(self) -> None:
        if not self._waiting:
            return
        batch = to_batch(self._waiting, StoredBytes)
        if self._writer is None:
            sink = self._open.enter_context(written_whole(table_path(self._out, self._file)))
            target = pa.PythonFile(sink, mode="w")
            # Pictures are compressed already.
            self._writer = pq.ParquetWriter(
                target, batch.schema, compression="none", use_dictionary=False
            )
            self._open.enter_context(self._writer)
        self._writer.write_batch(batch)
        self._waiting, self._waiting_bytes = [], 0


def asked_in(out: str, folder: str, name: str) -> set[str]:
    """Return the URLs that earlier attempts of a task have rows of."""
    filesystem, inner = fsspec.url_to_fs(for_fsspec(table_path(out, f"{FETCH_ROWS}/{folder}")))
    urls: set[str] = set()
    for path in filesystem.glob(f"{inner}/{name}-*.parquet"):
        with filesystem.open(path, "rb") as source:
            urls.update(pq.read_table(source, columns=["url"]).column(0).to_pylist())
    return urls


def clear_unfinished(out: str) -> None:
    """Remove what a killed run was writing; no other run may write there now."""
    for table in (FETCH_ROWS, FETCH_BYTES):
        filesystem, inner = fsspec.url_to_fs(for_fsspec(table_path(out, table)))
        for path in filesystem.glob(f"{inner}/*/*.part"):
            filesystem.rm_file(path)
