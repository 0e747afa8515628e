"""How far a run is, asked from Spark itself: a share of the whole, and what is left."""

import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from pyspark.sql import SparkSession

_LINE_S = 30.0  # between two lines where stderr is no terminal
_MOST_OF_A_STEP = 0.95  # that its stages make, as long as it has not ended: nobody knows how many


@dataclass(frozen=True, slots=True)
class Progress:
    """Tasks of the stages that run at this moment."""

    done: int
    total: int
    stage: int = 0  # the lowest number of these stages; each new one has a higher one


class RunProgress:
    """How far a whole run is: its steps have weights, and a step about so many stages.

    Args:
        titles: of the steps.
        weights: of the steps, any unit.
        stages: of Spark that each takes, about.
        archive_bytes: of the inputs that each reads, 0 where it reads tables.
        clock: seconds, from any beginning.
    """

    def __init__(
        self,
        titles: Sequence[str],
        weights: Sequence[float],
        stages: Sequence[int],
        archive_bytes: Sequence[int] = (),
        clock: Callable[[], float] = time.monotonic,
    ):
        self._titles, self._weights, self._stages = list(titles), list(weights), list(stages)
        self._bytes = list(archive_bytes) or [0] * len(self._titles)
        self._clock = clock
        self._step = -1
        self._seen: set[int] = set()  # stages of this step
        self._within = 0.0  # the share of the step that is done
        self._began = self._step_began = clock()

    def on_step(self, number: int) -> None:
        """Take note that a step begins, from 1."""
        self._step, self._within = number - 1, 0.0
        self._seen = set()
        self._step_began = self._clock()

    def on_tasks(self, now: Progress) -> None:
        """Take note of the tasks of the stages that run now; a share never goes back."""
        if self._step < 0 or not now.total:
            return
        self._seen.add(now.stage)
        passed = len(self._seen) - 1 + now.done / now.total
        within = passed / max(self._stages[self._step], len(self._seen))
        most = 1.0 if self._stages[self._step] == 1 else _MOST_OF_A_STEP
        self._within = max(self._within, min(within, most))

    @property
    def title(self) -> str:
        """The step that runs, with its number."""
        if self._step < 0:
            return "starting Spark"
        return f"[{self._step + 1}/{len(self._titles)}] {self._titles[self._step]}"

    @property
    def share(self) -> float:
        """Of the whole run, in [0, 1]."""
        if self._step < 0:
            return 0.0
        done = sum(self._weights[: self._step]) + self._weights[self._step] * self._within
        return done / sum(self._weights)

    @property
    def left_s(self) -> float | None:
        """Seconds until the end, if the rest is as quick as what is done; None: nobody knows."""
        share = self.share
        if not 0.02 <= share < 1:
            return None
        return (self._clock() - self._began) * (1 / share - 1)

    @property
    def bytes_per_s(self) -> float:
        """Of the inputs that the step reads; 0 where it reads tables."""
        elapsed = self._clock() - self._step_began
        if self._step < 0 or elapsed <= 0:
            return 0.0
        return self._bytes[self._step] * self._within / elapsed

    def line(self) -> str:
        """Return how far the run is, in words.

        >>> RunProgress(["reading", "publishing"], [3, 1], [1, 2]).line()
        'starting Spark: 0 %'
        """
        words = f"{self.title}: {self.share:.0%}".replace("%", " %")
        if self.bytes_per_s:
            words += f", {self.bytes_per_s / 1e6:.1f} MB/s"
        if self.left_s is not None:
            words += f", about {span(self.left_s)} left"
        return words


def span(seconds: float) -> str:
    """Return a span of time for a person."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


@contextmanager
def told(spark: SparkSession, progress: RunProgress, every_s: float = _LINE_S) -> Iterator[None]:
    """Write a line to stderr every so often, where there is no person to draw bars for."""
    said = time.monotonic()

    def tell(now: Progress) -> None:
        nonlocal said
        progress.on_tasks(now)
        if time.monotonic() - said >= every_s:
            said = time.monotonic()
            print(progress.line(), file=sys.stderr, flush=True)

    with watched(spark, tell):
        yield


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
                total = sum(stage.numTasks for stage in known)
                tell(Progress(done, total, min(stage.stageId for stage in known)))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=5)
