"""RECORDS -> FETCHED and FETCHED_FACTS: the pictures that documents show, asked of the web.

spark-submit spark_jobs/obelics_fetch.py SETTINGS.toml

With images.source = "fetch" every picture is asked for, with "warc+fetch" those that the archives
do not hold. With any other source there is nothing to do.
"""

import sys
from collections.abc import Iterator
from itertools import groupby

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.pages import image_record
from obelics_like.settings import ObelicsSettings, load_settings
from obelics_like.tables import ArchivedImage, FoundImage, ImageSource, Record
from spark_jobs import fetch_images
from spark_jobs.archive_robots import heed
from spark_jobs.archived_images import documents_of, images_by_key, wanted_images
from spark_jobs.fetch_images import FETCHED_IMAGES, StoredImage
from spark_jobs.fetched_files import stored_bytes
from spark_jobs.launch import launch
from spark_jobs.session import open_session
from spark_jobs.tables import (
    RECORDS,
    is_finished,
    read_table,
    spark_schema,
    table_path,
    write_table,
)
from spark_jobs.worker_rules import worker_rules
from webdoc.arrow import Batches, from_batch, schema_of, to_batch
from webdoc.captures import Capture, Kind
from webdoc.fetched import Cause
from webdoc.pictures import OK

FETCHED_FACTS = "tables/fetched_facts"  # of the pictures of FETCHED_IMAGES, measured
_FORBIDDEN = (Cause.ROBOTS, Cause.ROBOTS_UNREACHABLE, Cause.OPTED_OUT)


def fetches(settings: ObelicsSettings) -> bool:
    """Tell whether a run asks the web for pictures."""
    return settings.images.source in ("fetch", "warc+fetch")


def urls_to_fetch(records: DataFrame, settings: ObelicsSettings) -> DataFrame:
    """Return the URLs (url) of live pictures that this source has to ask the web for."""
    wanted = wanted_images(heed(documents_of(records), records, settings))
    if settings.images.source == "warc+fetch":
        held = images_by_key(records).where(F.col("status") == OK)
        wanted = wanted.join(held.select("key"), "key", "left_anti")
    return wanted.select("url").distinct()


def facts(stored: DataFrame, settings: ObelicsSettings) -> DataFrame:
    """Return FETCHED_FACTS: each stored picture measured as those of archives are.

    Args:
        stored: FETCHED_IMAGES.
        settings: of the run, in whose folder the bytes lie.
    """
    out = settings.out

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        rules = worker_rules(settings)
        rows = [row for batch in batches for row in from_batch(batch, StoredImage)]
        rows.sort(key=lambda row: (row.bytes_file, row.bytes_row))
        for file, own in groupby(rows, key=lambda row: row.bytes_file):
            for _, body in stored_bytes(out, file, [row.bytes_row for row in own]):
                image = Capture("", 0, 0, kind=Kind.IMAGE, body=body)
                yield to_batch([image_record(image, file, rules).image], ArchivedImage)

    by_file = stored.repartition("bytes_file")
    return by_file.mapInArrow(on_partition, spark_schema(ArchivedImage))


def found_on_the_web(fetched: DataFrame, measured: DataFrame) -> DataFrame:
    """Return what each URL that was asked gave, as columns of FoundImage.

    Args:
        fetched: FETCHED.
        measured: FETCHED_FACTS, or another table with what FoundImage says of the pictures.
    """
    forbidden = F.col("cause").isin([str(cause) for cause in _FORBIDDEN])
    answers = fetched.select(
        "url",
        "cause",
        F.when(F.col("cause") == Cause.OK.value, F.col("sha256")).alias("sha256"),
        *(
            F.when(forbidden, F.col(name)).alias(f"answer_{name}")
            for name in ("permission_reason", "permission_source")
        ),
    )
    joined = answers.join(measured, "sha256", "left")
    joined = joined.withColumn("status", F.coalesce("status", "cause"))
    for name in ("permission_reason", "permission_source"):
        joined = joined.withColumn(name, F.coalesce(f"answer_{name}", name))
    # Of a picture that is not there, texts are "" and numbers 0, as in the archives.
    blank = joined.fillna("", _TEXTS).fillna(0, ["size_bytes", "width_px", "height_px"])
    return blank.select(*schema_of(FoundImage).names)


def fetched_sources(spark: SparkSession, out: str) -> DataFrame:
    """Return the fetched pictures that may be used, as rows of IMAGES."""
    stored = read_table(spark, table_path(out, FETCHED_IMAGES), StoredImage)
    measured = read_table(spark, table_path(out, FETCHED_FACTS), ArchivedImage)
    usable = measured.where((F.col("status") == OK) & (F.col("permission_reason") == ""))
    joined = stored.select("sha256", "url", "bytes_file", "bytes_row").join(usable, "sha256")
    return joined.select(
        "sha256",
        "url",
        F.concat(F.lit(table_path(out, "")), "bytes_file").alias("archive_path"),
        F.lit("").alias("warc_filename"),
        F.col("bytes_row").alias("warc_record_offset"),
        F.lit(0).cast("long").alias("warc_record_length"),
        F.lit("").alias("capture_time"),
        *(name for name in schema_of(ImageSource).names if name in _FACTS),
    ).select(*schema_of(ImageSource).names)


_TEXTS = ["sha256", "perceptual_hash", "format", "permission_reason", "permission_source"]
_FACTS = frozenset(schema_of(ArchivedImage).names) - {"sha256", "archive_path"}


def run(spark: SparkSession, settings: ObelicsSettings) -> None:
    """Fetch, and write FETCHED_FACTS; what is finished already is left alone."""
    out = table_path(settings.out, FETCHED_FACTS)
    if not fetches(settings) or is_finished(out):
        return
    records = read_table(spark, table_path(settings.out, RECORDS), Record)
    urls = urls_to_fetch(records, settings)
    fetch_images.run(spark, urls, settings.fetch, settings.permission, settings.out)
    stored = read_table(spark, table_path(settings.out, FETCHED_IMAGES), StoredImage)
    write_table(facts(stored, settings), out)


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = load_settings(settings_file)
    with open_session("obelics_fetch", settings.spark) as spark:
        run(spark, settings)


if __name__ == "__main__":
    sys.exit(launch(main))
