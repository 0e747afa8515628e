"""The fetch job: several tasks, one host each at a time, killed and gone on."""

import asyncio
import os
import random
import signal
from collections import Counter
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from py4j.protocol import Py4JJavaError
from pyspark.sql import DataFrame, SparkSession

from spark_jobs.fetch_images import run
from spark_jobs.run.tables import read_table
from spark_jobs.sources.fetched_files import FETCHED, FETCHED_IMAGES
from spark_jobs.sources.image_places import in_parquet
from tests.unit.bad_servers import Asked, Server, Writer, http, png, serving
from tests.unit.fetch_few import fetch_pictures
from webdoc.fetch.manifest import Fetched
from webdoc.fetch.settings import FetchSettings
from webdoc.permission.gate import PermissionGate
from webdoc.permission.signs import PermissionSettings
from webdoc.settings import SettingsError
from webdoc.tables.images import StoredPicture

HOSTS = [f"127.0.0.{number}" for number in range(1, 8)]
# Ten take a minute and a half: FETCH_KILLS=10 python -m pytest tests/spark/test_fetch_images.py
KILLS = int(os.environ.get("FETCH_KILLS", "3"))
PICTURES = 10 * max(1, KILLS // 3)  # of a host
SETTINGS = FetchSettings(
    contact="tests@example.org",
    allow_private=True,
    parallel_per_host=2,
    rate_per_host=50,
    tasks=3,
    retries=0,
    max_redirects=2,
    shard_rows=6,
    timeout_s=2,
)
PERMISSION = PermissionSettings()
OPEN = PermissionGate(PERMISSION)


async def site(asked: Asked, writer: Writer) -> None:
    """A picture under each path; /to/HOST/PATH moves there; /same is one picture everywhere."""
    await asyncio.sleep(0.01)
    _, first, *rest = asked.path.split("/")
    if first == "to":
        port = writer.get_extra_info("sockname")[1]
        target = f"http://{rest[0]}:{port}/{'/'.join(rest[1:])}"
        writer.write(http(b"", f"Location: {target}\r\n", "302 Found"))
    elif first == "missing":
        writer.write(http(b"", status="404 Not Found"))
    else:
        writer.write(http(picture(asked.host, asked.path)))


def picture(host: str, path: str) -> bytes:
    name = "same" if path == "/same" else host + path
    return png(4, 4, f"#{sha256(name.encode()).hexdigest()[:6]}")


def table_of(spark: SparkSession, urls: list[str]) -> DataFrame:
    return spark.createDataFrame([(url,) for url in urls], "url string").repartition(2)


def manifest(spark: SparkSession, out: Path) -> dict[str, Fetched]:
    rows = read_table(spark, f"{out}/{FETCHED}", Fetched).collect()
    found = {row["url"]: Fetched(**row.asDict()) for row in rows}
    assert len(found) == len(rows)
    return found


def test_each_url_once_each_host_gently_each_picture_stored(
    spark: SparkSession, tmp_path: Path
) -> None:
    with serving({"*": site}) as server:
        expected = expectations(server)
        run(spark, table_of(spark, [*expected, *expected]), SETTINGS, PERMISSION, str(tmp_path))
    found = manifest(spark, tmp_path)
    assert {url: row.cause for url, row in found.items()} == expected
    politely(server)
    times = Counter((asked.host, asked.path) for asked in server.log)
    again = [place for place, count in times.items() if count > 1 and place[1] != "/robots.txt"]
    assert again == []
    images = (
        read_table(spark, f"{tmp_path}/{FETCHED_IMAGES}", StoredPicture).select("place.*").collect()
    )
    stored = {
        row["sha256"]: body
        for row in images
        for _, body in in_parquet(str(tmp_path / row["path"]), [row["position"]])
    }
    assert len(stored) == len(images)
    assert stored.keys() == {row.facts.sha256 for row in found.values() if row.cause == "ok"}
    assert all(sha256(body).hexdigest() == digest for digest, body in stored.items())
    far = found[server.url("/to/127.0.0.3/to/127.0.0.5/deep")]
    assert far.final_url == server.url("/deep", "127.0.0.5")
    assert stored[far.facts.sha256] == picture("127.0.0.5", "/deep")


def expectations(server: Server) -> dict[str, str]:
    """Return URLs and the cause that each must have."""
    pictures = {server.url(f"/{n}", host): "ok" for host in HOSTS for n in range(PICTURES)}
    same = {server.url("/same", host): "ok" for host in HOSTS}
    return pictures | same | {
        server.url("/1#fragment"): "ok",
        server.url("/missing/1"): "http_404",
        server.url("/to/127.0.0.2/7"): "ok",  # which somebody else's task asks for as well
        server.url("/to/127.0.0.3/to/127.0.0.5/deep"): "ok",
        server.url("/to/127.0.0.3/to/127.0.0.5/to/127.0.0.6/deeper"): "too_many_redirects",
        server.url("/to/127.0.0.4/missing/2"): "http_404",
        "no url": "bad_url",
        "http://": "bad_url",
    }  # fmt: skip


def politely(server: Server) -> None:
    """Hold the server's own log against the settings."""
    assert max(server.most_at_once.values()) <= SETTINGS.parallel_per_host
    for host in HOSTS:
        began = sorted(asked.began for asked in server.log if asked.host == host)
        for start, moment in enumerate(began):
            within = sum(moment <= other < moment + 0.5 for other in began[start:])
            assert within <= 0.5 * SETTINGS.rate_per_host + SETTINGS.parallel_per_host + 1


def kill_workers() -> None:
    """Kill every Python process that works for the Spark of this process, without warning.

    Not the daemon that they are forked from: a new one would load torch again.
    """
    parents: dict[int, int] = {}
    forked = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            words = (entry / "cmdline").read_bytes()
            status = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        parents[int(entry.name)] = int(status[1])
        if b"\0-m\0spark_jobs.workers.daemon\0" in words:  # Java names it too
            forked.append(int(entry.name))
    for pid in forked:
        if parents[pid] not in forked:  # the daemon
            continue
        above = pid
        while above > 1 and above != os.getpid():
            above = parents.get(above, 0)
        if above == os.getpid():
            os.kill(pid, signal.SIGKILL)


def until_workers_are_new(spark: SparkSession) -> None:
    """Spark keeps killed workers for the next task, which then fails."""
    for _ in range(20):
        try:
            spark.sparkContext.parallelize(range(4), 4).map(str).count()
        except Py4JJavaError:
            continue
        return


@pytest.mark.slow
def test_killed_at_random_moments_it_goes_on_where_it_was(
    spark: SparkSession, tmp_path: Path
) -> None:
    chance = random.Random(4)
    out = tmp_path / "killed"
    kill_at: list[int] = []

    async def deadly(asked: Asked, writer: Writer) -> None:
        if kill_at and len(server.log) >= kill_at[0]:
            kill_at.clear()
            kill_workers()
        await site(asked, writer)

    with serving({"*": deadly}) as server:
        expected = expectations(server)
        urls = list(expected)
        safe_at: list[tuple[int, set[str]]] = []
        for _ in range(KILLS):
            kill_at.append(len(server.log) + chance.randrange(20, 45))
            with pytest.raises(Py4JJavaError):
                run(spark, table_of(spark, urls), SETTINGS, PERMISSION, str(out))
            until_workers_are_new(spark)
            safe_at.append((len(server.log), rows_on_disk(spark, out)))
        run(spark, table_of(spark, urls), SETTINGS, PERMISSION, str(out))
        politely(server)
        log = list(server.log)
        calm = fetch_pictures(urls, replace(SETTINGS, rate_per_host=1_000), OPEN)
    assert safe_at[-1][1], "the kills came before anything was written"
    assert facts(manifest(spark, out)) == facts({url: calm[url].row for url in urls})
    for length, safe in safe_at:
        asked = {server.url(each.path, each.host) for each in log[length:]}
        assert not asked & safe, "a URL was asked again after its row was written"


def rows_on_disk(spark: SparkSession, out: Path) -> set[str]:
    reader = spark.read.option("pathGlobFilter", "*.parquet")
    rows = reader.schema("url string").parquet(f"{out}/tables/fetch/rows").collect()
    return {row["url"] for row in rows}


def facts(found: dict[str, Fetched]) -> dict[str, tuple[object, ...]]:
    """Leave out when and how often a URL was asked, and in which file its picture lies."""
    return {
        url: (
            row.cause,
            row.final_url,
            row.http_status,
            row.facts.sha256,
            row.facts.size_bytes,
            row.facts.width_px,
        )
        for url, row in found.items()
    }


def test_nobody_to_contact_means_no_fetch(spark: SparkSession, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="contact"):
        run(spark, table_of(spark, []), FetchSettings(), PERMISSION, str(tmp_path))
