"""RECORDS -> IMAGES, and DOCUMENTS whose images are found, in archives or on the web, and judged.

spark-submit spark_jobs/obelics_images.py SETTINGS.toml
"""

import sys
from collections.abc import Iterator

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.join_pictures import DocumentWithFound, with_found
from obelics_like.rules.mark_document import mark_images
from obelics_like.settings import ObelicsSettings, load_settings
from spark_jobs.obelics_fetch import fetches
from spark_jobs.run.launch import launch
from spark_jobs.run.session import open_session
from spark_jobs.run.tables import (
    DOCUMENTS,
    IMAGES,
    RECORDS,
    is_finished,
    read_table,
    spark_schema,
    table_path,
    write_table,
)
from spark_jobs.run.worker_rules import worker_rules
from spark_jobs.sources.archive_robots import heed
from spark_jobs.sources.archived_images import (
    distinct_pictures,
    documents_of,
    images_by_key,
    wanted_images,
)
from spark_jobs.sources.fetched_files import FETCHED
from spark_jobs.sources.fetched_images import FETCHED_FACTS, fetched_sources, found_on_the_web
from webdoc.arrow import Batches, map_records, schema_of
from webdoc.fetch.manifest import Fetched
from webdoc.page.document import Document
from webdoc.tables.images import FoundPicture, StoredPicture
from webdoc.tables.records import Record


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
    documents: DataFrame, records: DataFrame, fetched: DataFrame | None, settings: ObelicsSettings
) -> DataFrame:
    """Return doc_id and what is known of each of its live images, as `FoundPicture`."""
    wanted = wanted_images(documents)
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


def transform(
    records: DataFrame, settings: ObelicsSettings, fetched: DataFrame | None = None
) -> DataFrame:
    """Return DOCUMENTS: every document of RECORDS once, its images joined and judged.

    Args:
        records: RECORDS.
        settings: of the run.
        fetched: what the web gave, as `FoundPicture`; None where it was not asked.
    """
    documents = heed(documents_of(records), records, settings)
    if settings.images.source == "none":
        pairs = documents.select(F.struct("*").alias("document"), F.array().alias("found"))
    else:
        found = (
            _found(documents, records, fetched, settings)
            .groupBy("doc_id")
            .agg(F.collect_list(F.struct(*schema_of(FoundPicture).names)).alias("found"))
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
    asked_web = fetches(settings)
    if not is_finished(images):
        write_table(_all_sources(spark, records, settings), images)
    if not is_finished(documents):
        fetched = _on_the_web(spark, settings.out) if asked_web else None
        write_table(transform(records, settings, fetched), documents)


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = load_settings(settings_file)
    with open_session("obelics_images", settings.spark) as spark:
        run(spark, settings)


if __name__ == "__main__":
    sys.exit(launch(main))
