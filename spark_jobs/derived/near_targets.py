"""A release -> a release of documents that show what target vectors show; it stays as it is.

spark-submit spark_jobs/derived/near_targets.py SETTINGS.toml

DataComp's image-based sampling: pictures are clustered by their vectors, and those of the clusters
nearest to the targets count.
"""

import sys
from dataclasses import dataclass, field

from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.balance.clusters import assigned, stored_vectors, trained_centres
from spark_jobs.derived import release
from spark_jobs.derived.release import Derivation, Derived, derive
from spark_jobs.release.published import documents_of, picture_hashes
from spark_jobs.run.launch import launch
from spark_jobs.run.session import open_session
from spark_jobs.run.tables import IMAGE_VECTORS, table_path
from webdoc.balance.clusters import Centres, ClusterSettings, check_faiss
from webdoc.balance.targets import check_targets, read_targets
from webdoc.reasons import Reason
from webdoc.run_settings import ReleaseSettings, SparkSettings
from webdoc.settings import SettingsError, build, read_toml


@dataclass(frozen=True, slots=True)
class NearTargetsSettings:
    """Which release is sampled, near what, and where it goes."""

    release: str = ""  # folder of a release
    out: str = ""  # folder that does not exist yet, or is empty
    targets: str = ""  # file or folder, webdoc.balance.targets
    vectors: str = ""  # table of pictures' vectors; "": that of the release's own run
    clusters: ClusterSettings = field(default_factory=ClusterSettings)
    files: ReleaseSettings = field(default_factory=ReleaseSettings)
    spark: SparkSettings = field(default_factory=SparkSettings)


def check(settings: NearTargetsSettings) -> None:
    """Refuse before Spark starts.

    Raises:
        SettingsError: no target vectors, or FAISS is not installed.
        RunFolderError: no release there, or the folder for the new one is not empty.
    """
    release.check([settings.release], settings.out)
    if not settings.targets:
        raise SettingsError("No target vectors. Give a file of them with --targets FILE.")
    check_faiss()
    read_targets(settings.targets)


def shown_pictures(spark: SparkSession, folder: str) -> DataFrame:
    """Return doc_id and key, the SHA-256, of each picture that a document shows, once."""
    shown = F.explode(F.array_distinct(picture_hashes())).alias("key")
    return documents_of(spark, folder).select("doc_id", shown).where("key != ''")


def vectors_of(shown: DataFrame, rows: DataFrame) -> DataFrame:
    """Return the vectors of the pictures that a release shows.

    Args:
        shown: `shown_pictures`.
        rows: key, vector.

    Raises:
        SettingsError: there are none.
    """
    own = rows.join(shown.select("key").distinct(), "key", "left_semi")
    own = own.persist(StorageLevel.DISK_ONLY)
    if own.isEmpty():
        raise SettingsError(
            "None of the pictures of the release has a vector. Give --vectors, the table"
            " tables/image_vectors of the run that it comes from."
        )
    return own


def run(spark: SparkSession, settings: NearTargetsSettings) -> Derived:
    """Write the release of what is near the targets.

    Raises:
        SettingsError, RunFolderError: as of `check`; or the target vectors are of another model or
            size than those of the pictures.
    """
    check(settings)
    targets = read_targets(settings.targets)
    folder = settings.vectors or table_path(settings.release, IMAGE_VECTORS)
    stored = stored_vectors(spark, folder)
    check_targets(targets, stored.model, stored.revision, stored.size)
    shown = shown_pictures(spark, settings.release)
    rows = vectors_of(shown, stored.rows)
    try:
        centres = trained_centres(rows, settings.clusters)
        wanted = sorted({int(number) for number in Centres(centres).nearest(targets.vectors)[0]})
        near = assigned(rows, centres).where(F.col("cluster").isin(wanted))
        stays = shown.join(near, "key", "left_semi").select("doc_id").distinct()
        said = (
            f"Documents stay that show a picture of one of {len(wanted):,} clusters, of"
            f" {len(centres):,}: those nearest to {len(targets.vectors):,} target vectors"
            f" ({stored.model}, seed {settings.clusters.seed})."
        )
        made = Derivation("interleaf near", said, Reason.DOCUMENT_NOT_NEAR_TARGETS)
        return derive(spark, [settings.release], settings.out, stays, made, settings.files)
    finally:
        rows.unpersist()


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = build(NearTargetsSettings, read_toml(settings_file))
    check(settings)
    with open_session("interleaf near", settings.spark) as spark:
        run(spark, settings)


if __name__ == "__main__":
    sys.exit(launch(main))
