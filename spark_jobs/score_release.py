"""Scores for a finished release, in its folder scores/; everything else of it stays as it is.

spark-submit spark_jobs/score_release.py SETTINGS.toml
"""

import sys
from dataclasses import dataclass, field
from functools import reduce
from typing import Final, Protocol

import fsspec
import pyarrow.parquet as pq
from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.release.checksums import CHECKSUMS, checksum_lines, is_published, published_files
from spark_jobs.release.published import documents_of, picture_hashes
from spark_jobs.release.score_curves import Small, small_pictures, spreads_with_curves
from spark_jobs.release.writing import exported_rows, file_count, write_exported
from spark_jobs.run.clip import MODEL, check_model, model_of, remember_model
from spark_jobs.run.files import write_bytes
from spark_jobs.run.folder import RunFolderError
from spark_jobs.run.launch import launch
from spark_jobs.run.scorers import check_scorers
from spark_jobs.run.session import open_session
from spark_jobs.run.tables import (
    IMAGE_VECTORS,
    TEXT_VECTORS,
    exists,
    for_fsspec,
    spark_schema,
    table_path,
)
from spark_jobs.run.worker_model import find_model
from spark_jobs.score_documents import vector_source
from spark_jobs.scores.documents import (
    DOCUMENT_SCORES,
    OF_DOCUMENTS,
    check_vectors,
    made_scores,
    scores_documents,
)
from spark_jobs.scores.pictures import (
    PICTURE_SCORES,
    has_vectors,
    no_vectors,
    score_pictures,
    stored_vectors,
    together,
)
from spark_jobs.scores.read_bytes import scored_bytes
from spark_jobs.scores.release_captions import known_scores_of, scored_captions_of
from spark_jobs.scores.releases import COLUMNS, score_release_documents
from spark_jobs.sources.image_places import parquet_places
from webdoc.archive.reader import ReadSettings
from webdoc.clip.model import ClipSettings
from webdoc.exporters.documents import DOCUMENTS
from webdoc.exporters.images import IMAGES
from webdoc.exporters.scores import SCORES, ScoresRow, with_newer
from webdoc.release.added_scores import card_with_scores, report_with_scores
from webdoc.release.croissant import with_folder
from webdoc.release.files import ReleaseFile
from webdoc.release.score_spread import ScoreSpread
from webdoc.run_settings import ReleaseSettings, SparkSettings
from webdoc.scores.scorer import KINDS, ScoreSettings
from webdoc.settings import SettingsError, build, read_toml
from webdoc.tables.images import ImagePlace

_NONE: Final = "cast(array() as array<struct<name:string,value:double>>)"
_NO_IMAGES: Final = (
    "cast(array() as array<struct<sha256:string,scores:array<struct<name:string,value:double>>>>)"
)


@dataclass(frozen=True, slots=True)
class ScoreReleaseSettings:
    """Which release gets which scores."""

    release: str = ""  # folder of a release, or of a finished run
    scores: ScoreSettings = field(default_factory=ScoreSettings)
    model: str = ""  # as clip.model: what scorers that look at vectors have; "": none
    vectors: str = ""  # folder of the run that holds those of pictures; "": the release's own
    files: ReleaseSettings = field(default_factory=ReleaseSettings)
    spark: SparkSettings = field(default_factory=SparkSettings)


@dataclass(frozen=True, slots=True)
class Scored:
    """What came of it."""

    documents: int
    spreads: tuple[ScoreSpread, ...]
    read_bytes: int  # of the columns that were needed, as they are stored
    all_bytes: int  # of data/ and images/
    unscored: int = 0  # documents without any score of their own, where one was asked for


@dataclass(frozen=True, slots=True)
class OldAndNew:
    """The scores of a document that the release has, and those that are added."""

    new: ScoresRow
    old: ScoresRow | None


def check(settings: ScoreReleaseSettings, *, is_built: bool = False) -> None:
    """Refuse before Spark starts.

    Args:
        settings: which release gets which scores.
        is_built: whether a build has scored documents already, and looked at their vectors.

    Raises:
        SettingsError: no scorer is named, or one cannot be loaded.
        RunFolderError: no release there, or one without the pictures or columns that a scorer
            looks at.
    """
    scores = settings.scores
    if not scores.has(*KINDS):
        raise SettingsError("No scorer. Name some with --signals NAME,NAME.")
    if not is_published(settings.release):
        raise RunFolderError(
            f"{settings.release} holds no whole release. Give the --out folder of a finished run."
        )
    looking = scores.looking_at_pictures
    if looking and not exists(table_path(settings.release, IMAGES.folder)):
        raise RunFolderError(
            f"{settings.release} holds no pictures, and {', '.join(looking)} looks at them."
        )
    if scores.of_vectors and not has_vectors(settings.vectors or settings.release):
        raise RunFolderError(no_vectors(scores.of_vectors[0]))
    check_scorers(scores, settings.spark)
    _check_columns(settings.release, scores)
    if settings.model:
        check_model(settings.model, settings.spark)
    elif not is_built:
        check_vectors(scores, "")


def _check_columns(folder: str, scores: ScoreSettings) -> None:
    """Refuse a release whose files lack a column that a scorer looks at.

    Raises:
        RunFolderError: names file and columns.
    """
    wanted = {name for kind in OF_DOCUMENTS for name in COLUMNS[kind] if scores.names(kind)}
    filesystem, inner = fsspec.url_to_fs(for_fsspec(table_path(folder, DOCUMENTS.folder)))
    for path in sorted(filesystem.glob(f"{inner}/*.parquet")):
        with filesystem.open(path, "rb") as source:
            missing = sorted(wanted - set(pq.read_schema(source).names))
        if missing:
            raise RunFolderError(
                f"{path.rpartition('/')[2]} of {folder} has no column {', '.join(missing)}, which"
                " the scorers look at. Is it a release? `interleaf verify` says what is wrong, and"
                " `interleaf import` reads rows of other forms."
            )


def run(spark: SparkSession, settings: ScoreReleaseSettings, *, is_built: bool = False) -> Scored:
    """Score, write scores/, and say so on card, report, Croissant file and in the checksums.

    Args:
        spark: the session.
        settings: which release gets which scores.
        is_built: whether a build has scored documents and captions already.

    Raises:
        SettingsError, RunFolderError: as of `check`.
    """
    check(settings, is_built=is_built)
    folder, scores = settings.release, settings.scores
    documents = documents_of(spark, folder)
    shown = picture_hashes() if scores.pictures else F.lit(None).cast("array<string>")
    new = documents.select("doc_id", shown.alias("shown"))
    new = new.join(_of_documents(spark, settings, is_built=is_built), "doc_id", "left")
    of_images = [_of_pictures(spark, new, settings)] if scores.pictures else []
    if scores.captions:
        of_images.append(_of_captions(spark, documents, scores, folder, known=is_built))
    new = new.join(_by_document(spark, of_images), "doc_id", "left").select(
        "doc_id",
        F.coalesce("scores", F.expr(_NONE)).alias("scores"),
        F.coalesce("images", F.expr(_NO_IMAGES)).alias("images"),
    )
    rows = _with_old(spark, new, folder).persist(StorageLevel.DISK_ONLY)
    try:
        count = rows.count()  # before a file that is read is written anew
        made = exported_rows(rows, SCORES, OldAndNew, _row, lambda pair: str(pair.new.doc_id))
        files = write_exported(
            made, SCORES, file_count(count, settings.files), folder, settings.files
        )
        told = spreads_with_curves(rows.select("new.*"), scores)
        bare = rows.where(F.size("new.scores") == 0).count() if scores_documents(scores) else 0
    finally:
        rows.unpersist()
    _tell(folder, files, told, small_pictures(spark, folder, told))
    read = scored_bytes(folder, scores)
    whole = sum(
        file.size_bytes
        for file in published_files(folder)
        if file.path.startswith((f"{DOCUMENTS.folder}/", f"{IMAGES.folder}/"))
    )
    return Scored(count, told, read, whole, bare)


class Built(Protocol):
    """What the settings of a build of either path have."""

    @property
    def out(self) -> str:
        """The folder of the run."""

    @property
    def scores(self) -> ScoreSettings:
        """Which scorers."""

    @property
    def release(self) -> ReleaseSettings:
        """How files are cut."""


def asked_for(settings: Built) -> bool:
    """Tell whether a build has scorers of any kind."""
    return settings.scores.has(*KINDS)


def run_built(spark: SparkSession, settings: Built) -> None:
    """Write scores/ of the release that a build has just published, unless they stand already.

    What the build scored before publishing is not scored again.
    """
    if not asked_for(settings):
        return
    files = published_files(settings.out)
    if any(file.path.startswith(f"{SCORES.folder}/") for file in files):
        return
    vectors = getattr(settings, "tables_from", "")  # of a run that only places anew
    asked = ScoreReleaseSettings(
        settings.out, settings.scores, vectors=vectors, files=settings.release
    )
    run(spark, asked, is_built=True)


def _of_documents(
    spark: SparkSession, settings: ScoreReleaseSettings, *, is_built: bool
) -> DataFrame:
    """Return doc_id and scores, of scorers of texts and documents; of a build as it made them."""
    folder, clip = settings.release, ClipSettings(settings.model) if settings.model else None
    if not scores_documents(settings.scores):
        return spark.createDataFrame([], f"doc_id string, scores {_scores_type()}")
    out = table_path(folder, DOCUMENT_SCORES)
    if is_built:
        has_vectors = exists(table_path(folder, MODEL))
        vectors_of = model_of(folder).revision if has_vectors else ""
        return made_scores(spark, settings.scores, out, vectors_of)
    if clip is None:
        return score_release_documents(spark, folder, settings.scores, out)
    check_same_model(spark, folder, clip)
    tables = table_path(folder, IMAGE_VECTORS), table_path(folder, TEXT_VECTORS)
    places = parquet_places(spark, table_path(folder, IMAGES.folder))
    source = vector_source(places, clip, tables)
    found = score_release_documents(spark, folder, settings.scores, out, source)
    remember_model(spark, clip, folder)
    return found


def check_same_model(spark: SparkSession, folder: str, clip: ClipSettings) -> None:
    """Refuse a model where vectors of another one stand.

    Raises:
        SettingsError: names both.
    """
    if not exists(table_path(folder, MODEL)):
        return
    there, asked = model_of(folder), find_model(spark, clip)
    if there.revision != asked.revision:
        raise SettingsError(
            f"{folder} has vectors of {there.name} ({there.revision}), and --model names"
            f" {asked.name} ({asked.revision}). Vectors of two models cannot be compared: give the"
            " model of these, or score a copy without tables/."
        )


def _of_pictures(
    spark: SparkSession, documents: DataFrame, settings: ScoreReleaseSettings
) -> DataFrame:
    """Return (doc_id, sha256, scores) of the pictures that documents show."""
    folder, scores = settings.release, settings.scores
    places = parquet_places(spark, table_path(folder, IMAGES.folder))
    table = table_path(folder, PICTURE_SCORES)
    vectors = stored_vectors(spark, settings.vectors or folder)
    found = score_pictures(spark, places, scores, table, ReadSettings(), vectors)
    shown = documents.select("doc_id", F.explode(F.array_distinct("shown")).alias("sha256"))
    return shown.join(found, "sha256").select("doc_id", "sha256", "scores")


def _of_captions(
    spark: SparkSession, documents: DataFrame, scores: ScoreSettings, folder: str, *, known: bool
) -> DataFrame:
    """Return (doc_id, sha256, scores) of the images that documents show beside captions."""
    if known:
        return known_scores_of(documents, scores)
    images = table_path(folder, IMAGES.folder)
    if exists(images):
        places = parquet_places(spark, images)
    else:  # and no scorer looks at pictures, or `check` refuses
        places = spark.createDataFrame([], spark_schema(ImagePlace))
    return scored_captions_of(documents, places, scores, folder)


def _by_document(spark: SparkSession, rows: list[DataFrame]) -> DataFrame:
    """Return doc_id and images: the scores of the images of each document, from all rows."""
    if not rows:
        images = f"array<struct<sha256:string,scores:{_scores_type()}>>"
        return spark.createDataFrame([], f"doc_id string, images {images}")
    own = together(reduce(DataFrame.unionByName, rows), "doc_id", "sha256")
    listed = F.sort_array(F.collect_list(F.struct("sha256", "scores"))).alias("images")
    return own.where(F.size("scores") > 0).groupBy("doc_id").agg(listed)


def _with_old(spark: SparkSession, new: DataFrame, folder: str) -> DataFrame:
    fresh = new.select("doc_id", F.struct("doc_id", "scores", "images").alias("new"))
    schema = spark_schema(ScoresRow)
    path = table_path(folder, SCORES.folder)
    if exists(path):
        before = spark.read.schema(schema).option("pathGlobFilter", "*.parquet").parquet(path)
        old = before.select("doc_id", F.struct(*schema.names).alias("old"))
        joined = fresh.join(old, "doc_id", "left")
    else:
        joined = fresh.withColumn("old", F.lit(None).cast(schema))
    return joined.select("new", "old").to(spark_schema(OldAndNew))


def _row(pair: OldAndNew) -> ScoresRow:
    return pair.new if pair.old is None else with_newer(pair.old, pair.new)


def _scores_type() -> str:
    return "array<struct<name:string,value:double>>"


def _tell(
    folder: str, files: list[ReleaseFile], found: tuple[ScoreSpread, ...], small: Small
) -> None:
    """Write card, report and Croissant file anew, and the checksums last."""
    texts = {
        "README.md": card_with_scores(_read(folder, "README.md"), SCORES, found),
        "report.html": report_with_scores(_read(folder, "report.html"), found, small),
        "croissant.json": with_folder(_read(folder, "croissant.json"), SCORES, files),
    }
    replaced = {*texts, *(file.path for file in files)}
    others = [file for file in published_files(folder) if file.path not in replaced]
    told = [write_bytes(folder, path, text.encode()) for path, text in texts.items()]
    lines = checksum_lines([*others, *files, *told])
    write_bytes(folder, CHECKSUMS, lines.encode())


def _read(folder: str, name: str) -> str:
    with fsspec.open(for_fsspec(table_path(folder, name)), "r", encoding="utf-8") as file:
        return str(file.read())


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = build(ScoreReleaseSettings, read_toml(settings_file))
    with open_session("interleaf score", settings.spark) as spark:
        run(spark, settings)


if __name__ == "__main__":
    sys.exit(launch(main))
