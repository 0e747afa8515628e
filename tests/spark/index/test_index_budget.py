"""Eight executors together ask no more than the budget of one run: the server's log says so."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyspark
import pytest
import tomli_w

from interleaf.sample import sample_path
from tests.unit.index_tables import captures_in, write_index
from tests.unit.range_server import serving

ROOT = Path(__file__).resolve().parents[3]
RATE = 20.0  # a second
RUN = """
import sys
from pyspark.sql import SparkSession
from obelics_like.settings import load_settings
from spark_jobs import obelics_documents, obelics_select
from spark_jobs.run.obelics import prepare

builder = SparkSession.builder.master("local-cluster[8,1,600]").appName("eight executors")
for key, value in {
    "spark.executor.memory": "500m", "spark.driver.memory": "700m", "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "2",
}.items():
    builder = builder.config(key, value)
spark = builder.getOrCreate()
settings = load_settings(sys.argv[1])
prepare(settings)
obelics_select.run(spark, settings)
obelics_documents.run(spark, settings)
spark.stop()
"""


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_eight_executors_keep_one_budget(tmp_path: Path) -> None:
    web_folder = tmp_path / "web"
    (web_folder / "crawl-data").mkdir(parents=True)
    captures = captures_in(sample_path())
    for number in range(8):  # so that there is something to read for each
        name = f"crawl-data/{number}.warc.gz"
        shutil.copy(sample_path(), web_folder / name)
        write_index(captures, name, tmp_path / f"index{number}")
        for file in (tmp_path / f"index{number}").rglob("*.parquet"):
            place = web_folder / "index" / file.parent.parent.name / file.parent.name
            place.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, place / f"{number}.parquet")
    with serving(web_folder) as web:
        table = {
            "out": str(tmp_path / "out"),
            "archives": {"storage": {"paths_base": web.url}},
            "index": {
                "path": str(web_folder / "index"),
                "where": "url_path like '%e%'",
                "requests_per_second": RATE,
                "max_waste": 0.0,  # so that there are many requests
                "dense_share": 1.0,
                "part_bytes": 100_000,
            },
        }
        (tmp_path / "run.toml").write_text(tomli_w.dumps(table))
        done = subprocess.run(
            [sys.executable, "-c", RUN, str(tmp_path / "run.toml")],
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "SPARK_HOME": str(Path(pyspark.__file__).parent),
                "PYSPARK_PYTHON": sys.executable,
            },
            capture_output=True,
            text=True,
            timeout=500,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        times = sorted(one.at for one in web.log if one.path.endswith(".warc.gz"))
    assert len(times) > 100
    for span_s in (1, 3, 10):  # each of eight tasks may be just before its turn as a span begins
        most = max(sum(start <= at < start + span_s for at in times) for start in times)
        assert most <= RATE * span_s + 8
    print(f"{len(times)} requests in {times[-1] - times[0]:.1f} s")
