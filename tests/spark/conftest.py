"""The sample web through the whole OBELICS path, once for all tests that look at the result."""

import fcntl
import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

import pytest
from pyspark.sql import SparkSession

from interleaf.sample import sample_path
from obelics_like.settings import load_settings
from sample.drawn import DrawnText, pictures
from spark_jobs import obelics
from spark_jobs.run.obelics import prepare
from spark_jobs.run.with_torch import workers_with_torch

# Small, so that a file of 1.3 MB is read by several tasks.
READING = {"split_bytes": 300_000}
Made = TypeVar("Made")


@pytest.fixture(scope="session")
def sample_run(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], Path]:
    """Give the folder of a finished run, which the first who asks makes for all processes."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # the one of all processes

    def made() -> Path:
        out = folder / "sample" / "out"
        with (folder / "sample.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # until it is closed
            if not (out / "SHA256SUMS").exists():
                built(request.getfixturevalue("spark"), out, archives=READING)
        return out

    return made


@pytest.fixture(scope="session")
def release(spark: SparkSession, sample_run: Callable[[], Path]) -> Path:
    """The folder of a finished run; nobody may change it."""
    return sample_run()


def built(spark: SparkSession, out: Path, **given: Any) -> Path:
    """Run the sample into a new folder."""
    settings = load_settings(options={"inputs": [str(sample_path())], "out": str(out), **given})
    prepare(settings)
    obelics.run(spark, settings)
    return out


def in_worker(spark: SparkSession, make: Callable[[], Made]) -> Made:
    """Call a function in a process that has torch already: to load it takes ten seconds of CPU."""
    with workers_with_torch(spark):
        return spark.sparkContext.parallelize([0], 1).map(lambda _: make()).collect()[0]


def png(text: DrawnText) -> list[bytes]:
    """Return the pictures of a drawn text as files."""
    found = []
    for picture in pictures(text, 240, 180):
        out = BytesIO()
        picture.save(out, "PNG")
        found.append(out.getvalue())
    return found
