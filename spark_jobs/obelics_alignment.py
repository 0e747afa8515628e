"""DEDUPLICATED, IMAGES -> IMAGE_VECTORS, TEXT_VECTORS -> ALIGNED: images compared with their texts.

spark-submit spark_jobs/obelics_alignment.py SETTINGS.toml

Without alignment.model there is nothing to do. Each distinct picture and text is encoded once, and
only their hashes and vectors travel.
"""

import sys
from collections.abc import Iterator

import pyarrow as pa
from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.rules.alignment import (
    Comparison,
    DocumentWithCosines,
    NodeCosine,
    aligned,
    comparisons_of,
)
from obelics_like.settings import ObelicsSettings, load_settings
from spark_jobs.duplicates.image_sets import mark_image_sets
from spark_jobs.embed_images import embed_images
from spark_jobs.embed_sentences import embed_sentences, sentence_key_of
from spark_jobs.release.counts import cosine_counts
from spark_jobs.run.clip import check_model, model_of, remember_model, with_torch
from spark_jobs.run.launch import launch
from spark_jobs.run.session import open_session
from spark_jobs.run.tables import (
    ALIGNED,
    DEDUPLICATED,
    IMAGE_VECTORS,
    IMAGES,
    TEXT_VECTORS,
    is_finished,
    read_table,
    spark_schema,
    table_path,
    write_table,
)
from spark_jobs.run.worker_rules import worker_rules
from spark_jobs.vectors.text_cosines import cosines
from webdoc.arrow import Batches, from_batch, map_records, schema_of, to_batch
from webdoc.page.document import Document
from webdoc.release.alignment_spread import AlignmentFacts
from webdoc.run_settings import SparkSettings
from webdoc.tables.images import StoredPicture

_COLUMNS = {kind: f"shown.image.clip_{kind}" for kind in ("caption", "alt_text", "neighbour")}


def compares(settings: ObelicsSettings) -> bool:
    """Tell whether a run compares images with their texts."""
    return bool(settings.alignment.model)


def spark_settings(settings: ObelicsSettings) -> SparkSettings:
    """Return how a session for this run is opened: with a model, workers load torch once."""
    return with_torch(settings.spark) if compares(settings) else settings.spark


def comparisons(documents: DataFrame) -> DataFrame:
    """Return what is compared (`Comparison`), and the key of its text (text_key)."""

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            found = (comparisons_of(document) for document in from_batch(batch, Document))
            yield to_batch([one for some in found for one in some], Comparison)

    rows = documents.where("reject_reason is null")
    found = rows.mapInArrow(on_partition, spark_schema(Comparison))
    return found.withColumn("text_key", sentence_key_of(F.col("text")))


def transform(documents: DataFrame, found: DataFrame, settings: ObelicsSettings) -> DataFrame:
    """Return ALIGNED: every document once.

    Args:
        documents: DEDUPLICATED.
        found: doc_id and the columns of `NodeCosine`.
        settings: of the run.
    """
    rows = F.collect_list(F.struct(*schema_of(NodeCosine).names)).alias("cosines")
    pairs = (
        documents.select("doc_id", F.struct(*schema_of(Document).names).alias("document"))
        .join(found.groupBy("doc_id").agg(rows), "doc_id", "left")
        .select("document", F.coalesce("cosines", F.array()).alias("cosines"))
        .to(spark_schema(DocumentWithCosines))
    )

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        rules = worker_rules(settings)

        def step(pair: DocumentWithCosines) -> Document:
            return aligned(pair, settings.alignment, rules)

        return map_records(batches, step, DocumentWithCosines, Document)

    made = pairs.mapInArrow(on_partition, spark_schema(Document))
    if settings.alignment.min_image is None:
        return made
    # Where images went, other documents may show the same set now.
    return mark_image_sets(made.persist(StorageLevel.DISK_ONLY), settings)


def run(spark: SparkSession, settings: ObelicsSettings) -> None:
    """Write the vectors and ALIGNED; what is there already is not made again."""
    out = settings.out
    if not compares(settings) or is_finished(table_path(out, ALIGNED)):
        return
    clip = settings.alignment.clip
    documents = read_table(spark, table_path(out, DEDUPLICATED), Document)
    images = read_table(spark, table_path(out, IMAGES), StoredPicture)
    # Made once, looked at three times.
    compared = comparisons(documents).persist(StorageLevel.DISK_ONLY)
    places = images.select("place.*").join(compared.select("sha256"), "sha256", "left_semi")
    pictures = embed_images(spark, places, clip, table_path(out, IMAGE_VECTORS), settings.archives)
    texts = embed_sentences(
        spark,
        compared.select(F.col("text").alias("sentence")),
        clip,
        table_path(out, TEXT_VECTORS),
    )
    remember_model(spark, clip, out)
    pairs = compared.select("doc_id", "node_index", "kind", "sha256", "text_key")
    found = cosines(pairs, pictures.read(spark), texts.read(spark))
    write_table(transform(documents, found, settings), table_path(out, ALIGNED))
    spark.catalog.clearCache()


def alignment_facts(kept: DataFrame, out: str) -> AlignmentFacts:
    """Return what the card says of the images of published documents."""
    images = kept.select(F.explode("nodes").alias("shown")).where(
        "shown.reject_reason is null and shown.image is not null"
    )
    model = model_of(out)
    return AlignmentFacts(model.name, model.revision, cosine_counts(images, _COLUMNS))


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = load_settings(settings_file)
    if not compares(settings):
        return
    check_model(settings.alignment.model, settings.spark)
    with open_session("obelics_alignment", spark_settings(settings)) as spark:
        run(spark, settings)


if __name__ == "__main__":
    sys.exit(launch(main))
