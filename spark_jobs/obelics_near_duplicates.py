"""MARKED -> SIGNATURES, CLUSTERS, IMAGE_CLUSTERS -> DEDUPLICATED: near-duplicates marked.

spark-submit spark_jobs/obelics_near_duplicates.py SETTINGS.toml

Texts first: what is left out for another text no longer counts where pictures are counted.
"""

import sys
from collections.abc import Callable
from dataclasses import replace

from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.rules.exact_duplicates import apply_marks
from obelics_like.rules.judge import Rules
from obelics_like.rules.mark_document import finish
from obelics_like.rules.marks import DocumentMark, DocumentMarks
from obelics_like.settings import ObelicsSettings, load_settings
from spark_jobs.duplicates.components import settled_in
from spark_jobs.duplicates.earlier_runs import check_earlier_runs, earlier_runs
from spark_jobs.duplicates.image_sets import mark_image_sets
from spark_jobs.duplicates.lists import listed_texts
from spark_jobs.duplicates.marks import (
    document_mark,
    live_images,
    live_texts,
    node_mark,
    with_marks,
)
from spark_jobs.duplicates.near_images import image_uses, near_images
from spark_jobs.duplicates.near_lists import list_matches
from spark_jobs.duplicates.near_texts import Earlier, near_duplicates
from spark_jobs.duplicates.text_signatures import signatures
from spark_jobs.run.launch import launch
from spark_jobs.run.session import open_session
from spark_jobs.run.tables import (
    CLUSTERS,
    CONTAMINATED,
    DEDUPLICATED,
    IMAGE_CLUSTERS,
    MARKED,
    SETTLED,
    SIGNATURES,
    is_finished,
    read_table,
    spark_schema,
    table_path,
    write_table,
)
from webdoc.duplicates.minhash import with_recall
from webdoc.duplicates.near_duplicates import NearCopy, NearImage, TextSignature
from webdoc.page.document import Document
from webdoc.reasons import Reason

_NODE_MARKS = "doc_id string, node_index long, reject_reason string, reject_value double"


def contaminated(documents: DataFrame, settings: ObelicsSettings) -> DataFrame:
    """Return the marks of live documents that are near-copies of a listed text."""
    rules = settings.decontamination
    made = settings.near_duplicates.minhash
    made = with_recall(made, rules.min_similarity, rules.min_recall)
    wanted = replace(settings.near_duplicates, minhash=made)
    listed = listed_texts(documents.sparkSession, rules)
    live = live_texts(documents)
    of_documents = signatures(live, made).persist(StorageLevel.DISK_ONLY)
    of_lists = signatures(listed, made).join(listed.select("doc_id", "list"), "doc_id")
    texts = live.select("doc_id", "text").union(listed.select("doc_id", "text"))
    found = list_matches(of_documents, of_lists.persist(StorageLevel.DISK_ONLY), wanted, texts)
    best = Window.partitionBy("doc_id").orderBy(F.desc("similarity"), "list", "listed_id")
    first = found.withColumn("rank", F.row_number().over(best)).where("rank = 1")
    return first.select(
        *document_mark(Reason.DOCUMENT_CONTAMINATED, F.col("similarity"), F.col("list"))
    )


def near_copies(clusters: DataFrame) -> DataFrame:
    """Return the marks of documents that are left out for the keeper of their cluster."""
    return clusters.where("doc_id != keeper").select(
        *document_mark(Reason.DOCUMENT_NEAR_COPY, F.col("similarity"), F.col("keeper"))
    )


def repeated_pictures(
    shown: DataFrame, clusters: DataFrame, settings: ObelicsSettings
) -> DataFrame:
    """Return the marks of images that repeat in the corpus or in their document.

    Args:
        shown: from `live_images`.
        clusters: IMAGE_CLUSTERS.
        settings: the limits.
    """
    rules = settings.near_images
    uses = image_uses(shown, clusters)
    too_often = F.lit(False)
    if rules.max_occurrences is not None:
        too_often = F.col("uses") > rules.max_occurrences
    marks = uses.where(too_often | (F.col("nth") > 1) & F.lit(rules.in_document))
    reason = F.when(too_often, Reason.IMAGE_COPIES_TOO_FREQUENT.value).otherwise(
        Reason.IMAGE_NEAR_COPY_IN_DOCUMENT.value
    )
    return marks.select(*node_mark(reason, F.when(too_often, F.col("uses"))))


def finished_again(found: DocumentMarks, rules: Rules) -> Document:
    """Return the document with its marks; the rules of a document run anew where images went."""
    marked = apply_marks(found)
    return finish(marked, rules) if found.marks else marked


def came_before(documents: DataFrame, earlier: Earlier) -> DataFrame:
    """Return the marks of documents that are those of an earlier run, from the same record."""
    live = documents.where("reject_reason is null").select("doc_id")
    return live.join(earlier.signatures, "doc_id", "left_semi").select(
        *document_mark(Reason.DOCUMENT_NEAR_COPY, F.lit(1), F.col("doc_id"))
    )


def all_signatures(
    documents: DataFrame, earlier: Earlier | None, settings: ObelicsSettings
) -> DataFrame:
    """Return SIGNATURES of live documents and of all that earlier runs had, for runs to come."""
    made = signatures(live_texts(documents), settings.near_duplicates.minhash)
    if earlier is None:
        return made
    new = made.join(earlier.signatures.select("doc_id"), "doc_id", "left_anti")
    return new.unionByName(earlier.signatures)


def _written(
    spark: SparkSession,
    settings: ObelicsSettings,
    name: str,
    record: type,
    make: Callable[[], DataFrame],
) -> DataFrame:
    """Return a table of this run, which is made unless it is finished already."""
    path = table_path(settings.out, name)
    if not is_finished(path):
        write_table(make(), path)
    return read_table(spark, path, record)


def document_marks(
    spark: SparkSession, documents: DataFrame, settings: ObelicsSettings
) -> DataFrame:
    """Write what is known of texts, and return the marks that it gives documents."""
    marks = spark.createDataFrame([], spark_schema(DocumentMark))
    if settings.decontamination.texts:
        marks = _written(
            spark, settings, CONTAMINATED, DocumentMark, lambda: contaminated(documents, settings)
        )
    if not settings.near_duplicates.texts:
        return marks
    rules, earlier = settings.near_duplicates, earlier_runs(spark, settings)
    others = documents.join(marks.select("doc_id"), "doc_id", "left_anti")
    signed = _written(
        spark,
        settings,
        SIGNATURES,
        TextSignature,
        lambda: all_signatures(others, earlier, settings),
    )
    texts = live_texts(others)
    clusters = _written(
        spark, settings, CLUSTERS, NearCopy, lambda: near_duplicates(signed, rules, earlier, texts)
    )
    marks = marks.union(near_copies(clusters))
    return marks if earlier is None else marks.union(came_before(others, earlier))


def image_marks(
    spark: SparkSession, documents: DataFrame, marks: DataFrame, settings: ObelicsSettings
) -> DataFrame:
    """Write IMAGE_CLUSTERS of documents without marks, and return the marks of their images."""
    if settings.images.source == "none" or not settings.near_images.needs_clusters:
        return spark.createDataFrame([], _NODE_MARKS)
    shown = live_images(documents.join(marks.select("doc_id"), "doc_id", "left_anti"))
    pictures = shown.drop("doc_id", "node_index").distinct()
    clusters = _written(
        spark,
        settings,
        IMAGE_CLUSTERS,
        NearImage,
        lambda: near_images(pictures, settings.near_images),
    )
    return repeated_pictures(shown, clusters, settings)


def run(spark: SparkSession, settings: ObelicsSettings) -> None:
    """Write the tables, DEDUPLICATED last; what is finished already is left alone."""
    out = table_path(settings.out, DEDUPLICATED)
    if is_finished(out):
        return
    check_earlier_runs(settings)
    documents = read_table(spark, table_path(settings.out, MARKED), Document)
    with settled_in(spark, table_path(settings.out, SETTLED)):
        of_documents = document_marks(spark, documents, settings)
        of_images = image_marks(spark, documents, of_documents, settings)
        marked = with_marks(documents, of_documents, of_images, finished_again, settings)
        # Joined with its own image sets: unless kept, every document would be made twice.
        write_table(mark_image_sets(marked.persist(StorageLevel.DISK_ONLY), settings), out)
    spark.catalog.clearCache()


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = load_settings(settings_file)
    with open_session("obelics_near_duplicates", settings.spark) as spark:
        run(spark, settings)


if __name__ == "__main__":
    sys.exit(launch(main))
