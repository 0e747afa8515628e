"""Live documents -> BALANCE_ENTRIES, BALANCE_DRAWS, BALANCE_MARKS: balanced over concepts.

spark-submit spark_jobs/balance/obelics_balance.py SETTINGS.toml

Without balance.t there is nothing to do. It is the last step before publishing, since a document
that another rule leaves out must not count for its concepts.
"""

import sys
from collections.abc import Iterator

from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.release.row import release_row
from obelics_like.rules.judge import Rules
from obelics_like.rules.mark_document import final_document
from obelics_like.rules.marks import WHOLE, Mark
from obelics_like.settings import ObelicsSettings, load_settings
from spark_jobs.balance.concepts import EntryCount, drawn, entry_counts, listed, named, sent
from spark_jobs.marks.documents import with_documents
from spark_jobs.marks.live import Live, live, mark_columns
from spark_jobs.run.launch import launch
from spark_jobs.run.session import open_session
from spark_jobs.run.tables import (
    BALANCE_DRAWS,
    BALANCE_ENTRIES,
    BALANCE_MARKS,
    is_finished,
    read_table,
    table_path,
    write_table,
)
from webdoc.balance.draw import Drawn
from webdoc.balance.image_texts import DocumentTexts, document_texts
from webdoc.page.document import Document
from webdoc.reasons import Reason


def balances(settings: ObelicsSettings) -> bool:
    """Tell whether a run balances documents."""
    return bool(settings.balance.t)


def image_texts(found: Live, settings: ObelicsSettings) -> DataFrame:
    """Return what stands at the images of live documents (`DocumentTexts`)."""

    def step(document: Document, marks: tuple[Mark, ...], _: Rules) -> Iterator[DocumentTexts]:
        row = release_row(final_document(document, marks))
        yield document_texts(row.texts, row.metadata, row.general_metadata)

    return with_documents(found.heads, found.marks, settings, step, DocumentTexts)


def marks_of(draws: DataFrame) -> DataFrame:
    """Return the marks of documents that were not drawn."""
    reason = Reason.DOCUMENT_NOT_DRAWN.value
    gone = draws.where(~F.col("stays"))
    return gone.select(*mark_columns(WHOLE, reason, F.col("chance"), F.col("entry")))


def run(spark: SparkSession, settings: ObelicsSettings) -> None:
    """Write the tables; what is there already is not made again."""
    out, asked = settings.out, settings.balance
    if not balances(settings) or is_finished(table_path(out, BALANCE_MARKS)):
        return
    texts = image_texts(live(spark, out, BALANCE_MARKS), settings).persist(StorageLevel.DISK_ONLY)
    entries = sent(spark, listed(texts, asked))
    found = named(texts, entries, asked).persist(StorageLevel.DISK_ONLY)
    write_table(entry_counts(found, entries, asked), table_path(out, BALANCE_ENTRIES))
    counts = read_table(spark, table_path(out, BALANCE_ENTRIES), EntryCount)
    write_table(drawn(found, counts, asked), table_path(out, BALANCE_DRAWS))
    draws = read_table(spark, table_path(out, BALANCE_DRAWS), Drawn)
    write_table(marks_of(draws), table_path(out, BALANCE_MARKS))
    spark.catalog.clearCache()


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = load_settings(settings_file)
    with open_session("obelics_balance", settings.spark) as spark:
        run(spark, settings)


if __name__ == "__main__":
    sys.exit(launch(main))
