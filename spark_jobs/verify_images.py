"""FETCHED -> what of it still holds: the stored bytes, and, when asked, the links.

spark-submit spark_jobs/verify_images.py SETTINGS.toml
"""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from operator import attrgetter

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.fetch_images import FetchJobSettings, run
from spark_jobs.run.launch import launch
from spark_jobs.run.session import open_session
from spark_jobs.run.tables import (
    is_finished,
    read_any_version,
    read_table,
    remove,
    spark_schema,
    table_path,
    write_table,
)
from spark_jobs.sources.fetched_files import FETCHED, FETCHED_IMAGES
from spark_jobs.sources.image_places import in_parquet
from webdoc.arrow import Batches, from_batch, schema_of, to_batch
from webdoc.fetch.manifest import Cause, Fetched
from webdoc.settings import SettingsError, build, read_toml
from webdoc.tables.images import ImagePlace, StoredPicture

STORED = "tables/verified_bytes"  # one row for each stored picture
LINKS = "tables/verified_links"  # one row for each URL that gave a picture
_LINK_CHECK = "tables/link_check"  # the folder of the fetch that looks again

SAME, CHANGED, GONE = "same", "changed", "gone"
MISSING = "missing"  # no such file or row


@dataclass(frozen=True, slots=True)
class StoredCheck:
    """Whether the bytes of a picture are still those that were fetched."""

    sha256: str
    bytes_file: str
    bytes_row: int
    outcome: str  # SAME, CHANGED or MISSING


@dataclass(frozen=True, slots=True)
class LinkCheck:
    """Whether a URL still gives the same bytes."""

    url: str
    outcome: str  # SAME, CHANGED or GONE
    cause: str  # of the new request: webdoc.fetch.manifest
    sha256: str  # as stored
    new_sha256: str  # "" when it gave no picture


def checked(out: str, images: Iterable[ImagePlace]) -> Iterator[StoredCheck]:
    """Read the pictures of each file again; images come by file and row."""
    for file, of_file in groupby(images, key=attrgetter("path")):
        waiting = {image.position: image for image in of_file}
        try:
            for row, body in in_parquet(table_path(out, file), list(waiting)):
                image = waiting.pop(row)
                outcome = SAME if sha256(body).hexdigest() == image.sha256 else CHANGED
                yield StoredCheck(image.sha256, file, row, outcome)
        except (OSError, pa.ArrowException):
            pass  # what was not read is missing
        for image in waiting.values():
            yield StoredCheck(image.sha256, file, image.position, MISSING)


def check_stored(spark: SparkSession, out: str) -> None:
    """Write STORED: every stored picture held against its hash."""

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        images = (place for batch in batches for place in from_batch(batch, ImagePlace))
        results = list(checked(out, images))
        yield to_batch(results, StoredCheck)

    images = read_any_version(spark, table_path(out, FETCHED_IMAGES), StoredPicture).select(
        "place.*"
    )
    # A file is read once, from its start to its end.
    by_file = images.repartition("path").sortWithinPartitions("path", "position")
    write_table(
        by_file.mapInArrow(on_partition, spark_schema(StoredCheck)), table_path(out, STORED)
    )


def check_links(spark: SparkSession, settings: FetchJobSettings) -> None:
    """Write LINKS: every URL that gave a picture asked again, as politely as the first time.

    Raises:
        SettingsError: nobody to contact.
    """
    before = read_any_version(spark, table_path(settings.out, FETCHED), Fetched)
    before = before.where(F.col("cause") == Cause.OK.value).select("url", "facts.sha256")
    place, links = table_path(settings.out, _LINK_CHECK), table_path(settings.out, LINKS)
    if is_finished(links):  # of an earlier check; a check that was killed goes on
        remove(place)
        remove(links)
    run(spark, before, settings.fetch, settings.permission, place, keep_bytes=False)
    now = read_table(spark, table_path(place, FETCHED), Fetched).select(
        "url", "cause", F.col("facts.sha256").alias("new_sha256")
    )
    write_table(compared(before, now), links)


def stored_outcomes(spark: SparkSession, out: str) -> dict[str, int]:
    """Return the pictures of STORED by outcome."""
    rows = read_table(spark, table_path(out, STORED), StoredCheck).groupBy("outcome").count()
    return {row["outcome"]: row["count"] for row in rows.orderBy("outcome").collect()}


def link_outcomes(spark: SparkSession, out: str) -> list[tuple[str, str, int]]:
    """Return the URLs of LINKS by outcome and cause."""
    rows = read_table(spark, table_path(out, LINKS), LinkCheck).groupBy("outcome", "cause").count()
    ordered = rows.orderBy("outcome", "cause").collect()
    return [(row["outcome"], row["cause"], row["count"]) for row in ordered]


def compared(before: DataFrame, now: DataFrame) -> DataFrame:
    """Return LINKS of url, sha256 and url, cause, new_sha256."""
    is_ok = F.col("cause") == Cause.OK.value
    is_same = is_ok & (F.col("sha256") == F.col("new_sha256"))
    outcome = F.when(is_same, SAME).when(is_ok, CHANGED).otherwise(GONE)
    joined = before.join(now, "url").withColumn("outcome", outcome)
    return joined.select(*schema_of(LinkCheck).names)


def main(settings_file: str) -> None:
    """Check the stored bytes of the run in `out`; its links where there is somebody to contact."""
    settings = build(FetchJobSettings, read_toml(settings_file))
    if not settings.out:
        raise SettingsError("Give the folder of the fetch (out).")
    with open_session("verify_images", settings.spark) as spark:
        check_stored(spark, settings.out)
        if settings.fetch.contact:
            check_links(spark, settings)


if __name__ == "__main__":
    sys.exit(launch(main))
