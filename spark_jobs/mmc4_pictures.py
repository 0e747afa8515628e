"""ARCHIVES, LINKS, POOL -> PICTURES: each distinct picture that a text may show, and its place.

spark-submit spark_jobs/mmc4_pictures.py SETTINGS.toml

What no archive holds is fetched from the web, where the settings ask for it.
"""

import sys
from collections.abc import Iterator
from dataclasses import fields
from functools import reduce

import fsspec
import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it
from pyspark.sql.types import StructType

from mmc4_like.found_pictures import FoundPicture
from mmc4_like.tables import CandidateDocument
from obelics_like.judges import Rules
from obelics_like.picture_facts import PictureFacts, picture_facts
from spark_jobs import fetch_images
from spark_jobs.archived_images import first_by, images_by_key
from spark_jobs.fetch_images import FETCHED, FETCHED_IMAGES, StoredImage
from spark_jobs.image_places import ARCHIVE, PARQUET, ImagePlace, bodies_at
from spark_jobs.launch import launch
from spark_jobs.mmc4_launch import alone
from spark_jobs.mmc4_settings import Mmc4Run
from spark_jobs.mmc4_tables import ARCHIVES, LINKS, PICTURES, POOL, ArchiveRow, KnownPicture
from spark_jobs.obelics_fetch import found_on_the_web
from spark_jobs.obelics_images import distinct_pictures
from spark_jobs.tables import (
    for_fsspec,
    is_finished,
    read_table,
    spark_schema,
    table_path,
    write_table,
)
from webdoc.arrow import Batches, from_batch, schema_of, to_batch
from webdoc.fetched import Fetched
from webdoc.pictures import OK
from webdoc.url_keys import url_key

_PLACE = [f.name for f in fields(ImagePlace) if f.name != "sha256"]
_FACTS = [f.name for f in fields(FoundPicture) if f.name not in ("key", "permission_reason")]


def measured(places: DataFrame, settings: Mmc4Run) -> DataFrame:
    """Read pictures where they stand, and return what they are (`KnownPicture`).

    Args:
        places: `ImagePlace` and url, each picture once.
        settings: of the run.
    """

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        urls: dict[str, str] = {}
        rules = Rules.load(settings.picture_rules)

        def own() -> Iterator[ImagePlace]:
            for batch in batches:
                places = from_batch(batch, ImagePlace)
                urls.update(zip((p.sha256 for p in places), batch["url"].to_pylist(), strict=True))
                yield from places

        for place, body in bodies_at(own(), settings.archives):
            facts = picture_facts(body, rules)
            picture = _known(place, urls.pop(place.sha256) or "", facts)
            yield to_batch([picture], KnownPicture)

    columns = [*schema_of(ImagePlace).names, "url"]
    ordered = places.select(*columns).sortWithinPartitions("kind", "path", "position")
    return ordered.mapInArrow(on_partition, spark_schema(KnownPicture))


def _known(place: ImagePlace, url: str, facts: PictureFacts) -> KnownPicture:
    return KnownPicture(
        url=url,
        **{name: getattr(facts, name) for name in _FACTS},
        **{name: getattr(place, name) for name in _PLACE},
    )


def place_of(picture: KnownPicture) -> ImagePlace:
    """Return where the bytes of a picture stand."""
    return ImagePlace(picture.sha256, **{name: getattr(picture, name) for name in _PLACE})


def records(spark: SparkSession, settings: Mmc4Run) -> DataFrame:
    """Return what stands in the archives, as the OBELICS path has it (`Record`)."""
    rows = read_table(spark, table_path(settings.out, ARCHIVES), ArchiveRow)
    return rows.where(F.col("kind").isin("image", "other")).select("record.*")


def found_by_key(spark: SparkSession, settings: Mmc4Run) -> DataFrame:
    """Return what each address gives, and every picture under its own hash (`FoundPicture`).

    What was asked of the web is what no archive holds whole.
    """
    names = schema_of(FoundPicture).names
    pictures = read_table(spark, table_path(settings.out, PICTURES), KnownPicture)
    facts = pictures.select(*_FACTS, F.lit("").alias("permission_reason"))
    found = images_by_key(records(spark, settings)).select(*names)
    if settings.fetch_images:
        rows = read_table(spark, table_path(settings.out, FETCHED), Fetched)
        unsaid = {"graphic_score": F.lit(None).cast("double"), "permission_source": F.lit("")}
        asked = with_key(found_on_the_web(rows, facts.withColumns(unsaid)))
        # Of http and https, a no comes first, then a picture.
        order = (F.col("permission_reason") == "", F.col("status") != OK, F.col("url"))
        fetched = first_by(asked, "key", *order).select(*names)
        found = found.join(fetched.select("key"), "key", "left_anti").unionByName(fetched)
    by_hash = facts.withColumn("key", F.col("sha256")).select(*names)
    return found.unionByName(by_hash)


def with_key(table: DataFrame) -> DataFrame:
    """Add the column `key`, the url_key of the column `url`."""
    schema = StructType([*table.schema.fields]).add("key", "string")  # `add` changes what it is of

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            keys = [url_key(url) for url in batch["url"].to_pylist()]
            yield batch.append_column("key", pa.array(keys, pa.string()))

    return table.mapInArrow(on_partition, schema)


def _fetch(spark: SparkSession, settings: Mmc4Run) -> None:
    """Ask the web for the pictures of live documents that no archive holds."""
    links = read_table(spark, table_path(settings.out, LINKS), CandidateDocument)
    urls = (
        links.where("document.reject_reason is null")
        .select(F.explode("images").alias("image"))
        .where("image.reject_reason is null and image.sha256 = ''")
        .select("image.url")
        .distinct()
    )
    archived = images_by_key(records(spark, settings)).where(F.col("status") == OK).select("key")
    missing = with_key(urls).join(archived, "key", "left_anti").select("url")
    fetch_images.run(spark, missing, settings.fetch, settings.permission, settings.out)


def _archived(spark: SparkSession, settings: Mmc4Run) -> DataFrame:
    place = {
        "kind": F.lit(ARCHIVE),
        "path": F.col("archive_path"),
        "position": F.col("warc_record_offset"),
        "length": F.col("warc_record_length"),
        "name": F.col("warc_filename"),
    }
    pictures = distinct_pictures(records(spark, settings))
    return pictures.withColumns(place).select(*schema_of(KnownPicture).names)


def _fetched(spark: SparkSession, settings: Mmc4Run) -> DataFrame:
    stored = read_table(spark, table_path(settings.out, FETCHED_IMAGES), StoredImage)
    filesystem, inner = fsspec.url_to_fs(for_fsspec(settings.out))
    folder = filesystem.unstrip_protocol(inner)  # workers may stand elsewhere
    places = stored.select(
        "sha256",
        "url",
        F.lit(PARQUET).alias("kind"),
        F.concat(F.lit(f"{folder}/"), "bytes_file").alias("path"),
        F.col("bytes_row").alias("position"),
        F.lit(0).cast("long").alias("length"),
        F.col("bytes_file").alias("name"),
    )
    return measured(places.repartitionByRange("path", "position"), settings)


def run(spark: SparkSession, settings: Mmc4Run) -> None:
    """Write PICTURES; archives come first, then what was fetched, then the pool."""
    out = table_path(settings.out, PICTURES)
    if is_finished(out):
        return
    parts = [_archived(spark, settings)]
    if settings.fetch_images:
        if not is_finished(table_path(settings.out, FETCHED_IMAGES)):
            _fetch(spark, settings)
        parts.append(_fetched(spark, settings))
    if settings.pool:
        parts.append(read_table(spark, table_path(settings.out, POOL), KnownPicture))
    ranked = [part.withColumn("_from", F.lit(number)) for number, part in enumerate(parts)]
    known = first_by(reduce(DataFrame.unionByName, ranked), "sha256", F.asc("_from"))
    write_table(known.select(*schema_of(KnownPicture).names), out)


if __name__ == "__main__":
    sys.exit(launch(alone("mmc4_pictures", run)))
