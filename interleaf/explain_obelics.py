"""`interleaf explain` of a run of the OBELICS path: documents node by node, else records."""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc
from rich.console import Console
from rich.table import Table

from interleaf.display import cell
from interleaf.explain_records import RECORD_COLUMNS, print_record, rows_of
from interleaf.explain_scores import print_scores
from obelics_like.heads import LIVE, REJECTED, StoredDocument
from obelics_like.rules.mark_document import final_document
from obelics_like.rules.marks import Mark
from spark_jobs.marks.older_runs import judged_table
from spark_jobs.run.tables import MARK_TABLES, RECORDS, is_finished, stored_table, table_path
from webdoc.arrow import from_batch, schema_of
from webdoc.page.document import Document, Node
from webdoc.reasons import Kind, Reason, reason_text
from webdoc.release.escaping import one_line
from webdoc.tables.records import Record

_TEXT_CHARS = 90


def explain_obelics(console: Console, out: str, wanted: str) -> bool:
    """Print each document of that URL or doc_id with every node's fate, else its records.

    Returns:
        Whether there was one.
    """
    found = list(_documents(out, (pc.field("url") == wanted) | (pc.field("doc_id") == wanted)))
    for document in sorted(found, key=lambda d: (d.capture_time, d.doc_id)):
        _print_document(console, document, _stays(out, document), out)
    rows = [] if found else _records(table_path(out, RECORDS), wanted)
    for row in rows:
        print_record(console, row)
    return bool(found or rows)


def documents_of(out: str) -> Iterator[Document]:
    """Yield all documents of a run as its last job left them; all their marks are in memory."""
    yield from _documents(out, pc.scalar(True))


def _documents(out: str, wanted: pc.Expression) -> Iterator[Document]:
    """Yield documents as the last job left them."""
    older = judged_table(out)
    if older:
        yield from rows_of(older, Document, wanted)
        return
    found = list(_as_read(out, wanted))
    said: dict[str, list[Mark]] = {document.doc_id: [] for document in found}
    of_these = pc.field("doc_id").isin(pa.array(list(said), pa.string()))
    for path in (table_path(out, name) for name in MARK_TABLES):
        for mark in rows_of(path, Mark, of_these) if is_finished(path) else ():
            said[mark.doc_id].append(mark)
    for document in found:
        yield final_document(document, said[document.doc_id])


def _as_read(out: str, wanted: pc.Expression) -> Iterator[Document]:
    """Yield documents as they were read, live or not."""
    table = stored_table(table_path(out, RECORDS), schema_of(StoredDocument))
    found = table.to_table(
        columns=schema_of(Document).names,
        filter=pc.field("kind").isin([LIVE, REJECTED]) & wanted,
    )
    for batch in found.to_batches():
        yield from from_batch(batch, Document)


def _stays(out: str, document: Document) -> str:
    """Return the URL or id of the document that stays instead of a near-copy, "" for others."""
    if document.reject_reason is not Reason.DOCUMENT_NEAR_COPY:
        return ""
    if document.reject_detail == document.doc_id:
        return "itself, from an earlier run"
    doc_id = document.reject_detail
    urls = [kept.url for kept in _documents(out, pc.field("doc_id") == doc_id)]
    return f"{urls[0]} ({doc_id})" if urls else f"{doc_id} of an earlier run"


def _records(table: str, wanted: str) -> list[dict[str, object]]:
    kinds = pc.field("kind").isin([str(kind) for kind in Kind])
    found = stored_table(table, schema_of(Record)).to_table(
        columns=list(RECORD_COLUMNS), filter=kinds & (pc.field("url") == wanted)
    )
    rows: list[dict[str, object]] = found.to_pylist()
    return rows


def _print_document(console: Console, document: Document, stays: str, out: str) -> None:
    console.print(f"{one_line(document.url)}  ({document.doc_id})", markup=False, style="bold")
    console.print(
        one_line(
            f"  {document.warc_filename}:{document.warc_record_offset}, {document.capture_time}, "
            f"language {document.language or 'unknown'} ({document.language_score:.2f})"
        ),
        markup=False,
    )
    console.print(f"  {_fate(document)}", markup=False)
    if stays:
        value = document.reject_value or 0
        stays = one_line(stays)
        console.print(f"  dropped as a near-copy of {stays}, similarity {value:.2f}", markup=False)
    print_scores(console, out, document.doc_id)
    live = "kept" if document.reject_reason is None else "breaks no rule; its page does"
    table = Table(show_edge=False, pad_edge=False)
    for column in ("", "element", "what", "fate"):
        table.add_column(column, overflow="fold")
    for index, node in enumerate(document.nodes):
        style = "" if node.reject_reason is None else "dim"
        what = (node.image.url if node.image else " ".join(node.text.split()))[:_TEXT_CHARS]
        fate = cell(_fate(node, live))
        table.add_row(str(index), cell(node.tag), cell(what), fate, style=style)
    console.print(table)


def _fate(thing: Document | Node, live: str = "kept") -> str:
    if thing.reject_reason is None:
        return live
    value = "" if thing.reject_value is None else f" (measured {thing.reject_value:.4g})"
    detail = getattr(thing, "reject_detail", "")
    because = f"; {one_line(detail)}" if detail else ""
    return f"left out: {thing.reject_reason}, {reason_text(thing.reject_reason)}{value}{because}"
