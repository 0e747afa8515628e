"""What archives hold of the images that documents show, by URL."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from webdoc.arrow import schema_of
from webdoc.picture.measure import OK
from webdoc.tables.images import FoundPicture

_REDIRECT_DOUBLINGS = 3  # 2^3 = 8 redirects in a row are followed; a loop ends there too


def first_by(table: DataFrame, key: str, *order: Column) -> DataFrame:
    """Keep the first row of each key; the order must leave no ties that matter."""
    window = Window.partitionBy(key).orderBy(*order)
    return table.withColumn("_rank", F.row_number().over(window)).where("_rank = 1").drop("_rank")


def _newest() -> tuple[Column, ...]:
    return F.desc("capture_time"), F.asc("warc_filename"), F.asc("warc_record_offset")


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
            "image.facts",
            "image.place.permission_reason",
            "image.place.permission_source",
        ),
        "key",
        F.desc(F.col("facts.status") == OK),
        *_newest(),
    ).select(*schema_of(FoundPicture).names)
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


def wanted_images(nodes: DataFrame) -> DataFrame:
    """Return doc_id, url and key of the images among live nodes, each once a document.

    Args:
        nodes: columns of `LiveNode`.
    """
    images = nodes.where("is_image")
    return images.select("doc_id", "url", F.col("url_key").alias("key")).distinct()


def distinct_pictures(records: DataFrame) -> DataFrame:
    """Return each distinct picture that may be used (`StoredPicture`), by its first record."""
    usable = "kind = 'image' and image.facts.status = 'ok' and image.place.permission_reason = ''"
    rows = records.where(usable).select("image.*")
    by_record = (F.asc("place.name"), F.asc("place.position"))
    return first_by(rows, "facts.sha256", *by_record)
