"""Several releases of one path as one: each document once.

spark-submit spark_jobs/derived/merge.py SETTINGS.toml
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import reduce

from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.settings import stored_settings
from spark_jobs.derived.places import SOURCE, described
from spark_jobs.derived.release import Derivation, Derived, check, derive
from spark_jobs.duplicates.near_texts import near_duplicates
from spark_jobs.run.folder import settings_of
from spark_jobs.run.launch import launch
from spark_jobs.run.session import open_session
from spark_jobs.run.tables import SIGNATURES, is_finished, read_any_version, table_path
from webdoc.duplicates.near_duplicates import NearTextSettings, TextSignature
from webdoc.reasons import Reason
from webdoc.run_settings import ReleaseSettings, SparkSettings
from webdoc.settings import SettingsError, build, read_toml

_KEYS = ("doc_id", "url_key", "text_key")  # each of which a document has for itself


@dataclass(frozen=True, slots=True)
class MergeSettings:
    """Which releases become one."""

    releases: tuple[str, ...] = ()  # the first one's documents stay where two are the same
    out: str = ""
    files: ReleaseSettings = field(default_factory=ReleaseSettings)
    spark: SparkSettings = field(default_factory=SparkSettings)


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of it."""

    release: Derived
    compared: bool  # whether near-copies were looked for


def check_settings(settings: MergeSettings) -> None:
    """Refuse before Spark starts.

    Raises:
        SettingsError, RunFolderError: fewer than two releases, or as of `derive`.
    """
    if len(settings.releases) < 2:
        raise SettingsError("Give two releases or more: interleaf merge DIR DIR2 --out DIR3.")
    check(settings.releases, settings.out)


def once(documents: DataFrame) -> DataFrame:
    """Return source and doc_id of each document that is no copy of an earlier one.

    Copies have the same id, the same address or the same text. Of copies the one of the earlier
    release stays, within a release the one of the smallest doc_id.

    Args:
        documents: source, doc_id, url_key, text_key.
    """
    rows = documents.select(SOURCE, *_KEYS)
    for key in _KEYS:
        first = F.row_number().over(Window.partitionBy(key).orderBy(SOURCE, "doc_id"))
        ranked = rows.withColumn("place", F.when(F.col(key) == "", 1).otherwise(first))
        rows = ranked.where("place = 1").drop("place")
    return rows.select(SOURCE, "doc_id")


def near_settings(releases: Sequence[str]) -> NearTextSettings | None:
    """Return how near-copies are found; None where a release has no signatures for it.

    Signatures lie in tables/ of runs of the OBELICS path, and those of two runs can be compared
    only where both were made in the same way.
    """
    if not all(is_finished(table_path(release, SIGNATURES)) for release in releases):
        return None
    found = [
        stored_settings({**settings_of(release), "out": release}).near_duplicates
        for release in releases
    ]
    first = found[0]
    if any(not other.texts or other.minhash != first.minhash for other in found):
        return None
    return replace(
        first, verification="estimate", earlier=()
    )  # exactly would need the texts of both


def without_near_copies(
    spark: SparkSession, releases: Sequence[str], kept: DataFrame, settings: NearTextSettings
) -> DataFrame:
    """Return source and doc_id without documents that are near-copies of another one's keeper."""
    parts = [
        read_any_version(spark, table_path(release, SIGNATURES), TextSignature)
        .withColumn(SOURCE, F.lit(number))
        .join(kept, [SOURCE, "doc_id"], "left_semi")
        .drop(SOURCE)
        for number, release in enumerate(releases)
    ]
    signatures = reduce(DataFrame.unionByName, parts).persist()
    clusters = near_duplicates(signatures, settings).where("keeper != doc_id")
    return kept.join(clusters.select("doc_id"), "doc_id", "left_anti").select(SOURCE, "doc_id")


def run(spark: SparkSession, settings: MergeSettings) -> Merged:
    """Write the merged release.

    Raises:
        SettingsError, RunFolderError: as of `check_settings`.
    """
    check_settings(settings)
    kept = once(described(spark, settings.releases)).persist()
    near = near_settings(settings.releases)
    if near is not None:
        kept = without_near_copies(spark, settings.releases, kept, near)
    more = ", or nearly the same text" if near is not None else ""
    change = (
        f"{len(settings.releases)} releases put together; of documents with the same address, the"
        f" same text{more} one stays."
    )
    made = Derivation("interleaf merge", change, Reason.DOCUMENT_MERGED)
    release = derive(spark, settings.releases, settings.out, kept, made, settings.files)
    return Merged(release, near is not None)


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = build(MergeSettings, read_toml(settings_file))
    check_settings(settings)
    with open_session("interleaf merge", settings.spark) as spark:
        run(spark, settings)


if __name__ == "__main__":
    sys.exit(launch(main))
