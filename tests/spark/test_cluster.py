"""A standalone master with two workers gives, by spark-submit, the release of a laptop."""

import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyspark
import pytest
import tomli_w

from interleaf.sample import sample_path
from tests.spark.conftest import READING

SPARK_HOME = Path(pyspark.__file__).parent
JOBS = Path(__file__).resolve().parents[2] / "spark_jobs"
START_S = 60
# Tables in several parts, plans that Spark mends, and expressions that it compiles.
AS_IF_LARGE = (
    "--conf", "spark.interleaf.oneTask=false", "--conf", "spark.sql.adaptive.enabled=true",
    "--conf", "spark.sql.codegen.factoryMode=FALLBACK",
)  # fmt: skip

pytestmark = pytest.mark.spark


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment() -> dict[str, str]:
    return {
        **{k: v for k, v in os.environ.items() if not k.startswith(("PYSPARK", "SPARK"))},
        "SPARK_HOME": str(SPARK_HOME),
        "PYSPARK_PYTHON": sys.executable,
        "SPARK_LOCAL_IP": "127.0.0.1",
    }


def started(log: Path, name: str, *arguments: str) -> subprocess.Popen[bytes]:
    with log.open("wb") as out:
        command = [str(SPARK_HOME / "bin" / "spark-class"), f"org.apache.spark.deploy.{name}"]
        return subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--webui-port", "0", *arguments],
            env=environment(),
            stdout=out,
            stderr=subprocess.STDOUT,
        )


def wait_for(log: Path, words: str, times: int = 1) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        if len(re.findall(words, log.read_text(errors="replace"))) >= times:
            return
        time.sleep(0.2)
    pytest.fail(f"{log.name} never said {words!r}:\n{log.read_text(errors='replace')[-2000:]}")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the cluster writes its logs, and its executors work."""
    return tmp_path_factory.mktemp("cluster")


@pytest.fixture(scope="module")
def master(folder: Path) -> Iterator[str]:
    port = free_port()
    url = f"spark://127.0.0.1:{port}"
    processes = [started(folder / "master.log", "master.Master", "--port", str(port))]
    try:
        wait_for(folder / "master.log", "Bound MasterWebUI|I have been elected leader")
        for number in (1, 2):
            options = ("--cores", "1", "--memory", "1g", "--work-dir", str(folder / f"w{number}"))
            processes.append(
                started(folder / f"worker{number}.log", "worker.Worker", *options, url)
            )
        wait_for(folder / "master.log", "Registering worker", times=2)
        yield url
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(timeout=30)


def settings_file(folder: Path, out: str) -> Path:
    table = {
        "inputs": [str(sample_path())],
        "out": str(folder / out),
        "archives": READING,
    }
    path = folder / f"{out}.toml"
    path.write_text(tomli_w.dumps(table))
    return path


def submitted(
    master: str,
    settings: Path,
    job: str = "obelics.py",
    *more: str,
    python: str = sys.executable,
    timeout_s: int = 280,
) -> subprocess.CompletedProcess[str]:
    options = ["--master", master, "--driver-memory", "1g", "--executor-memory", "700m"]
    options += ["--conf", "spark.sql.shuffle.partitions=4", "--conf", "spark.ui.enabled=false"]
    options += ["--conf", "spark.driver.host=127.0.0.1"]
    return subprocess.run(
        [str(SPARK_HOME / "bin" / "spark-submit"), *options, *more, str(JOBS / job), str(settings)],
        env={
            **environment(),
            "PYSPARK_PYTHON": python,
            "PYSPARK_DRIVER_PYTHON": sys.executable,
        },
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )


def test_spark_submit_gives_the_release_of_a_laptop(
    master: str, sample_run: Callable[[], Path], tmp_path: Path
) -> None:
    cluster = submitted(master, settings_file(tmp_path, "cluster"), "obelics.py", *AS_IF_LARGE)
    assert cluster.returncode == 0, cluster.stderr[-3000:]
    sums = (tmp_path / "cluster" / "SHA256SUMS").read_text()
    assert "data/train-00000-of-00001.parquet" in sums
    assert sums == (sample_run() / "SHA256SUMS").read_text()


def executors_in(folder: Path) -> list[int]:
    """Return the executors that work below a folder."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            here = (entry / "cwd").readlink().is_relative_to(folder)
            if here and b"CoarseGrainedExecutorBackend" in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except (OSError, ValueError):
            continue
    return sorted(found)


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_killed_executors_are_no_loss(
    master: str, folder: Path, sample_run: Callable[[], Path], tmp_path: Path
) -> None:
    """One dies while records are read, one while documents are compared, one while all is written.

    The master starts another one for each, and what was only in the dead one is made again.
    """
    chance, out, killed = random.Random(3), tmp_path / "killed", []
    moments = ("tables/run.json", "tables/records/_SUCCESS", "tables/signatures/_SUCCESS")

    def kill() -> None:
        for moment in moments:
            while not (out / moment).exists() or not executors_in(folder):
                time.sleep(0.05)
            time.sleep(chance.uniform(0, 1))
            victim = chance.choice(executors_in(folder))
            os.kill(victim, signal.SIGKILL)
            killed.append((moment, victim))

    threading.Thread(target=kill, daemon=True).start()
    cluster = submitted(master, settings_file(tmp_path, "killed"), timeout_s=800)
    assert cluster.returncode == 0, cluster.stderr[-3000:]
    assert len(killed) == len(moments)
    assert (out / "SHA256SUMS").read_text() == (sample_run() / "SHA256SUMS").read_text()
    assert not list(out.rglob("*.part"))


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_workers_need_nothing_but_the_archive(
    master: str, sample_run: Callable[[], Path], tmp_path: Path
) -> None:
    """The Python of `make env` sees no packages but its own, and gives the release of a laptop."""
    archive = tmp_path / "interleaf-env.tar.gz"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(
        ["sh", str(JOBS.parent / "scripts" / "build_env.sh"), str(archive)],
        env={**os.environ, "PATH": path},
        check=True,
        timeout=600,
    )
    python = "./environment/bin/python"
    settings = settings_file(tmp_path, "archive")
    cluster = submitted(
        master, settings, "obelics.py", "--archives", f"{archive}#environment", python=python
    )
    assert cluster.returncode == 0, cluster.stderr[-3000:]
    sums = (tmp_path / "archive" / "SHA256SUMS").read_text()
    assert sums == (sample_run() / "SHA256SUMS").read_text()


@pytest.mark.parametrize("job", ["obelics.py", "obelics_documents.py"])
def test_a_wrong_setting_ends_with_its_name_and_status_2(job: str, tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text("[documents]\nmin_imags = 1\n")
    done = submitted("local[1]", bad, job)
    assert done.returncode != 0
    said = done.stdout + done.stderr  # spark-submit hands our stderr on as its stdout
    assert "unknown setting documents.min_imags: did you mean min_images?" in said
    assert "Traceback" not in said
