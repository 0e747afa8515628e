"""DOCUMENTS -> MARKED: exact duplicates and listed pictures marked, then a document's last rules.

spark-submit spark_jobs/obelics_deduplicate.py SETTINGS.toml
"""

import sys
from collections.abc import Iterator

import pyarrow as pa
from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.rules.exact_duplicates import apply_marks, mentions_of, paragraph_domain
from obelics_like.rules.judge import Rules
from obelics_like.rules.mark_document import finish
from obelics_like.rules.marks import DocumentMarks, Mention
from obelics_like.settings import ObelicsSettings, load_settings
from spark_jobs.duplicates.image_sets import repeated
from spark_jobs.duplicates.lists import listed_images, listed_pictures_among
from spark_jobs.duplicates.marks import document_mark, live_images, node_mark, with_marks
from spark_jobs.duplicates.repeated_ngrams import repeated_ngrams
from spark_jobs.run.launch import launch
from spark_jobs.run.session import open_session
from spark_jobs.run.tables import (
    DOCUMENTS,
    MARKED,
    arrow_to_spark,
    is_finished,
    read_table,
    spark_schema,
    table_path,
    write_table,
)
from webdoc.arrow import Batches, from_batch, to_batch
from webdoc.page.document import Document
from webdoc.reasons import Reason

_DOMAINS = pa.schema([("doc_id", pa.string()), ("domain", pa.string())])


def _mentions(documents: DataFrame, settings: ObelicsSettings) -> DataFrame:
    rules = settings.deduplication

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            found = (mentions_of(document, rules) for document in from_batch(batch, Document))
            yield to_batch([mention for mentions in found for mention in mentions], Mention)

    return documents.mapInArrow(on_partition, spark_schema(Mention))


def repeated_nodes(mentions: DataFrame, settings: ObelicsSettings) -> DataFrame:
    """Return the marks of paragraphs and images that the corpus repeats too often."""
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
    marked = mentions.join(too_often, ["kind", "domain", "key"])
    return marked.select(*node_mark(reason, F.col("seen")))


def similar_paragraphs(documents: DataFrame, settings: ObelicsSettings) -> DataFrame:
    """Return the marks of live paragraphs whose n-grams stand on several pages of their domain."""
    live = documents.where("reject_reason is null")
    nodes = live.select("doc_id", F.posexplode("nodes").alias("node_index", "node"))
    texts = nodes.where("node.kind = 'text' and node.reject_reason is null").select(
        "doc_id", "node_index", F.col("node.text").alias("text")
    )

    def domains(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            urls = batch.column(1).to_pylist()
            found = [paragraph_domain(url, settings.deduplication) for url in urls]
            columns = [batch.column(0), pa.array(found, pa.string())]
            yield pa.RecordBatch.from_arrays(columns, schema=_DOMAINS)

    by_page = live.select("doc_id", "url").mapInArrow(domains, arrow_to_spark(_DOMAINS))
    found = repeated_ngrams(texts.join(by_page, "doc_id"), settings.repeated_ngrams)
    return found.select(*node_mark(Reason.PARAGRAPH_SIMILAR_ON_DOMAIN, F.col("share")))


def contaminated_images(documents: DataFrame, settings: ObelicsSettings) -> DataFrame:
    """Return the marks of images that are in a list to leave out."""
    rules = settings.decontamination
    shown = live_images(documents)
    listed = listed_images(documents.sparkSession, rules)
    pictures = shown.select("sha256", "perceptual_hash").distinct()
    found = listed_pictures_among(pictures, listed, rules)
    marked = shown.join(found, "sha256")
    return marked.select(*node_mark(Reason.IMAGE_CONTAMINATED, F.col("distance")))


def finished(found: DocumentMarks, rules: Rules) -> Document:
    """Return the document with its marks and those of the rules that come after them."""
    return finish(apply_marks(found), rules)


def transform(documents: DataFrame, settings: ObelicsSettings) -> DataFrame:
    """Return MARKED: every document once."""
    # Counted and joined with its own counts: unless kept, every document would be read twice.
    mentions = _mentions(documents, settings).persist(StorageLevel.DISK_ONLY)
    pages = mentions.where("kind = 'page'")
    kept = repeated(pages if settings.deduplication.urls else pages.limit(0))
    old_captures = kept.select(
        *document_mark(Reason.DOCUMENT_URL_REPEATED, F.lit(None), F.col("kept_doc_id"))
    )
    marks = repeated_nodes(
        mentions.where("kind != 'page'").join(kept, "doc_id", "left_anti"), settings
    )
    others = documents.join(kept, "doc_id", "left_anti")
    if settings.repeated_ngrams.enabled:
        marks = marks.union(similar_paragraphs(others, settings))
    if settings.decontamination.images:
        marks = marks.union(contaminated_images(others, settings))
    return with_marks(documents, old_captures, marks, finished, settings)


def run(spark: SparkSession, settings: ObelicsSettings) -> None:
    """Write MARKED; when it is finished already it is left alone."""
    out = table_path(settings.out, MARKED)
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
