"""Live nodes -> FETCHED and FETCHED_FACTS: the pictures that documents show, asked of the web.

spark-submit spark_jobs/obelics_fetch.py SETTINGS.toml

With images.source = "fetch" every picture is asked for, with "warc+fetch" those that the archives
do not hold. With any other source there is nothing to do.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.rules.judge import Rules
from obelics_like.settings import ObelicsSettings, load_settings
from spark_jobs import fetch_images
from spark_jobs.marks.live import live
from spark_jobs.marks.read_kinds import read_records
from spark_jobs.run.launch import launch
from spark_jobs.run.session import open_session
from spark_jobs.run.tables import (
    IMAGE_MARKS,
    is_finished,
    read_table,
    spark_schema,
    table_path,
    write_table,
)
from spark_jobs.run.worker_rules import worker_rules
from spark_jobs.sources.archive_robots import write_robots_marks
from spark_jobs.sources.archived_images import images_by_key, wanted_images
from spark_jobs.sources.fetched_files import FETCHED_IMAGES
from spark_jobs.sources.fetched_images import FETCHED_FACTS
from spark_jobs.sources.image_places import bodies_at
from webdoc.arrow import Batches, from_batch, to_batch
from webdoc.picture.look import picture_facts
from webdoc.picture.measure import OK
from webdoc.tables.images import ImagePlace, StoredPicture


def fetches(settings: ObelicsSettings) -> bool:
    """Tell whether a run asks the web for pictures."""
    return settings.images.source in ("fetch", "warc+fetch")


def urls_to_fetch(spark: SparkSession, settings: ObelicsSettings) -> DataFrame:
    """Return the URLs (url) of live pictures that this source has to ask the web for."""
    wanted = wanted_images(live(spark, settings.out, IMAGE_MARKS).nodes)
    if settings.images.source == "warc+fetch":
        held = images_by_key(read_records(spark, settings.out)).where(F.col("facts.status") == OK)
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
        rows = [row.place for batch in batches for row in from_batch(batch, StoredPicture)]
        rows.sort(key=lambda place: (place.path, place.position))
        known = {place.sha256: place for place in rows}
        here = (replace(place, path=table_path(out, place.path)) for place in rows)
        for place, body in bodies_at(here, settings.archives):
            yield to_batch([looked_at(known[place.sha256], body, rules)], StoredPicture)

    by_file = stored.repartition("place.path")
    return by_file.mapInArrow(on_partition, spark_schema(StoredPicture))


def looked_at(place: ImagePlace, body: bytes, rules: Rules) -> StoredPicture:
    """Return a fetched picture with all facts, and what opt-out lists say of its bytes."""
    facts = picture_facts(body, rules.pictures)
    decision = rules.permissions.of_image((), facts.sha256, facts.perceptual_hash)
    refused = replace(place, permission_reason=decision.reason, permission_source=decision.source)
    return StoredPicture(facts, refused)


def run(spark: SparkSession, settings: ObelicsSettings) -> None:
    """Fetch, and write FETCHED_FACTS; what is finished already is left alone."""
    out = table_path(settings.out, FETCHED_FACTS)
    if not fetches(settings) or is_finished(out):
        return
    write_robots_marks(spark, settings)
    urls = urls_to_fetch(spark, settings)
    fetch_images.run(spark, urls, settings.fetch, settings.permission, settings.out)
    stored = read_table(spark, table_path(settings.out, FETCHED_IMAGES), StoredPicture)
    write_table(facts(stored, settings), out)


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = load_settings(settings_file)
    with open_session("obelics_fetch", settings.spark) as spark:
        run(spark, settings)


if __name__ == "__main__":
    sys.exit(launch(main))
