"""Text files, and the main texts in ARCHIVES -> TEXTS: a row for each text, readable or not.

spark-submit spark_jobs/mmc4_texts.py SETTINGS.toml

Input files are cut into batches; a finished batch is not done again.
"""

import sys
from collections.abc import Iterable, Iterator
from functools import partial

from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from mmc4_like.records import TextDocument
from mmc4_like.settings import Mmc4Settings
from mmc4_like.tables import ARCHIVES, TEXTS, ArchiveRow, TextRow
from mmc4_like.texts.texts import TEXT_SUFFIXES, read_texts
from spark_jobs.mmc4_robots import heed_texts, refused_of
from spark_jobs.run.folder import forget, planned_files
from spark_jobs.run.launch import launch
from spark_jobs.run.mmc4 import alone
from spark_jobs.run.supervised import guard_of
from spark_jobs.run.tables import read_table, table_path
from spark_jobs.sources.input_batches import Reading, write_in_batches
from spark_jobs.sources.unreadable import Unreadable, look_again
from webdoc.arrow import schema_of
from webdoc.reasons import Reason
from webdoc.storage.inputs import ArchiveFile

_ROW_BYTES = 500  # of a document without its text


def run(spark: SparkSession, settings: Mmc4Settings) -> None:
    """Write the texts of the text files; finished batches are left alone."""

    def rows(files: Iterable[ArchiveFile]) -> Iterator[tuple[TextRow, int]]:
        for file in files:
            for document in read_texts(file, settings.text_files):
                kind = "text" if document.reject_reason is None else "unread"
                yield TextRow(kind, document), _ROW_BYTES + len(document.text)

    write_in_batches(
        spark,
        planned_files(settings.out, "texts"),
        settings.run.batch_bytes,
        table_path(settings.out, TEXTS),
        Reading(
            TextRow, "kind", list, rows, unreadable_row, guard_of(settings.out, settings.budget)
        ),
        partial(forget, settings.out, (ARCHIVES, TEXTS)),
        look_again(settings.text_files.storage, TEXT_SUFFIXES),
    )


def unreadable_row(row: TextRow) -> Unreadable | None:
    """Return what a row says of an input that cannot be read."""
    text = row.document
    if text.reject_reason != Reason.DOCUMENT_FILE_UNREADABLE:
        return None
    return Unreadable(text.source_name, text.source_row, text.reject_detail)


def texts(spark: SparkSession, settings: Mmc4Settings) -> DataFrame:
    """Return all documents of a run (`TextDocument`), those of archives too, marked ones too."""
    names = schema_of(TextDocument).names
    read = read_table(spark, table_path(settings.out, TEXTS), TextRow).select("document.*")
    rows = read_table(spark, table_path(settings.out, ARCHIVES), ArchiveRow)
    extracted = rows.where((F.col("kind") == "page") & F.col("text").isNotNull()).select("text.*")
    refused = refused_of(spark, settings)
    heeded = extracted if refused is None else heed_texts(extracted, refused)
    return read.select(*names).unionByName(heeded.select(*names))


def first_of_equal(texts: DataFrame) -> DataFrame:
    """Return live documents with the column page_key; all but the first of equal ones are marked.

    They are dealt by page_key, which names the page of a text, and of one without an address its
    content, so that all that belongs to one page comes together once.

    Args:
        texts: `TextDocument`, live ones.
    """
    page = F.when(F.col("url_key") != "", F.col("url_key")).otherwise(F.col("content_key"))
    dealt = texts.withColumn("page_key", page).repartition("page_key")
    # Equal documents have equal keys of their pages.
    order = Window.partitionBy("page_key", "content_key").orderBy(
        "source_name", "source_row", "doc_id"
    )
    reason = F.when(F.row_number().over(order) > 1, Reason.DOCUMENT_REPEATED.value)
    return dealt.withColumn("reject_reason", reason)


def live_texts(spark: SparkSession, settings: Mmc4Settings) -> DataFrame:
    """Return the documents that may become part of the corpus."""
    read = texts(spark, settings).where("reject_reason is null")
    return first_of_equal(read).where("reject_reason is null").drop("page_key")


if __name__ == "__main__":
    sys.exit(launch(alone("mmc4_texts", run)))
