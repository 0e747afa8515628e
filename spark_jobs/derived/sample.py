"""A part of a release, chosen by the hashes of doc_ids: the same part on every cluster.

spark-submit spark_jobs/derived/sample.py SETTINGS.toml
"""

import sys
from dataclasses import dataclass, field
from typing import Final

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.derived.places import described
from spark_jobs.derived.release import Derivation, Derived, check, derive
from spark_jobs.run.launch import launch
from spark_jobs.run.session import open_session
from webdoc.reasons import Reason
from webdoc.run_settings import ReleaseSettings, SparkSettings
from webdoc.settings import SettingsError, build, read_toml

_DIGITS: Final = 13  # hex digits of a hash that are looked at: 52 bits, as many as a float holds


@dataclass(frozen=True, slots=True)
class SampleSettings:
    """How much of which release is taken."""

    release: str = ""
    out: str = ""
    share: float | None = None  # of the documents, in (0, 1]
    count: int | None = None  # how many documents
    seed: int = 0  # another one gives another sample
    files: ReleaseSettings = field(default_factory=ReleaseSettings)
    spark: SparkSettings = field(default_factory=SparkSettings)

    def __post_init__(self) -> None:
        if self.share is not None and not 0 < self.share <= 1:
            raise ValueError(f"share must lie in (0, 1], got {self.share}")
        if self.count is not None and self.count < 1:
            raise ValueError(f"count must be 1 or more, got {self.count}")


def check_settings(settings: SampleSettings) -> None:
    """Refuse before Spark starts.

    Raises:
        SettingsError, RunFolderError: neither a share nor a count, or both; or as of `derive`.
    """
    if (settings.share is None) == (settings.count is None):
        raise SettingsError("Say how much: either --share 0.01 or --count 1000.")
    check([settings.release], settings.out)


def sampled(documents: DataFrame, settings: SampleSettings) -> DataFrame:
    """Return the doc_id of each document of the sample.

    A smaller sample with the same seed is a part of a larger one.

    Args:
        documents: doc_id.
        settings: how much.
    """
    text = F.concat_ws(":", F.lit(str(settings.seed)), "doc_id")
    start = F.substring(F.sha2(text, 256), 1, _DIGITS)
    place = F.conv(start, 16, 10).cast("double") / float(16**_DIGITS)
    placed = documents.select("doc_id", place.alias("place"))
    if settings.count is not None:
        return placed.orderBy("place", "doc_id").limit(settings.count).select("doc_id")
    share = 1.0 if settings.share is None else settings.share
    return placed.where(F.col("place") < share).select("doc_id")


def run(spark: SparkSession, settings: SampleSettings) -> Derived:
    """Write the sample.

    Raises:
        SettingsError, RunFolderError: as of `check_settings`.
    """
    check_settings(settings)
    documents = described(spark, [settings.release]).select("doc_id")
    share = f"A share of {settings.share:g}" if settings.share is not None else ""
    much = share or f"{settings.count:,} documents"
    change = f"{much} of the release before, chosen by the hashes of doc_ids, seed {settings.seed}."
    return derive(
        spark,
        [settings.release],
        settings.out,
        sampled(documents, settings),
        Derivation("interleaf sample", change, Reason.DOCUMENT_NOT_SAMPLED),
        settings.files,
    )


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = build(SampleSettings, read_toml(settings_file))
    check_settings(settings)
    with open_session("interleaf sample", settings.spark) as spark:
        run(spark, settings)


if __name__ == "__main__":
    sys.exit(launch(main))
