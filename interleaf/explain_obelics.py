"""`interleaf explain` of a run of the OBELICS path: documents node by node, else records."""

from collections.abc import Iterator

import pyarrow.compute as pc
from rich.console import Console
from rich.table import Table

from interleaf.display import cell
from interleaf.explain_records import RECORD_COLUMNS, print_record, rows_of
from spark_jobs.run.tables import RECORDS, judged_table, stored_table, table_path
from webdoc.page.document import Document, Node
from webdoc.reasons import Reason, reason_text
from webdoc.release.escaping import one_line

_TEXT_CHARS = 90


def explain_obelics(console: Console, out: str, wanted: str) -> bool:
    """Print each document of that URL or doc_id with every node's fate, else its records.

    Returns:
        Whether there was one.
    """
    table = judged_table(out)
    found = list(_documents(table, wanted))
    for document in sorted(found, key=lambda d: (d.capture_time, d.doc_id)):
        _print_document(console, document, _stays(table, document))
    rows = [] if found else _records(table_path(out, RECORDS), wanted)
    for row in rows:
        print_record(console, row)
    return bool(found or rows)


def _documents(table: str, wanted: str) -> Iterator[Document]:
    own = (pc.field("url") == wanted) | (pc.field("doc_id") == wanted)
    return rows_of(table, Document, own)


def _stays(table: str, document: Document) -> str:
    """Return the URL or id of the document that stays instead of a near-copy, "" for others."""
    if document.reject_reason is not Reason.DOCUMENT_NEAR_COPY:
        return ""
    if document.reject_detail == document.doc_id:
        return "itself, from an earlier run"
    own = pc.field("doc_id") == document.reject_detail
    urls = stored_table(table).to_table(columns=["url"], filter=own).column("url").to_pylist()
    doc_id = document.reject_detail
    return f"{urls[0]} ({doc_id})" if urls else f"{doc_id} of an earlier run"


def _records(table: str, wanted: str) -> list[dict[str, object]]:
    found = stored_table(table).to_table(
        columns=list(RECORD_COLUMNS), filter=pc.field("url") == wanted
    )
    rows: list[dict[str, object]] = found.to_pylist()
    return rows


def _print_document(console: Console, document: Document, stays: str) -> None:
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
