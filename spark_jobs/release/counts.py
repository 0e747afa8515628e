"""Counting what a release holds: the funnel, refusals, faces, cosines, examples."""

from collections.abc import Iterator
from dataclasses import astuple
from heapq import nsmallest

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.release.funnel import funnel_of
from spark_jobs.run.tables import spark_schema
from webdoc.arrow import Batches, from_batch, to_batch
from webdoc.page.document import Document
from webdoc.reasons import KEPT, FunnelRow, Reason
from webdoc.release.alignment_spread import CosineCount
from webdoc.release.figures import LEVEL_NAMES

IMAGE_CLASSES = ("images in a document", (1, 2, 3, 5, 10, 20, 30))
WORD_CLASSES = ("words in a document", (50, 100, 200, 500, 1000, 2000, 5000))
_EXAMPLES_KEPT = 12
_EXAMPLES_A_REASON = 2
_REASONS_OF_NODES = "array_distinct(filter(nodes.reject_reason, reason -> reason is not null))"


def funnel(records: DataFrame, documents: DataFrame) -> list[FunnelRow]:
    """Return the funnel of a run, records first, kept before reasons, large before small."""

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield to_batch(funnel_of(from_batch(batch, Document)), FunnelRow)

    of_documents = documents.mapInArrow(on_partition, spark_schema(FunnelRow))
    return summed(level_rows("record", records, F.col("kind")).unionByName(of_documents))


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
    found = [FunnelRow(*(row[name] for name in FunnelRow.__slots__)) for row in totals]
    order = list(LEVEL_NAMES)
    return sorted(found, key=lambda r: (order.index(r.level), r.reason != KEPT, -r.count, r.reason))


def refusals(documents: DataFrame) -> list[tuple[str, str, int]]:
    """Return how many documents and images each sign of permission left out."""
    pages = documents.where(F.col("reject_reason") == Reason.DOCUMENT_NOT_PERMITTED.value)
    sign = F.substring_index("reject_detail", ":", 1).alias("sign")
    images = documents.select(F.explode("nodes").alias("node")).select("node.image")
    refused = images.where("image.permission_reason != ''")
    signs = pages.select(F.lit("document").alias("what"), sign).unionByName(
        refused.select(F.lit("image").alias("what"), F.col("image.permission_reason").alias("sign"))
    )
    rows = signs.groupBy("what", "sign").count().orderBy("what", F.desc("count"), "sign").collect()
    return [(row["what"], row["sign"], row["count"]) for row in rows]


def faces(kept: DataFrame) -> list[tuple[int, int]]:
    """Return how many live images of kept documents show how many faces, fewest first."""
    nodes = kept.select(F.explode("nodes").alias("node")).where("node.reject_reason is null")
    looked_at = nodes.where("node.image.facts.faces is not null")
    counted = looked_at.groupBy(F.size("node.image.facts.faces").alias("faces")).count()
    return [(row["faces"], row["count"]) for row in counted.orderBy("faces").collect()]


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
    counted = rows.groupBy("text", hundredth).count().orderBy("text", "hundredth").collect()
    return tuple(CosineCount(row["text"], row["hundredth"], row["count"]) for row in counted)


def example_ids(documents: DataFrame, kept: int = _EXAMPLES_KEPT) -> list[str]:
    """Return the ids of some kept documents and of some of each reason, always the same ones.

    Args:
        documents: doc_id, reject_reason.
        kept: how many of the kept ones.
    """
    rows = smallest_of_each_reason(documents, kept).orderBy("reason", "doc_id").collect()
    return list(dict.fromkeys(row["doc_id"] for row in rows))


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


def examples(documents: DataFrame, kept: int = _EXAMPLES_KEPT) -> list[Document]:
    """Return some kept documents and some of each reason, also of nodes, always the same ones."""
    nodes = documents.where("reject_reason is null").select(
        "doc_id", F.explode(F.expr(_REASONS_OF_NODES)).alias("reject_reason")
    )
    ids = example_ids(documents.select("doc_id", "reject_reason").unionByName(nodes), kept)
    table = documents.where(F.col("doc_id").isin(ids)).toArrow()
    found = [d for batch in table.to_batches() for d in from_batch(batch, Document)]
    return sorted(found, key=lambda d: (d.reject_reason or "", d.doc_id))


def csv_lines(rows: list[FunnelRow]) -> str:
    """Return the funnel as CSV; neither levels nor reasons need quotes."""
    lines = [",".join(FunnelRow.__slots__)]
    lines += [",".join(str(value) for value in astuple(row)) for row in rows]
    return "\n".join(lines) + "\n"
