"""Making a release of releases: the one function that every such command ends with."""

from collections.abc import Sequence
from dataclasses import dataclass

import fsspec
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.derived.files import write_folder
from spark_jobs.derived.places import (
    DROPS,
    OF_DOCUMENTS,
    SOURCE,
    STAYS,
    has_folder,
    judged,
    rows_at,
)
from spark_jobs.derived.tables import write_attribution, write_clusters
from spark_jobs.derived.tally import tally
from spark_jobs.derived.texts import Derivation as Derivation  # noqa: PLC0414 - goes with derive
from spark_jobs.derived.texts import release_texts
from spark_jobs.release.checksums import (
    CHECKSUMS,
    checksum_lines,
    is_published,
    published_files,
)
from spark_jobs.run.files import write_bytes
from spark_jobs.run.folder import RunFolderError
from spark_jobs.run.tables import for_fsspec
from webdoc.derived.changes import CHANGES, change_lines, changes
from webdoc.exporters.images import IMAGES
from webdoc.exporters.mmc4 import MMC4
from webdoc.release.files import ReleaseFile
from webdoc.run_settings import ReleaseSettings
from webdoc.settings import SettingsError


@dataclass(frozen=True, slots=True)
class Derived:
    """What came of it."""

    documents: int  # in the new release
    images: int  # that they show
    documents_left_out: int
    documents_edited: int  # that lost some of their pictures
    pictures: int  # whose bytes the new release holds
    files: int
    size_bytes: int


def check(sources: Sequence[str], out: str) -> None:
    """Refuse before Spark starts.

    Raises:
        SettingsError: no folder for the new release is named.
        RunFolderError: a source holds no whole release, the two paths are mixed, or the folder for
            the new release is not empty.
    """
    if not out:
        raise SettingsError("No output folder. Give one with --out DIR2.")
    for source in sources:
        if not is_published(source):
            raise RunFolderError(
                f"{source} holds no whole release. Give the --out folder of a finished run."
            )
    filesystem, inner = fsspec.url_to_fs(for_fsspec(out))
    if filesystem.exists(inner) and (not filesystem.isdir(inner) or filesystem.ls(inner)):
        raise RunFolderError(f"{out} is not empty. Give a new or an empty folder.")
    if len({has_folder(source, MMC4) for source in sources}) > 1:
        raise RunFolderError(
            "Releases of `interleaf obelics` and of `interleaf mmc4` have different columns and"
            " cannot be put together. Give releases of one path."
        )


def derive(  # noqa: PLR0913, PLR0917 - what a release depends on
    spark: SparkSession,
    sources: Sequence[str],
    out: str,
    kept: DataFrame,
    made: Derivation,
    limits: ReleaseSettings | None = None,
    *,
    in_place: bool = False,
) -> Derived:
    """Write a release of some documents of releases: files, pictures, card, report, checksums.

    Pictures that no document shows any more stay behind. No source is changed.

    Args:
        spark: the session.
        sources: folders of releases of one path, most often one.
        out: a new or an empty folder.
        kept: doc_id of each document that stays, once. Where there are several sources, `source` is
            the number of its own; `drops` may name pictures, by SHA-256 or address, that are taken
            out of it.
        made: what card and history say.
        limits: of files; in_place keeps those of the source.
        in_place: of one source: files keep their names, and one that loses nothing is linked or
            copied as it is.

    Raises:
        SettingsError, RunFolderError: as of `check`.
    """
    check(sources, out)
    limits = limits or ReleaseSettings()
    for name, default in ((SOURCE, F.lit(0)), (DROPS, F.lit(None).cast("array<string>"))):
        if name not in kept.columns:
            kept = kept.withColumn(name, default)
    facts = judged(spark, sources, kept).persist()
    after, gone = facts.where(F.col(STAYS)), facts.where(~F.col(STAYS))
    try:
        counts = tally(facts)
        files = _write_tables(spark, sources, out, after, limits, in_place=in_place)
        files += write_clusters(spark, sources, gone, out, limits, in_place=in_place)
        files += write_attribution(sources, after, out)
        texts = release_texts(spark, sources, out, after, files, made, counts)
    finally:
        facts.unpersist()
    if in_place:
        texts[CHANGES] = change_lines(changes(published_files(sources[0]), files))
    files += [write_bytes(out, path, text.encode()) for path, text in texts.items()]
    write_bytes(out, CHECKSUMS, checksum_lines(files).encode())
    return Derived(
        documents=counts.kept.documents,
        images=counts.kept.images,
        documents_left_out=counts.gone.documents,
        documents_edited=counts.edited,
        pictures=sum(file.rows for file in files if file.path.startswith(f"{IMAGES.folder}/")),
        files=len(files) + 1,
        size_bytes=sum(file.size_bytes for file in files),
    )


def _write_tables(  # noqa: PLR0913 - what a release depends on
    spark: SparkSession,
    sources: Sequence[str],
    out: str,
    after: DataFrame,
    limits: ReleaseSettings,
    *,
    in_place: bool,
) -> list[ReleaseFile]:
    """Write the folders of documents, and of the pictures that they show."""
    documents = after.select(SOURCE, F.col("doc_id").alias("key"), DROPS)
    files: list[ReleaseFile] = []
    for exporter in OF_DOCUMENTS:
        if has_folder(sources[0], exporter):
            files += write_folder(
                spark, sources, exporter, documents, out, limits, in_place=in_place
            )
    with_pictures = [source for source in sources if has_folder(source, IMAGES)]
    if with_pictures:
        shown = after.select(F.explode("pictures.sha256").alias("key")).where("key != ''")
        wanted = pictures_of(spark, sources, shown.distinct())
        files += write_folder(spark, sources, IMAGES, wanted, out, limits, in_place=in_place)
    return files


def pictures_of(spark: SparkSession, sources: Sequence[str], shown: DataFrame) -> DataFrame:
    """Return source, key, drops of each picture that is shown, of the first release with it."""
    stored = rows_at(spark, sources, IMAGES).join(shown, "key", "left_semi")
    first = stored.groupBy("key").agg(F.min(SOURCE).alias(SOURCE))
    return first.withColumn(DROPS, F.lit(None).cast("array<string>"))
