"""Workers that have torch: forked from a daemon of their own, beside those of all other tasks.

To import torch and open_clip takes ten seconds of CPU, which a run pays once, and only where
something is made into vectors. Spark starts a daemon for each set of environment variables of its
functions; `spark_jobs.workers.daemon` loads torch where it finds this one.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Any

from pyspark.sql import SparkSession

WITH_TORCH = "INTERLEAF_WORKERS_WITH_TORCH"


@contextmanager
def workers_with_torch(spark: SparkSession) -> Iterator[None]:
    """Let the functions that are handed to Spark within the block run where torch is loaded."""
    environment = spark.sparkContext.environment
    environment[WITH_TORCH] = "1"
    try:
        yield
    finally:
        environment.pop(WITH_TORCH, None)


def load_torch_meanwhile(spark: SparkSession) -> None:
    """Start the daemon that has torch while the session does something else."""
    with workers_with_torch(spark):
        rows = spark.range(1, numPartitions=1).mapInArrow(_as_it_is, "id long")

    def load() -> None:
        with suppress(Exception):  # whatever Spark raises where the session ends before
            rows.collect()

    Thread(target=load, daemon=True).start()


def _as_it_is(batches: Iterator[Any]) -> Iterator[Any]:
    return batches
