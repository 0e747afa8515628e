"""A run killed at any moment and resumed gives what an undisturbed one gives."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from interleaf.sample import sample_path

KILLS = 2
OPTIONS = ("--set", "reading.split_bytes=300000", "--master", "local[2]")


def start(out: Path, *flags: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "interleaf", "obelics", str(sample_path()), "--out", str(out)]
    return subprocess.Popen(
        [*command, *OPTIONS, *flags],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # so that Java dies with it
    )


@pytest.mark.spark
@pytest.mark.slow
def test_killed_and_resumed_equals_undisturbed(tmp_path: Path) -> None:
    undisturbed = start(tmp_path / "calm")
    began = time.monotonic()
    output, _ = undisturbed.communicate(timeout=250)
    assert undisturbed.returncode == 0, output.decode()[-3000:]
    whole_s = time.monotonic() - began
    chance = random.Random(7)
    flags: tuple[str, ...] = ()
    for _ in range(KILLS):
        process = start(tmp_path / "killed", *flags)
        try:
            process.wait(timeout=chance.uniform(0.3, 0.95) * whole_s)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        flags = ("--resume",) if (tmp_path / "killed").exists() else ()
    last = start(tmp_path / "killed", *flags)
    output, _ = last.communicate(timeout=250)
    assert last.returncode == 0, output.decode()[-3000:]
    calm = (tmp_path / "calm" / "SHA256SUMS").read_text()
    assert (tmp_path / "killed" / "SHA256SUMS").read_text() == calm
    assert not list((tmp_path / "killed").rglob("*.part"))
