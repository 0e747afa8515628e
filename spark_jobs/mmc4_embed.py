"""LINKS, CANDIDATES, texts -> COMPARED, IMAGE_VECTORS and SENTENCE_VECTORS of what is compared.

spark-submit spark_jobs/mmc4_embed.py SETTINGS.toml
"""

import sys
from collections.abc import Iterator

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from mmc4_like.compared import IMAGE, Compared, compared_of
from mmc4_like.marks import assembled
from mmc4_like.settings import Mmc4Settings
from mmc4_like.tables import (
    COMPARED,
    IMAGE_VECTORS,
    PICTURES,
    SENTENCE_VECTORS,
    ComparedKey,
    DocumentParts,
)
from spark_jobs.embed_images import embed_images
from spark_jobs.embed_sentences import embed_sentences
from spark_jobs.marks.mmc4_parts import judged_parts, judged_reason, with_texts
from spark_jobs.run.clip import MODEL, remember_model
from spark_jobs.run.launch import launch
from spark_jobs.run.mmc4 import alone
from spark_jobs.run.tables import (
    exists,
    read_table,
    spark_schema,
    table_path,
    write_table,
)
from spark_jobs.run.worker_model import FoundModel, find_model
from webdoc.arrow import Batches, from_batch, schema_of, to_batch
from webdoc.tables.images import StoredPicture


def live_parts(spark: SparkSession, out: str) -> DataFrame:
    """Return the documents whose images are compared with their sentences, and their doc_id."""
    live = judged_parts(spark, out).where(judged_reason().isNull())
    return with_texts(spark, live, out)


def compared_rows(parts: DataFrame) -> DataFrame:
    """Return the images, the texts of images and the sentences of documents (`Compared`)."""

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            found = (assembled(own).candidate for own in from_batch(batch, DocumentParts))
            yield to_batch([row for one in found for row in compared_of(one)], Compared)

    return parts.mapInArrow(on_partition, spark_schema(Compared))


def run(spark: SparkSession, settings: Mmc4Settings) -> None:
    """Add the vectors that are not there yet, and say which model made them."""
    out = settings.out
    if exists(table_path(out, MODEL)):
        return
    found = find_model(spark, settings.clip)  # before anything is written
    rows = compared_rows(live_parts(spark, out)).persist()
    try:
        write_table(rows.select(*schema_of(ComparedKey).names), table_path(out, COMPARED))
        _embed(spark, rows, settings, found)
    finally:
        rows.unpersist()
    remember_model(spark, settings.clip, out, found)


def _embed(spark: SparkSession, rows: DataFrame, settings: Mmc4Settings, found: FoundModel) -> None:
    pictures = read_table(spark, table_path(settings.out, PICTURES), StoredPicture)
    shown = rows.where(F.col("kind") == IMAGE).select(F.col("key").alias("sha256")).distinct()
    places = pictures.select("place.*").join(shown, "sha256", "left_semi")
    vectors = table_path(settings.out, IMAGE_VECTORS)
    embed_images(spark, places, settings.clip, vectors, settings.archives, found)
    sentences = rows.where("text is not null").select(F.col("text").alias("sentence"))
    vectors = table_path(settings.out, SENTENCE_VECTORS)
    embed_sentences(spark, sentences, settings.clip, vectors, found)


if __name__ == "__main__":
    sys.exit(launch(alone("mmc4_embed", run)))
