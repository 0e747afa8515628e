"""ARCHIVES, TEXTS -> REFUSED: pages of texts, and images, that a robots.txt in them forbids.

spark-submit spark_jobs/mmc4_robots.py SETTINGS.toml
"""

import sys
from collections.abc import Iterator

import pyarrow as pa
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from mmc4_like.records import TextDocument
from mmc4_like.rules.archive_robots import PageRefusals, heeded_page
from mmc4_like.settings import Mmc4Settings
from mmc4_like.tables import ARCHIVES, REFUSED, TEXTS, ArchiveRow, TextRow
from mmc4_like.texts.wat import LinkedPage
from spark_jobs.marks.read_kinds import has_kind
from spark_jobs.run.launch import launch
from spark_jobs.run.mmc4 import alone
from spark_jobs.run.tables import is_finished, read_table, spark_schema, table_path, write_table
from spark_jobs.sources.archive_robots import refusals
from webdoc.arrow import Batches, from_batch, schema_of, to_batch
from webdoc.permission.archive_robots import Refusals
from webdoc.reasons import Kind, Reason

_PAGE_KINDS = ("page", "links")


def page_id(file: str, offset: str) -> Column:
    """Return what a capture of a page is known by."""
    return F.concat_ws(":", file, offset)


def refused_pages(rows: DataFrame, texts: DataFrame, settings: Mmc4Settings) -> DataFrame | None:
    """Return what of the pages of texts may not be used (`PageRefusals`); None: nothing binds.

    Args:
        rows: ARCHIVES; a page whose own text is wanted is asked for too.
        texts: url_key of the texts that were not read from archives.
        settings: its permission says what binds.
    """
    pages = rows.where(F.col("kind").isin(*_PAGE_KINDS)).select("page.*", "text")
    others = pages.where("text is null").join(texts.distinct(), "url_key", "left_semi")
    wanted = pages.where("text is not null").unionByName(others.select(*pages.columns))
    live = "transform(filter(images, i -> i.reject_reason is null and i.url != ''), i -> i.url)"
    asked = wanted.select(
        page_id("warc_filename", "warc_record_offset").alias("doc_id"),
        F.explode(F.expr(f"array_distinct(concat(array(url), {live}))")).alias("url"),
    )
    records = rows.where(F.col("kind") == "robots").select("record.*")
    found = refusals(asked, records, settings.permission)
    return None if found is None else found.withColumnRenamed("doc_id", "page_id")


def heed_pages(pages: DataFrame, refused: DataFrame) -> DataFrame:
    """Return all pages, their images marked where a robots.txt refuses them.

    Args:
        pages: kind, and the columns of `LinkedPage`; they come out again.
        refused: REFUSED.
    """
    names = schema_of(LinkedPage).names
    keyed = pages.withColumn("page_id", page_id("warc_filename", "warc_record_offset"))
    pairs = keyed.join(refused, "page_id", "left").select(
        "kind", *names, F.coalesce("refusals", F.array()).alias("refusals")
    )

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            page_columns = batch.select(names)
            said = [row.refusals for row in from_batch(batch, Refusals)]
            if any(said):  # turning rows into records costs more than all the rest
                rows = zip(from_batch(page_columns, LinkedPage), said, strict=True)
                page_columns = to_batch([heeded_page(page, of) for page, of in rows], LinkedPage)
            yield page_columns.append_column("kind", batch.column("kind"))

    return pairs.mapInArrow(on_partition, spark_schema(LinkedPage).add("kind", "string"))


def heed_texts(texts: DataFrame, refused: DataFrame) -> DataFrame:
    """Return all texts of archives; one whose page a robots.txt refuses is marked and emptied.

    Args:
        texts: columns of `TextDocument`, which come out again.
        refused: REFUSED.
    """
    keyed = texts.withColumn("page_id", page_id("source_name", "source_row"))
    joined = keyed.join(refused, "page_id", "left")
    own_refusal = F.expr("try_element_at(filter(refusals, r -> r.url = texts.url), 1)").alias(
        "said"
    )
    named = joined.alias("texts").select(*texts.columns, own_refusal)
    is_new = F.col("said").isNotNull() & F.col("reject_reason").isNull()
    marks = {
        "text": F.lit(""),
        "content_key": F.lit(""),
        "reject_reason": F.lit(Reason.DOCUMENT_NOT_PERMITTED.value),
        "reject_detail": F.concat_ws(": ", "said.reason", "said.source"),
    }
    marked = {name: F.when(is_new, mark).otherwise(F.col(name)) for name, mark in marks.items()}
    return named.withColumns(marked).select(*schema_of(TextDocument).names)


def refused_of(spark: SparkSession, settings: Mmc4Settings) -> DataFrame | None:
    """Return REFUSED; None where it was not written because nothing is refused."""
    path = table_path(settings.out, REFUSED)
    return read_table(spark, path, PageRefusals) if is_finished(path) else None


def run(spark: SparkSession, settings: Mmc4Settings) -> None:
    """Write REFUSED, where robots.txt binds and the archives hold one."""
    out = table_path(settings.out, REFUSED)
    if is_finished(out) or not has_kind(settings.out, Kind.ROBOTS, ARCHIVES):
        return
    rows = read_table(spark, table_path(settings.out, ARCHIVES), ArchiveRow)
    texts = read_table(spark, table_path(settings.out, TEXTS), TextRow)
    found = refused_pages(rows, texts.select("document.url_key"), settings)
    if found is not None:
        write_table(found, out)


if __name__ == "__main__":
    sys.exit(launch(alone("mmc4_robots", run)))
