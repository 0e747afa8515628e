"""Where the seconds of a short run go: imports, Java, the session, each step, each job of Spark.

    python -m benchmarks.start                    one page, the sample, the demo in turn
    python -m benchmarks.start page --jobs        one page with URLs only, and each job of Spark

Each run is the command as a user types it, looked at from outside: Spark's event log tells of its
jobs, the log of the run of its steps, the process table of what the processors did. A busy machine
makes all of it longer, so compare runs that were made beside each other. CPU seconds are those of
the driver, of Java, and of Python workers with the daemon that they are forked from. What lies
between jobs is the driver: plans that Spark makes, and files that Python writes.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.generated_pages import write_pages
from benchmarks.processes import Taken, born, spark_java, taken

_LOOK_S = 0.1
_NOTHING = Taken(0.0, 0.0, 0.0, 0, 0)


@dataclass(frozen=True, slots=True)
class Job:
    """A job of Spark, as its event log tells of it."""

    words: str
    began: float  # seconds since the epoch
    ended: float
    stages: int
    tasks: int


def jobs_of(log: Path) -> list[Job]:
    """Return the jobs of the event logs in a folder, in their order."""
    begun: dict[int, dict[str, Any]] = {}
    found = []
    for file in log.iterdir():
        for line in file.read_text(encoding="utf-8").splitlines():
            event = json.loads(line)
            if event["Event"] == "SparkListenerJobStart":
                begun[event["Job ID"]] = event
            elif event["Event"] == "SparkListenerJobEnd":
                start = begun.pop(event["Job ID"])
                stages = start["Stage Infos"]
                words = start.get("Properties", {}).get("spark.job.description", "")
                began, ended = start["Submission Time"] / 1000, event["Completion Time"] / 1000
                tasks = sum(stage["Number of Tasks"] for stage in stages)
                found.append(Job(words, began, ended, len(stages), tasks))
    return sorted(found, key=lambda job: job.began)


def steps_of(log: Path) -> list[tuple[str, float, float]]:
    """Return name, beginning and end of each step that the log of a run tells of."""
    began, found = 0.0, []
    for line in log.read_text(encoding="utf-8").splitlines():
        event = json.loads(line)
        moment = datetime.fromisoformat(event["time"]).timestamp()
        if event["event"] == "step began":
            began = moment
        elif event["event"] == "step ended":
            found.append((event["step"], began, began + event["seconds"]))
    return found


def commands(folder: Path) -> dict[str, list[str]]:
    """Return what is measured, by name; the inputs are written into the folder."""
    [page] = write_pages(folder / "in", 1)
    return {
        "page": ["obelics", str(page), "--out", f"{folder}/out", "--set", "images.source=none"],
        "sample": ["obelics", _sample(), "--out", f"{folder}/out"],
        "demo": ["demo", "--out", f"{folder}/out"],
    }


def _sample() -> str:
    from interleaf.sample import sample_path  # noqa: PLC0415 - its imports are not ours to pay

    return str(sample_path())


def measured(name: str) -> dict[str, Any]:
    """Run a command in a process of its own, and return what it took."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        command = [sys.executable, "-m", "interleaf", *commands(folder)[name]]
        log = folder / "log"
        log.mkdir()
        lines = {
            "spark.eventLog.enabled": "true",
            "spark.eventLog.dir": log.as_uri(),
            "spark.eventLog.compress": "false",
            "spark.eventLog.rolling.enabled": "false",
        }
        # Not by a folder of settings: Java would no longer take classes out of its archive.
        options = " ".join(f"--conf {key}={value}" for key, value in lines.items())
        environment = {**os.environ, "PYSPARK_SUBMIT_ARGS": f"{options} pyspark-shell"}
        began = time.time()
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        seen, java_began = _watched(process)
        ended = time.time()
        if process.returncode:
            said = process.stdout.read().decode() if process.stdout else ""
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}:\n{said}")
        logs = sorted((folder / "out").glob("**/tables/log.jsonl"))
        steps = sorted((step for one in logs for step in steps_of(one)), key=lambda step: step[1])
        return _summary(name, began, java_began, ended, seen, steps, jobs_of(log))


def _watched(process: "subprocess.Popen[bytes]") -> tuple[list[tuple[float, Taken]], float]:
    """Return what the processes had taken at each look, and when Spark's Java began."""
    seen, java_began = [], 0.0
    while process.poll() is None:
        seen.append((time.time(), taken(process.pid)))
        if not java_began and (java := spark_java(process.pid)):
            java_began = born(java)
        time.sleep(_LOOK_S)
    return seen, java_began


def _summary(  # noqa: PLR0913, PLR0917 - the parts of one picture
    name: str,
    began: float,
    java_began: float,
    ended: float,
    seen: list[tuple[float, Taken]],
    steps: list[tuple[str, float, float]],
    jobs: list[Job],
) -> dict[str, Any]:
    def at(moment: float) -> Taken:
        return max((one for one in seen if one[0] <= moment), default=(0.0, _NOTHING))[1]

    edges = [
        ("imports, looking at inputs", began, java_began),
        ("Java and the session", java_began, steps[0][1]),
    ]
    last = steps[0][1]
    for step, start, end in steps:
        if start - last > 0.2:
            edges.append(("between steps", last, start))
        edges.append((step, start, end))
        last = end
    edges.append(("after the last step", last, ended))
    parts = []
    for step, start, end in edges:
        own = [job for job in jobs if start <= job.began < end]
        before, after = at(start), at(end)
        parts.append(
            {
                "what": step,
                "seconds": round(end - start, 2),
                "driver_cpu_s": round(after.driver_s - before.driver_s, 1),
                "java_cpu_s": round(after.java_s - before.java_s, 1),
                "workers_cpu_s": round(after.python_s - before.python_s, 1),
                "jobs": len(own),
                "in_jobs_s": round(sum(job.ended - job.began for job in own), 2),
            }
        )
    whole = at(ended)
    return {
        "run": name,
        "seconds": round(ended - began, 1),
        "cpu_s": round(whole.driver_s + whole.java_s + whole.python_s, 1),
        "jobs": len(jobs),
        "parts": parts,
        "each_job": [
            {
                "words": job.words,
                "at_s": round(job.began - began, 2),
                "seconds": round(job.ended - job.began, 2),
                "stages": job.stages,
                "tasks": job.tasks,
            }
            for job in jobs
        ],
    }


def imports_of(module: str) -> float:
    """Return how many seconds of CPU a process takes that imports a module and ends."""
    before = os.times()
    subprocess.run([sys.executable, "-c", f"import {module}"], check=True)
    after = os.times()
    user, system = "children_user", "children_system"
    return sum(getattr(after, one) - getattr(before, one) for one in (user, system))


def print_run(found: dict[str, Any], *, jobs: bool) -> None:
    """Print a table of a run."""
    print(f"\n{found['run']}: {found['seconds']} s, {found['cpu_s']} CPU s, {found['jobs']} jobs")
    columns = ("seconds", "driver_cpu_s", "java_cpu_s", "workers_cpu_s", "jobs", "in_jobs_s")
    print(f"{'':<30}" + "".join(f"{column:>14}" for column in columns))
    for part in found["parts"]:
        print(f"{part['what']:<30}" + "".join(f"{part[column]:>14}" for column in columns))
    if jobs:
        last = 0.0
        for job in found["each_job"]:
            print(
                f"{job['at_s']:>8.2f} (+{job['at_s'] - last:.2f}) {job['seconds']:>6.2f} s, "
                f"{job['stages']} stages, {job['tasks']} tasks  {job['words']}"
            )
            last = job["at_s"] + job["seconds"]


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("runs", nargs="*", default=["page", "sample", "demo"])
    parser.add_argument("--jobs", action="store_true", help="each job of Spark, too")
    parser.add_argument("--json", help="write all figures into this file")
    asked = parser.parse_args()
    for module in ("spark_jobs.workers.daemon", "interleaf.cli"):
        print(f"import {module}: {imports_of(module):.1f} CPU s", flush=True)
    found = []
    for name in asked.runs:
        found.append(measured(name))
        print_run(found[-1], jobs=asked.jobs)
        sys.stdout.flush()
    if asked.json:
        Path(asked.json).write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
