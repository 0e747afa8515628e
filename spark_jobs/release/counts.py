"""Counting what a release holds: the funnel, refusals, faces, cosines, examples."""

from collections.abc import Iterable, Iterator
from dataclasses import astuple
from heapq import nsmallest

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import Column, DataFrame, SparkSession, Window
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.heads import (
    COUNT,
    HEAD,
    LIVE,
    NODE,
    REFUSED_DOCUMENT,
    REFUSED_IMAGE,
    REJECTED,
)
from obelics_like.rules.mark_document import final_document
from obelics_like.rules.marks import WHOLE, Mark
from spark_jobs.marks.live import Live
from spark_jobs.marks.read_kinds import read_kind, read_records
from webdoc.arrow import Batches, from_batch, schema_of
from webdoc.page.document import Document
from webdoc.reasons import (
    EMAILS,
    IN_REJECTED_DOCUMENT,
    IP_ADDRESSES,
    KEPT,
    PERSONAL_DATA,
    PHONES,
    FunnelRow,
    Reason,
)
from webdoc.release.alignment_spread import CosineCount
from webdoc.release.figures import LEVEL_NAMES

IMAGE_CLASSES = ("images in a document", (1, 2, 3, 5, 10, 20, 30))
WORD_CLASSES = ("words in a document", (50, 100, 200, 500, 1000, 2000, 5000))
_EXAMPLES_KEPT = 12
_EXAMPLES_A_REASON = 2
_REFUSED = {REFUSED_DOCUMENT: "document", REFUSED_IMAGE: "image"}


def funnel(spark: SparkSession, out: str, marks: DataFrame) -> list[FunnelRow]:
    """Return the funnel of a run, records first, kept before reasons, large before small.

    Args:
        spark: the session.
        out: folder of the run.
        marks: of all its steps.
    """
    names = schema_of(FunnelRow).names
    # What was left out when it was read was counted there; of the rest the marks tell.
    as_read = read_kind(spark, out, COUNT).where(~F.col("level").isin(*_REFUSED)).select(*names)
    records = level_rows("record", read_records(spark, out), F.col("kind"))
    whole, of_nodes = _reasons(marks)
    heads = read_kind(spark, out, HEAD).join(whole, "doc_id", "left")
    own = F.coalesce("whole", F.lit(KEPT))
    documents = heads.select(F.lit("document").alias("level"), *_counted(own))
    published = heads.where("whole is null")
    nodes = read_kind(spark, out, NODE).join(of_nodes, ["doc_id", "node_index"], "left")
    nodes = nodes.join(whole, "doc_id", "left")
    in_dead = F.when(F.col("whole").isNotNull(), IN_REJECTED_DOCUMENT)
    own = F.coalesce("own", in_dead, F.lit(KEPT))
    level = F.when(F.col("is_image"), "image").otherwise("text").alias("level")
    counted = as_read.union(records).union(documents).union(_replaced(published))
    return summed(counted.union(nodes.select(level, *_counted(own))))


def _replaced(heads: DataFrame) -> DataFrame:
    """Return what was replaced in the texts of published documents, a level of its own."""
    counts = (
        F.struct(F.lit(name).alias("reason"), F.col(name).alias("count"))
        for name in (EMAILS, PHONES, IP_ADDRESSES)
    )
    rows = heads.select(F.explode(F.array(*counts)).alias("own")).where("own.count > 0")
    zero = F.lit(0)
    return rows.select(F.lit(PERSONAL_DATA), "own.reason", "own.count", zero, zero)


def _counted(reason: Column) -> list[Column]:
    return [reason.alias("reason"), F.lit(1).alias("count"), F.col("words"), F.col("text_bytes")]


def _reasons(marks: DataFrame) -> tuple[DataFrame, DataFrame]:
    """Return (doc_id, whole) and (doc_id, node_index, own): the reasons that marks give."""
    given = marks.where("reject_reason is not null")
    of_documents = given.where(F.col("node_index") == WHOLE).groupBy("doc_id")
    of_nodes = given.where(F.col("node_index") != WHOLE).groupBy("doc_id", "node_index")
    least = F.min("reject_reason")
    return of_documents.agg(least.alias("whole")), of_nodes.agg(least.alias("own"))


def level_rows(level: str, things: DataFrame, kept: Column) -> DataFrame:
    """Return a funnel row for each thing, which has a reject_reason.

    Args:
        level: of the funnel.
        things: rows of a table.
        kept: what is said of those without a reason.
    """
    return things.select(
        F.lit(level).alias("level"),
        F.coalesce("reject_reason", kept).alias("reason"),
        F.lit(1).alias("count"),
        F.lit(0).alias("words"),
        F.lit(0).alias("text_bytes"),
    )


def summed(rows: DataFrame) -> list[FunnelRow]:
    """Add up funnel rows: records first, kept before reasons, large before small."""
    sums = [F.sum(name).cast("long").alias(name) for name in ("count", "words", "text_bytes")]
    totals = rows.groupBy("level", "reason").agg(*sums).collect()
    return in_order(FunnelRow(*(row[name] for name in FunnelRow.__slots__)) for row in totals)


def in_order(rows: Iterable[FunnelRow]) -> list[FunnelRow]:
    """Return funnel rows: records first, kept before reasons, large before small."""
    order = list(LEVEL_NAMES)
    return sorted(rows, key=lambda r: (order.index(r.level), r.reason != KEPT, -r.count, r.reason))


def refusals(spark: SparkSession, out: str, marks: DataFrame) -> list[tuple[str, str, int]]:
    """Return how many documents and images each sign of permission left out."""
    as_read = read_kind(spark, out, COUNT).where(F.col("level").isin(*_REFUSED))
    what = F.when(F.col("level") == REFUSED_IMAGE, "image").otherwise("document").alias("what")
    pages = marks.where(F.col("reject_reason") == Reason.DOCUMENT_NOT_PERMITTED.value)
    sign = F.substring_index("reject_detail", ":", 1).alias("sign")
    images = marks.where("permission_reason != ''").select(
        "doc_id", "node_index", "permission_reason"
    )
    signs = (
        as_read.select(what, F.col("reason").alias("sign"), "count")
        .union(pages.select(F.lit("document"), sign, F.lit(1)))
        .union(images.distinct().select(F.lit("image"), "permission_reason", F.lit(1)))
    )
    total = F.sum("count").cast("long").alias("count")
    rows = signs.groupBy("what", "sign").agg(total).collect()
    found = [(row["what"], row["sign"], row["count"]) for row in rows]
    return sorted(found, key=lambda row: (row[0], -row[2], row[1]))


def faces(found: Live) -> list[tuple[int, int]]:
    """Return how many published images show how many faces, fewest first."""
    known = found.marks.where("facts.faces is not null").select("doc_id", "node_index", "facts")
    shown = found.nodes.where("is_image").join(known, ["doc_id", "node_index"])
    counted = shown.groupBy(F.size("facts.faces").alias("faces")).count().collect()
    return sorted((row["faces"], row["count"]) for row in counted)


def cosine_counts(images: DataFrame, columns: dict[str, str]) -> tuple[CosineCount, ...]:
    """Count images by hundredths of their cosines, and of the best of these.

    Args:
        images: a row for each image.
        columns: which column holds the cosine with which text; null where there is none.
    """
    found: dict[str, Column] = {kind: F.col(name) for kind, name in columns.items()}
    found["best"] = F.greatest(*found.values())  # nulls are passed over
    pairs = F.explode(F.create_map(*(x for k, v in found.items() for x in (F.lit(k), v))))
    rows = images.select(pairs.alias("text", "cosine")).where("cosine is not null")
    hundredth = F.floor(F.col("cosine") * 100).cast("int").alias("hundredth")
    counted = rows.groupBy("text", hundredth).count().collect()
    counts = (CosineCount(row["text"], row["hundredth"], row["count"]) for row in counted)
    return tuple(sorted(counts, key=lambda one: (one.text, one.hundredth)))


def example_ids(documents: DataFrame, kept: int = _EXAMPLES_KEPT) -> list[str]:
    """Return the ids of some kept documents and of some of each reason, always the same ones.

    Args:
        documents: doc_id, reject_reason.
        kept: how many of the kept ones.
    """
    # Few rows, which the driver sorts: before Spark sorts, a job of it looks where to cut.
    rows = smallest_of_each_reason(documents, kept).collect()
    return [row["doc_id"] for row in sorted(rows, key=lambda row: (row["reason"], row["doc_id"]))]


def smallest_of_each_reason(documents: DataFrame, kept: int = _EXAMPLES_KEPT) -> DataFrame:
    """Return the smallest few doc_ids of each reason, and of what is kept: doc_id, reason."""
    order = Window.partitionBy("reason").orderBy("doc_id")
    ranked = smallest_of_each_task(documents, kept).withColumn("rank", F.row_number().over(order))
    most = F.when(F.col("reason") == KEPT, kept).otherwise(_EXAMPLES_A_REASON)
    return ranked.where(F.col("rank") <= most).drop("rank")


def smallest_of_each_task(documents: DataFrame, kept: int = _EXAMPLES_KEPT) -> DataFrame:
    """Return the smallest few doc_ids of each reason among those of each task.

    Nothing is sorted and no reason is gathered whole, be there ever so many documents of it.
    """

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        best: dict[str, list[str]] = {}
        for batch in batches:
            ids, reasons = batch.columns
            for reason in pc.unique(reasons).to_pylist():
                own = ids.filter(pc.equal(reasons, reason)).to_pylist()
                most = kept if reason == KEPT else _EXAMPLES_A_REASON
                best[reason] = nsmallest(most, [*best.get(reason, ()), *own])
        rows = [(doc_id, reason) for reason, ids in best.items() for doc_id in ids]
        columns = [pa.array([row[i] for row in rows], pa.string()) for i in (0, 1)]
        yield pa.RecordBatch.from_arrays(columns, names=["doc_id", "reason"])

    reason = F.coalesce("reject_reason", F.lit(KEPT)).alias("reason")
    rows = documents.select("doc_id", reason)
    return rows.mapInArrow(on_partition, "doc_id string, reason string")


def reasons_of_documents(spark: SparkSession, out: str, marks: DataFrame) -> DataFrame:
    """Return (doc_id, url, reject_reason) of every document of a run."""
    whole, _ = _reasons(marks)
    heads = read_kind(spark, out, HEAD).select("doc_id", "url").join(whole, "doc_id", "left")
    rejected = read_kind(spark, out, REJECTED).select("doc_id", "url", "reject_reason")
    return rejected.union(heads.select("doc_id", "url", F.col("whole").alias("reject_reason")))


def examples(
    spark: SparkSession,
    out: str,
    marks: DataFrame,
    kept: int = _EXAMPLES_KEPT,
    others: Iterable[str] = (),
) -> list[Document]:
    """Return some kept documents, some of each reason and some others, always the same ones."""
    ids = example_ids(reasons_of_documents(spark, out, marks), kept)
    found = documents_by_id(spark, out, marks, list(dict.fromkeys([*ids, *others])))
    return sorted(found, key=lambda d: (d.reject_reason or "", d.doc_id))


def documents_by_id(
    spark: SparkSession, out: str, marks: DataFrame, ids: list[str]
) -> list[Document]:
    """Return some documents as they are in the end; few, for they come to the driver."""
    stored = read_kind(spark, out, LIVE).union(read_kind(spark, out, REJECTED))
    table = stored.where(F.col("doc_id").isin(ids)).select(*schema_of(Document).names).toArrow()
    documents = [d for batch in table.to_batches() for d in from_batch(batch, Document)]
    said: dict[str, list[Mark]] = {}
    for batch in marks.where(F.col("doc_id").isin(ids)).toArrow().to_batches():
        for mark in from_batch(batch, Mark):
            said.setdefault(mark.doc_id, []).append(mark)
    return [final_document(document, said.get(document.doc_id, ())) for document in documents]


def csv_lines(rows: list[FunnelRow]) -> str:
    """Return the funnel as CSV; neither levels nor reasons need quotes."""
    lines = [",".join(FunnelRow.__slots__)]
    lines += [",".join(str(value) for value in astuple(row)) for row in rows]
    return "\n".join(lines) + "\n"
