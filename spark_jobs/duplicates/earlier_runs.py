"""What earlier runs left for this one: their signatures and clusters, never made again."""

from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.settings import ObelicsSettings
from spark_jobs.duplicates.near_texts import Earlier
from spark_jobs.run.folder import RunFolderError, differences, settings_of
from spark_jobs.run.tables import CLUSTERS, SIGNATURES, is_finished, read_table, table_path
from webdoc.arrow import schema_of
from webdoc.duplicates.near_duplicates import NearCopy, TextSignature
from webdoc.settings import as_table

_MUST_AGREE = ("minhash", "verification")  # what makes a document near another one


def check_earlier_runs(settings: ObelicsSettings) -> None:
    """Check that this run can go on from the earlier ones that its settings name.

    Raises:
        RunFolderError: one is not there, not finished, or was made with other settings.
    """
    ours = _compared(as_table(settings)["near_duplicates"])
    for folder in settings.near_duplicates.earlier:
        if not all(is_finished(table_path(folder, table)) for table in (SIGNATURES, CLUSTERS)):
            raise RunFolderError(
                f"{folder} holds no finished run with near-duplicates. "
                "--earlier takes the --out folder of one."
            )
        theirs = _compared(settings_of(folder)["near_duplicates"])
        changed = differences(theirs, ours, "near_duplicates")
        if changed:
            raise RunFolderError(
                f"{folder} was made with other settings ({'; '.join(changed)}), so its "
                "documents cannot be compared. Use the same ones, or leave --earlier out."
            )


def _compared(table: dict[str, Any]) -> dict[str, Any]:
    return {name: table[name] for name in _MUST_AGREE}


def earlier_runs(spark: SparkSession, settings: ObelicsSettings) -> Earlier | None:
    """Return what earlier runs left, each document once; None where the settings name none."""
    folders = settings.near_duplicates.earlier
    if not folders:
        return None
    names = schema_of(TextSignature).names
    signatures = _union(spark, folders, SIGNATURES, TextSignature)
    once = signatures.groupBy("doc_id").agg(F.min(F.struct(*names)).alias("row"))
    clusters = _union(spark, folders, CLUSTERS, NearCopy)
    return Earlier(once.select("row.*"), clusters)


def _union(spark: SparkSession, folders: tuple[str, ...], table: str, record: type) -> DataFrame:
    first, *others = (read_table(spark, table_path(folder, table), record) for folder in folders)
    for other in others:
        first = first.union(other)
    return first
