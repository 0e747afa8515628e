"""A release -> a release of documents that are balanced over concepts; it stays as it is.

spark-submit spark_jobs/derived/balance.py SETTINGS.toml
"""

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import pyarrow as pa
from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession

from spark_jobs.balance.concepts import drawn, entry_counts, listed, named, sent
from spark_jobs.derived import release
from spark_jobs.derived.release import Derivation, Derived, derive
from spark_jobs.release.published import documents_of
from spark_jobs.run.launch import launch
from spark_jobs.run.session import open_session
from spark_jobs.run.tables import spark_schema
from webdoc.arrow import Batches, to_batch
from webdoc.balance.entries import check_balance
from webdoc.balance.image_texts import DocumentTexts, document_texts
from webdoc.balance.settings import BalanceSettings
from webdoc.reasons import Reason
from webdoc.run_settings import ReleaseSettings, SparkSettings
from webdoc.settings import SettingsError, build, read_toml


@dataclass(frozen=True, slots=True)
class BalanceReleaseSettings:
    """Which release is balanced, how, and where it goes."""

    release: str = ""  # folder of a release
    out: str = ""  # folder that does not exist yet, or is empty
    balance: BalanceSettings = field(default_factory=BalanceSettings)
    files: ReleaseSettings = field(default_factory=ReleaseSettings)
    spark: SparkSettings = field(default_factory=SparkSettings)


def check(settings: BalanceReleaseSettings) -> None:
    """Refuse before Spark starts.

    Raises:
        SettingsError: t is none, or as of `check_balance`.
        RunFolderError: no release there, or the folder for the new one is not empty.
    """
    release.check([settings.release], settings.out)
    if not settings.balance.t:
        raise SettingsError("No t. Say about how many documents a concept keeps, as in --t 20000.")
    check_balance(settings.balance)


def release_texts(spark: SparkSession, folder: str) -> DataFrame:
    """Return what stands at the images of a release's documents (`DocumentTexts`)."""

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            columns = [batch.column(name).to_pylist() for name in columns_read]
            found = [document_texts(*row) for row in zip(*columns, strict=True)]
            yield to_batch(found, DocumentTexts)

    columns_read = ("texts", "metadata", "general_metadata")
    rows = documents_of(spark, folder).select(*columns_read)
    return rows.mapInArrow(on_partition, spark_schema(DocumentTexts))


def run(spark: SparkSession, settings: BalanceReleaseSettings) -> Derived:
    """Write the balanced release.

    Raises:
        SettingsError, RunFolderError: as of `check`; or the corpus gives no concepts.
    """
    check(settings)
    asked = settings.balance
    with ExitStack() as held:

        def kept(table: DataFrame) -> DataFrame:
            held.callback(table.unpersist)
            return table.persist(StorageLevel.DISK_ONLY)

        texts = kept(release_texts(spark, settings.release))
        entries = sent(spark, listed(texts, asked))
        found = kept(named(texts, entries, asked))
        counts = kept(entry_counts(found, entries, asked))
        stays = drawn(found, counts, asked).where("stays").select("doc_id")
        each = "in each language by its own t, " if asked.per_language else ""
        said = (
            f"Balanced over {entries.count:,} concepts: of those that more than {asked.t:,}"
            f" documents are about, about {asked.t:,} each were drawn ({each}seed {asked.seed})."
        )
        made = Derivation("interleaf balance", said, Reason.DOCUMENT_NOT_DRAWN)
        return derive(spark, [settings.release], settings.out, stays, made, settings.files)


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = build(BalanceReleaseSettings, read_toml(settings_file))
    check(settings)
    with open_session("interleaf balance", settings.spark) as spark:
        run(spark, settings)


if __name__ == "__main__":
    sys.exit(launch(main))
