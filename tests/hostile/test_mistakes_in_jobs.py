"""Mistakes planted in the jobs after reading: each costs its document or picture, and is counted.

Real runs, by the command line: Python reads sitecustomize.py when it starts, in the driver and in
every worker. It lets functions of ours raise when they are given certain pages.
"""

import csv
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from interleaf.sample import sample_path
from tests.hostile.killed import records_of_hosts

ROOT = Path(__file__).resolve().parents[2]
PLANTED = """
import importlib.machinery, sys

def planted(function, told, words):
    def wrapped(*args, **kwargs):
        if any(word in repr(told(*args)) for word in words):
            raise LookupError(f"planted in {function.__name__}")
        return function(*args, **kwargs)
    return wrapped

PLANTED = %r

class Finder(importlib.machinery.PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name not in PLANTED:
            return None
        spec = super().find_spec(name, path, target)
        real = spec.loader.exec_module
        def exec_module(module):
            real(module)
            for attribute, (which, words) in PLANTED[name].items():
                function = getattr(module, attribute)
                setattr(module, attribute, planted(function, lambda *a: a[which], words))
        spec.loader.exec_module = exec_module
        return spec

sys.meta_path.insert(0, Finder)
"""


def run(
    folder: Path, planted: dict[str, object], *command: str
) -> subprocess.CompletedProcess[str]:
    """Run interleaf with mistakes: {module: {function: (number of the argument, words)}}."""
    (folder / "plant").mkdir(parents=True)
    (folder / "plant" / "sitecustomize.py").write_text(PLANTED % planted)
    path = os.pathsep.join([str(folder / "plant"), str(ROOT)])
    return subprocess.run(
        [sys.executable, "-m", "interleaf", *command],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )


def funnel(out: Path) -> Counter[tuple[str, str]]:
    with (out / "funnel.csv").open() as file:
        return Counter({(r["level"], r["reason"]): int(r["count"]) for r in csv.DictReader(file)})


def published(out: Path) -> str:
    files = sorted((out / "data").glob("*.parquet"))
    return "".join(repr(pq.read_table(file).to_pylist()) for file in files)


@pytest.mark.soak
@pytest.mark.timeout(1_800)
def test_obelics(tmp_path: Path) -> None:
    """One in each step, each at another page; and at a picture that publishing writes."""
    hosts = ("library.example", "news.example", "recipes.example", "wiki.example", "photos.example")
    archive = records_of_hosts(tmp_path / "in.warc.gz", hosts, pages_only=False)
    out = tmp_path / "out"
    command = ["obelics", str(archive), "--out", str(out), "--set", "scores.pictures=['sharpness']"]
    command += ["--set", "scores.min.sharpness=0", "--set", "errors.max_share=1"]
    planted = {
        "obelics_like.join_pictures": {"image_marks": (0, ["bookbinder"])},
        "obelics_like.rules.marks": {"marks_between": (0, ["recipes.example/carrot-soup"])},
        "obelics_like.rules.score_limits": {"scored_by_marks": (0, ["old-bridge.html'"])},
        "obelics_like.release.row": {"release_row": (0, ["wiki/Cushion_moss"])},
        "obelics_like.release.spread": {"picture_cases": (0, ["wiki/Tide_mill"])},
        "spark_jobs.release.pictures": {"published_image": (0, ["photos.example"])},
    }
    done = run(tmp_path, planted, *command)
    assert done.returncode == 0, done.stderr[-3000:]
    print(funnel(out))
    noted = {path.parent.name for path in out.glob("tables/*_mistakes/*.parquet")}
    print(noted, done.stdout)
    counts = funnel(out)
    names = sorted(path for path in noted)
    assert len(names) >= 4, names
    assert counts["document", "internal_error"] >= len(names)
    assert "internal_error" in done.stdout
    rows = published(out)
    assert "wiki/Lighthouse_lens" in rows
    for gone in ("Cushion_moss", "Tide_mill"):
        assert f"wiki/{gone}" not in rows
    verified = run(tmp_path / "again", {}, "verify", str(out))
    assert verified.returncode == 0, verified.stderr


@pytest.mark.soak
@pytest.mark.timeout(1_800)
def test_mmc4(tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = [
        *("mmc4", "--texts", str(sample_path("drawn.jsonl")), "--out", str(out)),
        *("--pages", str(sample_path("drawn.warc.gz"))),
        *("--model", f"local-dir:{sample_path('drawn_clip')}", "--set", "errors.max_share=1"),
    ]
    planted = {
        "mmc4_like.candidates": {
            "candidate_document": (0, ["scenes/0.html"]),
            "judged_candidate": (0, ["scenes/1.html"]),
        },
        "mmc4_like.join_pictures": {"with_found": (0, ["scenes/2.html"])},
        "mmc4_like.place_document": {"place_document": (0, ["scenes/3.html"])},
        "mmc4_like.release.rows": {"mmc4_row": (0, ["scenes/4.html"])},
        "mmc4_like.release.spread": {"picture_cases": (0, ["scenes/5.html"])},
    }
    done = run(tmp_path, planted, *command)
    assert done.returncode == 0, done.stderr[-3000:]
    print(funnel(out))
    assert funnel(out)["document", "internal_error"] == 6
    rows = published(out)
    for number in range(6):
        assert f"scenes/{number}.html" not in rows
    assert "scenes/6.html" in rows
