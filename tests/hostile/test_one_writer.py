"""A folder has one writer: a second run says who holds it, and a dead owner does not."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path

import boto3
import fsspec
import pytest
from moto.server import ThreadedMotoServer
from typer.testing import CliRunner

from interleaf.cli import app
from interleaf.demo import run_demo
from interleaf.sample import sample_path
from obelics_like.settings import load_settings
from spark_jobs.run import lock as run_lock
from spark_jobs.run.folder import RunFolderError
from spark_jobs.run.lock import LockedError, Owner, check_free, sole_writer
from spark_jobs.run.lock_stores import LOCK, lock_store
from spark_jobs.run.obelics import prepare

HOLD = """
import sys, time
from spark_jobs.run.lock import sole_writer
with sole_writer(sys.argv[1]):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder() -> Iterator[Callable[[Path | str], subprocess.Popen[str]]]:
    """Start other processes that hold a folder."""
    started = []

    def start(out: Path | str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(out)], stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """A folder in a bucket of a server of our own, where fsspec finds it."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        patch.setenv("AWS_ENDPOINT_URL_S3", f"http://{host}:{port}")
        boto3.client("s3").create_bucket(Bucket="runs")
        yield "s3a://runs/one"
    server.stop()


@pytest.fixture(params=["disk", "s3"])
def out(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where a run is to be, on each kind of storage."""
    if request.param == "disk":
        yield str(tmp_path / "out")
        return
    folder: str = request.getfixturevalue("s3")
    yield folder
    filesystem, inner = fsspec.url_to_fs(folder.replace("s3a:", "s3:"))
    filesystem.invalidate_cache()
    if filesystem.exists(f"{inner}/{LOCK}"):
        filesystem.rm_file(f"{inner}/{LOCK}")


def store_of(out: str) -> object:
    filesystem, inner = fsspec.url_to_fs(out.replace("s3a:", "s3:"))
    filesystem.makedirs(inner, exist_ok=True)
    return lock_store(filesystem, inner)


def elsewhere(**changes: object) -> bytes:
    """A lock of a process on another machine."""
    owner = replace(Owner.here(), host="far.example", machine="another", **changes)  # type: ignore[arg-type]
    return json.dumps(asdict(owner)).encode()


def test_a_second_run_says_who_holds_the_folder(
    out: str, holder: Callable[[str], subprocess.Popen[str]]
) -> None:
    process = holder(out)
    with pytest.raises(LockedError, match=rf"is being written by process {process.pid} on \S+, si"):
        check_free(out)
    with pytest.raises(LockedError, match=f"process {process.pid} "), sole_writer(out):
        pass
    assert process.poll() is None


def test_the_lock_of_a_dead_process_is_taken_over_at_once(
    out: str, holder: Callable[[str], subprocess.Popen[str]]
) -> None:
    process = holder(out)
    process.send_signal(signal.SIGKILL)
    process.wait()
    began = time.monotonic()
    with sole_writer(out):
        check_free(out)  # our own
    assert time.monotonic() - began < run_lock._LOOKED_S / 2
    assert store_of(out).read() is None  # type: ignore[attr-defined]


def test_a_number_of_a_process_that_is_used_again_is_another_process(tmp_path: Path) -> None:
    parent = replace(Owner.here(), process=os.getppid(), process_began="1")
    (tmp_path / LOCK).write_text(json.dumps(asdict(parent)))
    with sole_writer(str(tmp_path)):
        pass
    assert not (tmp_path / LOCK).exists()


def test_the_lock_of_another_machine_holds_while_it_beats(
    out: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, data = store_of(out), elsewhere()
    assert store.create(data)  # type: ignore[attr-defined]
    with pytest.raises(LockedError, match=r"on far\.example"), sole_writer(out):
        pass
    # A clock that is wrong makes it look dead; while it is watched it beats.
    monkeypatch.setattr(run_lock, "_EXPIRES_S", -1.0)
    monkeypatch.setattr(run_lock, "_LOOKED_S", 2.5)
    beat = threading.Timer(1.2, store.beat, [data])  # type: ignore[attr-defined]
    beat.start()
    with pytest.raises(LockedError, match=r"on far\.example"), sole_writer(out):
        pass
    beat.join()


def test_the_lock_of_another_machine_ends_when_it_beats_no_more(
    out: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = store_of(out)
    assert store.create(elsewhere())  # type: ignore[attr-defined]
    monkeypatch.setattr(run_lock, "_EXPIRES_S", -1.0)
    monkeypatch.setattr(run_lock, "_LOOKED_S", 0.05)
    with sole_writer(out):
        assert json.loads(store.read()[0])["process"] == os.getpid()  # type: ignore[attr-defined]
    assert store.read() is None  # type: ignore[attr-defined]


def test_of_many_that_take_a_dead_lock_one_has_it(out: str) -> None:
    store, dead = store_of(out), elsewhere()
    assert store.create(dead)  # type: ignore[attr-defined]
    got: list[bytes] = []

    def take(number: int) -> None:
        data = elsewhere(process=number)
        if store.take(data, dead):  # type: ignore[attr-defined]
            got.append(data)

    threads = [threading.Thread(target=take, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 1
    assert store.read()[0] == got[0]  # type: ignore[attr-defined]


def test_of_many_that_make_a_lock_one_has_it(out: str) -> None:
    store = store_of(out)
    made: list[bool] = []
    threads = [
        threading.Thread(target=lambda n: made.append(store.create(elsewhere(process=n))), args=[n])  # type: ignore[attr-defined]
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [False] * 7 + [True]


@pytest.mark.parametrize("handler", [signal.default_int_handler, signal.SIG_IGN])
def test_a_run_that_lost_its_lock_stops(
    out: str, handler: signal.Handlers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where a shell started it in the background, with SIGINT ignored."""
    before = signal.signal(signal.SIGINT, handler)
    monkeypatch.setattr(run_lock, "_BEAT_S", 0.1)
    store = store_of(out)

    def lose() -> None:
        with sole_writer(out):
            found = store.read()  # type: ignore[attr-defined]
            assert store.take(elsewhere(), found[0])  # type: ignore[attr-defined]
            time.sleep(60)

    began = time.monotonic()
    try:
        with pytest.raises(LockedError, match="taken over by another run"):
            lose()
        assert signal.getsignal(signal.SIGINT) is handler
    finally:
        signal.signal(signal.SIGINT, before)
    assert time.monotonic() - began < 30
    assert b"far.example" in store.read()[0]  # type: ignore[attr-defined]


def test_heartbeats_go_on_while_a_run_works(out: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_lock, "_BEAT_S", 0.1)
    store = store_of(out)
    with sole_writer(out):
        first = store.read()[1]  # type: ignore[attr-defined]
        time.sleep(1.5)  # S3 knows whole seconds
        assert store.read()[1] > first  # type: ignore[attr-defined]


def test_a_folder_made_for_a_lock_alone_does_not_stay(tmp_path: Path) -> None:
    with sole_writer(str(tmp_path / "new")):
        pass
    assert not (tmp_path / "new").exists()
    with sole_writer(str(tmp_path / "new")):
        (tmp_path / "new" / "file").touch()
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["file"]


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize("of_the_sample", [True, False])
def test_demo_leaves_the_run_of_a_person_alone(tmp_path: Path, of_the_sample: bool) -> None:
    archive = tmp_path / "a.warc.gz"
    archive.write_bytes(b"")
    out = tmp_path / "out"
    inputs = [str(sample_path() if of_the_sample else archive)]
    prepare(load_settings(options={"inputs": inputs, "out": str(out)}))
    (out / "data").mkdir()
    (out / "data" / "train.parquet").write_bytes(b"days of work")
    before = files_of(out)
    with pytest.raises(RunFolderError, match="holds a run that `interleaf demo` did not make"):
        run_demo(str(out))
    assert files_of(out) == before


def test_demo_leaves_what_is_no_run_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(RunFolderError, match="holds no run"):
        run_demo(str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("flags", [[], ["--resume"], ["--fresh"]])
def test_the_command_says_in_a_sentence_that_another_run_goes_on(
    tmp_path: Path, holder: Callable[[Path], subprocess.Popen[str]], flags: list[str]
) -> None:
    out = tmp_path / "out"
    prepare(load_settings(options={"inputs": [str(sample_path())], "out": str(out)}))
    process = holder(out)
    before = files_of(out)
    said = CliRunner().invoke(app, ["obelics", str(sample_path()), "--out", str(out), *flags])
    assert said.exit_code == 2
    text = " ".join(said.output.split())
    assert f"is being written by process {process.pid}" in text
    assert "Traceback" not in text
    assert files_of(out) == before
