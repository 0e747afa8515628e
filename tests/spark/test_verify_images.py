"""Whether what was fetched still holds: stored bytes, links; and the lists that name URLs."""

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from spark_jobs.fetch_images import FetchJobSettings, causes, run
from spark_jobs.sources.fetched_files import FETCH_BYTES
from spark_jobs.sources.url_lists import read_urls
from spark_jobs.verify_images import check_links, check_stored, link_outcomes, stored_outcomes
from tests.unit.bad_servers import fixed, http, png, serving
from webdoc.fetch.settings import FetchSettings
from webdoc.permission.signs import PermissionSettings
from webdoc.settings import SettingsError

FETCH = FetchSettings(
    contact="tests@example.org",
    allow_private=True,
    rate_per_host=1_000,
    max_redirects=0,
    retries=0,
    tasks=1,
)


def test_links_rot_and_stored_bytes_do_not(spark: SparkSession, tmp_path: Path) -> None:
    site = {f"/{name}": fixed(http(png(9, 9, name))) for name in ("red", "green", "blue", "black")}
    with serving(site) as server:
        urls = spark.createDataFrame([(server.url(path),) for path in site], "url string")
        run(spark, urls, FETCH, PermissionSettings(), str(tmp_path))
        assert [row[:2] for row in causes(spark, str(tmp_path))] == [("ok", 4)]
        site["/green"] = fixed(http(png(9, 9, "yellow")))
        del site["/blue"]
        check_links(spark, FetchJobSettings(out=str(tmp_path), fetch=FETCH))
    found = link_outcomes(spark, str(tmp_path))
    assert found == [("changed", "ok", 1), ("gone", "http_404", 1), ("same", "ok", 2)]
    check_stored(spark, str(tmp_path))
    assert stored_outcomes(spark, str(tmp_path)) == {"same": 4}
    (file,) = (tmp_path / FETCH_BYTES).rglob("*.parquet")
    file.unlink()
    check_stored(spark, str(tmp_path))
    assert stored_outcomes(spark, str(tmp_path)) == {"missing": 4}
    nobody = FetchJobSettings(out=str(tmp_path), fetch=replace(FETCH, contact=""))
    with pytest.raises(SettingsError, match="contact"):
        check_links(spark, nobody)


def test_lists_of_urls(spark: SparkSession, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("http://e.org/1\n\n# a remark\n  http://e.org/2 \n")
    (tmp_path / "b.csv").write_text('image,alt\nhttp://e.org/3,"two\nlines"\n')
    (tmp_path / "c.tsv").write_text("alt\timage\nx\thttp://e.org/4\n")
    (tmp_path / "d.jsonl").write_text('{"image": "http://e.org/5", "alt": 1}\n')
    pq.write_table(pa.table({"image": ["http://e.org/6"]}), tmp_path / "e.parquet")
    paths = [str(path) for path in sorted(tmp_path.iterdir())]
    found = [row["url"] for row in read_urls(spark, paths, "image").collect()]
    assert sorted(found) == [f"http://e.org/{number}" for number in range(1, 7)]
    with pytest.raises(SettingsError, match=r"'url' of .*e\.parquet"):
        read_urls(spark, [str(tmp_path / "e.parquet")], "url")
    with pytest.raises(SettingsError, match=r"none\.parquet"):
        read_urls(spark, [str(tmp_path / "none.parquet")], "url")
