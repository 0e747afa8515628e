"""What a person sees of a run: progress while it goes, what was kept and left out at its end."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TaskID, TextColumn
from rich.progress import Progress as Bars
from rich.table import Table

from spark_jobs.run.errors import errors_of
from spark_jobs.run.outcome import funnel_of
from spark_jobs.run.progress import Progress, watched
from spark_jobs.run.session import Session, open_session
from webdoc.internal_errors import ErrorSettings
from webdoc.reasons import KEPT, OFFERED_LEVELS, FunnelRow
from webdoc.release.escaping import one_line
from webdoc.run_settings import SparkSettings

OnStep = Callable[[int, str], None]


@dataclass(slots=True)
class _Display:
    """Turns steps and tasks into two lines on the screen."""

    bars: Bars
    line: TaskID
    steps: int
    step: str = ""
    since: float = 0.0

    def on_step(self, number: int, name: str) -> None:
        self.step = f"[{number}/{self.steps}] {name}"
        self.since = time.monotonic()
        self.bars.update(self.line, description=self.step, completed=0, total=None, left="")

    def on_progress(self, progress: Progress) -> None:
        elapsed = time.monotonic() - self.since
        left = ""
        if 0 < progress.done < progress.total:
            left = f"about {span(elapsed * (progress.total / progress.done - 1))} left"
        self.bars.update(self.line, completed=progress.done, total=progress.total, left=left)


def span(seconds: float) -> str:
    """Return a span of time for a person."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


@contextmanager
def shown_run(
    console: Console, name: str, settings: SparkSettings, steps: int
) -> Iterator[tuple[Session, OnStep]]:
    """Open a session, and show how far its jobs are while the block runs.

    Args:
        console: where.
        name: of the session.
        settings: of the session.
        steps: how many there will be.

    Yields:
        The session, and what to call when a step begins.
    """
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("tasks"),
        TextColumn("{task.fields[left]}"),
    )
    with Bars(*columns, console=console, transient=True) as bars:
        display = _Display(bars, bars.add_task("starting Spark", total=None, left=""), steps)
        with open_session(name, settings) as spark, watched(spark, display.on_progress):
            yield spark, display.on_step


def print_funnel(
    console: Console, out: str, seconds: float, levels: Sequence[str]
) -> list[FunnelRow]:
    """Print what was kept and what was left out, and why.

    Returns:
        The funnel of the release in the folder `out`.
    """
    rows = funnel_of(out)
    table = Table(title=cell(f"{out}: made in {span(seconds)}"), title_justify="left")
    for column in ("", "kept", "left out", "mostly because of"):
        table.add_column(column, justify="right" if column in ("kept", "left out") else "left")
    for level in levels:
        own = [row for row in rows if row.level == level]
        if level in OFFERED_LEVELS and not own:
            continue
        stays = ("page", "image", "robots", "links") if level == "record" else (KEPT,)
        left_out = [row for row in own if row.reason not in stays]
        kept = sum(row.count for row in own if row.reason in stays)
        reasons = ", ".join(f"{row.reason} {row.count:,}" for row in left_out[:3])
        total = sum(row.count for row in left_out)
        table.add_row(f"{level.replace('_', ' ')}s", f"{kept:,}", f"{total:,}", cell(reasons))
    console.print(table)
    return rows


def cell(text: str) -> str:
    """Return a text for a cell of a table, where rich would read [...] as markup."""
    return escape(one_line(text))


def print_errors(console: Console, rows: list[FunnelRow], errors: ErrorSettings) -> None:
    """Print how many things met a mistake of ours, if any did.

    Raises:
        TooManyErrorsError: more than the settings allow.
    """
    said = errors_of(rows, errors)
    if said:
        console.print(said, style="red", markup=False)
