"""A release without what some lists name: pages, hosts, pictures by address, hash or look.

spark-submit spark_jobs/derived/remove.py SETTINGS.toml
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.derived.places import described, has_folder
from spark_jobs.derived.release import Derivation, Derived, check, derive
from spark_jobs.derived.search import Find, search
from spark_jobs.run.files import written_whole
from spark_jobs.run.launch import launch
from spark_jobs.run.session import open_session
from spark_jobs.run.tables import parquet_rows, spark_schema, table_path
from webdoc.arrow import Batches, from_batch, schema_of, to_batch
from webdoc.derived.facts import DocumentFacts
from webdoc.derived.search import Removed
from webdoc.exporters.images import IMAGES
from webdoc.permission.opt_outs import OptOuts
from webdoc.reasons import Reason
from webdoc.release.escaping import csv_cell
from webdoc.run_settings import ReleaseSettings, SparkSettings
from webdoc.settings import SettingsError, build, read_toml, setting

DIFF: Final = "removed.csv"
_DIFF_COLUMNS: Final = ("doc_id", "page_url", "what", "sha256", "image_url", "named_by")


@dataclass(frozen=True, slots=True)
class RemoveSettings:
    """What is taken out of which release."""

    release: str = ""  # folder of a release
    lists: tuple[str, ...] = ()  # as of permission.opt_out_lists
    out: str = ""  # folder that does not exist yet, or is empty
    diff: str = ""  # a file that is no part of the release; "": beside it, OUT.removed.csv
    exports: tuple[str, ...] = ()  # folders made by `interleaf export`, which are searched too
    distance: int = setting(
        0,
        "Bits in which a picture's perceptual hash may differ from a listed one, 0 to 16.",
        source="ours: somebody else's picture is not taken out because it looks alike",
    )
    files: ReleaseSettings = field(default_factory=ReleaseSettings)
    spark: SparkSettings = field(default_factory=SparkSettings)

    def __post_init__(self) -> None:
        if not 0 <= self.distance <= 16:
            raise ValueError(f"distance must be 0 to 16, got {self.distance}")

    @property
    def diff_file(self) -> str:
        """Where the diff is written."""
        return self.diff or f"{self.out.rstrip('/')}.{DIFF}"


class NothingNamedError(Exception):
    """The lists name nothing that the release holds."""

    exit_status = 3


@dataclass(frozen=True, slots=True)
class Named:
    """A page or a picture that a list names."""

    doc_id: str
    page_url: str
    what: str  # page or picture
    sha256: str  # of a picture; "" where its bytes were never seen
    image_url: str
    named_by: str  # url, domain, sha256, perceptual_hash; "same bytes" as a picture that is named


@dataclass(frozen=True, slots=True)
class Removal:
    """What came of it."""

    release: Derived
    pages: int  # named themselves
    pictures: int  # places where one that is named stood
    finds: tuple[Find, ...]  # what the search found, in the new release and in exports


def lists_of(settings: RemoveSettings) -> OptOuts:
    """Read the lists.

    Raises:
        SettingsError: there is none, one cannot be read, or it holds what cannot be an entry; the
            message names the places.
    """
    if not settings.lists:
        raise SettingsError("Say what to remove: --list FILE, an entry a line.")
    try:
        lists = OptOuts.load(settings.lists, settings.distance)
    except (ValueError, OSError) as error:
        raise SettingsError(
            f"{error}. An entry is an address, a host, 64 hex digits of SHA-256 or 16 of a"
            " perceptual hash."
        ) from error
    if lists.is_empty:
        raise SettingsError(f"{', '.join(settings.lists)}: the list is empty.")
    return lists


def run(spark: SparkSession, settings: RemoveSettings, lists: OptOuts) -> Removal:
    """Write the new release and the diff, and search what was written.

    Raises:
        SettingsError, RunFolderError: as of `derive`.
        NothingNamedError: nothing is named, so nothing was written.
    """
    check([settings.release], settings.out)
    facts = described(spark, [settings.release]).drop("source").persist()
    named = named_rows(spark, settings.release, facts, lists).persist()
    try:
        counts = {row["what"]: row["count"] for row in named.groupBy("what").count().collect()}
        if not counts:
            raise NothingNamedError(
                f"{settings.release} holds nothing that {', '.join(settings.lists)} names. Nothing"
                " was written."
            )
        release = derive(
            spark,
            [settings.release],
            settings.out,
            kept_documents(facts, named),
            Derivation(
                "interleaf remove",
                "Documents and pictures that a list of removals names were taken out.",
                Reason.DOCUMENT_REMOVED,
            ),
            settings.files,
            in_place=True,
        )
        write_diff(named, settings.diff_file)
        finds = find_again(spark, settings, facts, named, lists)
    finally:
        named.unpersist()
        facts.unpersist()
    return Removal(release, counts.get("page", 0), counts.get("picture", 0), tuple(finds))


def named_rows(spark: SparkSession, release: str, facts: DataFrame, lists: OptOuts) -> DataFrame:
    """Return every page and picture that the lists name, in every document that shows it.

    A picture that is named by its address is meant by its bytes: it goes wherever the same bytes
    stand, under whatever address.

    Args:
        spark: the session.
        release: folder.
        facts: DocumentFacts of its documents.
        lists: that name things.

    Returns:
        The fields of Named.
    """
    shared = spark.sparkContext.broadcast(lists)

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            documents: list[DocumentFacts] = from_batch(batch, DocumentFacts)
            found = [row for one in documents for row in named_in(one, shared.value)]
            yield to_batch(found, Named)

    narrow = facts.select(*schema_of(DocumentFacts).names)
    direct = narrow.mapInArrow(on_partition, spark_schema(Named)).persist()
    bodies = direct.where("what = 'picture' and sha256 != ''").select("sha256")
    if has_folder(release, IMAGES):
        bodies = bodies.unionByName(_named_bodies(spark, release, lists))
    shown = facts.select("doc_id", F.col("url").alias("page_url"), F.explode("pictures").alias("p"))
    everywhere = shown.select(
        "doc_id",
        "page_url",
        F.lit("picture").alias("what"),
        F.col("p.sha256").alias("sha256"),
        F.col("p.url").alias("image_url"),
    ).join(bodies.distinct(), "sha256", "left_semi")
    keys = ["doc_id", "what", "sha256", "image_url"]
    same = everywhere.withColumn("named_by", F.lit("same bytes")).join(direct, keys, "left_anti")
    return direct.unionByName(same).dropDuplicates(keys)


def named_in(document: DocumentFacts, lists: OptOuts) -> Iterator[Named]:
    """Yield a row for a page that lists name, and for each picture of it that they name."""
    decision = lists.decide_url(document.url)
    if not decision.allowed:
        yield Named(document.doc_id, document.url, "page", "", "", _kind(decision.source))
    for one in document.pictures:
        decision = lists.decide_url(one.url)
        if decision.allowed:
            decision = lists.decide_image(one.sha256, one.perceptual_hash)
        if not decision.allowed:
            yield Named(
                document.doc_id,
                document.url,
                "picture",
                one.sha256,
                one.url,
                _kind(decision.source),
            )


def _kind(source: str) -> str:
    return source.rpartition(": ")[2]


def _named_bodies(spark: SparkSession, release: str, lists: OptOuts) -> DataFrame:
    """Return the sha256 of stored pictures whose own address, or whose hash, lists name."""
    shared = spark.sparkContext.broadcast(lists)

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            pairs = zip(*(column.to_pylist() for column in batch.columns), strict=True)
            found = [
                digest
                for digest, url in pairs
                if not (shared.value.decide_url(url).allowed and _is_allowed(shared.value, digest))
            ]
            yield pa.RecordBatch.from_arrays([pa.array(found, pa.string())], names=["sha256"])

    path = table_path(release, IMAGES.folder)
    stored = parquet_rows(spark, path, spark_schema(IMAGES.record)).select("sha256", "url")
    return stored.mapInArrow(on_partition, "sha256 string")


def _is_allowed(lists: OptOuts, digest: str) -> bool:
    return lists.decide_image(digest).allowed


def kept_documents(facts: DataFrame, named: DataFrame) -> DataFrame:
    """Return doc_id and drops of each document that stays: not named, and a picture is left."""
    pages = named.where("what = 'page'").select("doc_id")
    name = F.when(F.col("sha256") != "", F.col("sha256")).otherwise(F.col("image_url"))
    drops = (
        named.where("what = 'picture'")
        .groupBy("doc_id")
        .agg(F.sort_array(F.collect_set(name)).alias("drops"))
    )
    rows = facts.join(pages, "doc_id", "left_anti").join(drops, "doc_id", "left")
    left = F.expr(
        "exists(pictures, p -> not array_contains(drops, p.sha256)"
        " and not array_contains(drops, p.url))"
    )
    return rows.where(F.col("drops").isNull() | left).select("doc_id", "drops")


def write_diff(named: DataFrame, path: str) -> None:
    """Write what was removed, and why, as CSV; no part of a release, for it names all of it."""
    rows = named.orderBy("doc_id", "what", "image_url", "sha256")
    with written_whole(path) as sink:
        sink.write((",".join(_DIFF_COLUMNS) + "\n").encode())
        for row in rows.toLocalIterator():
            line = ",".join(csv_cell(row[name]) for name in _DIFF_COLUMNS)
            sink.write((line + "\n").encode("utf-8", "replace"))


def find_again(
    spark: SparkSession,
    settings: RemoveSettings,
    facts: DataFrame,
    named: DataFrame,
    lists: OptOuts,
) -> list[Find]:
    """Search the new release and exports for what only the release before shows."""
    stays = described(spark, [settings.out]).select("doc_id", "pictures").persist()
    gone = facts.join(stays.select("doc_id"), "doc_id", "left_anti").select("doc_id", "url")
    before, after = (
        rows.select(F.explode("pictures").alias("p")).select("p.sha256", "p.url")
        for rows in (facts, stays)
    )
    pages = gone.collect()
    digests = before.select("sha256").subtract(after.select("sha256")).collect()
    urls = before.select("url").subtract(after.select("url")).collect()
    stays.unpersist()
    addresses = {row["url"] for row in [*pages, *urls]}
    names = {row["doc_id"] for row in pages} | {row["sha256"] for row in digests}
    pictures = named.where("what = 'picture'").select("sha256", "image_url").distinct().collect()
    addresses |= {row["image_url"] for row in pictures}
    names |= {row["sha256"] for row in pictures}
    shared = spark.sparkContext.broadcast((addresses, names, lists))
    folders = [settings.out, *settings.exports]
    return search(spark, folders, partial(_removed, shared))


def _removed(shared: object) -> Removed:
    addresses, names, lists = shared.value  # type: ignore[attr-defined]
    return Removed(addresses, names, lambda address: not lists.decide_url(address).allowed)


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = build(RemoveSettings, read_toml(settings_file))
    lists = lists_of(settings)
    check([settings.release], settings.out)
    with open_session("interleaf remove", settings.spark) as spark:
        run(spark, settings, lists)


if __name__ == "__main__":
    sys.exit(launch(main))
