"""A file of a text corpus -> its documents: JSONL and plain text (gzip, zstd or neither), Parquet.

Every line, row or file that should be a document is one, readable or not.
"""

import gzip
import io
import json
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, BinaryIO, Final, cast

import pyarrow as pa
import pyarrow.parquet as pq

from mmc4_like.records import TextDocument
from webdoc.reasons import Reason
from webdoc.settings import SettingsError, section, setting
from webdoc.storage.byte_source import ByteSource, SourceStream, StorageSettings, open_source
from webdoc.storage.inputs import ArchiveFile
from webdoc.url_keys import digest, url_key

JSON_SUFFIXES: Final = (".jsonl", ".json", ".ndjson")
PLAIN_SUFFIXES: Final = (".txt", ".text")
PACKED_SUFFIXES: Final = ("", ".gz", ".zst", ".zstd")
# Names of the files that a folder of texts is searched for.
TEXT_SUFFIXES: Final = (
    *(name + packed for name in (*JSON_SUFFIXES, *PLAIN_SUFFIXES) for packed in PACKED_SUFFIXES),
    ".parquet",
)
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
# A storage that fails, and what the unpackers and Parquet raise on bytes that are damaged.
_DAMAGE = (OSError, EOFError, zlib.error, pa.ArrowException)
# What a cell raises: bytes that are not UTF-8, a time too far away, an unknown time zone.
_NO_VALUE = (ValueError, OverflowError, LookupError)
_PARQUET_ROWS = 64  # of one batch: texts may be long
_DETAIL_CHARS = 200  # of what a failure said
_SKIPPED_BYTES = 1 << 20  # of a line too long, at a time
_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class TextSettings:
    """How a text corpus is read. A column may lie inside another one: metadata.url."""

    text_column: str = setting("text", "The texts.", source="C4", private=False)
    url_column: str = setting(
        "url", "Their addresses; empty: the corpus has none.", source="C4", private=False
    )
    timestamp_column: str = setting(
        "timestamp", "When they were read; need not exist.", source="C4", private=False
    )
    language_column: str = setting(
        "",
        "Their languages; empty: the corpus names none; need not exist.",
        source="C4 has none",
        private=False,
    )
    max_document_bytes: int = setting(
        32 << 20, "Of one line, of one text.", source="ours: bounds the memory"
    )
    max_unreadable: float = setting(
        0.001,
        "Inputs that cannot be read, until a run ends with status 4 instead of going on: below 1 a "
        "share of all inputs, from 1 on how many.",
        source="ours: one in a thousand may be missing, and is listed",
        private=True,
    )
    storage: StorageSettings = section(
        StorageSettings,
        "How remote files are read. Keys of S3 come from where boto3 looks for them.",
        private=True,
    )

    def __post_init__(self) -> None:
        if self.max_unreadable < 0:
            raise ValueError(f"max_unreadable must be 0 or more, got {self.max_unreadable}")
        if not self.text_column:
            raise ValueError("text_column must name a column")
        if self.max_document_bytes < 1:
            raise ValueError(f"max_document_bytes must be 1 or more, got {self.max_document_bytes}")


def read_texts(file: ArchiveFile, settings: TextSettings) -> Iterator[TextDocument]:
    """Yield each document of a file in its order, one at a time, marked where it cannot be read.

    A file that cannot be opened or is damaged gives one more row that says so, behind those
    before the damage. Blank lines are no documents. A plain text file is one document.

    Raises:
        SettingsError: the first record has no column of the name that settings give.
    """
    row = 0
    problem = file.problem
    try:
        read = None if problem else _reader(file.name)
        if read is not None:
            with open_source(file.path, settings.storage) as source:
                for document in read(file.name, source, settings):
                    row = document.source_row
                    yield document
    except _DAMAGE as error:
        problem = str(error) or type(error).__name__
    if problem or read is None:
        reason = Reason.DOCUMENT_FILE_UNREADABLE
        problem = problem or "its name says neither JSONL, Parquet nor plain text"
        yield _rejected(file.name, row + 1 if row else 0, reason, problem)


Reader = Callable[[str, ByteSource, TextSettings], Iterator[TextDocument]]


def _reader(name: str) -> Reader | None:
    """Return what reads a file of this name; None for no format of ours."""
    for packed in PACKED_SUFFIXES[1:]:
        name = name.removesuffix(packed)
    if name.endswith(".parquet"):
        return _parquet
    if name.endswith(PLAIN_SUFFIXES):
        return _plain
    return _json_lines if name.endswith(JSON_SUFFIXES) else None


def _json_lines(name: str, source: ByteSource, settings: TextSettings) -> Iterator[TextDocument]:
    unchecked = True
    for row, line in enumerate(_lines(_unpacked(source), settings.max_document_bytes), 1):
        if line is None:
            yield _rejected(name, row, Reason.DOCUMENT_TOO_LONG)
        elif line.strip():
            try:
                record = json.loads(line)
            except (ValueError, RecursionError) as error:
                yield _rejected(name, row, Reason.DOCUMENT_NOT_JSON, str(error))
                continue
            if not isinstance(record, dict):
                yield _rejected(name, row, Reason.DOCUMENT_NOT_JSON, "no JSON object")
                continue
            if unchecked:
                _check_columns(name, list(record), settings)
                unchecked = False
            yield _document(name, row, record, settings)


def _parquet(name: str, source: ByteSource, settings: TextSettings) -> Iterator[TextDocument]:
    with pq.ParquetFile(io.BufferedReader(SourceStream(source))) as table:
        names = table.schema_arrow.names
        _check_columns(name, names, settings)
        optional = (settings.timestamp_column, settings.language_column)
        wanted = [settings.text_column, settings.url_column]
        wanted += [column for column in optional if _root(column, names) in names]
        row = 0
        for batch in table.iter_batches(_PARQUET_ROWS, columns=[c for c in wanted if c]):
            for record in _records(batch):
                row += 1
                yield _document(name, row, record, settings)


def _records(batch: pa.RecordBatch) -> list[dict[str, Any]]:
    """Return the rows of a batch; a value that Python cannot hold is the error that says so."""
    try:
        rows: list[dict[str, Any]] = batch.to_pylist()
    except _NO_VALUE:  # somewhere in it
        columns = [[_value(cell) for cell in column] for column in batch.columns]
        names = batch.schema.names
        rows = [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
    return rows


def _value(cell: pa.Scalar) -> Any:
    try:
        return cell.as_py()
    except _NO_VALUE as error:
        return error


def _plain(name: str, source: ByteSource, settings: TextSettings) -> Iterator[TextDocument]:
    body = _unpacked(source).read(settings.max_document_bytes + 1)
    if len(body) > settings.max_document_bytes:
        yield _rejected(name, 1, Reason.DOCUMENT_TOO_LONG)
        return
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        yield _rejected(name, 1, Reason.DOCUMENT_UNDECODABLE, str(error))
        return
    yield _document(name, 1, {settings.text_column: text}, settings)


def _unpacked(source: ByteSource) -> BinaryIO:
    """Return the bytes of a file, unpacked where its first bytes say that it is packed."""
    head = source.head()
    stream = io.BufferedReader(SourceStream(source))
    if head.startswith(_GZIP):
        return cast(BinaryIO, gzip.GzipFile(fileobj=stream))
    if head.startswith(_ZSTD):
        # Not zstandard's own reader, for which a file that is cut ends where it is cut.
        return io.BufferedReader(pa.CompressedInputStream(stream, "zstd"))
    return stream


def _lines(stream: BinaryIO, max_bytes: int) -> Iterator[bytes | None]:
    """Yield each line; None for one that is too long, which is skipped without being kept."""
    while line := stream.readline(max_bytes + 1):
        if len(line) <= max_bytes or line.endswith(b"\n"):
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(_SKIPPED_BYTES)
        yield None


def _check_columns(name: str, columns: list[str], settings: TextSettings) -> None:
    asked = {"text_column": settings.text_column, "url_column": settings.url_column}
    missing = {key: column for key, column in asked.items() if column}
    missing = {key: c for key, c in missing.items() if _root(c, columns) not in columns}
    if missing:
        named = " and ".join(f"{column!r} ({key})" for key, column in missing.items())
        raise SettingsError(
            f"{name} has no column {named}. It has: {', '.join(sorted(columns)[:50])}. Name the "
            'right one in the settings; url_column = "" where the texts have no address.'
        )


def _root(column: str, columns: list[str]) -> str:
    return column if column in columns else column.partition(".")[0]


def _dig(record: Mapping[str, Any], column: str) -> Any:
    """Return the value of a column, which may lie inside others; None where there is none."""
    if column in record:
        return record[column]
    value: Any = record
    for part in column.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _document(
    name: str, row: int, record: Mapping[str, Any], settings: TextSettings
) -> TextDocument:
    written = _dig(record, settings.text_column)
    text = _string(written)
    url = _string(_dig(record, settings.url_column)).strip()
    timestamp = _time(_dig(record, settings.timestamp_column))
    key = url_key(url) if url else ""
    document = TextDocument(
        doc_id=digest("\n".join((name, str(row), url, timestamp, text))),
        url=url,
        text=text,
        timestamp=timestamp,
        language=_string(_dig(record, settings.language_column)),
        source_name=name,
        source_row=row,
        url_key=key,
        content_key=digest(f"{key}\n{text}"),
    )
    if isinstance(written, _NO_VALUE):
        reason = Reason.DOCUMENT_UNDECODABLE
        return replace(document, reject_reason=reason, reject_detail=str(written)[:_DETAIL_CHARS])
    if not text.strip():
        return replace(document, reject_reason=Reason.DOCUMENT_NO_TEXT)
    if len(text) > settings.max_document_bytes:  # of a Parquet file, whose rows have no bytes
        return replace(document, text="", reject_reason=Reason.DOCUMENT_TOO_LONG)
    return document


def _rejected(name: str, row: int, reason: Reason, detail: str = "") -> TextDocument:
    return TextDocument(
        doc_id=digest(f"{name}\n{row}\n{reason}"),
        url="",
        text="",
        source_name=name,
        source_row=row,
        reject_reason=reason,
        reject_detail=_string(detail)[:_DETAIL_CHARS],
    )


def _string(value: Any) -> str:
    """Return a string that UTF-8 can hold; "" for what is none."""
    if not isinstance(value, str):
        return ""
    return value if value.isascii() else _LONE_SURROGATE.sub("\ufffd", value)


def _time(value: Any) -> str:
    """Return a time as 2019-04-25T12:57:54Z; "" for what is none. Without a zone it is UTC."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            return ""
    if not isinstance(value, datetime):
        return ""
    try:
        moment = value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC)
    except OverflowError:  # the first or last day that there is, in another zone
        return ""
    return moment.isoformat(timespec="seconds")[:19] + "Z"
