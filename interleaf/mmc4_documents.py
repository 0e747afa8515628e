"""Documents of a finished run of the MMC4 path, put together of its tables without Spark."""

from collections.abc import Iterator
from typing import Any, Protocol, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from interleaf.explain_records import NothingFoundError, rows_of
from interleaf.nearest_names import names_in
from mmc4_like.marks import assembled, parts_of
from mmc4_like.tables import (
    ARCHIVES,
    CANDIDATES,
    LINKS,
    PLACED,
    TEXTS,
    CandidateDocument,
    DocumentParts,
    JudgedDocument,
    OutsideLimit,
    PlacedDocument,
    PlacementMarks,
)
from spark_jobs.marks.mmc4_parts import is_whole
from spark_jobs.run.folder import settings_of
from spark_jobs.run.tables import DOCUMENT_MARKS, is_finished, stored_table, table_path

_NAMES = ("url", "doc_id")


class _OfDocument(Protocol):
    @property
    def doc_id(self) -> str: ...


Row = TypeVar("Row", bound=_OfDocument)


def documents_of(out: str, wanted: str) -> Iterator[PlacedDocument]:
    """Yield the documents of a URL or doc_id, as they were placed and judged in the end.

    Raises:
        NothingFoundError: the run that was placed again is not there.
    """
    origin = tables_from(out)
    if not is_finished(table_path(origin, PLACED)):
        raise NothingFoundError(
            f"{out} was placed again from {origin}, which is no longer there. Its texts and images "
            "are in the tables of that run: bring them back, or look into the release itself."
        )
    if is_whole(origin):
        where = _is(wanted, "candidate", "document")
        placed = rows_of(table_path(origin, PLACED), PlacedDocument, where)
        parts = {one.candidate.document.doc_id: parts_of(one) for one in placed}
    else:
        links = rows_of(table_path(origin, LINKS), CandidateDocument, _is(wanted, "document"))
        parts = {one.document.doc_id: DocumentParts(one) for one in links}
    ids = list(parts)
    judged = _rows(origin, CANDIDATES, JudgedDocument, ids)
    marks = _rows(origin, PLACED, PlacementMarks, ids) | _rows(out, PLACED, PlacementMarks, ids)
    outside = _rows(out, DOCUMENT_MARKS, OutsideLimit, ids)
    texts = {} if is_whole(origin) else _texts(origin, ids)
    for doc_id, own in parts.items():
        yield assembled(
            DocumentParts(
                own.candidate,
                judged.get(doc_id),
                marks.get(doc_id) or own.marks,
                outside.get(doc_id),
                None if is_whole(origin) else texts.get(doc_id, ""),
            )
        )


def tables_from(out: str) -> str:
    """Return the folder of the run whose tables hold the documents of a run."""
    return str(settings_of(out).get("from_vectors") or out)


def names_of(out: str) -> Iterator[str]:
    """Yield the URLs and ids of all documents of a run."""
    origin = tables_from(out)
    table, inside = (PLACED, ("candidate",)) if is_whole(origin) else (LINKS, ())
    columns = ((*inside, "document", name) for name in _NAMES)
    yield from names_in(stored_table(table_path(origin, table)), *columns)


def _is(wanted: str, *document: str) -> ds.Expression:
    return (pc.field(*document, "url") == wanted) | (pc.field(*document, "doc_id") == wanted)


def _rows(out: str, table: str, record: type[Row], ids: list[str]) -> dict[str, Row]:
    """Return the rows of documents by their ids; none of a table that is not there or is older."""
    path = table_path(out, table)
    if not is_finished(path) or (table == PLACED and is_whole(out)):
        return {}
    return {
        row.doc_id: row for row in rows_of(path, record, pc.field("doc_id").isin(_strings(ids)))
    }


def _texts(out: str, ids: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for table, inside in ((TEXTS, "document"), (ARCHIVES, "text")):
        path = table_path(out, table)
        if is_finished(path) and stored_table(path).files:
            columns: dict[str, Any] = {name: pc.field(inside, name) for name in ("doc_id", "text")}
            where = pc.field(inside, "doc_id").isin(_strings(ids))
            rows = stored_table(path).to_table(columns=columns, filter=where)
            found |= zip(rows["doc_id"].to_pylist(), rows["text"].to_pylist(), strict=True)
    return found


def _strings(ids: list[str]) -> pa.Array:
    return pa.array(ids, pa.string())  # of an empty list Arrow knows no type
