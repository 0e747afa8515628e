"""Runs that are killed from outside: small inputs, their processes, and how they are ended."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Container
from pathlib import Path

from interleaf.sample import sample_path
from webdoc.archive.reader import ReadSettings, read_captures
from webdoc.storage.inputs import expand_inputs, splits_of
from webdoc.url_keys import host_of

WAIT_S = 1_200
STATE = "tables/run.json"


def records_of_hosts(path: Path, hosts: Container[str], *, pages_only: bool) -> Path:
    """Write an archive of those records of the sample that come from some hosts."""
    reading, data = ReadSettings(), sample_path().read_bytes()
    files = expand_inputs([str(sample_path())], reading.storage)
    captures = [
        one for split in splits_of(files, len(data)) for one in read_captures(split, reading)
    ]
    with path.open("wb") as out:
        for one in captures:
            if host_of(one.url) in hosts and (one.kind == "page" or not pages_only):
                start = one.warc_record_offset
                out.write(data[start : start + one.warc_record_length])
    return path


def start(command: list[str], out: Path, *, resume: bool = False) -> subprocess.Popen[bytes]:
    """Start a run in a session of its own, or go on with the one that is there."""
    flags = ["--resume"] if resume and (out / STATE).exists() else []
    return subprocess.Popen(
        [sys.executable, "-m", "interleaf", *command, "--out", str(out), *flags],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def processes_of(session: int) -> dict[str, list[int]]:
    """Return the processes of a run: driver, JVM, Python workers and what these read pages in."""
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
    """Wait for a run, then make sure that nothing of it is left; return the end of what it said."""
    _, said = process.communicate(timeout=WAIT_S)
    for pids in processes_of(process.pid).values():
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
    return said.decode()[-3_000:]


def there_or_ended(path: Path, process: subprocess.Popen[bytes]) -> bool:
    """Wait until a file is there; False where the run ends first."""
    until = time.monotonic() + WAIT_S
    while not path.exists() and time.monotonic() < until:
        if process.poll() is not None:
            return False
        time.sleep(0.05)
    return process.poll() is None


def moments_of(out: Path) -> list[str]:
    """Return what a finished run wrote, below its folder, in the order in which it was there."""
    tables = list(out.glob("tables/*/_SUCCESS"))
    files = [path for path in out.rglob("*.parquet") if "tables" not in path.parts]
    files += [out / "README.md"]
    made = sorted((path.stat().st_mtime_ns, str(path.relative_to(out))) for path in tables + files)
    return [name for _, name in made]
