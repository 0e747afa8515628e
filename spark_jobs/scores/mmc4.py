"""PLACED -> DOCUMENT_SCORES -> DOCUMENT_MARKS of the MMC4 path: documents scored, limits applied.

Without a scorer of texts or documents there is nothing to do.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from mmc4_like.release.rows import interleaved_row
from mmc4_like.settings import Mmc4Settings
from mmc4_like.tables import PLACED, PlacedDocument
from spark_jobs.release.mmc4_files import live
from spark_jobs.run.tables import (
    DOCUMENT_MARKS,
    is_finished,
    parquet_rows,
    read_any_version,
    read_table,
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
from spark_jobs.scores.stored_rows import PLACE, rows_at, with_places
from spark_jobs.scores.vectors import VectorSource
from webdoc.arrow import Batches, from_batch, schema_of, to_batch
from webdoc.reasons import Reason
from webdoc.scores.limits import broken_limit
from webdoc.scores.scorer import Kind, ScoredKey, ScoreSettings

_DOC_ID = "candidate.document.doc_id"


@dataclass(frozen=True, slots=True)
class OutsideLimit:
    """DOCUMENT_MARKS of this path: a document that has a score outside the limits."""

    doc_id: str
    reject_reason: Reason
    reject_value: float  # the score
    reject_detail: str  # its name


def outside_limit(scored: ScoredKey, limits: ScoreSettings) -> OutsideLimit | None:
    """Return the row of a document that has a score outside the limits; None of any other."""
    broken = broken_limit(scored.scores, limits)
    if broken is None:
        return None
    return OutsideLimit(scored.doc_id, broken[0].reason, broken[1], broken[0].name)


def marked(placed: PlacedDocument, outside: OutsideLimit | None) -> PlacedDocument:
    """Return a placed document with what its scores say; as `judged` does it in Spark."""
    if outside is None:
        return placed
    document = replace(
        placed.candidate.document,
        reject_reason=outside.reject_reason,
        reject_value=outside.reject_value,
        reject_detail=outside.reject_detail,
    )
    return replace(placed, candidate=replace(placed.candidate, document=document))


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
    table = table_path(settings.out, PLACED)
    rows = parquet_rows(spark, table, spark_schema(PlacedDocument))
    places = with_places(rows).select("candidate", *PLACE)
    wanted = live(places).select(F.col(_DOC_ID).alias("doc_id"), *PLACE)
    scored = score_documents(
        wanted,
        settings.scores,
        table_path(settings.out, DOCUMENT_SCORES),
        partial(read_placed, table),
        source,
    )

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            found = [outside_limit(row, settings.scores) for row in from_batch(batch, ScoredKey)]
            yield to_batch([one for one in found if one is not None], OutsideLimit)

    keyed = scored.to(spark_schema(ScoredKey))
    write_table(keyed.mapInArrow(on_partition, spark_schema(OutsideLimit)), path)


def read_placed(
    table: str, wanted: Iterable[pa.RecordBatch], kind: Kind
) -> Iterator[tuple[str, Thing | None]]:
    """Yield documents as a release would have them: `scores.documents.Read`."""
    for ids, batch in rows_at(table, wanted, schema_of(PlacedDocument).names):
        for doc_id, placed in zip(ids, from_batch(batch, PlacedDocument), strict=True):
            language = placed.candidate.document.language
            yield doc_id, thing_of(interleaved_row(placed), language, kind)


def judged(spark: SparkSession, out: str) -> DataFrame:
    """Return PLACED of a run, documents with a score outside the limits marked.

    A run of an earlier version has its columns of then filled up.

    Raises:
        FileNotFoundError: it is not placed, or not scored where its limits ask for it.
    """
    placed = read_any_version(spark, table_path(out, PLACED), PlacedDocument)
    path = table_path(out, DOCUMENT_MARKS)
    if not is_finished(path):
        return placed
    marks = read_table(spark, path, OutsideLimit)
    names = [name for name in schema_of(OutsideLimit).names if name != "doc_id"]
    mark = marks.select("doc_id", F.struct(*names).alias("mark"))
    joined = placed.join(mark, placed[_DOC_ID] == mark["doc_id"], "left")
    document = F.col("candidate.document")
    for name in names:
        known = F.col(f"candidate.document.{name}")
        new = F.when(F.col("mark").isNotNull(), F.col(f"mark.{name}")).otherwise(known)
        document = document.withField(name, new)
    marked = F.col("candidate").withField("document", document).alias("candidate")
    others = [name for name in schema_of(PlacedDocument).names if name != "candidate"]
    return joined.select(marked, *others).to(spark_schema(PlacedDocument))
