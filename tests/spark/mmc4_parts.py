"""Documents of the MMC4 path as jobs write them, and as they are put together again."""

from collections.abc import Sequence
from pathlib import Path

from pyspark.sql import SparkSession

from mmc4_like.marks import assembled, marks_of, without_text
from mmc4_like.tables import (
    ARCHIVES,
    CANDIDATES,
    LINKS,
    PLACED,
    TEXTS,
    ArchiveRow,
    CandidateDocument,
    DocumentParts,
    JudgedDocument,
    PlacedDocument,
    PlacementMarks,
    TextRow,
)
from spark_jobs.marks.mmc4_parts import published_parts, with_texts
from tests.spark.as_read import written
from webdoc.arrow import from_batch, schema_of


def placed_documents(spark: SparkSession, out: str, tables_from: str = "") -> list[PlacedDocument]:
    """Return all documents of a run with their texts, by doc_id."""
    origin = tables_from or out
    parts = with_texts(spark, published_parts(spark, origin, out), origin)
    batches = parts.select(*schema_of(DocumentParts).names).toArrow().to_batches()
    found = [assembled(one) for batch in batches for one in from_batch(batch, DocumentParts)]
    return sorted(found, key=lambda placed: placed.candidate.document.doc_id)


def written_in_parts(out: Path, documents: Sequence[PlacedDocument]) -> None:
    """Write placed documents as a run of this version leaves them."""
    candidates = [placed.candidate for placed in documents]
    marks = [marks_of(placed.candidate, placed) for placed in documents]
    written(out / TEXTS, TextRow, [TextRow("text", one.document) for one in candidates])
    written(out / ARCHIVES, ArchiveRow, [])
    written(out / LINKS, CandidateDocument, list(map(without_text, candidates)))
    written(out / CANDIDATES, JudgedDocument, [])
    written(out / PLACED, PlacementMarks, [row for row in marks if row is not None])
