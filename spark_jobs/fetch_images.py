"""URLS -> FETCHED and the pictures themselves, politely, each URL once.

spark-submit spark_jobs/fetch_images.py SETTINGS.toml

All URLs of a registered domain are one task's, so no two tasks ever speak to one host. A redirect
that leads elsewhere waits for the next round, in which its target is some task's own. Whatever a
task has written stays: a killed run goes on with the URLs that have no row yet, and failures are
tried again where their cause may have passed.
"""

import asyncio
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import ceil, log2

import fsspec
import pyarrow as pa
from pyspark import TaskContext
from pyspark.sql import Column, DataFrame, SparkSession, Window
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it
from pyspark.sql.types import IntegerType

from spark_jobs.run.launch import launch
from spark_jobs.run.session import open_session
from spark_jobs.run.tables import for_fsspec, read_table, spark_schema, table_path, write_table
from spark_jobs.sources.fetched_files import (
    FETCH_ROWS,
    FETCHED,
    FETCHED_IMAGES,
    Shards,
    asked_in,
    clear_unfinished,
)
from spark_jobs.sources.url_lists import read_urls
from webdoc.arrow import Batches, map_records, schema_of, to_batch
from webdoc.fetch.crawl import fetch_all
from webdoc.fetch.job import address_of, asked_host
from webdoc.fetch.manifest import Cause, Fetched, at_end_of_redirects
from webdoc.fetch.retry import WORTH_ANOTHER_RUN
from webdoc.fetch.settings import FetchSettings, share_of
from webdoc.internal_errors import ErrorSettings
from webdoc.page.read_capture import calm_collector
from webdoc.permission.gate import PermissionGate
from webdoc.permission.signs import PermissionSettings
from webdoc.run_settings import SparkSettings
from webdoc.settings import SettingsError, build, read_toml
from webdoc.tables.images import PARQUET
from webdoc.url_keys import registered_domain

_WANTED = "tables/fetch/wanted"


@dataclass(frozen=True, slots=True)
class FetchJobSettings:
    """Everything that a fetch alone depends on."""

    inputs: tuple[str, ...] = ()  # lists of URLs, or tables with a column of them
    column: str = "url"  # of the tables
    out: str = ""
    fetch: FetchSettings = field(default_factory=FetchSettings)
    permission: PermissionSettings = field(default_factory=PermissionSettings)
    errors: ErrorSettings = field(default_factory=ErrorSettings)
    spark: SparkSettings = field(default_factory=SparkSettings)


@dataclass(frozen=True, slots=True)
class WantedUrl:
    """A URL as it was given, and what is asked for in its name."""

    url: str
    address: str
    domain: str  # registered


@dataclass(frozen=True, slots=True)
class _Ended:
    """A wanted URL beside the last row of its redirects."""

    url: str
    hops: int
    end: Fetched | None


@dataclass(frozen=True, slots=True)
class _Count:
    asked: int


def run(  # noqa: PLR0913, PLR0917 - what a fetch depends on
    spark: SparkSession,
    urls: DataFrame,
    settings: FetchSettings,
    permission: PermissionSettings,
    out: str,
    keep_bytes: bool = True,
    errors: ErrorSettings | None = None,
) -> None:
    """Fetch what has no row yet, then write FETCHED and FETCHED_IMAGES.

    Args:
        spark: the session; it must not speculate, or two tasks would speak to one host.
        urls: a column `url`; doubles do no harm.
        settings: limits of the fetch.
        permission: which signs bind.
        out: folder of the run; only one run may write there at a time.
        errors: what a mistake of ours on one URL does; None makes a row of it.
        keep_bytes: False only looks: the manifest has hashes, and no picture is stored.

    Raises:
        SettingsError: nobody to contact, or speculation is on.
    """
    _check(spark, settings)
    clear_unfinished(out)
    distinct = urls.select("url").where("url is not null").distinct()
    write_table(_wanted(distinct), table_path(out, _WANTED))
    wanted = spark.read.schema(spark_schema(WantedUrl)).parquet(table_path(out, _WANTED))
    number = _runs_before(out) + 1
    for rounds in range(settings.max_redirects + 2):
        if not _round(spark, wanted, settings, permission, out, number, rounds, keep_bytes, errors):
            break
    known = _known(spark, out)
    write_table(_manifest(wanted, known, settings), table_path(out, FETCHED))
    write_table(_images(known), table_path(out, FETCHED_IMAGES))


def check_contact(settings: FetchSettings) -> None:
    """Refuse to ask anybody in nobody's name.

    Raises:
        SettingsError: no contact is given.
    """
    if not settings.contact.strip():
        raise SettingsError(
            "fetch.contact is empty. Give an address or page where the owner of a site reaches "
            "you, e.g. --set fetch.contact=https://example.org/our-crawler"
        )


def _check(spark: SparkSession, settings: FetchSettings) -> None:
    check_contact(settings)
    if spark.conf.get("spark.speculation", "false") == "true":
        raise SettingsError(
            "spark.speculation is on: two copies of a task would speak to one host. Turn it off."
        )


def _wanted(urls: DataFrame) -> DataFrame:
    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield to_batch([_wanted_url(url) for url in batch.column(0).to_pylist()], WantedUrl)

    return urls.mapInArrow(on_partition, spark_schema(WantedUrl))


def _wanted_url(url: str) -> WantedUrl:
    # What cannot be asked for keeps its own name, and gets a row that says so.
    address = address_of(url) or url
    return WantedUrl(url, address, registered_domain(asked_host(address)))


def _runs_before(out: str) -> int:
    filesystem, inner = fsspec.url_to_fs(for_fsspec(table_path(out, FETCH_ROWS)))
    folders = filesystem.glob(f"{inner}/run=*")
    return max((int(str(path).rstrip("/").rpartition("=")[2]) for path in folders), default=0)


def _known(spark: SparkSession, out: str) -> DataFrame:
    """Return the best row of each URL that was ever asked, with the number of its run."""
    schema = spark_schema(Fetched).add("run", IntegerType())
    if not _runs_before(out):
        return spark.createDataFrame([], schema)
    reader = spark.read.schema(schema).option("pathGlobFilter", "*.parquet")
    rows = reader.parquet(table_path(out, FETCH_ROWS))
    cause = F.col("cause")
    rank = F.when(cause == Cause.OK.value, 0).when(_may_pass(), 2).otherwise(1)
    best = Window.partitionBy("url").orderBy(rank, F.desc("run"), "bytes_file", "bytes_row", "time")
    return rows.withColumn("_place", F.row_number().over(best)).where("_place = 1").drop("_place")


def _may_pass() -> Column:
    return F.col("cause").isin([str(cause) for cause in WORTH_ANOTHER_RUN])


def _ends(addresses: DataFrame, known: DataFrame, settings: FetchSettings) -> DataFrame:
    """Return url, end, hops: where the redirects of each address lead, as far as is known."""
    moved = known.where(F.col("cause") == Cause.MOVED.value)
    moves = moved.select("url", F.col("redirect_url").alias("end"), F.lit(1).alias("hops"))
    for _ in range(ceil(log2(settings.max_redirects + 1))):  # each doubles the length looked at
        onward = moves.select(
            F.col("url").alias("end"), F.col("end").alias("onward"), F.col("hops").alias("more")
        )
        moves = moves.join(onward, "end", "left").select(
            "url",
            F.coalesce("onward", "end").alias("end"),
            (F.col("hops") + F.coalesce("more", F.lit(0))).alias("hops"),
        )
    return addresses.join(moves, "url", "left").select(
        "url", F.coalesce("end", "url").alias("end"), F.coalesce("hops", F.lit(0)).alias("hops")
    )


def _frontier(
    wanted: DataFrame, known: DataFrame, settings: FetchSettings, number: int
) -> DataFrame:
    """Return the URLs that this run has still to ask."""
    addresses = wanted.select(F.col("address").alias("url")).distinct()
    ends = _ends(addresses, known, settings).where(F.col("hops") <= settings.max_redirects)
    settled = known.where(~_may_pass() | (F.col("run") == number)).select("url")
    return ends.select(F.col("end").alias("url")).distinct().join(settled, "url", "left_anti")


def _round(  # noqa: PLR0913, PLR0917 - as run
    spark: SparkSession,
    wanted: DataFrame,
    settings: FetchSettings,
    permission: PermissionSettings,
    out: str,
    number: int,
    rounds: int,
    keep_bytes: bool,
    errors: ErrorSettings | None,
) -> int:
    """Ask what is to be asked now; return how many URLs that were."""
    tasks = settings.tasks or spark.sparkContext.defaultParallelism
    tasks = min(tasks, settings.run_parallel)
    share = share_of(settings, tasks)
    folder = f"run={number:06d}"

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        context = TaskContext.get()
        assert context is not None
        calm_collector()  # requests make many objects and hardly a cycle
        name = f"round-{rounds:03d}-part-{context.partitionId():06d}"
        skipped = asked_in(out, folder, name)  # by an earlier attempt, of task or stage
        urls = (url for batch in batches for url in batch.column(0).to_pylist())
        new = (url for url in urls if url not in skipped)
        with Shards(out, folder, name, share, keep_bytes=keep_bytes) as shards:
            gate = PermissionGate(permission)
            asked = asyncio.run(fetch_into(shards, new, share, gate, errors))
        yield to_batch([_Count(asked)], _Count)

    frontier = _wanted(_frontier(wanted, _known(spark, out), settings, number))
    # By domain, so that a host has one task; mixed, so that a task has many hosts at a time.
    dealt = frontier.select("url", "domain").repartition(tasks, "domain")
    mixed = dealt.sortWithinPartitions(F.xxhash64("url"))
    counts = mixed.mapInArrow(on_partition, spark_schema(_Count))
    return int(counts.agg(F.coalesce(F.sum("asked"), F.lit(0))).first()[0])  # type: ignore[index]


async def fetch_into(
    shards: Shards,
    urls: Iterable[str],
    settings: FetchSettings,
    gate: PermissionGate,
    errors: ErrorSettings | None = None,
) -> int:
    """Fetch URLs and hand each answer to the shards; nothing else waits while they write."""
    asked = 0
    async for answer in fetch_all(urls, settings, gate, errors=errors):
        asked += 1
        if shards.add(answer):
            await asyncio.to_thread(shards.write)
    return asked


def _manifest(wanted: DataFrame, known: DataFrame, settings: FetchSettings) -> DataFrame:
    """Return FETCHED: each wanted URL once, with what the end of its redirects gave."""
    addresses = wanted.select(F.col("address").alias("url")).distinct()
    ends = _ends(addresses, known, settings).withColumnRenamed("url", "address")
    rows = known.select(F.col("url").alias("end"), F.struct(*schema_of(Fetched).names).alias("row"))
    joined = wanted.join(ends, "address").join(rows, "end", "left")
    pairs = joined.select("url", F.col("hops").cast("long"), F.col("row").alias("end"))
    most = settings.max_redirects

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        def step(ended: _Ended) -> Fetched:
            return at_end_of_redirects(ended.url, ended.end, ended.hops, most)

        return map_records(batches, step, _Ended, Fetched)

    return pairs.to(spark_schema(_Ended)).mapInArrow(on_partition, spark_schema(Fetched))


def _images(known: DataFrame) -> DataFrame:
    """Return FETCHED_IMAGES: of several places that hold one picture, the first by name."""
    stored = known.where((F.col("cause") == Cause.OK.value) & (F.col("bytes_file") != ""))
    first = Window.partitionBy("facts.sha256").orderBy("bytes_file", "bytes_row", "url")
    chosen = stored.withColumn("_place", F.row_number().over(first)).where("_place = 1")
    place = {
        "sha256": F.col("facts.sha256"),
        "kind": F.lit(PARQUET),
        "path": F.col("bytes_file"),
        "position": F.col("bytes_row"),
        "length": F.lit(0).cast("long"),
        "name": F.col("bytes_file"),
        "url": F.col("url"),
        "capture_time": F.col("time"),
        "permission_reason": F.col("permission_reason"),
        "permission_source": F.col("permission_source"),
    }
    place_struct = F.struct(*(value.alias(name) for name, value in place.items()))
    return chosen.select("facts", place_struct.alias("place"))


def causes(spark: SparkSession, out: str) -> list[tuple[str, int, int]]:
    """Return how FETCHED ended: cause, URLs, bytes; by cause."""
    rows = read_table(spark, table_path(out, FETCHED), Fetched).groupBy("cause")
    counts = rows.agg(F.count("*").alias("urls"), F.sum("facts.size_bytes").alias("bytes"))
    return [(row["cause"], row["urls"], row["bytes"]) for row in counts.orderBy("cause").collect()]


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = build(FetchJobSettings, read_toml(settings_file))
    fetch(settings)


def fetch(settings: FetchJobSettings) -> None:
    """Fetch what the inputs name.

    Raises:
        SettingsError: no input, no folder, nobody to contact, or no such column.
    """
    check_contact(settings.fetch)
    if not settings.inputs or not settings.out:
        raise SettingsError("Give lists or tables of URLs (inputs) and a folder for them (out).")
    with open_session("fetch_images", settings.spark) as spark:
        urls = read_urls(spark, settings.inputs, settings.column)
        run(
            *(spark, urls, settings.fetch, settings.permission, settings.out),
            errors=settings.errors,
        )


if __name__ == "__main__":
    sys.exit(launch(main))
