"""A release -> a release of what a condition keeps of it, which stays as it is.

spark-submit spark_jobs/derived/select.py SETTINGS.toml
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.derived import release
from spark_jobs.derived.release import Derived, derive
from spark_jobs.derived.texts import Derivation
from spark_jobs.run.launch import launch
from spark_jobs.run.session import open_session
from spark_jobs.run.tables import exists, for_fsspec, spark_schema, table_path
from webdoc.arrow import Batches, to_batch
from webdoc.derived.selection import Kept, Selection, columns_of_release, named, selection
from webdoc.exporters.documents import DOCUMENTS, ReleaseRow
from webdoc.exporters.scores import SCORES, ScoresRow
from webdoc.reasons import Reason
from webdoc.release.exporter import Exporter
from webdoc.run_settings import ReleaseSettings, SparkSettings
from webdoc.settings import SettingsError, build, read_toml

_LOOKED_AT: Final = 200  # rows of the first file, of which the columns are taken
_HELD: Final = ("metadata", "general_metadata")


@dataclass(frozen=True, slots=True)
class SelectSettings:
    """What is selected from, by what, and where it goes."""

    release: str = ""  # folder of a release
    where: str = ""  # a condition on its columns
    out: str = ""  # folder that does not exist yet, or is empty
    files: ReleaseSettings = field(default_factory=ReleaseSettings)
    spark: SparkSettings = field(default_factory=SparkSettings)


def check(settings: SelectSettings) -> Selection:
    """Check folders and condition before Spark starts.

    Raises:
        SettingsError: the condition is none, or names no column of this release.
        RunFolderError: no release there, or the folder for the new one is not empty.
    """
    release.check([settings.release], settings.out)
    if not settings.where.strip():
        raise SettingsError(
            "No condition. Give one with --where, as in --where \"language = 'en' and"
            ' clip_caption > 0.28".'
        )
    return selection(settings.where, columns_of_release(*first_rows_of(settings.release)))


def first_rows_of(folder: str) -> tuple[list[tuple[str, str]], list[dict[str, Any]]]:
    """Return metadata and general_metadata of some rows of a release, and some of its scores/."""
    rows = _first_rows(folder, DOCUMENTS, _HELD)
    scores = _first_rows(folder, SCORES, ("scores", "images"))
    return [(row["metadata"], row["general_metadata"]) for row in rows], scores


def run(spark: SparkSession, settings: SelectSettings) -> Derived:
    """Write the release of what the condition keeps.

    Raises:
        SettingsError, RunFolderError: as of `check`.
    """
    asked = check(settings)
    things = "images" if asked.of_images else "documents"
    said = f"Only {things} of which this is true stay: {asked.where.text.strip()}"
    made = Derivation("interleaf select", said, Reason.DOCUMENT_NOT_SELECTED)
    stays = selected(spark, settings.release, asked)
    return derive(spark, [settings.release], settings.out, stays, made, settings.files)


def selected(spark: SparkSession, folder: str, asked: Selection) -> DataFrame:
    """Return doc_id and drops of each document that stays; only what is asked for is read."""
    names = ["images", *_HELD, *(["texts"] if asked.needs_texts else [])]
    rows = spark.read.schema(spark_schema(ReleaseRow)).option("pathGlobFilter", "*.parquet")
    documents = rows.parquet(table_path(folder, DOCUMENTS.folder)).select(*names)
    documents = with_scores(spark, documents, folder)

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            found = [_kept(row, asked) for row in batch.to_pylist()]
            yield to_batch([one for one in found if one is not None], Kept)

    return documents.mapInArrow(on_partition, spark_schema(Kept))


def with_scores(spark: SparkSession, documents: DataFrame, folder: str) -> DataFrame:
    """Return rows with general_metadata, and `added`: their row of scores/, where there is one."""
    path = table_path(folder, SCORES.folder)
    if not exists(path):
        return documents
    rows = spark.read.schema(spark_schema(ScoresRow)).option("pathGlobFilter", "*.parquet")
    added = rows.parquet(path).select("doc_id", F.struct("scores", "images").alias("added"))
    doc_id = F.get_json_object("general_metadata", "$.doc_id").alias("doc_id")
    return documents.select("*", doc_id).join(added, "doc_id", "left").drop("doc_id")


def _kept(row: dict[str, Any], asked: Selection) -> Kept | None:
    facts = json.loads(row["metadata"])
    pairs = zip(row["images"], facts, strict=True)
    images = [(url or "", own) for url, own in pairs if own is not None]
    texts = [text for text in row.get("texts") or () if text is not None]
    general = json.loads(row["general_metadata"])
    if added := row.get("added"):
        of_images = {one["sha256"]: named(one["scores"]) for one in added["images"]}
        images = [(url, own | of_images.get(own.get("sha256", ""), {})) for url, own in images]
        general |= named(added["scores"])
    return asked.kept(general, images, texts)


def _first_rows(folder: str, out: Exporter, columns: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return some columns of the first rows of a folder of a release; none without the folder."""
    filesystem, inner = fsspec.url_to_fs(for_fsspec(table_path(folder, out.folder)))
    rows: list[dict[str, Any]] = []
    for path in sorted(filesystem.glob(f"{inner}/*.parquet")):
        with filesystem.open(path, "rb") as file:
            for batch in pq.ParquetFile(file).iter_batches(_LOOKED_AT, columns=list(columns)):
                rows += batch.to_pylist()
                break
        if len(rows) >= _LOOKED_AT:
            break
    return rows


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = build(SelectSettings, read_toml(settings_file))
    with open_session("interleaf select", settings.spark) as spark:
        run(spark, settings)


if __name__ == "__main__":
    sys.exit(launch(main))
