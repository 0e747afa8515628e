"""Files of published corpora -> rows -> documents. What cannot be read is a row with a reason."""

import json
import zlib
from collections.abc import Iterator
from typing import Any, Final

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq

from webdoc.importers.importer import Form, ImportedRow, imported
from webdoc.reasons import Reason
from webdoc.storage.inputs import ArchiveFile
from webdoc.url_keys import digest

SUFFIXES: Final = (".parquet", ".jsonl", ".jsonl.gz", ".json", ".json.gz")
_MAX_LINE_BYTES: Final = 64 << 20
_ROWS_AT_ONCE: Final = 256
_BROKEN: Final = (OSError, EOFError, zlib.error, pa.ArrowException, ValueError)


def imported_rows(file: ArchiveFile, form: Form) -> Iterator[ImportedRow]:
    """Yield a row for each row of a file; of a file that breaks, a last one that says why.

    Args:
        file: Parquet, or lines of JSON, perhaps in gzip.
        form: of its rows.
    """
    if file.problem:
        yield _unread(file.name, file.problem)
        return
    lines = not file.name.endswith(".parquet")
    try:
        for number, row in enumerate(_lines(file) if lines else _rows(file, form), 1):
            if isinstance(row, _Bad):
                doc_id = digest(f"{file.name}\n{number}")
                yield ImportedRow(doc_id, file.name, number, row.reason, row.detail)
            else:
                yield imported(form, row, file.name, number)
    except _BROKEN as error:
        yield _unread(file.name, f"{type(error).__name__}: {error}")


class _Bad:
    """A line that holds no row."""

    def __init__(self, reason: Reason, detail: str) -> None:
        self.reason, self.detail = str(reason), detail


def _unread(name: str, detail: str) -> ImportedRow:
    reason = str(Reason.DOCUMENT_FILE_UNREADABLE)
    return ImportedRow(digest(f"{name}\n0"), name, 0, reason, detail[:200])


def _rows(file: ArchiveFile, form: Form) -> Iterator[Any]:
    with fsspec.open(file.path, "rb") as source:
        table = pq.ParquetFile(source)
        columns_read = [name for name in table.schema_arrow.names if name in _wanted(form)]
        for batch in table.iter_batches(_ROWS_AT_ONCE, columns=columns_read):
            yield from batch.to_pylist()


def _wanted(form: Form) -> tuple[str, ...]:
    return (*form.columns, *form.optional)


def _lines(file: ArchiveFile) -> Iterator[Any]:
    with fsspec.open(file.path, "rb", compression="infer") as source:
        while line := source.readline(_MAX_LINE_BYTES):
            if len(line) == _MAX_LINE_BYTES and not line.endswith(b"\n"):
                yield _Bad(Reason.DOCUMENT_TOO_LONG, f"more than {_MAX_LINE_BYTES:,} bytes")
                while line and not line.endswith(b"\n"):
                    line = source.readline(_MAX_LINE_BYTES)
            elif line.strip():
                yield _parsed(line)


def _parsed(line: bytes) -> Any:
    try:
        return json.loads(line)
    except UnicodeDecodeError as error:
        return _Bad(Reason.DOCUMENT_UNDECODABLE, str(error)[:200])
    except (ValueError, RecursionError) as error:
        return _Bad(Reason.DOCUMENT_NOT_JSON, str(error)[:200])
