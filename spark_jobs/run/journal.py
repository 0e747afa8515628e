"""What a run says to other tools: a log of JSON lines, and its metrics as Prometheus reads them."""

import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import fsspec
from pyspark.sql import SparkSession

from spark_jobs.run.files import write_bytes
from spark_jobs.run.supervised import kills_in
from spark_jobs.run.tables import exists, for_fsspec, table_path

LOG = "tables/log.jsonl"  # of all starts of a run, the newest line last
METRICS = "tables/metrics.prom"  # of the last start; textfile collectors read it as it is
_TOLD = "spark_jobs.duplicates.components"  # whose rounds are worth a line
_HELP = {
    "seconds": "that a step took",
    "tasks": "of Spark that a step ended well",
    "failed_tasks": "of Spark that had to be tried again",
    "restarted_processes": "that read pages, ended, and were begun anew",
    "input_bytes": "that Spark read, of tables",
    "shuffle_write_bytes": "that a step moved between its stages",
    "shuffle_read_bytes": "likewise, as they were read",
    "archive_bytes": "of the inputs that a step reads",
    "archive_bytes_per_second": "likewise, over its time",
    "rounds": "until connected components were found",
}
# Counters of Spark, summed over its executors, since the session began.
Totals = Mapping[str, int]


def totals_of(spark: SparkSession) -> dict[str, int]:
    """Return what the executors of a session did so far."""
    executors = spark.sparkContext._jsc.sc().statusStore().executorList(False)
    found = dict.fromkeys(
        ("tasks", "failed_tasks", "input_bytes", "shuffle_write_bytes", "shuffle_read_bytes"), 0
    )
    for index in range(executors.size()):
        one = executors.apply(index)
        found["tasks"] += one.completedTasks()
        found["failed_tasks"] += one.failedTasks()
        found["input_bytes"] += one.totalInputBytes()
        found["shuffle_write_bytes"] += one.totalShuffleWrite()
        found["shuffle_read_bytes"] += one.totalShuffleRead()
    return found


class Journal(logging.Handler):
    """The log and the metrics of a run."""

    def __init__(self, out: str, totals: Callable[[], Totals]):
        super().__init__(logging.INFO)
        self._out = out
        self._totals = totals
        self._metrics: dict[tuple[str, str], float] = {}
        self._step = ""
        path = table_path(out, LOG)
        self._lines: list[str] = []
        if exists(path):
            with fsspec.open(for_fsspec(path), "r", encoding="utf-8") as file:
                self._lines = file.read().splitlines()

    def say(self, event: str, **about: Any) -> None:
        """Add a line to the log, and write it."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        self._lines.append(json.dumps({"time": now, "event": event, **about}))
        write_bytes(self._out, LOG, ("\n".join(self._lines) + "\n").encode())

    def emit(self, record: logging.LogRecord) -> None:
        """Add what a module says of its work while a step runs."""
        key = (self._step, "rounds")
        self._metrics[key] = self._metrics.get(key, 0) + 1
        self.say("note", step=self._step, message=record.getMessage())

    @contextmanager
    def step(self, key: str, archive_bytes: int = 0) -> Iterator[None]:
        """Write down when a step begins and ends, what it took and whether it failed."""
        before, began, kills = self._totals(), time.monotonic(), kills_in(self._out)
        self._step = key
        told = logging.getLogger(_TOLD)
        level = told.level
        self.say("step began", step=key)
        told.addHandler(self)
        told.setLevel(logging.INFO)
        try:
            yield
        except BaseException as error:
            self.say("step failed", step=key, error=f"{type(error).__name__}: {error}"[:500])
            raise
        finally:
            told.removeHandler(self)
            told.setLevel(level)
        after, seconds = self._totals(), time.monotonic() - began
        took: dict[str, float] = {"seconds": round(seconds, 3)}
        took |= {name: after[name] - before[name] for name in after}
        took["restarted_processes"] = kills_in(self._out) - kills
        if archive_bytes:
            took |= {
                "archive_bytes": archive_bytes,
                "archive_bytes_per_second": round(archive_bytes / max(seconds, 1e-3)),
            }
        self._metrics |= {(key, name): value for name, value in took.items()}
        self.say("step ended", step=key, **took)
        write_bytes(self._out, METRICS, metrics_text(self._metrics).encode())


def restarts_of(out: str) -> str:
    """Return what a person is told of tasks and processes that were begun anew, "" for none.

    Args:
        out: folder of a run; all starts of it count.
    """
    path = table_path(out, LOG)
    if not exists(path):
        return ""
    with fsspec.open(for_fsspec(path), "r", encoding="utf-8") as file:
        ended = [json.loads(line) for line in file]
    tasks, processes = (
        sum(line.get(name, 0) for line in ended) for name in ("failed_tasks", "restarted_processes")
    )
    if not tasks and not processes:
        return ""
    return (
        f"Begun anew: {tasks:,} tasks of Spark that failed, {processes:,} processes that ended "
        f"while they read pages. {path} says in which steps, and tables/kills at which pages."
    )


def metrics_text(metrics: Mapping[tuple[str, str], float]) -> str:
    """Return metrics in the text format of Prometheus.

    Args:
        metrics: by step and name.

    >>> print(metrics_text({("reading", "tasks"): 3}), end="")
    # HELP interleaf_step_tasks of Spark that a step ended well
    # TYPE interleaf_step_tasks gauge
    interleaf_step_tasks{step="reading"} 3
    """
    lines = []
    for name, text in _HELP.items():
        of_name = [(step, value) for (step, found), value in metrics.items() if found == name]
        if of_name:
            lines += [f"# HELP interleaf_step_{name} {text}", f"# TYPE interleaf_step_{name} gauge"]
            lines += [
                f'interleaf_step_{name}{{step="{step}"}} {_number(value)}'
                for step, value in of_name
            ]
    return "\n".join(lines) + "\n" if lines else ""


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:.3f}"
