"""How a run grows: CPU, shuffle, bytes and memory of each step at several sizes of one mix.

    python -m benchmarks.scale                          500, 2,000 and 8,000 pages
    python -m benchmarks.scale --pages 500 2000 --source none

Pages are made by a seed, different ones, one in ten a near-copy. Seconds are those of processors,
of Java and of Python workers, so that a busy machine says nearly what a calm one says. Each size is
a run of its own in a new process. Prints one JSON object a size, then slopes and the exponent.
"""

import argparse
import json
import math
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.generated_pages import write_pages
from benchmarks.processes import Taken, taken
from obelics_like.settings import load_settings
from spark_jobs import obelics
from spark_jobs.obelics_alignment import spark_settings
from spark_jobs.run.obelics import prepare
from spark_jobs.run.session import open_session


def measured(inputs: list[str], folder: str, master: str, source: str) -> dict[str, Any]:
    """Run all steps, and return what each took."""
    log = Path(folder) / "log"
    log.mkdir()
    spark_given = {
        "master": master,
        "conf": {
            "spark.eventLog.enabled": "true",
            "spark.eventLog.dir": log.as_uri(),
            "spark.eventLog.compress": "false",
            "spark.eventLog.rolling.enabled": "false",
        },
    }
    given = {
        "inputs": inputs,
        "out": f"{folder}/out",
        "spark": spark_given,
        "images": {"source": source},
    }
    settings = load_settings(options=given)
    prepare(settings)
    moments: list[tuple[str, Taken, float]] = []

    def on_step(_: int, name: str) -> None:
        moments.append((name, taken(), time.time()))

    with open_session("scale", spark_settings(settings)) as spark:
        obelics.run(spark, settings, on_step)
        moments.append(("end", taken(), time.time()))
    shuffles, jobs = _of_events(log, [moment for _, _, moment in moments])
    steps = {}
    for place, ((name, before, _), (_, after, _)) in enumerate(pairwise(moments)):
        java_s, python_s = after.since(before)
        steps[name] = {
            "java_s": round(java_s, 1),
            "python_s": round(python_s, 1),
            "shuffle_bytes": shuffles[place],
            "jobs": jobs[place],
        }
    last = moments[-1][1]
    out = Path(settings.out)
    tables = {p.name: _size(p) for p in sorted((out / "tables").iterdir()) if p.is_dir()}
    return {
        "input_bytes": sum(Path(path).stat().st_size for path in inputs),
        "steps": steps,
        "tables": tables,
        "table_bytes": sum(tables.values()),
        "release_bytes": _size(out / "data"),
        "files": sum(1 for p in (out / "tables").rglob("*.parquet")),
        "java_peak_mb": last.java_peak_mb,
        "worker_peak_mb": last.worker_peak_mb,
    }


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _of_events(log: Path, starts: list[float]) -> tuple[list[int], list[int]]:
    """Return the bytes shuffled and the jobs begun between each two moments."""
    shuffles, jobs = [0] * len(starts), [0] * len(starts)

    def place(milliseconds: float) -> int:
        return max(sum(start <= milliseconds / 1000 for start in starts) - 1, 0)

    for file in log.iterdir():
        for line in file.read_text().splitlines():
            event = json.loads(line)
            if event["Event"] == "SparkListenerJobStart":
                jobs[place(event["Submission Time"])] += 1
            elif event["Event"] == "SparkListenerTaskEnd":
                written = event.get("Task Metrics", {}).get("Shuffle Write Metrics", {})
                at = place(event["Task Info"]["Finish Time"])
                shuffles[at] += written.get("Shuffle Bytes Written", 0)
    return shuffles, jobs


def summary(found: dict[int, dict[str, Any]]) -> dict[str, float]:
    """Return what is told of several sizes: shares of the reading, bytes a page, the exponent."""

    def split(run: dict[str, Any]) -> tuple[float, float]:
        reading, *others = (step["java_s"] + step["python_s"] for step in run["steps"].values())
        return reading, sum(others)

    least, most = min(found), max(found)
    (read_a, rest_a), (read_b, rest_b) = split(found[least]), split(found[most])
    largest = found[most]
    shuffled = sum(step["shuffle_bytes"] for step in largest["steps"].values())
    return {
        "after_reading_slope": (rest_b - rest_a) / max(read_b - read_a, 1e-9),
        "after_reading_total": rest_b / read_b,
        "tables_of_input": largest["table_bytes"] / largest["input_bytes"],
        "shuffle_bytes_a_page": shuffled / most,
        "exponent": math.log((read_b + rest_b) / (read_a + rest_a)) / math.log(most / least),
    }


def main() -> None:
    """Measure each size in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--pages", type=int, nargs="+", default=[500, 2000, 8000])
    parser.add_argument("--source", default="none", help="images.source")
    parser.add_argument("--master", default="local[2]")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        inputs = sorted(str(path) for path in Path(asked.one, "in").iterdir())
        print(json.dumps(measured(inputs, asked.one, asked.master, asked.source)))
        return
    found = {}
    for pages in asked.pages:
        with tempfile.TemporaryDirectory() as folder:
            write_pages(Path(folder, "in"), pages)
            command = [sys.executable, "-m", "benchmarks.scale", "--one", folder]
            command += ["--source", asked.source, "--master", asked.master]
            said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            found[pages] = json.loads(said.splitlines()[-1])
            print(json.dumps({"pages": pages, **found[pages]}), flush=True)
    if len(found) > 1:
        print(json.dumps(summary(found), indent=1))


if __name__ == "__main__":
    main()
