"""Components of a graph are found though an executor dies between two rounds."""

import os
import subprocess
import sys
from pathlib import Path

import pyspark
import pytest

ROOT = Path(__file__).resolve().parents[3]
LOST = """
import logging, os, signal, sys
from itertools import pairwise
from pathlib import Path
from pyspark.sql import SparkSession
from spark_jobs.duplicates import components

folder = sys.argv[1]
builder = SparkSession.builder.master("local-cluster[2,1,700]").appName("lost executor")
for key, value in {
    "spark.executor.memory": "600m", "spark.driver.memory": "600m", "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "2", "spark.sql.adaptive.enabled": "false",
}.items():
    builder = builder.config(key, value)
spark = builder.getOrCreate()
nodes = [f"{i:04x}" for i in range(300)]
killed = []

def kill_one():
    for entry in sorted(Path("/proc").iterdir()):
        if not entry.name.isdigit():
            continue
        try:
            command = (entry / "cmdline").read_bytes()
            session = (entry / "stat").read_text().rpartition(")")[2].split()[3]
        except OSError:
            continue
        is_java = command.partition(b"\\0")[0].endswith(b"java")  # and not this program itself
        is_executor = is_java and b"CoarseGrainedExecutorBackend" in command
        if is_executor and int(session) == os.getsid(0):
            os.kill(int(entry.name), signal.SIGKILL)
            return killed.append(entry.name)

class Rounds(logging.Handler):
    def emit(self, record):
        if record.args[0] == 2 and not killed:
            kill_one()

log = logging.getLogger("spark_jobs.duplicates.components")
log.addHandler(Rounds())
log.setLevel(logging.INFO)
edges = spark.createDataFrame(list(pairwise(nodes)), "a string, b string")
with components.settled_in(spark, folder):
    rows = components.connected_components(edges).collect()
assert killed, "no executor was found"
assert {row["node"]: row["component"] for row in rows} == dict.fromkeys(nodes, "0000")
assert not Path(folder).exists()
"""


@pytest.mark.soak
def test_components_survive_a_lost_executor(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOST, str(tmp_path / "settled")],
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "SPARK_HOME": str(Path(pyspark.__file__).parent),
            "PYSPARK_PYTHON": sys.executable,
        },
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
        start_new_session=True,  # so that no other test's executor is taken for one of ours
    )
    assert done.returncode == 0, done.stderr[-3000:]
