"""A disk that is full or goes away, Ctrl-C: a sentence, and a run that can go on."""

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer

from interleaf.options import errors_in_words
from interleaf.sample import sample_path


def said_of(error: Exception, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    with pytest.raises(typer.Exit) as end, errors_in_words(False):
        raise error
    return end.value.exit_code, " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "The disk is full. Free some of it."),
        (errno.EROFS, "The folder cannot be written any more: its disk is read-only."),
        (errno.ESTALE, "The folder went away while the run wrote to it."),
        (errno.EIO, "The disk fails to read or write."),
    ],
)
def test_a_failing_disk_is_a_sentence(
    number: int, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also inside the many lines of an error of Java, as Spark hands it on."""
    plain = OSError(number, os.strerror(number), "/x/part-0")
    java = RuntimeError(f"An error occurred while calling o1.parquet.\n\tat x\nCaused by: {plain}")
    for error in (plain, java):
        status, said = said_of(error, capsys)
        assert status == 1
        assert said.startswith(f"interleaf: {sentence}")
        assert "--resume goes on" in said
        assert "\tat" not in said


def run(out: Path, *flags: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "interleaf", "obelics", str(sample_path()), "--out", str(out)]
    return subprocess.Popen(
        [*command, *flags], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
        start_new_session=True,
    )  # fmt: skip


@pytest.mark.soak
@pytest.mark.timeout(3_600)
def test_ctrl_c_is_one_sentence_and_the_run_goes_on(tmp_path: Path) -> None:
    out = tmp_path / "out"
    process = run(out)
    while not (out / "tables" / "records").exists() and process.poll() is None:
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=600)
    assert process.returncode == 130
    assert said.strip().splitlines()[-1].startswith("interleaf: Stopped. The same command with")
    assert "Traceback" not in said
    assert not (out / "run.lock").exists()
    again = run(out, "--resume")
    assert again.communicate(timeout=2_400)[1].count("Traceback") == 0
    assert again.returncode == 0


@pytest.mark.soak
@pytest.mark.timeout(3_600)
def test_a_full_disk_is_a_sentence_and_the_run_goes_on(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can make a small disk here")
    try:
        process = run(disk / "out")
        _, said = process.communicate(timeout=1_800)
        assert process.returncode == 1
        assert "The disk is full." in " ".join(said.split())
        subprocess.run(["mount", "-o", "remount,size=50m", str(disk)], check=True)
        again = run(disk / "out", "--resume")
        assert again.communicate(timeout=2_400)[1].count("Traceback") == 0
        assert again.returncode == 0
    finally:
        subprocess.run(["umount", str(disk)], check=False)
