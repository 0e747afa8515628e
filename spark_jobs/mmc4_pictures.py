"""ARCHIVES, LINKS, POOL -> PICTURES: each distinct picture that a text may show, and its place.

spark-submit spark_jobs/mmc4_pictures.py SETTINGS.toml

What no archive holds is fetched from the web, where the settings ask for it.
"""

import sys
from collections.abc import Iterator
from functools import reduce

import fsspec
import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it
from pyspark.sql.types import StructType

from mmc4_like.settings import Mmc4Settings
from mmc4_like.tables import ARCHIVES, LINKS, PICTURES, POOL, ArchiveRow, CandidateDocument
from spark_jobs import fetch_images
from spark_jobs.run.launch import launch
from spark_jobs.run.mmc4 import alone
from spark_jobs.run.tables import (
    for_fsspec,
    is_finished,
    read_table,
    spark_schema,
    table_path,
    write_table,
)
from spark_jobs.sources.archived_images import distinct_pictures, first_by, images_by_key
from spark_jobs.sources.fetched_files import FETCHED, FETCHED_IMAGES
from spark_jobs.sources.fetched_images import found_on_the_web, with_folder
from spark_jobs.sources.image_places import bodies_at
from webdoc.arrow import Batches, from_batch, schema_of, to_batch
from webdoc.fetch.manifest import Fetched
from webdoc.picture.look import picture_facts
from webdoc.picture.measure import OK
from webdoc.tables.images import FoundPicture, ImagePlace, StoredPicture
from webdoc.url_keys import url_key


def measured(places: DataFrame, settings: Mmc4Settings) -> DataFrame:
    """Read pictures where they stand, and return what they are (`StoredPicture`).

    Args:
        places: `ImagePlace`, each picture once.
        settings: of the run.
    """

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        models = settings.picture_models()
        places_of_task = (place for batch in batches for place in from_batch(batch, ImagePlace))
        for place, body in bodies_at(places_of_task, settings.archives):
            yield to_batch([StoredPicture(picture_facts(body, models), place)], StoredPicture)

    ordered = places.sortWithinPartitions("kind", "path", "position")
    return ordered.mapInArrow(on_partition, spark_schema(StoredPicture))


def records(spark: SparkSession, settings: Mmc4Settings) -> DataFrame:
    """Return what stands in the archives, as the OBELICS path has it (`Record`)."""
    rows = read_table(spark, table_path(settings.out, ARCHIVES), ArchiveRow)
    return rows.where(F.col("kind").isin("image", "other")).select("record.*")


def found_by_key(spark: SparkSession, settings: Mmc4Settings) -> DataFrame:
    """Return what each address gives, and every picture under its own hash (`FoundPicture`).

    What was asked of the web is what no archive holds whole.
    """
    names = schema_of(FoundPicture).names
    pictures = read_table(spark, table_path(settings.out, PICTURES), StoredPicture)
    found = images_by_key(records(spark, settings))
    if settings.fetches:
        rows = read_table(spark, table_path(settings.out, FETCHED), Fetched)
        by_url = found_on_the_web(rows, pictures).withColumnRenamed("key", "url")
        # Of http and https, a no comes first, then a picture.
        order = (F.col("permission_reason") == "", F.col("facts.status") != OK, F.col("url"))
        fetched = first_by(with_key(by_url), "key", *order).select(*names)
        found = found.join(fetched.select("key"), "key", "left_anti").unionByName(fetched)
    by_hash = pictures.select(
        F.col("facts.sha256").alias("key"),
        "facts",
        *(F.lit("").alias(name) for name in ("permission_reason", "permission_source")),
    )
    return found.unionByName(by_hash)


def with_key(table: DataFrame) -> DataFrame:
    """Add the column `key`, the url_key of the column `url`."""
    schema = StructType([*table.schema.fields]).add("key", "string")  # `add` changes what it is of

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            keys = [url_key(url) for url in batch["url"].to_pylist()]
            yield batch.append_column("key", pa.array(keys, pa.string()))

    return table.mapInArrow(on_partition, schema)


def _fetch(spark: SparkSession, settings: Mmc4Settings) -> None:
    """Ask the web for the pictures of live documents that no archive holds."""
    links = read_table(spark, table_path(settings.out, LINKS), CandidateDocument)
    urls = (
        links.where("document.reject_reason is null")
        .select(F.explode("images").alias("image"))
        .where("image.reject_reason is null and image.facts.sha256 = ''")
        .select("image.url")
        .distinct()
    )
    archived = (
        images_by_key(records(spark, settings)).where(F.col("facts.status") == OK).select("key")
    )
    missing = with_key(urls).join(archived, "key", "left_anti").select("url")
    fetch_images.run(spark, missing, settings.fetch, settings.permission, settings.out)


def _fetched(spark: SparkSession, settings: Mmc4Settings) -> DataFrame:
    stored = read_table(spark, table_path(settings.out, FETCHED_IMAGES), StoredPicture)
    filesystem, inner = fsspec.url_to_fs(for_fsspec(settings.out))
    folder = filesystem.unstrip_protocol(inner)  # workers may stand elsewhere
    places = stored.select(with_folder(folder).alias("place")).select("place.*")
    return measured(places.repartitionByRange("path", "position"), settings)


def run(spark: SparkSession, settings: Mmc4Settings) -> None:
    """Write PICTURES; archives come first, then what was fetched, then the pool."""
    out = table_path(settings.out, PICTURES)
    if is_finished(out):
        return
    parts = [distinct_pictures(records(spark, settings))]
    if settings.fetches:
        if not is_finished(table_path(settings.out, FETCHED_IMAGES)):
            _fetch(spark, settings)
        parts.append(_fetched(spark, settings))
    if settings.pool:
        parts.append(read_table(spark, table_path(settings.out, POOL), StoredPicture))
    ranked = [part.withColumn("_from", F.lit(number)) for number, part in enumerate(parts)]
    known = first_by(reduce(DataFrame.unionByName, ranked), "facts.sha256", F.asc("_from"))
    write_table(known.select(*schema_of(StoredPicture).names), out)


if __name__ == "__main__":
    sys.exit(launch(alone("mmc4_pictures", run)))
