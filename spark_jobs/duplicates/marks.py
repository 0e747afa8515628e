"""Documents in tables: their live parts, and the marks of the corpus joined to them."""

from collections.abc import Callable, Iterator

import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.rules.judge import Rules
from obelics_like.rules.marks import DocumentMarks, NodeMark
from obelics_like.settings import ObelicsSettings
from spark_jobs.run.tables import spark_schema
from spark_jobs.run.worker_rules import worker_rules
from webdoc.arrow import Batches, map_records, schema_of
from webdoc.page.document import Document
from webdoc.reasons import Reason

# As obelics_like.rules.mark_document.live_text, without a record for every document.
_LIVE_TEXTS = "filter(nodes, n -> n.kind = 'text' and n.reject_reason is null and n.text != '')"
_LIVE_TEXT = rf"array_join(transform({_LIVE_TEXTS}, n -> n.text), '\n\n')"

Step = Callable[[DocumentMarks, Rules], Document]


def live_texts(documents: DataFrame) -> DataFrame:
    """Return (doc_id, text, capture_time) of live documents, their live paragraphs as one text."""
    live = documents.where("reject_reason is null")
    return live.select("doc_id", F.expr(_LIVE_TEXT).alias("text"), "capture_time")


def live_images(documents: DataFrame) -> DataFrame:
    """Return the images of known bytes that live documents show.

    Returns:
        (doc_id, node_index, sha256, perceptual_hash, width_px, height_px).
    """
    nodes = documents.where("reject_reason is null").select(
        "doc_id", F.posexplode("nodes").alias("node_index", "node")
    )
    shown = nodes.where("node.reject_reason is null and node.image.facts.sha256 != ''")
    names = ("sha256", "perceptual_hash", "width_px", "height_px")
    return shown.select("doc_id", "node_index", *(f"node.image.facts.{name}" for name in names))


def document_mark(reason: Reason, value: Column, detail: Column) -> tuple[Column, ...]:
    """Return the columns of a `DocumentMark` for rows that have a doc_id."""
    return (
        F.col("doc_id"),
        F.lit(reason.value).alias("reject_reason"),
        value.cast("double").alias("reject_value"),
        detail.alias("reject_detail"),
    )


def node_mark(reason: Reason | Column, value: Column) -> tuple[Column, ...]:
    """Return doc_id and the columns of a `NodeMark` for rows that have a node_index."""
    name = reason if isinstance(reason, Column) else F.lit(reason.value)
    return (
        F.col("doc_id"),
        F.col("node_index").cast("long").alias("node_index"),
        name.alias("reject_reason"),
        value.cast("double").alias("reject_value"),
    )


def with_marks(
    documents: DataFrame,
    document_marks: DataFrame,
    node_marks: DataFrame,
    step: Step,
    settings: ObelicsSettings,
) -> DataFrame:
    """Return every document once, as the step makes it of its marks.

    Of several marks of one thing the first by the name of its reason counts.

    Args:
        documents: Document.
        document_marks: (doc_id, reject_reason, reject_value, reject_detail).
        node_marks: doc_id and the columns of `NodeMark`.
        step: run in the workers.
        settings: whose rules the step is given.
    """
    own = F.struct("reject_reason", "reject_value", "reject_detail")
    of_documents = document_marks.groupBy("doc_id").agg(F.min(own).alias("own"))
    mark = F.struct(*schema_of(NodeMark).names)
    of_nodes = node_marks.groupBy("doc_id").agg(F.sort_array(F.collect_set(mark)).alias("marks"))
    pairs = (
        documents.select("doc_id", F.struct(*schema_of(Document).names).alias("document"))
        .join(of_documents, "doc_id", "left")
        .join(of_nodes, "doc_id", "left")
        .select(
            "document",
            "own.reject_reason",
            "own.reject_value",
            F.coalesce("own.reject_detail", F.lit("")).alias("reject_detail"),
            F.coalesce("marks", F.array()).alias("marks"),
        )
        .to(spark_schema(DocumentMarks))
    )

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        rules = worker_rules(settings)

        def with_rules(pair: DocumentMarks) -> Document:
            return step(pair, rules)

        return map_records(batches, with_rules, DocumentMarks, Document)

    return pairs.mapInArrow(on_partition, spark_schema(Document))
