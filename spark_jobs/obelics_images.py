"""RECORDS, live nodes -> IMAGES, IMAGE_MARKS: pictures found, on the web too, and judged.

spark-submit spark_jobs/obelics_images.py SETTINGS.toml
"""

import sys
from collections.abc import Iterator

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.join_pictures import ImagesWithFound, ShownImage, image_marks
from obelics_like.rules.marks import Mark
from obelics_like.settings import ObelicsSettings, load_settings
from spark_jobs.marks.live import live
from spark_jobs.marks.read_kinds import read_records
from spark_jobs.obelics_fetch import fetches
from spark_jobs.run.launch import launch
from spark_jobs.run.session import open_session
from spark_jobs.run.tables import (
    IMAGE_MARKS,
    IMAGES,
    is_finished,
    read_table,
    spark_schema,
    table_path,
    write_marks,
)
from spark_jobs.run.worker_rules import worker_rules
from spark_jobs.sources.archive_robots import write_robots_marks
from spark_jobs.sources.archived_images import distinct_pictures, images_by_key, wanted_images
from spark_jobs.sources.fetched_files import FETCHED
from spark_jobs.sources.fetched_images import FETCHED_FACTS, fetched_sources, found_on_the_web
from webdoc.arrow import Batches, from_batch, schema_of, to_batch
from webdoc.fetch.manifest import Fetched
from webdoc.tables.images import FoundPicture, StoredPicture


def _all_sources(spark: SparkSession, records: DataFrame, settings: ObelicsSettings) -> DataFrame:
    """Return IMAGES of the archives, of the web, or of both: then those of the archives first."""
    if not fetches(settings):
        return distinct_pictures(records)
    fetched = fetched_sources(spark, settings.out)
    if settings.images.source == "fetch":
        return fetched
    archived = distinct_pictures(records)
    return archived.unionByName(
        fetched.join(archived, fetched.facts.sha256 == archived.facts.sha256, "left_anti")
    )


def _found(
    nodes: DataFrame, records: DataFrame, fetched: DataFrame | None, settings: ObelicsSettings
) -> DataFrame:
    """Return doc_id and what is known of each of its live images, as `FoundPicture`."""
    wanted = wanted_images(nodes)
    columns = ["doc_id", *schema_of(FoundPicture).names]
    by_url = wanted.select("doc_id", F.col("url").alias("key"))
    on_web = None if fetched is None else by_url.join(fetched, "key").select(*columns)
    if settings.images.source == "fetch" and on_web is not None:
        return on_web
    archived = wanted.join(images_by_key(records), "key").drop("key")
    archived = archived.withColumnRenamed("url", "key").select(*columns)
    if on_web is None:
        return archived
    # What was fetched had no readable capture.
    return archived.join(on_web, ["doc_id", "key"], "left_anti").select(*columns).union(on_web)


def _on_the_web(spark: SparkSession, out: str) -> DataFrame:
    fetched = read_table(spark, table_path(out, FETCHED), Fetched)
    measured = read_table(spark, table_path(out, FETCHED_FACTS), StoredPicture)
    return found_on_the_web(fetched, measured)


def marks_of(images: DataFrame, found: DataFrame, settings: ObelicsSettings) -> DataFrame:
    """Return what the bytes of images say of them and of their documents (`Mark`).

    Args:
        images: live nodes.
        found: doc_id, and the columns of `FoundPicture` of what it shows.
        settings: of the run.
    """
    shown = images.where("is_image").groupBy("doc_id")
    lists = shown.agg(F.collect_list(F.struct(*schema_of(ShownImage).names)).alias("images"))
    pictures = F.collect_list(F.struct(*schema_of(FoundPicture).names)).alias("found")
    pairs = (
        lists.join(found.groupBy("doc_id").agg(pictures), "doc_id", "left")
        .select("doc_id", "images", F.coalesce("found", F.array()).alias("found"))
        .to(spark_schema(ImagesWithFound))
    )

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        rules = worker_rules(settings)
        for batch in batches:
            rows = from_batch(batch, ImagesWithFound)
            yield to_batch([mark for row in rows for mark in image_marks(row, rules)], Mark)

    return pairs.mapInArrow(on_partition, spark_schema(Mark))


def run(spark: SparkSession, settings: ObelicsSettings) -> None:
    """Write ROBOTS_MARKS, IMAGES and IMAGE_MARKS; what is finished already is left alone.

    Where no bytes are looked at there are no images to find, and no tables of them.
    """
    write_robots_marks(spark, settings)
    if settings.images.source == "none":
        return
    records = read_records(spark, settings.out)
    images, marks = table_path(settings.out, IMAGES), table_path(settings.out, IMAGE_MARKS)
    if not is_finished(images):
        write_marks(_all_sources(spark, records, settings), images)
    if not is_finished(marks):
        fetched = _on_the_web(spark, settings.out) if fetches(settings) else None
        nodes = live(spark, settings.out, IMAGE_MARKS).nodes
        write_marks(marks_of(nodes, _found(nodes, records, fetched, settings), settings), marks)


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = load_settings(settings_file)
    with open_session("obelics_images", settings.spark) as spark:
        run(spark, settings)


if __name__ == "__main__":
    sys.exit(launch(main))
