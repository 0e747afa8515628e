"""The Parquet files of an index: their columns under one name and type each, whoever wrote them."""

import io
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

import pyarrow as pa
import pyarrow.parquet as pq

from webdoc.settings import SettingsError
from webdoc.storage.byte_source import StorageError, is_remote, local_path
from webdoc.storage.inputs import ArchiveFile

URL, FILENAME = "url", "warc_filename"
OFFSET, LENGTH = "warc_record_offset", "warc_record_length"
POINTER_TYPES = {URL: pa.string(), FILENAME: pa.string(), OFFSET: pa.int64(), LENGTH: pa.int64()}
_PLAIN = {FILENAME: "filename", OFFSET: "offset", LENGTH: "length"}  # names in a plain table
_PLAIN_TYPES: tuple[tuple[Callable[[pa.DataType], bool], pa.DataType], ...] = (
    (pa.types.is_timestamp, pa.timestamp("us", tz="UTC")),
    (pa.types.is_integer, pa.int64()),
    (pa.types.is_floating, pa.float64()),
    (pa.types.is_large_string, pa.string()),
)
_PARTITION = re.compile(r"([A-Za-z_]\w*)=([^/]+)")
_READ_BYTES = 128 << 20  # of a file, for one task
_BATCH_ROWS = 1 << 16
_LOOKED_INTO = 64
# Returns so many bytes of a file from a position on; asks its storage as often as it may.
Ask = Callable[[str, int, int], bytes]


@dataclass(frozen=True, slots=True)
class IndexFile:
    """One Parquet file, and what its path says of all its rows."""

    file: ArchiveFile
    partition: Mapping[str, str] = field(default_factory=dict)  # crawl, subset, ...

    @property
    def parts(self) -> int:
        """Into how many parts its row groups are dealt."""
        return max(1, -(-self.file.size_bytes // _READ_BYTES))


def index_file(file: ArchiveFile) -> IndexFile:
    """Return a file with the partitions that its path names, as Hive writes them."""
    return IndexFile(file, dict(_PARTITION.findall(file.path)))


def schema_of_files(files: Sequence[IndexFile], ask: Ask) -> pa.Schema:
    """Return the columns of an index: those of all files together, pointers under one name.

    One file of each partition is looked into: within one, files have the same columns. Without
    partitions all are, up to 64. A column that two files hold in two types has the first one's.

    Args:
        files: at least one.
        ask: how bytes are asked for.

    Raises:
        SettingsError: a file is no Parquet file.
        StorageError: the storage failed.
    """
    found: dict[str, pa.DataType] = {}
    seen: set[object] = set()
    for one in files:
        key = tuple(sorted(one.partition.items())) or one.file.path
        if key not in seen and len(seen) < _LOOKED_INTO:
            seen.add(key)
            with _opened(one, ask) as file:
                for column in _renamed(file.schema_arrow):
                    column_type = POINTER_TYPES.get(column.name) or plain_type(column.type)
                    found.setdefault(column.name, column_type)
            for name in one.partition:
                found.setdefault(name, pa.string())
    return pa.schema(list(found.items()))


def plain_type(type_: pa.DataType) -> pa.DataType:
    """Return the type in which Spark takes a column: one for each kind of text, number and time.

    >>> plain_type(pa.timestamp("ms")), plain_type(pa.uint16())
    (TimestampType(timestamp[us, tz=UTC]), DataType(int64))
    """
    if pa.types.is_dictionary(type_):
        return plain_type(type_.value_type)
    if pa.types.is_list(type_) or pa.types.is_large_list(type_):
        return pa.list_(plain_type(type_.value_type))
    return next((plain for test, plain in _PLAIN_TYPES if test(type_)), type_)


def check_pointers(schema: pa.Schema, where: str) -> None:
    """Refuse an index that does not say where its records stand.

    Raises:
        SettingsError: names the columns that are missing, and those that are there.
    """
    missing = [name for name in POINTER_TYPES if name not in schema.names]
    if not missing:
        return
    wanted = [f"{name} (or {_PLAIN[name]})" if name in _PLAIN else name for name in missing]
    near = [get_close_matches(name, schema.names, n=1) for name in missing]
    hint = "".join(f" Is {one[0]} what it means?" for one in near if one)
    raise SettingsError(
        f"The index {where} has no column {' and no '.join(wanted)}; it has "
        f"{', '.join(schema.names[:40])}.{hint} An index names url, warc_filename, "
        "warc_record_offset and warc_record_length, or url, filename, offset and length."
    )


def index_batches(
    one: IndexFile, part: int, wanted: pa.Schema, ask: Ask
) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a part of a file, in the columns and types that are wanted.

    What a file does not hold is null; what its path says is the same in all rows.

    Raises:
        SettingsError: it is no Parquet file, or holds a column in a type that cannot be taken for
            the wanted one.
        StorageError: the storage failed.
    """
    with _opened(one, ask) as file:
        groups = range(part, file.num_row_groups, one.parts)
        stored = _names(file.schema_arrow)
        columns = [stored[name] for name in wanted.names if name in stored]
        for batch in file.iter_batches(_BATCH_ROWS, row_groups=[*groups], columns=columns):
            yield _as_wanted(batch, stored, one, wanted)


def _as_wanted(
    batch: pa.RecordBatch, stored: Mapping[str, str], one: IndexFile, wanted: pa.Schema
) -> pa.RecordBatch:
    arrays = []
    for column in wanted:
        if column.name in stored:
            array = batch.column(stored[column.name])
        else:
            array = pa.repeat(pa.scalar(one.partition.get(column.name), pa.string()), len(batch))
        try:
            arrays.append(array.cast(column.type))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise SettingsError(
                f"{one.file.name} holds the column {column.name} as {array.type}, and other files "
                f"of the index as {column.type}: {error}. Select one crawl with crawl = or a "
                "narrower path."
            ) from error
    return pa.RecordBatch.from_arrays(arrays, schema=wanted)


def _names(schema: pa.Schema) -> dict[str, str]:
    """Return under which name a file stores each column."""
    found = {name: name for name in schema.names}
    for ours, plain in _PLAIN.items():
        if ours not in found and plain in found:
            found[ours] = plain
    return found


def _renamed(schema: pa.Schema) -> Iterator[pa.Field]:
    plain = {stored: name for name, stored in _names(schema).items() if stored != name}
    for column in schema:
        yield column.with_name(plain.get(column.name, column.name))


class _Ranges(io.RawIOBase):
    """A remote file for PyArrow: each read is one request."""

    def __init__(self, path: str, size_bytes: int, ask: Ask) -> None:
        self._path, self._size, self._ask = path, size_bytes, ask
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        origin = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence]
        self._position = origin + offset
        return self._position

    def read(self, size: int = -1) -> bytes:
        left = self._size - self._position
        size = left if size < 0 else min(size, left)
        data = self._ask(self._path, self._position, size) if size > 0 else b""
        self._position += len(data)
        return data


def _opened(one: IndexFile, ask: Ask) -> pq.ParquetFile:
    file = one.file
    if file.problem:
        raise StorageError(f"{file.name}: {file.problem}")
    remote = is_remote(file.path)
    source = _Ranges(file.path, file.size_bytes, ask) if remote else local_path(file.path)
    try:
        return pq.ParquetFile(source, pre_buffer=True)
    except pa.ArrowInvalid as error:
        raise SettingsError(
            f"{file.name} is no Parquet file ({error}). Name Parquet files of an index."
        ) from error
