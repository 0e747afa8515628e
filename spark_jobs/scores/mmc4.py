"""PLACED -> DOCUMENT_SCORES -> DOCUMENT_MARKS of the MMC4 path: documents scored, limits applied.

Without a scorer of texts or documents there is nothing to do.
"""

from collections.abc import Iterable, Iterator

import pyarrow as pa
from pyspark.sql import SparkSession

from mmc4_like.marks import assembled
from mmc4_like.release.rows import interleaved_row
from mmc4_like.settings import Mmc4Settings
from mmc4_like.tables import DocumentParts, OutsideLimit
from spark_jobs.marks.mmc4_parts import final_reason, placed_parts, with_texts
from spark_jobs.run.tables import (
    DOCUMENT_MARKS,
    is_finished,
    spark_schema,
    table_path,
    write_table,
)
from spark_jobs.scores.documents import (
    DOCUMENT_SCORES,
    score_documents,
    scores_documents,
)
from spark_jobs.scores.read import Thing, thing_of
from spark_jobs.scores.vectors import VectorSource
from webdoc.arrow import Batches, from_batch, schema_of, to_batch
from webdoc.scores.limits import broken_limit
from webdoc.scores.scorer import Kind, ScoredKey, ScoreSettings


def outside_limit(scored: ScoredKey, limits: ScoreSettings) -> OutsideLimit | None:
    """Return the row of a document that has a score outside the limits; None of any other."""
    broken = broken_limit(scored.scores, limits)
    if broken is None:
        return None
    return OutsideLimit(scored.doc_id, broken[0].reason, broken[1], broken[0].name)


def run(spark: SparkSession, settings: Mmc4Settings, source: VectorSource | None = None) -> None:
    """Write DOCUMENT_SCORES and DOCUMENT_MARKS; what is there already is not made again.

    Args:
        spark: the session.
        settings: of the run.
        source: of vectors, for scorers that look at them; None: there are none.
    """
    path = table_path(settings.out, DOCUMENT_MARKS)
    if not scores_documents(settings.scores) or is_finished(path):
        return
    parts = placed_parts(spark, settings.tables_from, settings.out)
    live = parts.where(final_reason().isNull())
    wanted = with_texts(spark, live, settings.tables_from)
    table = table_path(settings.out, DOCUMENT_SCORES)
    scored = score_documents(wanted, settings.scores, table, read_parts, source)

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            found = [outside_limit(row, settings.scores) for row in from_batch(batch, ScoredKey)]
            yield to_batch([one for one in found if one is not None], OutsideLimit)

    keyed = scored.to(spark_schema(ScoredKey))
    write_table(keyed.mapInArrow(on_partition, spark_schema(OutsideLimit)), path)


def read_parts(wanted: Iterable[pa.RecordBatch], kind: Kind) -> Iterator[tuple[str, Thing | None]]:
    """Yield documents as a release would have them: `scores.documents.Read`.

    Args:
        wanted: `DocumentParts`, with their texts.
        kind: of the scorer.
    """
    for batch in wanted:
        for parts in from_batch(batch.select(schema_of(DocumentParts).names), DocumentParts):
            placed = assembled(parts)
            document = placed.candidate.document
            yield document.doc_id, thing_of(interleaved_row(placed), document.language, kind)
