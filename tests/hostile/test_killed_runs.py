"""A driver, JVM or Python worker killed at any moment: resumed, the run gives the same bytes."""

import json
import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from interleaf.sample import sample_path
from tests.hostile.killed import (
    STATE,
    end,
    moments_of,
    processes_of,
    records_of_hosts,
    start,
    there_or_ended,
)

pytestmark = [
    pytest.mark.timeout(7_200),
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc with processes"),
]
VICTIMS = ("worker", "driver", "jvm")
Command = list[str]


def obelics_urls(folder: Path) -> Command:
    """Three sites without their pictures: what a run does at least."""
    hosts = ("library.example", "news.example", "recipes.example")
    archive = records_of_hosts(folder / "small.warc.gz", hosts, pages_only=True)
    cut = ["--set", "archives.split_bytes=6000", "--master", "local[2]"]
    return ["obelics", str(archive), "--set", "images.source=none", *cut]


def obelics(folder: Path) -> Command:
    hosts = ("library.example", "news.example", "recipes.example", "wiki.example", "photos.example")
    archive = records_of_hosts(folder / "some.warc.gz", hosts, pages_only=False)
    return ["obelics", str(archive), "--set", "archives.split_bytes=65536"]


def mmc4(folder: Path) -> Command:
    texts = folder / "some.jsonl"
    texts.write_text("".join(sample_path("drawn.jsonl").read_text().splitlines(True)[:5]))
    pages, model = sample_path("drawn.warc.gz"), sample_path("drawn_clip")
    cut = ["--set", "archives.split_bytes=65536"]
    return [
        "mmc4",
        "--texts",
        str(texts),
        "--pages",
        str(pages),
        "--model",
        f"local-dir:{model}",
        *cut,
    ]


@pytest.mark.parametrize(
    ("make", "kills"),
    [
        pytest.param(obelics_urls, 2, id="a share"),
        pytest.param(obelics, 10, id="obelics", marks=pytest.mark.soak),
        pytest.param(mmc4, 10, id="mmc4", marks=pytest.mark.soak),
    ],
)
def test_killed_and_resumed_equals_undisturbed(
    make: Callable[[Path], Command], kills: int, tmp_path: Path
) -> None:
    """Each kill comes up to a second after something is there that the run writes."""
    chance, command, whole, out = random.Random(17), make(tmp_path), tmp_path / "w", tmp_path / "k"
    process = start(command, whole)
    said = end(process)
    assert process.returncode in (0, 3), said
    moments = [STATE, *moments_of(whole)]
    killed, places = [], sorted(chance.choices(range(len(moments)), k=kills))
    running = None
    for number, place in enumerate(places):
        running = running or start(command, out, resume=True)
        if not there_or_ended(out / moments[place], running):
            break
        time.sleep(chance.uniform(0, 1))
        what = VICTIMS[number % len(VICTIMS)]
        victims = processes_of(running.pid)[what]
        if victims:
            os.kill(chance.choice(victims), signal.SIGKILL)
            killed.append((moments[place], what))
        if what != "worker":  # without a worker a run goes on
            said = end(running)
            assert said.count("\tat ") == 0, said
            running = None
    running = running or start(command, out, resume=True)
    said = end(running)
    print(f"killed: {killed}")
    assert running.returncode in (0, 3), (said, killed)
    assert (out / "SHA256SUMS").read_text() == (whole / "SHA256SUMS").read_text(), killed
    assert len(killed) >= kills // 2
    assert not list(out.rglob("*.part"))
    assert not (out / "run.lock").exists()


def reading_process_of(session: int) -> list[int]:
    """Return the processes that read pages, each the child of a worker, the child of the daemon."""
    parents = {}
    for pid in processes_of(session)["worker"]:
        try:
            parents[pid] = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    return [pid for pid, parent in parents.items() if parents.get(parent) in parents]


@pytest.mark.soak
@pytest.mark.parametrize("who", ["worker", "its child"])
def test_one_killed_worker_is_counted_and_no_loss(who: str, tmp_path: Path) -> None:
    """As by a container without memory: one Python process dies while it writes, nothing else."""
    command, whole, out = obelics(tmp_path), tmp_path / "w", tmp_path / "k"
    process = start(command, whole)
    assert process.wait() == 0, end(process)
    process = start(command, out)
    until = time.monotonic() + 200
    while not list(out.glob("tables/records/**/*.part")) and time.monotonic() < until:
        assert process.poll() is None, "ended before it wrote anything"
        time.sleep(0.02)
    (victim, *_) = reading_process_of(process.pid)
    if who == "worker":
        victim = int(Path(f"/proc/{victim}/stat").read_text().rpartition(")")[2].split()[1])
    os.kill(victim, signal.SIGKILL)
    said = end(process)
    assert process.returncode == 0, said
    assert (out / "SHA256SUMS").read_text() == (whole / "SHA256SUMS").read_text()
    assert not list(out.rglob("*.part"))
    log = [json.loads(line) for line in (out / "tables" / "log.jsonl").read_text().splitlines()]
    anew = ("failed_tasks", "restarted_processes")
    assert sum(line.get(name, 0) for line in log for name in anew) >= 1
    assert log[-1]["event"] == "run ended"
