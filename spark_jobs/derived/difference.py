"""Two releases beside each other: which documents came, which went, and why.

spark-submit spark_jobs/derived/difference.py SETTINGS.toml
"""

import csv
import io
import json
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from mmc4_like.tables import PLACED
from spark_jobs.derived.places import described
from spark_jobs.derived.tables import texts_of
from spark_jobs.marks.live import marks_before
from spark_jobs.marks.mmc4_parts import final_reason, published_parts
from spark_jobs.marks.older_runs import judged_table
from spark_jobs.release.checksums import is_published
from spark_jobs.release.counts import reasons_of_documents
from spark_jobs.run.folder import RunFolderError, settings_of
from spark_jobs.run.launch import launch
from spark_jobs.run.session import open_session
from spark_jobs.run.tables import RECORDS, is_finished, table_path
from webdoc.arrow import Batches
from webdoc.run_settings import SparkSettings
from webdoc.settings import build, read_toml
from webdoc.url_keys import url_key

UNKNOWN: Final = "no_tables"  # the other release has no tables/, so nobody knows why
NOT_READ: Final = "not_read"  # it never saw such a page
_EXAMPLES: Final = 5


@dataclass(frozen=True, slots=True)
class DifferenceSettings:
    """Which releases are compared."""

    before: str = ""
    after: str = ""
    spark: SparkSettings = field(default_factory=SparkSettings)


@dataclass(frozen=True, slots=True)
class Group:
    """Documents that one release has and the other has not, for one reason of the other."""

    reason: str  # of webdoc.reasons, NOT_READ or UNKNOWN
    documents: int
    examples: tuple[str, ...]  # addresses, else ids: the first few


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs. A page is the same one in both if its address is, else its id."""

    same: int  # documents with the same text and pictures
    changed: tuple[Group, ...]  # by what differs: text, pictures, text_and_pictures
    came: tuple[Group, ...]  # why they were not there before
    went: tuple[Group, ...]  # why they are not there any more
    settings: Mapping[str, tuple[Any, Any]]  # published settings that differ, before and after
    funnel: tuple[tuple[str, str, int, int], ...]  # level, reason, count before and after

    def as_json(self) -> str:
        """Return everything as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n"


def check(settings: DifferenceSettings) -> None:
    """Refuse before Spark starts.

    Raises:
        RunFolderError: a folder holds no whole release.
    """
    for folder in (settings.before, settings.after):
        if not is_published(folder):
            raise RunFolderError(f"{folder} holds no whole release. Give the --out of two runs.")


def run(spark: SparkSession, settings: DifferenceSettings) -> Difference:
    """Compare two releases.

    Raises:
        RunFolderError: as of `check`.
    """
    check(settings)
    before, after = (_documents(spark, folder) for folder in (settings.before, settings.after))
    both = before.alias("a").join(after.alias("b"), "page", "full").persist()
    same_text = F.col("a.text_key") == F.col("b.text_key")
    same_pictures = F.col("a.shown") == F.col("b.shown")
    what = (
        F.when(same_text & same_pictures, "same")
        .when(same_text, "pictures")
        .when(same_pictures, "text")
        .otherwise("text_and_pictures")
    )
    there = both.where("a.name is not null and b.name is not null")
    pairs = there.select(what.alias("reason"), F.col("b.name").alias("name"))
    came = both.where("a.name is null").select("page", F.col("b.name").alias("name"))
    went = both.where("b.name is null").select("page", F.col("a.name").alias("name"))
    try:
        found = _groups(pairs)
        return Difference(
            same=sum(group.documents for group in found if group.reason == "same"),
            changed=tuple(group for group in found if group.reason != "same"),
            came=_groups(_with_reasons(spark, came, settings.before)),
            went=_groups(_with_reasons(spark, went, settings.after)),
            settings=_settings(settings),
            funnel=_funnel(settings),
        )
    finally:
        both.unpersist()


def _documents(spark: SparkSession, folder: str) -> DataFrame:
    """Return page, name, text_key and shown (its pictures) of each document."""
    picture = "transform(pictures, p -> if(p.sha256 != '', p.sha256, p.url))"
    rows = described(spark, [folder]).select(
        F.when(F.col("url_key") != "", F.col("url_key")).otherwise(F.col("doc_id")).alias("page"),
        F.when(F.col("url") != "", F.col("url")).otherwise(F.col("doc_id")).alias("name"),
        "text_key",
        F.concat_ws(" ", F.expr(picture)).alias("shown"),
    )
    return rows.dropDuplicates(["page"])


def _with_reasons(spark: SparkSession, documents: DataFrame, other: str) -> DataFrame:
    """Return reason and name of documents that the other release has not."""
    reasons = _reasons(spark, other)
    if reasons is None:
        return documents.select(F.lit(UNKNOWN).alias("reason"), "name")
    found = documents.join(reasons, "page", "left")
    return found.select(F.coalesce("reason", F.lit(NOT_READ)).alias("reason"), "name")


def _reasons(spark: SparkSession, folder: str) -> DataFrame | None:
    """Return page and reason of what a run left out; None of a release without tables."""
    placed = table_path(folder, PLACED)
    if judged_table(folder) or is_finished(table_path(folder, RECORDS)):
        named = reasons_of_documents(spark, folder, marks_before(spark, folder))
    elif is_finished(placed):
        origin = str(settings_of(folder).get("from_vectors") or folder)
        if not is_finished(table_path(origin, PLACED)):
            return None
        document = (F.col(f"candidate.document.{name}") for name in ("url", "doc_id"))
        parts = published_parts(spark, origin, folder)
        named = parts.select(*document, final_reason().alias("reject_reason"))
    else:
        return None

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            urls, ids, reasons = (column.to_pylist() for column in batch.columns)
            pages = [url_key(url) if url else one for url, one in zip(urls, ids, strict=True)]
            yield pa.RecordBatch.from_arrays(
                [pa.array(pages, pa.string()), pa.array(reasons, pa.string())],
                names=["page", "reason"],
            )

    left_out = named.where("reject_reason is not null").select("url", "doc_id", "reject_reason")
    keyed = left_out.mapInArrow(on_partition, "page string, reason string")
    return keyed.groupBy("page").agg(F.min("reason").alias("reason"))


def _groups(rows: DataFrame) -> tuple[Group, ...]:
    """Return documents by reason, the most first; the examples are the first by name."""
    counted = rows.groupBy("reason").agg(
        F.count("*").alias("documents"),
        F.slice(F.sort_array(F.collect_set("name")), 1, _EXAMPLES).alias("examples"),
    )
    found = [Group(r["reason"], r["documents"], tuple(r["examples"])) for r in counted.collect()]
    return tuple(sorted(found, key=lambda group: (-group.documents, group.reason)))


def _settings(settings: DifferenceSettings) -> dict[str, tuple[Any, Any]]:
    before, after = (_flat(folder) for folder in (settings.before, settings.after))
    return {
        key: (before.get(key), after.get(key))
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
    }


def _flat(folder: str) -> dict[str, Any]:
    """Return the published settings of a release, `section.key` each."""
    found: dict[str, Any] = {}

    def add(table: Mapping[str, Any], start: str) -> None:
        for key, value in table.items():
            if isinstance(value, dict):
                add(value, f"{start}{key}.")
            else:
                found[f"{start}{key}"] = value

    for text in texts_of([folder], "settings.toml"):
        add(tomllib.loads(text), "")
    return found


def _funnel(settings: DifferenceSettings) -> tuple[tuple[str, str, int, int], ...]:
    """Return the rows of the funnels whose counts differ."""
    before, after = (_counts(folder) for folder in (settings.before, settings.after))
    return tuple(
        (*key, before.get(key, 0), after.get(key, 0))
        for key in dict.fromkeys([*before, *after])
        if before.get(key, 0) != after.get(key, 0)
    )


def _counts(folder: str) -> dict[tuple[str, str], int]:
    rows = (
        row
        for text in texts_of([folder], "funnel.csv")
        for row in csv.DictReader(io.StringIO(text))
    )
    return {(row["level"], row["reason"]): int(row["count"]) for row in rows}


def main(settings_file: str) -> None:
    """Run this job alone: prints JSON."""
    settings = build(DifferenceSettings, read_toml(settings_file))
    check(settings)
    with open_session("interleaf diff", settings.spark) as spark:
        print(run(spark, settings).as_json())


if __name__ == "__main__":
    sys.exit(launch(main))
