"""Whether a release is whole and agrees with itself: every file, row and picture is looked at.

spark-submit spark_jobs/derived/verify_release.py FOLDER
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any, Final

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
from huggingface_hub import DatasetCard
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.derived.places import OF_DOCUMENTS, has_folder, rows_at
from spark_jobs.release.checksums import CHECKSUMS, is_published
from spark_jobs.run.folder import RunFolderError
from spark_jobs.run.launch import launch
from spark_jobs.run.session import open_session
from spark_jobs.run.tables import for_fsspec, parquet_rows, spark_schema, table_path
from webdoc.arrow import schema_of
from webdoc.derived.checks import Problem, document_problems, mmc4_problems, picture_problems
from webdoc.exporters.clusters import CLUSTERS
from webdoc.exporters.documents import DOCUMENTS
from webdoc.exporters.images import IMAGES
from webdoc.exporters.mmc4 import MMC4, MMC4_LINES
from webdoc.exporters.scores import SCORES
from webdoc.release.exporter import Exporter

_HELD: Final = (DOCUMENTS, MMC4, MMC4_LINES, IMAGES, CLUSTERS, SCORES)
_ROWS: Final[Mapping[str, tuple[str, Callable[[Mapping[str, Any]], Iterator[str]]]]] = {
    DOCUMENTS.folder: ("documents", document_problems),
    MMC4.folder: ("mmc4", mmc4_problems),
    MMC4_LINES.folder: ("jsonl", mmc4_problems),
    IMAGES.folder: ("pictures", picture_problems),
    SCORES.folder: ("scores", lambda _: iter(())),
}
_ROWS_AT_ONCE: Final = 64
_BLOCK: Final = 1 << 22
_EXAMPLES: Final = 20  # of one kind, from one file


def verify(spark: SparkSession, folder: str) -> list[Problem]:
    """Return everything that is wrong with a release; nothing where it is whole.

    Raises:
        RunFolderError: there is no release.
    """
    if not is_published(folder):
        raise RunFolderError(f"{folder} holds no whole release: it has no {CHECKSUMS}.")
    named = _named(folder)
    files = sorted(named.items())
    tasks = spark.sparkContext.parallelize(files, max(1, len(files)))

    def on_partition(part: Iterable[tuple[str, str]]) -> Iterator[Problem]:
        for path, digest in part:
            yield from file_problems(folder, path, digest)

    found = tasks.mapPartitions(on_partition).collect()
    found += [
        Problem("checksums", "SHA256SUMS does not name it", p) for p in _unnamed(folder, named)
    ]
    found += _description_problems(folder, named)
    if not any(one.check in ("checksums", "documents", "jsonl") for one in found):
        found += agreement_problems(spark, folder)
    return sorted(found, key=lambda one: (one.check, one.problem, one.where))


def _named(folder: str) -> dict[str, str]:
    """Return the SHA-256 of each file that SHA256SUMS names."""
    lines = _bytes(table_path(folder, CHECKSUMS)).decode("utf-8", "replace").splitlines()
    pairs = [line.split("  ", 1) for line in lines if "  " in line]
    return {path: digest for digest, path in pairs}


def _unnamed(folder: str, named: Mapping[str, str]) -> list[str]:
    filesystem, inner = fsspec.url_to_fs(for_fsspec(folder))
    there: list[str] = []
    for exporter in _HELD:
        place = f"{inner.rstrip('/')}/{exporter.folder}"
        if filesystem.isdir(place):
            there += [str(f)[len(inner.rstrip("/")) + 1 :] for f in filesystem.find(place)]
    # What a killed task left begins with _, and no reader takes it for data.
    return [path for path in there if path not in named and "/_" not in path]


def file_problems(folder: str, path: str, digest: str) -> Iterator[Problem]:
    """Yield what is wrong with a file, by itself."""
    place = table_path(folder, path)
    try:
        found = _digest(place)
    except OSError:
        yield Problem("checksums", "it is missing", path)
        return
    if found != digest:
        yield Problem("checksums", "it was changed", path)
    owner = path.rpartition("/")[0]
    exporter = next((one for one in _HELD if one.folder == owner), None)
    if exporter is None:
        return
    check, problems = _ROWS.get(owner, ("clusters", lambda _: iter(())))
    count = 0
    try:
        for number, row in enumerate(_rows(place, exporter)):
            for problem in problems(row):
                count += 1
                if count <= _EXAMPLES:
                    yield Problem(check, problem, f"{path}, row {number}")
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError) as error:
        yield Problem("columns", f"it cannot be read: {type(error).__name__}", path)
    if count > _EXAMPLES:
        yield Problem(check, f"{count - _EXAMPLES:,} more rows are wrong", path)


def _rows(place: str, exporter: Exporter) -> Iterator[dict[str, Any]]:
    with fsspec.open(for_fsspec(place), "rb") as file:
        if exporter.line:
            yield from (json.loads(line) for line in file)
            return
        table = pq.ParquetFile(file)
        names = schema_of(exporter.record).names
        missing = [name for name in _needed(exporter) if name not in table.schema_arrow.names]
        if missing:
            raise KeyError(missing[0])
        there = [name for name in names if name in table.schema_arrow.names]
        for batch in table.iter_batches(_ROWS_AT_ONCE, columns=there):
            yield from batch.to_pylist()


def _needed(exporter: Exporter) -> list[str]:
    """Return the columns that every version wrote: an older one lacks some of MMC4's."""
    names = schema_of(exporter.record).names
    return ["doc_id", "url"] if exporter == MMC4 else list(names)


def _digest(place: str) -> str:
    found = sha256()
    with fsspec.open(for_fsspec(place), "rb") as file:
        while block := file.read(_BLOCK):
            found.update(block)
    return found.hexdigest()


def _bytes(place: str) -> bytes:
    with fsspec.open(for_fsspec(place), "rb") as file:
        return bytes(file.read())


def _description_problems(folder: str, named: Mapping[str, str]) -> Iterator[Problem]:
    """Yield what is wrong with the card and the Croissant file, or lacks in them."""
    try:
        configs = DatasetCard(_bytes(table_path(folder, "README.md")).decode()).data.get("configs")
        paths = [one["data_files"][0]["path"] for one in configs or ()]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        yield Problem("card", "its front matter cannot be read", "README.md")
    else:
        folders = {path.rpartition("/")[0] for path in named}
        for path in paths:
            if path.rpartition("/")[0] not in folders:
                yield Problem("card", f"it names files that are not there: {path}", "README.md")
    try:
        described = json.loads(_bytes(table_path(folder, "croissant.json")))["distribution"]
        digests = {one["contentUrl"]: one["sha256"] for one in described if "sha256" in one}
    except (OSError, ValueError, KeyError, TypeError):
        yield Problem("croissant", "it cannot be read", "croissant.json")
        return
    for path, digest in named.items():
        if path.rpartition("/")[0] in {one.folder for one in _HELD} and digests.get(path) != digest:
            yield Problem("croissant", f"it does not describe {path} as it is", "croissant.json")


def agreement_problems(spark: SparkSession, folder: str) -> list[Problem]:
    """Return where folders do not agree: documents, their forms, pictures, clusters."""
    ids = rows_at(spark, [folder], DOCUMENTS).select("key")
    found = _some(
        ids.groupBy("key").count().where("count > 1"), "documents", "its doc_id stands twice"
    )
    for exporter in OF_DOCUMENTS[1:]:
        if has_folder(folder, exporter):
            others = rows_at(spark, [folder], exporter).select("key")
            name = exporter.folder
            found += _some(
                ids.join(others, "key", "left_anti"), name, "a document of data/ is not in it"
            )
            found += _some(others.join(ids, "key", "left_anti"), name, "data/ has no such document")
    if has_folder(folder, IMAGES):
        stored = rows_at(spark, [folder], IMAGES).select("key")
        metadata = parquet_rows(
            spark, table_path(folder, DOCUMENTS.folder), spark_schema(DOCUMENTS.record)
        ).select(F.explode(F.from_json("metadata", "array<struct<sha256:string>>")).alias("fact"))
        shown = metadata.select(F.col("fact.sha256").alias("key")).where("key != ''").distinct()
        found += _some(
            shown.join(stored, "key", "left_anti"),
            "pictures",
            "a document shows it, images/ lacks it",
        )
        found += _some(stored.join(shown, "key", "left_anti"), "pictures", "no document shows it")
        found += _some(
            stored.groupBy("key").count().where("count > 1"), "pictures", "it stands twice"
        )
    if has_folder(folder, CLUSTERS):
        rows = parquet_rows(
            spark, table_path(folder, CLUSTERS.folder), spark_schema(CLUSTERS.record)
        )
        twice = rows.groupBy(F.col("doc_id").alias("key")).count().where("count > 1")
        found += _some(twice, "clusters", "its doc_id stands twice")
    return found


def _some(rows: DataFrame, check: str, problem: str) -> list[Problem]:
    """Return the first few rows as problems, and how many more there are."""
    keys = [row["key"] for row in rows.select("key").orderBy("key").limit(_EXAMPLES + 1).collect()]
    found = [Problem(check, problem, str(key)) for key in keys[:_EXAMPLES]]
    if len(keys) > _EXAMPLES:
        found.append(Problem(check, f"{problem}; so it is with more of them", ""))
    return found


def main(folder: str) -> None:
    """Run this job alone."""
    with open_session("interleaf verify") as spark:
        problems = verify(spark, folder)
    for one in problems:
        print(f"{one.check}: {one.problem}: {one.where}")
    if problems:
        sys.exit(1)


if __name__ == "__main__":
    sys.exit(launch(main, "FOLDER"))
