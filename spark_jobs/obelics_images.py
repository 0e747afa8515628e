"""RECORDS -> IMAGES, and DOCUMENTS whose images are found in the archive and judged.

spark-submit spark_jobs/obelics_images.py SETTINGS.toml
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
from pyspark.sql import Column, DataFrame, SparkSession, Window
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.found_images import with_found
from obelics_like.marking import mark_images
from obelics_like.records import Document
from obelics_like.settings import ObelicsSettings, load_settings
from obelics_like.tables import DocumentWithFound, FoundImage, ImageSource, Record
from spark_jobs.launch import launch
from spark_jobs.session import open_session
from spark_jobs.tables import (
    DOCUMENTS,
    IMAGES,
    RECORDS,
    is_finished,
    read_table,
    spark_schema,
    table_path,
    write_table,
)
from spark_jobs.worker_rules import worker_rules
from webdoc.arrow import Batches, map_records, schema_of, to_batch
from webdoc.pictures import OK
from webdoc.url_keys import url_key

_REDIRECT_DOUBLINGS = 3  # 2^3 = 8 redirects in a row are followed; a loop ends there too


@dataclass(frozen=True, slots=True)
class Wanted:
    """An image URL that a live document shows."""

    doc_id: str
    url: str
    key: str  # webdoc.url_keys.url_key


def documents_of(records: DataFrame) -> DataFrame:
    """Return the documents that stand in RECORDS."""
    return records.where(F.col("kind") == "page").select("document.*")


def first_by(table: DataFrame, key: str, *order: Column) -> DataFrame:
    """Keep the first row of each key; the order must leave no ties that matter."""
    window = Window.partitionBy(key).orderBy(*order)
    return table.withColumn("_rank", F.row_number().over(window)).where("_rank = 1").drop("_rank")


def _newest() -> tuple[Column, ...]:
    return F.desc("capture_time"), F.asc("warc_filename"), F.asc("warc_record_offset")


def image_sources(records: DataFrame) -> DataFrame:
    """Return IMAGES: for each distinct picture, the first record by file and offset."""
    usable = (F.col("image.status") == OK) & (F.col("image.permission_reason") == "")
    rows = records.where((F.col("kind") == "image") & usable).select(
        "url",
        "warc_filename",
        "warc_record_offset",
        "warc_record_length",
        "capture_time",
        "image.*",
    )
    chosen = first_by(rows, "sha256", F.asc("warc_filename"), F.asc("warc_record_offset"))
    return chosen.select(*schema_of(ImageSource).names)


def images_by_key(records: DataFrame) -> DataFrame:
    """Return what each URL gives: its own newest image, else the one it redirects to.

    A readable capture wins over a damaged one, then the newest.
    """
    images = first_by(
        records.where(F.col("kind") == "image").select(
            F.col("url_key").alias("key"),
            "capture_time",
            "warc_filename",
            "warc_record_offset",
            "image.*",
        ),
        "key",
        F.desc(F.col("status") == OK),
        *_newest(),
    ).drop("capture_time", "warc_filename", "warc_record_offset", "archive_path")
    redirects = first_by(
        records.where("redirect_key != ''").select(
            F.col("url_key").alias("key"),
            F.col("redirect_key").alias("target"),
            "capture_time",
            "warc_filename",
            "warc_record_offset",
        ),
        "key",
        *_newest(),
    ).select("key", "target")
    for _ in range(_REDIRECT_DOUBLINGS):
        onward = redirects.select(F.col("key").alias("target"), F.col("target").alias("onward"))
        redirects = redirects.join(onward, "target", "left").select(
            "key", F.coalesce("onward", "target").alias("target")
        )
    moved = (
        redirects.join(images.withColumnRenamed("key", "target"), "target")
        .join(images.select("key"), "key", "left_anti")
        .select(*images.columns)
    )
    return images.unionByName(moved)


def _wanted(documents: DataFrame) -> DataFrame:
    live = "filter(nodes, n -> n.image is not null and n.reject_reason is null)"
    pairs = (
        documents.where("reject_reason is null")
        .select("doc_id", F.explode(F.expr(f"transform({live}, n -> n.image.url)")).alias("url"))
        .distinct()
    )

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            rows = zip(batch.column(0).to_pylist(), batch.column(1).to_pylist(), strict=True)
            yield to_batch([Wanted(doc_id, url, url_key(url)) for doc_id, url in rows], Wanted)

    return pairs.mapInArrow(on_partition, spark_schema(Wanted))


def transform(records: DataFrame, settings: ObelicsSettings) -> DataFrame:
    """Return DOCUMENTS: every document of RECORDS once, its images joined and judged."""
    documents = documents_of(records)
    if settings.images.source == "none":
        pairs = documents.select(F.struct("*").alias("document"), F.array().alias("found"))
    else:
        found = (
            _wanted(documents)
            .join(images_by_key(records), "key")
            .groupBy("doc_id")
            .agg(F.collect_list(F.struct(*schema_of(FoundImage).names)).alias("found"))
        )
        pairs = documents.join(found, "doc_id", "left").select(
            F.struct(*schema_of(Document).names).alias("document"),
            F.coalesce("found", F.array()).alias("found"),
        )
    pairs = pairs.to(spark_schema(DocumentWithFound))
    judges = settings.images.source != "none"

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        rules = worker_rules(settings)

        def step(pair: DocumentWithFound) -> Document:
            return mark_images(with_found(pair) if judges else pair.document, rules)

        return map_records(batches, step, DocumentWithFound, Document)

    return pairs.mapInArrow(on_partition, spark_schema(Document))


def run(spark: SparkSession, settings: ObelicsSettings) -> None:
    """Write IMAGES and DOCUMENTS; what is finished already is left alone."""
    records = read_table(spark, table_path(settings.out, RECORDS), Record)
    images, documents = table_path(settings.out, IMAGES), table_path(settings.out, DOCUMENTS)
    if not is_finished(images):
        write_table(image_sources(records), images)
    if not is_finished(documents):
        write_table(transform(records, settings), documents)


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = load_settings(settings_file)
    with open_session("obelics_images", settings.spark) as spark:
        run(spark, settings)


if __name__ == "__main__":
    sys.exit(launch(main))
