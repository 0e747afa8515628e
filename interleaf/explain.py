"""`interleaf explain`: the way of one record or document through a finished run; no Spark."""

from collections.abc import Iterator

import fsspec
import pyarrow.compute as pc
import pyarrow.dataset as ds
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from obelics_like.escaping import clean
from obelics_like.reason_texts import reason_text
from obelics_like.records import Document, Node, Reason
from spark_jobs.tables import ALIGNED, DEDUPLICATED, RECORDS, for_fsspec, is_finished, table_path
from webdoc.arrow import from_batch, schema_of

_TEXT_CHARS = 90
_RECORD_COLUMNS = (
    "warc_filename",
    "warc_record_offset",
    "record_type",
    "url",
    "capture_time",
    "http_status",
    "media_type",
    "kind",
    "reject_reason",
    "reject_detail",
)


class NothingFoundError(Exception):
    """No such run, or nothing in it under that name."""

    exit_status = 2


def explain(console: Console, out: str, wanted: str) -> None:
    """Print each document of that URL or doc_id with every node's fate, else its records.

    Raises:
        NothingFoundError: says what was looked at.
    """
    aligned = table_path(out, ALIGNED)
    table = aligned if is_finished(aligned) else table_path(out, DEDUPLICATED)
    if not is_finished(table):
        raise NothingFoundError(
            f"{out} holds no finished run. Give the --out folder of `interleaf obelics`."
        )
    found = list(_documents(table, wanted))
    for document in sorted(found, key=lambda d: (d.capture_time, d.doc_id)):
        _print_document(console, document, _stays(table, document))
    rows = [] if found else _records(table_path(out, RECORDS), wanted)
    for row in rows:
        _print_record(console, row)
    if not found and not rows:
        raise NothingFoundError(
            f"No record in {out} has the URL or id {wanted!r}. The URL must be whole, with https://"
        )


def _dataset(path: str) -> ds.Dataset:
    filesystem, inner = fsspec.url_to_fs(for_fsspec(path))
    return ds.dataset(inner, filesystem=filesystem, format="parquet", partitioning="hive")


def _documents(table: str, wanted: str) -> Iterator[Document]:
    own = (pc.field("url") == wanted) | (pc.field("doc_id") == wanted)
    columns = schema_of(Document).names
    for batch in _dataset(table).to_table(columns=columns, filter=own).to_batches():
        yield from from_batch(batch, Document)


def _stays(table: str, document: Document) -> str:
    """Return the URL or id of the document that stays instead of a near-copy, "" for others."""
    if document.reject_reason is not Reason.DOCUMENT_NEAR_COPY:
        return ""
    if document.reject_detail == document.doc_id:
        return "itself, from an earlier run"
    own = pc.field("doc_id") == document.reject_detail
    urls = _dataset(table).to_table(columns=["url"], filter=own).column("url").to_pylist()
    doc_id = document.reject_detail
    return f"{urls[0]} ({doc_id})" if urls else f"{doc_id} of an earlier run"


def _records(table: str, wanted: str) -> list[dict[str, object]]:
    found = _dataset(table).to_table(
        columns=list(_RECORD_COLUMNS), filter=pc.field("url") == wanted
    )
    rows: list[dict[str, object]] = found.to_pylist()
    return rows


def _print_record(console: Console, row: dict[str, object]) -> None:
    reason = row["reject_reason"]
    text = reason_text(str(reason or row["kind"]))
    fate = f"left out: {reason}, {text}" if reason else text
    console.print(
        f"{row['record_type']} record at {row['warc_filename']}:{row['warc_record_offset']}, "
        f"{row['capture_time']}, status {row['http_status']}, type {row['media_type'] or 'none'}",
        markup=False,
    )
    console.print(f"  {fate} {row['reject_detail']}".rstrip(), markup=False)


def _print_document(console: Console, document: Document, stays: str) -> None:
    console.print(f"{document.url}  ({document.doc_id})", markup=False, style="bold")
    console.print(
        f"  {document.warc_filename}:{document.warc_record_offset}, {document.capture_time}, "
        f"language {document.language or 'unknown'} ({document.language_score:.2f})",
        markup=False,
    )
    console.print(f"  {_fate(document)}", markup=False)
    if stays:
        value = document.reject_value or 0
        console.print(f"  dropped as a near-copy of {stays}, similarity {value:.2f}", markup=False)
    table = Table(show_edge=False, pad_edge=False)
    for column in ("", "element", "what", "fate"):
        table.add_column(column, overflow="fold")
    for index, node in enumerate(document.nodes):
        style = "" if node.reject_reason is None else "dim"
        what = clean(node.image.url if node.image else " ".join(node.text.split()))[:_TEXT_CHARS]
        table.add_row(str(index), escape(node.tag), escape(what), escape(_fate(node)), style=style)
    console.print(table)


def _fate(thing: Document | Node) -> str:
    if thing.reject_reason is None:
        return "kept"
    value = "" if thing.reject_value is None else f" (measured {thing.reject_value:.4g})"
    detail = getattr(thing, "reject_detail", "")
    because = f"; {detail}" if detail else ""
    return f"left out: {thing.reject_reason}, {reason_text(thing.reject_reason)}{value}{because}"
