"""A run killed at any moment and resumed gives what an undisturbed one gives."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from interleaf.sample import sample_path
from tests.spark.conftest import READING

# A kill comes up to two seconds after one of these is there: in the midst of the next job.
MOMENTS = ("tables/run.json", "tables/records/_SUCCESS", "tables/signatures/_SUCCESS")
WAIT_S = 120


def start(out: Path, *flags: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "interleaf", "obelics", str(sample_path()), "--out", str(out)]
    options = ("--set", f"archives.split_bytes={READING['split_bytes']}", "--master", "local[2]")
    return subprocess.Popen(
        [*command, *options, *flags],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # so that Java dies with it
    )


def killed_after(moment: Path, process: subprocess.Popen[bytes], delay_s: float) -> None:
    end = time.monotonic() + WAIT_S
    while not moment.exists() and process.poll() is None and time.monotonic() < end:
        time.sleep(0.05)
    time.sleep(delay_s)
    assert process.poll() is None, f"ended before it could be killed after {moment.name}"
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


@pytest.mark.slow
def test_killed_and_resumed_equals_undisturbed(
    sample_run: Callable[[], Path], tmp_path: Path
) -> None:
    out, chance = tmp_path / "killed", random.Random(7)
    for number, moment in enumerate(MOMENTS):
        process = start(out, *(["--resume"] if number else []))
        killed_after(out / moment, process, chance.uniform(0, 2))
    last = start(out, "--resume")
    output, _ = last.communicate(timeout=250)
    assert last.returncode == 0, output.decode()[-3000:]
    sums = (sample_run() / "SHA256SUMS").read_text()
    assert (out / "SHA256SUMS").read_text() == sums
    assert not list(out.rglob("*.part"))


def busy_workers_of(session: int) -> list[int]:
    """Return the Python workers of a run that read pages.

    Java starts a daemon, the daemon its workers, and each worker that reads pages a process for
    them. To kill that process alone is what a page does; Spark would hear nothing of it. The
    command line of Java names the daemon too, as a setting.
    """
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            command = (entry / "cmdline").read_bytes()
            parent, _, of_session = (entry / "stat").read_text().rpartition(")")[2].split()[1:4]
        except OSError:
            continue
        if int(of_session) == session and b"-m\0spark_jobs.workers.daemon" in command:
            parents[int(entry.name)] = int(parent)
    return sorted({parent for parent in parents.values() if parents.get(parent) in parents})


@pytest.mark.soak  # a small job with a killed worker is in tests/spark/failures
@pytest.mark.slow
def test_a_run_whose_worker_is_killed_goes_on(
    sample_run: Callable[[], Path], tmp_path: Path
) -> None:
    """As by a container without memory: one Python worker dies while it writes, nothing else."""
    out = tmp_path / "killed"
    process = start(out)
    end = time.monotonic() + WAIT_S
    while not list(out.glob("tables/records/**/*.part")) and time.monotonic() < end:
        assert process.poll() is None, "ended before it wrote anything"
        time.sleep(0.02)
    victims = busy_workers_of(process.pid)
    assert victims
    os.kill(victims[0], signal.SIGKILL)
    output, _ = process.communicate(timeout=280)
    assert process.returncode == 0, output.decode()[-3000:]
    assert (out / "SHA256SUMS").read_text() == (sample_run() / "SHA256SUMS").read_text()
    assert not list(out.rglob("*.part"))
    assert "incubator modules" not in output.decode()
    log = [json.loads(line) for line in (out / "tables" / "log.jsonl").read_text().splitlines()]
    assert sum(line.get("failed_tasks", 0) for line in log) >= 1
    assert log[-1]["event"] == "run ended"
