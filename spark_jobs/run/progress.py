"""How far a running job is, asked from Spark itself."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pyspark.sql import SparkSession


@dataclass(frozen=True, slots=True)
class Progress:
    """Tasks of the stages that run at this moment."""

    done: int
    total: int


@contextmanager
def watched(
    spark: SparkSession, tell: Callable[[Progress], None], every_s: float = 0.5
) -> Iterator[None]:
    """Call `tell` from another thread, every so often, while the block runs."""
    tracker = spark.sparkContext.statusTracker()
    over = threading.Event()

    def look() -> None:
        while not over.wait(every_s):
            stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
            known = [stage for stage in stages if stage is not None]
            if known:
                done = sum(stage.numCompletedTasks for stage in known)
                tell(Progress(done, sum(stage.numTasks for stage in known)))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=5)
