"""A disk that is full or goes away, Ctrl-C: a sentence, and a run that can go on."""

import errno
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from interleaf.options import errors_in_words
from spark_jobs.run.lock import sole_writer
from tests.hostile.killed import end, records_of_hosts, start, there_or_ended


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


def small_command(folder: Path) -> list[str]:
    hosts = ("library.example", "news.example", "recipes.example")
    archive = records_of_hosts(folder / "small.warc.gz", hosts, pages_only=False)
    return ["obelics", str(archive)]


@pytest.mark.soak
@pytest.mark.timeout(3_600)
def test_ctrl_c_is_one_sentence_and_the_run_goes_on(tmp_path: Path) -> None:
    out, command = tmp_path / "out", small_command(tmp_path)
    process = start(command, out)
    assert there_or_ended(out / "tables" / "records", process)
    os.killpg(process.pid, signal.SIGINT)
    said = end(process)
    assert process.returncode == 130
    assert said.strip().splitlines()[-1].startswith("interleaf: Stopped. The same command with")
    assert "Traceback" not in said
    assert not (out / "run.lock").exists()
    again = start(command, out, resume=True)
    assert "Traceback" not in end(again)
    assert again.returncode == 0


def test_a_folder_that_goes_away_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"

    def run() -> None:
        with errors_in_words(False), sole_writer(str(out)):
            out.rename(tmp_path / "away")
            (out / "x").read_bytes()

    with pytest.raises(typer.Exit) as ended:
        run()
    assert ended.value.exit_code == 1
    said = " ".join(capsys.readouterr().err.split())
    assert said.startswith(f"interleaf: {out} went away while the run wrote to it. Bring it back.")
    with pytest.raises(KeyboardInterrupt), sole_writer(str(out)):
        raise KeyboardInterrupt  # of a person, whose folder is there


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=50m", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can make a small disk here")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=False)


@pytest.mark.soak
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("how", ["read-only", "away"])
def test_a_disk_that_fails_is_a_sentence_and_the_run_goes_on(
    how: str, small_disk: Path, tmp_path: Path
) -> None:
    out, command = small_disk / "out", small_command(tmp_path)
    whole = start(command, tmp_path / "whole")
    assert whole.wait() == 0, end(whole)
    process = start(command, out)
    assert there_or_ended(out / "tables" / "records" / "_SUCCESS", process)
    if how == "away":
        out.rename(small_disk / "elsewhere")
    else:
        remount = ["mount", "-o", "remount,ro", str(small_disk)]
        while subprocess.run(remount, capture_output=True, check=False).returncode:
            assert process.poll() is None  # while a file is open the disk stays as it is
    said = " ".join(end(process).split())
    assert process.returncode == 1, said
    expected = "went away while the run wrote to it" if how == "away" else "its disk is read-only"
    assert expected in said
    assert "--resume goes on" in said
    assert "Traceback" not in said
    if how == "away":
        shutil.rmtree(out, ignore_errors=True)
        (small_disk / "elsewhere").rename(out)
    else:
        subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    again = start(command, out, resume=True)
    said = end(again)
    assert again.returncode == 0, said
    assert (out / "SHA256SUMS").read_text() == (tmp_path / "whole" / "SHA256SUMS").read_text()


@pytest.mark.soak
@pytest.mark.timeout(3_600)
def test_a_full_disk_is_a_sentence_and_the_run_goes_on(small_disk: Path, tmp_path: Path) -> None:
    command = small_command(tmp_path)
    subprocess.run(["mount", "-o", "remount,size=150k", str(small_disk)], check=True)
    process = start(command, small_disk / "out")
    said = end(process)
    assert process.returncode == 1
    assert "The disk is full." in " ".join(said.split())
    subprocess.run(["mount", "-o", "remount,size=50m", str(small_disk)], check=True)
    again = start(command, small_disk / "out", resume=True)
    assert "Traceback" not in end(again)
    assert again.returncode == 0
