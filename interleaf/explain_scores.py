"""Scores of documents in runs and releases, as `interleaf explain` shows them."""

import pyarrow.compute as pc
from rich.console import Console

from interleaf.explain_records import rows_of
from spark_jobs.run.tables import exists, table_path
from spark_jobs.scores.documents import DOCUMENT_SCORES
from webdoc.release.figures import value_text
from webdoc.scores.scorer import DocumentScores


def print_scores(console: Console, out: str, doc_id: str) -> None:
    """Print what scorers of texts and documents say of a document; nothing where none was asked.

    Args:
        console: where.
        out: folder of a run; `interleaf score` may have added to it.
        doc_id: of the document.
    """
    table = table_path(out, DOCUMENT_SCORES)
    if not exists(table):
        return
    for row in sorted(rows_of(table, DocumentScores, pc.field("doc_id") == doc_id), key=_revision):
        told = ", ".join(f"{one.name} {value_text(one.value)}" for one in row.scores)
        scorer = row.revision.rpartition("-")[0]
        console.print(f"  scores by {scorer}: {told or 'none'}", markup=False, highlight=False)


def _revision(row: DocumentScores) -> str:
    return row.revision
