"""DEDUPLICATED or ALIGNED, IMAGES -> PICTURE_SCORES -> SCORED: pictures scored, limits applied.

spark-submit spark_jobs/obelics_scores.py SETTINGS.toml

Without scores.pictures there is nothing to do. Only pictures that live documents show are read.
"""

import sys
from collections.abc import Iterator

import pyarrow as pa
from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.rules.score_limits import DocumentWithScores, with_scores
from obelics_like.settings import ObelicsSettings, load_settings
from spark_jobs.duplicates.image_sets import mark_image_sets
from spark_jobs.duplicates.marks import live_images
from spark_jobs.obelics_alignment import compares
from spark_jobs.run.launch import launch
from spark_jobs.run.session import open_session
from spark_jobs.run.tables import (
    ALIGNED,
    DEDUPLICATED,
    IMAGES,
    SCORED,
    is_finished,
    read_table,
    spark_schema,
    table_path,
    write_table,
)
from spark_jobs.run.worker_rules import worker_rules
from spark_jobs.score_pictures import PICTURE_SCORES, score_pictures
from webdoc.arrow import Batches, map_records, schema_of
from webdoc.page.document import Document
from webdoc.tables.images import StoredPicture


def scores(settings: ObelicsSettings) -> bool:
    """Tell whether a run scores pictures."""
    return bool(settings.scores.pictures)


def transform(documents: DataFrame, found: DataFrame, settings: ObelicsSettings) -> DataFrame:
    """Return SCORED: every document once.

    Args:
        documents: DEDUPLICATED or ALIGNED.
        found: (sha256, scores) of pictures.
        settings: of the run.
    """
    of_nodes = live_images(documents).join(found, "sha256")
    node = F.struct(F.col("node_index").cast("long").alias("node_index"), "scores")
    of_documents = of_nodes.groupBy("doc_id").agg(F.collect_list(node).alias("found"))
    pairs = (
        documents.select("doc_id", F.struct(*schema_of(Document).names).alias("document"))
        .join(of_documents, "doc_id", "left")
        .select("document", F.coalesce("found", F.array()).alias("found"))
        .to(spark_schema(DocumentWithScores))
    )

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        rules = worker_rules(settings)

        def step(pair: DocumentWithScores) -> Document:
            return with_scores(pair, settings.scores, rules)

        return map_records(batches, step, DocumentWithScores, Document)

    made = pairs.mapInArrow(on_partition, spark_schema(Document))
    if not (settings.scores.min or settings.scores.max):
        return made
    # Where images went, other documents may show the same set now.
    return mark_image_sets(made.persist(StorageLevel.DISK_ONLY), settings)


def run(spark: SparkSession, settings: ObelicsSettings) -> None:
    """Write PICTURE_SCORES and SCORED; what is there already is not made again."""
    out = settings.out
    if not scores(settings) or is_finished(table_path(out, SCORED)):
        return
    before = ALIGNED if compares(settings) else DEDUPLICATED
    documents = read_table(spark, table_path(out, before), Document)
    images = read_table(spark, table_path(out, IMAGES), StoredPicture).select("place.*")
    shown = live_images(documents).select("sha256").distinct()
    places = images.join(shown, "sha256", "left_semi")
    found = score_pictures(
        spark, places, settings.scores, table_path(out, PICTURE_SCORES), settings.archives
    )
    write_table(transform(documents, found, settings), table_path(out, SCORED))
    spark.catalog.clearCache()


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = load_settings(settings_file)
    with open_session("obelics_scores", settings.spark) as spark:
        run(spark, settings)


if __name__ == "__main__":
    sys.exit(launch(main))
