"""Inputs that fail are tried again, workers that die leave nothing, and two copies are one."""

import ctypes
import faulthandler
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from spark_jobs.run.folder import forget
from spark_jobs.run.supervised import KILLS, guard_of
from spark_jobs.run.tables import is_finished, read_table
from spark_jobs.sources.input_batches import Reading, write_in_batches
from spark_jobs.sources.unreadable import Unreadable, unreadable_in
from webdoc.page.budget import BudgetSettings, OverBudgetError, in_budget
from webdoc.storage.inputs import ArchiveFile

TABLE = "tables/lines"


@dataclass(frozen=True, slots=True)
class Line:
    kind: str  # text, or lost
    name: str
    text: str


def rows(files: Iterable[ArchiveFile], seen: str = "") -> Iterator[tuple[Line, int]]:
    for file in files:
        if seen:
            with open(seen, "a", encoding="utf-8") as log:
                log.write(f"{file.name}\n")
        try:
            lines = Path(file.path).read_text(encoding="utf-8").split()
        except OSError:
            lines = []
            yield Line("lost", file.name, "away"), 10
        yield from ((Line("text", file.name, line), 10) for line in lines)


def unreadable(row: Line) -> Unreadable | None:
    return Unreadable(row.name, 0, row.text) if row.kind == "lost" else None


def reading(seen: Path | None = None) -> Reading[ArchiveFile]:
    return Reading(Line, "kind", list, partial(rows, seen=str(seen or "")), unreadable)


def planned(folder: Path, count: int = 6) -> list[ArchiveFile]:
    """Files of three lines each; every second one is away now."""
    folder.mkdir()
    found = []
    for number in range(count):
        path = folder / f"{number}.txt"
        if number % 2:
            path.write_text(f"a{number} b{number} c{number}")
        found.append(ArchiveFile(str(path), path.name, 10))
    return found


def found(spark: SparkSession, out: Path) -> list[tuple[str, str, str]]:
    return sorted(tuple(row) for row in read_table(spark, str(out), Line).collect())


def all_lines(files: list[ArchiveFile]) -> list[tuple[str, str, str]]:
    return sorted(
        ("text", file.name, f"{letter}{file.name[0]}") for file in files for letter in "abc"
    )


def bring_back(files: list[ArchiveFile]) -> None:
    for file in files:
        number = file.name[0]
        Path(file.path).write_text(f"a{number} b{number} c{number}")


def test_what_failed_is_tried_again_and_nothing_else(spark: SparkSession, tmp_path: Path) -> None:
    files, out = planned(tmp_path / "in"), tmp_path / "out" / TABLE
    later = tmp_path / "out" / "tables" / "marked"
    write_in_batches(spark, files, 40, str(out), reading())
    assert is_finished(str(out))
    lost = [Unreadable(f"{number}.txt", 0, "away") for number in (0, 2, 4)]
    assert unreadable_in(str(out)) == lost

    (tmp_path / "out" / "tables" / "run.json").write_text("{}")
    later.mkdir()
    again = partial(
        write_in_batches, spark, files, 40, str(out), reading(tmp_path / "seen"),
        partial(forget, str(tmp_path / "out"), (TABLE,)),
    )  # fmt: skip
    again()
    assert unreadable_in(str(out)) == lost
    assert later.exists()  # nothing changed, so what was made of it stays

    bring_back(files[:3])
    (tmp_path / "seen").unlink()
    again()
    assert unreadable_in(str(out)) == lost[2:]
    assert not later.exists()

    bring_back(files)
    again()
    assert found(spark, out) == all_lines(files)
    assert unreadable_in(str(out)) == []
    (tmp_path / "seen").write_text("")
    again()
    assert (tmp_path / "seen").read_text() == ""  # what was read well is not read again
    assert not [path for path in out.rglob("*") if "_again" in path.parts]


def test_batches_that_a_killed_run_had_in_hand_are_read_anew(
    spark: SparkSession, tmp_path: Path
) -> None:
    files, out = planned(tmp_path / "in"), tmp_path / "out" / TABLE
    bring_back(files)
    write_in_batches(spark, files, 20, str(out), reading())
    assert len(list(out.glob("batch=*/_SUCCESS"))) == 3
    for mark in (out / "_SUCCESS", out / "batch=000001" / "_SUCCESS"):  # as a kill leaves it
        mark.unlink()
    write_in_batches(spark, files, 20, str(out), reading(tmp_path / "seen"))
    assert found(spark, out) == all_lines(files)
    assert sorted((tmp_path / "seen").read_text().split()) == ["2.txt", "3.txt"]


def test_a_batch_that_fails_ends_the_others(spark: SparkSession, tmp_path: Path) -> None:
    files, out = planned(tmp_path / "in"), tmp_path / "out" / TABLE

    def broken(some: Iterable[ArchiveFile]) -> Iterator[tuple[Line, int]]:
        for file in some:
            if file.name == "0.txt":
                raise ValueError("a mistake of ours")
            yield Line("text", file.name, "a"), 10

    with pytest.raises(PySparkException, match="a mistake of ours"):
        write_in_batches(spark, files, 20, str(out), replace(reading(), rows=broken))
    assert not is_finished(str(out))


def test_a_file_that_comes_later_takes_its_place(spark: SparkSession, tmp_path: Path) -> None:
    """Missing when the run was planned: it has neither size nor, so far, anything to read."""
    files, out = planned(tmp_path / "in", 4), str(tmp_path / TABLE)
    bring_back(files)
    plan = [replace(file, size_bytes=0, problem="no such file") for file in files[:1]] + files[1:]
    Path(files[0].path).unlink()
    there = {file.path: file for file in files}

    def look_again(file: ArchiveFile) -> list[ArchiveFile]:
        return [there[file.path]] if Path(file.path).exists() else []

    write_in_batches(spark, plan, 100, out, reading(), None, look_again)
    assert len(unreadable_in(out)) == 1
    bring_back(files)
    write_in_batches(spark, plan, 100, out, reading(), None, look_again)
    assert found(spark, Path(out)) == all_lines(files)


def test_batches_may_have_another_size_when_a_run_goes_on(
    spark: SparkSession, tmp_path: Path
) -> None:
    files, out = planned(tmp_path / "in"), tmp_path / TABLE
    bring_back(files)
    write_in_batches(spark, files, 20, str(out), reading())
    (out / "_SUCCESS").unlink()
    for number in (1, 2):  # as if the run had been killed in the second of three batches
        (out / f"batch={number:06d}" / "_SUCCESS").unlink()
    write_in_batches(spark, files, 10, str(out), reading(tmp_path / "seen"))
    assert found(spark, out) == all_lines(files)
    assert sorted((tmp_path / "seen").read_text().split()) == [f"{n}.txt" for n in (2, 3, 4, 5)]
    inputs = [json.loads(path.read_text()) for path in sorted(out.glob("batch=*/_inputs.json"))]
    assert [len(one) for one in inputs] == [2, 1, 1, 1, 1]


def test_readers_pass_over_what_a_killed_worker_left(spark: SparkSession, tmp_path: Path) -> None:
    """Under the name that it has today, and under the one that it had before."""
    files, out = planned(tmp_path / "in"), tmp_path / TABLE
    bring_back(files)
    write_in_batches(spark, files, 100, str(out), reading())
    [part, *_] = out.glob("batch=*/kind=text/part-*.parquet")
    for name in (f"_{part.name}.0f.part", f"{part.name}.0f.part"):
        (part.parent / name).write_bytes(b"PAR1 half")
    assert found(spark, out) == all_lines(files)


def crash() -> None:
    faulthandler.disable()  # its many lines are no news here
    ctypes.string_at(0)


def crashing(files: Iterable[ArchiveFile]) -> Iterator[tuple[Line, int]]:
    """The rows of files; the second line of 2.txt ends the process that works on it."""
    for row, _ in rows(files):
        yield row, 9 << 20  # so that each row is written at once
        if row.text == "a2":
            try:
                in_budget((row.name, 1), crash)
            except OverBudgetError as error:
                yield Line("refused", row.name, str(error)), 10


def test_a_page_that_ends_its_process_costs_itself_alone(
    spark: SparkSession, tmp_path: Path
) -> None:
    """A batch that is read under a guard has all other rows, once, and no half of a file."""
    files, out = planned(tmp_path / "in"), tmp_path / "out" / TABLE
    bring_back(files)
    guard = guard_of(str(tmp_path / "out"), BudgetSettings())
    under_guard = Reading(Line, "kind", list, crashing, unreadable, guard)
    write_in_batches(spark, files, 100, str(out), under_guard)
    refused = ("refused", "2.txt", "it ended 2 processes that read it")
    assert found(spark, out) == sorted([*all_lines(files), refused])
    kills = [json.loads(path.read_text()) for path in (tmp_path / "out" / KILLS).iterdir()]
    assert [(kill["warc_filename"], kill["warc_record_offset"]) for kill in kills] == [
        ("2.txt", 1)
    ] * 2
    assert [path for path in out.rglob("*") if path.name.endswith(".part")] == []
    forget(str(tmp_path / "out"), ())
    assert len(guard_of(str(tmp_path / "out"), BudgetSettings()).kills) == 2


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.spark.failures.test_batches_again import *
from spark_jobs.run.session import open_session
from webdoc.run_settings import SparkSettings

folder = Path(sys.argv[1])
files, out = planned(folder / "in"), folder / TABLE
bring_back(files)

def dying(files):
    for number, (row, size) in enumerate(rows(files)):
        yield row, 9 << 20  # so that each row is written at once
        mark = folder / "died"
        if number == 1 and not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)

with open_session("killed", SparkSettings(master="local[2]")) as spark:
    write_in_batches(spark, files, 100, str(out), Reading(Line, "kind", list, dying, unreadable))
    assert found(spark, out) == all_lines(files)
assert (folder / "died").exists()
left = [path.name for path in out.rglob("*") if path.name.endswith(".part")]
assert left == [], left
"""


@pytest.mark.soak
def test_one_killed_worker_is_no_loss_on_one_machine(tmp_path: Path) -> None:
    """The task is tried again, and what the dead one was writing goes before the batch ends."""
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(root)},
        cwd=root,
        capture_output=True,
        text=True,
        timeout=250,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]


WRITER = """
import sys, time
from tests.spark.failures.test_batches_again import *
from spark_jobs.run.files import parquet_by
folder, seconds = sys.argv[1], float(sys.argv[2])
for turn in range(20):
    with parquet_by(folder, "part-000000.parquet", Line, "kind") as add:
        for number in range(500):
            add(Line("text", "a", str(number)), 1 << 16)
            time.sleep(seconds)
"""


def writer(folder: Path, seconds: float) -> subprocess.Popen[bytes]:
    root = Path(__file__).resolve().parents[3]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    command = [sys.executable, "-c", WRITER, str(folder), str(seconds)]
    return subprocess.Popen(command, cwd=root, env=environment)


def test_two_writers_of_one_partition_give_one_set_of_rows(
    spark: SparkSession, tmp_path: Path
) -> None:
    """As a task and its speculative copy; one of them is killed while it writes."""
    slow, quick = writer(tmp_path, 0.002), writer(tmp_path, 0.0)
    assert quick.wait(timeout=120) == 0
    slow.send_signal(signal.SIGKILL)
    slow.wait(timeout=30)
    (tmp_path / "_SUCCESS").touch()
    names = sorted(path.name for path in tmp_path.rglob("*.parquet"))
    assert names == ["part-000000.parquet"]
    texts = [text for _, _, text in found(spark, tmp_path)]
    assert sorted(texts, key=int) == [str(number) for number in range(500)]
