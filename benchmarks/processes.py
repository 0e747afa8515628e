"""What Java and Python workers have taken so far, read from the system's process table (Linux)."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Taken:
    """CPU seconds and peaks of memory of a process and of those below it."""

    java_s: float
    python_s: float  # of workers; the process itself is not counted
    driver_s: float  # of the process itself
    java_peak_mb: int
    worker_peak_mb: int  # of the largest worker

    def since(self, before: "Taken") -> tuple[float, float]:
        """Return the CPU seconds of Java and of workers since an earlier moment."""
        return self.java_s - before.java_s, self.python_s - before.python_s


def taken(root: int = 0) -> Taken:
    """Look at a process, this one without another, and at all below it."""
    root = root or os.getpid()
    below = _below(root)
    java_s = python_s = 0.0
    java_mb = worker_mb = 0
    for pid in below:
        fields = _stat(pid)
        if not fields:
            continue
        seconds = sum(int(ticks) for ticks in fields[11:15]) / _TICKS
        if _name(pid) == "java":
            # What waited-for workers took is counted at the daemon that waited for them.
            java_s += sum(int(ticks) for ticks in fields[11:13]) / _TICKS
            java_mb = max(java_mb, _peak_mb(pid))
        else:
            python_s += seconds
            worker_mb = max(worker_mb, _peak_mb(pid))
    own = sum(int(ticks) for ticks in (_stat(root) or ["0"] * 13)[11:13]) / _TICKS
    return Taken(java_s, python_s, own, java_mb, worker_mb)


def spark_java(root: int) -> int:
    """Return the process of Spark's Java below a process; 0 while there is none."""
    for pid in _below(root):
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            continue
        if b"org.apache.spark.deploy.SparkSubmit" in command and _name(pid) == "java":
            return pid
    return 0


def born(pid: int) -> float:
    """Return when a process began, in seconds since the epoch; 0.0 when it has ended."""
    uptime = float(Path("/proc/uptime").read_text().split()[0])
    fields = _stat(pid)
    return time.time() - uptime + int(fields[19]) / _TICKS if fields else 0.0


def _below(root: int) -> set[int]:
    """Return the processes that a process has started, and those that they started."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            fields = _stat(int(folder.name))
            if fields:
                parents[int(folder.name)] = int(fields[1])
    ours = {root}
    grown = True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in ours} - ours
        ours |= more
        grown = bool(more)
    return ours - {root}


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def _peak_mb(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), 0)
