"""A part of a release, chosen by the hashes of doc_ids: the same part on every cluster.

spark-submit spark_jobs/derived/sample.py SETTINGS.toml
"""

import sys
from dataclasses import dataclass, field
from typing import Final

from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.derived.draw import check_column, densities_of, drawn, values_of
from spark_jobs.derived.places import described
from spark_jobs.derived.release import Derivation, Derived, check, derive
from spark_jobs.release.published import documents_of
from spark_jobs.run.launch import launch
from spark_jobs.run.session import open_session
from webdoc.derived.drawing import Draw
from webdoc.reasons import Reason
from webdoc.run_settings import ReleaseSettings, SparkSettings
from webdoc.settings import SettingsError, build, read_toml

_BY_A_NUMBER: Final = (Draw.TOP, Draw.GUMBEL, Draw.PARETO)
_DIGITS: Final = 13  # hex digits of a hash that are looked at: 52 bits, as many as a float holds


@dataclass(frozen=True, slots=True)
class SampleSettings:
    """How much of which release is taken."""

    release: str = ""
    out: str = ""
    share: float | None = None  # of the documents, in (0, 1]
    count: int | None = None  # how many documents
    seed: int = 0  # another one gives another sample
    by: str = ""  # a number that documents have: a score or a key of general_metadata
    draw: str = ""  # a value of Draw; "": by hashes alone, or GUMBEL where there is a number
    temperature: float = 2.0  # of GUMBEL: how little the number says. Source: QuRating
    files: ReleaseSettings = field(default_factory=ReleaseSettings)
    spark: SparkSettings = field(default_factory=SparkSettings)

    def __post_init__(self) -> None:
        if self.share is not None and not 0 < self.share <= 1:
            raise ValueError(f"share must lie in (0, 1], got {self.share}")
        if self.count is not None and self.count < 1:
            raise ValueError(f"count must be 1 or more, got {self.count}")
        if self.draw and self.draw not in list(Draw):
            raise ValueError(f"draw must be one of {', '.join(Draw)}, got {self.draw!r}")
        if not self.temperature > 0:
            raise ValueError(f"temperature must be above 0, got {self.temperature}")

    @property
    def how(self) -> Draw:
        """How documents are drawn."""
        return Draw(self.draw or (Draw.GUMBEL if self.by else Draw.HASH))


def check_settings(settings: SampleSettings) -> None:
    """Refuse before Spark starts.

    Raises:
        SettingsError, RunFolderError: neither a share nor a count, or both; or as of `derive`.
    """
    how, given = settings.how, (settings.share is not None) + (settings.count is not None)
    if how is Draw.PARETO and given:
        raise SettingsError("--draw pareto says itself how much stays: leave --share or --count.")
    if how is not Draw.PARETO and given != 1:
        raise SettingsError("Say how much: either --share 0.01 or --count 1000.")
    if how in _BY_A_NUMBER and not settings.by:
        raise SettingsError(f"--draw {how} goes by a number of each document: add --by COLUMN.")
    if settings.by and how not in _BY_A_NUMBER:
        raise SettingsError(
            f"--draw {how} looks at no number: leave --by out, or take --draw"
            f" {', '.join(_BY_A_NUMBER)}."
        )
    check([settings.release], settings.out)
    if settings.by:
        check_column(settings.release, settings.by)


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
    kept, change = (
        _hashed(spark, settings) if settings.how is Draw.HASH else _drawn(spark, settings)
    )
    return derive(
        spark,
        [settings.release],
        settings.out,
        kept,
        Derivation("interleaf sample", change, Reason.DOCUMENT_NOT_SAMPLED),
        settings.files,
    )


def _hashed(spark: SparkSession, settings: SampleSettings) -> tuple[DataFrame, str]:
    documents = described(spark, [settings.release]).select("doc_id")
    change = f"{_much(settings)} chosen by the hashes of doc_ids, seed {settings.seed}."
    return sampled(documents, settings), change


def _drawn(spark: SparkSession, settings: SampleSettings) -> tuple[DataFrame, str]:
    """Return the doc_ids that are drawn, and a sentence on how."""
    how = settings.how
    values = (
        densities_of(spark, settings.release)
        if how is Draw.DENSITY
        else values_of(spark, settings.release, settings.by)
    ).persist(StorageLevel.DISK_ONLY)
    known, every = values.count(), documents_of(spark, settings.release).count()
    count = settings.count or round((settings.share or 0.0) * every)
    kept = drawn(values, how, count, settings.seed, settings.temperature)
    by = {
        Draw.TOP: f"those with the largest {settings.by}",
        Draw.GUMBEL: f"drawn by {settings.by} (Gumbel top-k of z / {settings.temperature:g})",
        Draw.PARETO: f"drawn by {settings.by} (a Pareto number of shape 3 is above 1 - score)",
        Draw.DENSITY: "drawn the less likely, the more others have the same words",
    }[how]
    unknown = f" {every - known:,} documents have no such number and are not among them."
    change = f"{_much(settings)} {by}, seed {settings.seed}.{unknown if known < every else ''}"
    return kept, change


def _much(settings: SampleSettings) -> str:
    if settings.count is not None:
        return f"{settings.count:,} documents of the release before,"
    if settings.share is not None:
        return f"A share of {settings.share:g} of the release before,"
    return "Documents of the release before,"


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = build(SampleSettings, read_toml(settings_file))
    check_settings(settings)
    with open_session("interleaf sample", settings.spark) as spark:
        run(spark, settings)


if __name__ == "__main__":
    sys.exit(launch(main))
