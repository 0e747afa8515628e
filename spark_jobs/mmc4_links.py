"""TEXTS, ARCHIVES, NEIGHBOURS, given tables -> GIVEN, LINKS: every image that a text may show.

spark-submit spark_jobs/mmc4_links.py SETTINGS.toml
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from mmc4_like.candidates import candidate_document
from mmc4_like.marks import without_text
from mmc4_like.records import CandidateImage, TextDocument
from mmc4_like.settings import Mmc4Settings
from mmc4_like.tables import (
    ARCHIVES,
    GIVEN,
    LINKS,
    NEIGHBOURS,
    POOL,
    ArchiveRow,
    CandidateDocument,
    GivenImage,
)
from mmc4_like.texts.wat import LinkedPage
from spark_jobs.mmc4_pool import pool_candidate
from spark_jobs.mmc4_robots import heed_pages, refused_of
from spark_jobs.mmc4_texts import first_of_equal, texts
from spark_jobs.run.launch import launch
from spark_jobs.run.mmc4 import alone
from spark_jobs.run.tables import is_finished, read_table, spark_schema, table_path, write_table
from spark_jobs.sources.given_images import given_images
from webdoc.arrow import Batches, from_batch, map_records, schema_of, to_batch
from webdoc.clip.nearest_vectors import Neighbour
from webdoc.tables.images import StoredPicture


@dataclass(frozen=True, slots=True)
class OfferedImage:
    """An image that is offered to one document, by a pool or by a table of the user."""

    doc_id: str
    rank: int  # the order among those of its source
    image: CandidateImage


@dataclass(frozen=True, slots=True)
class TextWithImages:
    """A text beside the captures of its page and what else is offered to it."""

    document: TextDocument
    captures: tuple[LinkedPage, ...] = ()
    offered: tuple[CandidateImage, ...] = ()


def captures_by_key(
    pages: DataFrame, wanted: DataFrame, refused: DataFrame | None = None
) -> DataFrame:
    """Return (url_key, captures): the captures of each wanted page.

    Args:
        pages: kind, and `LinkedPage` as page. A WAT page whose WARC record is there too is left
            out: both are one capture.
        wanted: url_key.
        refused: REFUSED, whose images are marked; None: nothing is refused.
    """
    wanted_pages = pages.select("kind", "page.*").join(wanted.distinct(), "url_key", "left_semi")
    wanted_pages = wanted_pages if refused is None else heed_pages(wanted_pages, refused)
    records = wanted_pages.where("kind = 'page'")
    same = ["url_key", "capture_time"]
    links = wanted_pages.where("kind = 'links'").join(records.select(*same), same, "left_anti")
    captures = F.collect_list(F.struct(*schema_of(LinkedPage).names)).alias("captures")
    return records.unionByName(links).groupBy("url_key").agg(captures)


def pool_images(neighbours: DataFrame, pool: DataFrame) -> DataFrame:
    """Return the pictures of a pool that are near to each text (`OfferedImage`)."""
    named = neighbours.select(F.col("query_id").alias("doc_id"), "rank", "sha256")

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            ids, ranks = batch["doc_id"].to_pylist(), batch["rank"].to_pylist()
            images = [pool_candidate(picture) for picture in from_batch(batch, StoredPicture)]
            offered = [OfferedImage(*row) for row in zip(ids, ranks, images, strict=True)]
            yield to_batch(offered, OfferedImage)

    return named.join(pool.withColumn("sha256", F.col("facts.sha256")), "sha256").mapInArrow(
        on_partition, spark_schema(OfferedImage)
    )


def transform(spark: SparkSession, settings: Mmc4Settings) -> DataFrame:
    """Return LINKS."""
    read = texts(spark, settings)
    live = first_of_equal(read.where("reject_reason is null"))
    rows = read_table(spark, table_path(settings.out, ARCHIVES), ArchiveRow)
    pages = rows.where(F.col("kind").isin("page", "links")).select("kind", "page")
    keys = live.select(F.col("page_key").alias("url_key"))
    captures = captures_by_key(pages, keys, refused_of(spark, settings))
    joined = live.join(captures.withColumnRenamed("url_key", "page_key"), "page_key", "left")
    if settings.given or settings.pool:
        joined = joined.join(_offered(spark, settings), "doc_id", "left")
    document = F.struct(*schema_of(TextDocument).names).alias("document")
    names = [name for name in ("captures", "offered") if name in joined.columns]
    lists = [F.coalesce(name, F.array()).alias(name) for name in names]
    nothing = [F.array().alias(name) for name in ("captures", "offered")]
    schema = spark_schema(TextWithImages)
    with_images = joined.select(document, *lists, *nothing[len(lists) :]).to(schema)
    marked = read.where("reject_reason is not null").select(document, *nothing).to(schema)

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        def step(text: TextWithImages) -> CandidateDocument:
            found = candidate_document(text.document, text.captures, text.offered, settings)
            return without_text(found)

        return map_records(batches, step, TextWithImages, CandidateDocument)

    gathered = with_images.unionByName(marked)
    return gathered.mapInArrow(on_partition, spark_schema(CandidateDocument))


def _offered(spark: SparkSession, settings: Mmc4Settings) -> DataFrame:
    """Return (doc_id, offered): the given images of each text, then those of the pool."""
    parts = [spark.createDataFrame([], spark_schema(OfferedImage)).withColumn("of", F.lit(0))]
    if settings.given:
        given_images_of_texts = read_table(spark, table_path(settings.out, GIVEN), GivenImage)
        matched = given_images_of_texts.where("doc_id is not null")
        parts.append(matched.select("doc_id", "rank", "image", F.lit(0).alias("of")))
    if settings.pool:
        near = read_table(spark, table_path(settings.out, NEIGHBOURS), Neighbour)
        pool = read_table(spark, table_path(settings.out, POOL), StoredPicture)
        parts.append(pool_images(near, pool).withColumn("of", F.lit(1)))
    rows = reduce(DataFrame.unionByName, parts)
    ordered = F.sort_array(F.collect_list(F.struct("of", "rank", "image.url", "image")))
    return rows.groupBy("doc_id").agg(
        F.transform(ordered, lambda row: row["image"]).alias("offered")
    )


def given_to_texts(spark: SparkSession, settings: Mmc4Settings) -> DataFrame:
    """Return GIVEN: the images that tables of the user give, and to which texts of the corpus."""
    read = texts(spark, settings)
    by_key = read.select("doc_id", F.col("url_key").alias("text"))
    by_id = read.select("doc_id", F.col("doc_id").alias("text"))
    images_with_texts = given_images(spark, settings.given).join(
        by_key.unionByName(by_id), "text", "left"
    )
    return images_with_texts.select(*schema_of(GivenImage).names)


def run(spark: SparkSession, settings: Mmc4Settings) -> None:
    """Write GIVEN, where tables are given, and LINKS, unless they are finished."""
    given_path = table_path(settings.out, GIVEN)
    if settings.given and not is_finished(given_path):
        write_table(given_to_texts(spark, settings), given_path)
    out = table_path(settings.out, LINKS)
    if not is_finished(out):
        write_table(transform(spark, settings), out)


if __name__ == "__main__":
    sys.exit(launch(alone("mmc4_links", run)))
