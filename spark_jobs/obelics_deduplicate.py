"""DOCUMENTS -> DEDUPLICATED: exact duplicates marked, then the last rules of a document.

spark-submit spark_jobs/obelics_deduplicate.py SETTINGS.toml

Near-duplicates (MinHash) will mark documents between the two: after the exact marks, before the
image sets.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.exact_duplicates import apply_marks, image_set_key, mentions_of
from obelics_like.marking import finish
from obelics_like.records import Document, Reason
from obelics_like.settings import ObelicsSettings, load_settings
from obelics_like.tables import DocumentMarks, Mention
from spark_jobs.launch import launch
from spark_jobs.session import open_session
from spark_jobs.tables import (
    DEDUPLICATED,
    DOCUMENTS,
    is_finished,
    read_table,
    spark_schema,
    table_path,
    write_table,
)
from spark_jobs.worker_rules import worker_rules
from webdoc.arrow import Batches, from_batch, map_records, schema_of, to_batch


@dataclass(frozen=True, slots=True)
class ImageSet:
    """A live document under the key of its set of images."""

    doc_id: str
    key: str
    capture_time: str


def _mentions(documents: DataFrame, settings: ObelicsSettings) -> DataFrame:
    rules = settings.deduplication

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            found = (mentions_of(document, rules) for document in from_batch(batch, Document))
            yield to_batch([mention for mentions in found for mention in mentions], Mention)

    return documents.mapInArrow(on_partition, spark_schema(Mention))


def _image_sets(documents: DataFrame) -> DataFrame:
    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            keyed = [(d, image_set_key(d)) for d in from_batch(batch, Document)]
            yield to_batch([ImageSet(d.doc_id, k, d.capture_time) for d, k in keyed if k], ImageSet)

    return documents.mapInArrow(on_partition, spark_schema(ImageSet))


def repeated(keyed: DataFrame) -> DataFrame:
    """Return (doc_id, kept_doc_id) of every document that is not the newest of its key.

    Captures of one time: the smallest doc_id stays.
    """
    window = Window.partitionBy("key").orderBy(F.desc("capture_time"), F.asc("doc_id"))
    ranked = keyed.select(
        "doc_id",
        F.first("doc_id").over(window).alias("kept_doc_id"),
        F.row_number().over(window).alias("rank"),
    )
    return ranked.where("rank > 1").select("doc_id", "kept_doc_id")


def node_marks(mentions: DataFrame, settings: ObelicsSettings) -> DataFrame:
    """Return (doc_id, marks) of paragraphs and images that the corpus repeats too often."""
    rules = settings.deduplication
    never = 2**62
    counts = mentions.groupBy("kind", "domain", "key").agg(F.count("*").alias("seen"))
    too_often = counts.where(
        ((F.col("kind") == "text") & (F.col("seen") >= (rules.min_paragraph_occurrences or never)))
        | ((F.col("kind") == "image") & (F.col("seen") > (rules.max_image_occurrences or never)))
    )
    reason = F.when(F.col("kind") == "text", Reason.PARAGRAPH_REPEATED_ON_DOMAIN.value).otherwise(
        Reason.IMAGE_TOO_FREQUENT.value
    )
    mark = F.struct(
        "node_index",
        reason.alias("reject_reason"),
        F.col("seen").cast("double").alias("reject_value"),
    )
    marked = mentions.join(too_often, ["kind", "domain", "key"])
    return marked.groupBy("doc_id").agg(F.sort_array(F.collect_list(mark)).alias("marks"))


def mark_exact(documents: DataFrame, settings: ObelicsSettings) -> DataFrame:
    """Mark repeated pages, paragraphs and images, then finish each document."""
    # Counted and joined with its own counts: unless kept, every document would be read twice.
    mentions = _mentions(documents, settings).persist(StorageLevel.DISK_ONLY)
    pages = mentions.where(F.col("kind") == "page")
    kept = repeated(pages if settings.deduplication.urls else pages.limit(0))
    live = mentions.where(F.col("kind") != "page").join(kept, "doc_id", "left_anti")
    marks = node_marks(live, settings)
    pairs = documents.join(kept, "doc_id", "left").join(marks, "doc_id", "left")
    pairs = pairs.select(
        F.struct(*schema_of(Document).names).alias("document"),
        "kept_doc_id",
        F.coalesce("marks", F.array()).alias("marks"),
    ).to(spark_schema(DocumentMarks))

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        rules = worker_rules(settings)

        def step(pair: DocumentMarks) -> Document:
            return finish(apply_marks(pair), rules)

        return map_records(batches, step, DocumentMarks, Document)

    return pairs.mapInArrow(on_partition, spark_schema(Document))


def mark_image_sets(documents: DataFrame, settings: ObelicsSettings) -> DataFrame:
    """Mark live documents whose images are, as a set, those of a newer live document."""
    if not settings.deduplication.image_sets:
        return documents
    kept = repeated(_image_sets(documents))
    reason = F.when(F.col("kept_doc_id").isNotNull(), Reason.DOCUMENT_IMAGE_SET_REPEATED.value)
    return (
        documents.join(kept, "doc_id", "left")
        .withColumn("reject_reason", F.coalesce("reject_reason", reason))
        .withColumn("reject_detail", F.coalesce("kept_doc_id", "reject_detail"))
        .select(*schema_of(Document).names)
    )


def transform(documents: DataFrame, settings: ObelicsSettings) -> DataFrame:
    """Return DEDUPLICATED: every document once, marked."""
    finished = mark_exact(documents, settings).persist(StorageLevel.DISK_ONLY)
    return mark_image_sets(finished, settings)


def run(spark: SparkSession, settings: ObelicsSettings) -> None:
    """Write DEDUPLICATED; when it is finished already it is left alone."""
    out = table_path(settings.out, DEDUPLICATED)
    if not is_finished(out):
        documents = read_table(spark, table_path(settings.out, DOCUMENTS), Document)
        write_table(transform(documents, settings), out)
        spark.catalog.clearCache()


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = load_settings(settings_file)
    with open_session("obelics_deduplicate", settings.spark) as spark:
        run(spark, settings)


if __name__ == "__main__":
    sys.exit(launch(main))
