"""A driver, JVM or Python worker killed at any moment: resumed, the run gives the same bytes."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from interleaf.sample import sample_path

pytestmark = [pytest.mark.soak, pytest.mark.timeout(7_200)]
SPLITS = "split_bytes=262144"  # the sample is small: so there are several tasks
COMMANDS = {
    "obelics": ["obelics", str(sample_path()), "--set", f"archives.{SPLITS}"],
    "mmc4": [
        *("mmc4", "--texts", str(sample_path("drawn.jsonl"))),
        *("--pages", str(sample_path("drawn.warc.gz"))),
        *("--model", f"local-dir:{sample_path('drawn_clip')}", "--set", f"archives.{SPLITS}"),
    ],
}
MOMENTS = 10  # of each path
WAIT_S = 1_200


def start(command: list[str], out: Path, *flags: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "interleaf", *command, "--out", str(out), *flags],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def of_session(session: int) -> dict[str, list[int]]:
    """Return the processes of a run: driver, JVM, Python workers."""
    found: dict[str, list[int]] = {"driver": [], "jvm": [], "worker": []}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            stat = (entry / "stat").read_text().rpartition(")")[2].split()
            command = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if int(stat[3]) != session or stat[0] == "Z":
            continue
        name = Path(command[0].decode("utf-8", "replace")).name
        if entry.name == str(session):
            found["driver"].append(int(entry.name))
        elif name == "java":
            found["jvm"].append(int(entry.name))
        elif any(b"daemon" in word for word in command):
            found["worker"].append(int(entry.name))
    return found


def end(process: subprocess.Popen[bytes]) -> str:
    """Wait for a run, then make sure that nothing of it is left; return what it said."""
    _, said = process.communicate(timeout=WAIT_S)
    for pids in of_session(process.pid).values():
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
    return said.decode()[-3_000:]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc to find processes in")
@pytest.mark.parametrize("path", COMMANDS)
def test_killed_and_resumed_equals_undisturbed(path: str, tmp_path: Path) -> None:
    chance = random.Random(17)
    began = time.monotonic()
    whole = start(COMMANDS[path], tmp_path / "whole")
    said = end(whole)
    assert whole.returncode in (0, 3), said
    length_s = time.monotonic() - began
    sums = (tmp_path / "whole" / "SHA256SUMS").read_text()

    out, killed = tmp_path / "killed", []
    for number in range(MOMENTS):
        process = start(COMMANDS[path], out, *(["--resume"] if out.exists() else []))
        time.sleep(chance.uniform(0, length_s / 2))
        what = chance.choice(("driver", "jvm", "worker"))
        pids = of_session(process.pid)[what]
        if pids:
            os.kill(chance.choice(pids), signal.SIGKILL)
            killed.append(what)
        said = end(process)
        if what == "jvm" and pids and process.returncode not in (0, 3):
            assert said.count("\tat ") == 0, said
        if process.returncode in (0, 3) and number < MOMENTS - 1:
            # It was done, or did without the worker: what it gave is right, and another one begins.
            assert (out / "SHA256SUMS").read_text() == sums
            out = tmp_path / f"killed-{number}"
    last = start(COMMANDS[path], out, *(["--resume"] if out.exists() else []))
    said = end(last)
    assert last.returncode in (0, 3), said
    assert (out / "SHA256SUMS").read_text() == sums, killed
    assert not list(out.rglob("*.part"))
    assert not (out / "run.lock").exists()
