"""What a person sees of a run: progress while it goes, what was kept and left out at its end."""

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import fsspec
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, SpinnerColumn, TaskProgressColumn, TextColumn
from rich.progress import Progress as Bars
from rich.table import Table

from spark_jobs.run.errors import errors_of
from spark_jobs.run.folder import UNREADABLE
from spark_jobs.run.journal import restarts_of
from spark_jobs.run.outcome import funnel_of
from spark_jobs.run.progress import Progress, RunProgress, span, watched
from spark_jobs.run.session import Session, open_session
from spark_jobs.run.tables import exists, for_fsspec, table_path
from webdoc.internal_errors import ErrorSettings
from webdoc.reasons import KEPT, OFFERED_LEVELS, FunnelRow
from webdoc.release.escaping import one_line
from webdoc.run_settings import SparkSettings

OnStep = Callable[[int, str], None]


@contextmanager
def shown_run(
    console: Console, name: str, settings: SparkSettings, progress: RunProgress
) -> Iterator[tuple[Session, OnStep]]:
    """Open a session, and show how far its jobs are while the block runs.

    Args:
        console: where.
        name: of the session.
        settings: of the session.
        progress: of the steps that there will be.

    Yields:
        The session, and what to call when a step begins.
    """
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TaskProgressColumn(),
        TextColumn("{task.fields[left]}"),
    )
    with Bars(*columns, console=console, transient=True) as bars:
        line = bars.add_task(progress.title, total=1.0, left="")

        def show() -> None:
            rate = f"{progress.bytes_per_s / 1e6:.1f} MB/s " if progress.bytes_per_s else ""
            left = "" if progress.left_s is None else f"about {span(progress.left_s)} left"
            bars.update(
                line, description=progress.title, completed=progress.share, left=rate + left
            )

        def on_step(number: int, _title: str) -> None:
            progress.on_step(number)
            show()

        def on_tasks(now: Progress) -> None:
            progress.on_tasks(now)
            show()

        with open_session(name, settings) as spark, watched(spark, on_tasks):
            yield spark, on_step


def print_unreadable(console: Console, out: str) -> None:
    """Print what of the inputs could not be read, where there is such a thing."""
    path = table_path(out, UNREADABLE)
    if not exists(path):
        return
    with fsspec.open(for_fsspec(path), "r", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    shown = "; ".join(f"{row['input']}: {row['problem']}" for row in rows[:3])
    more = "; ..." if len(rows) > 3 else ""
    console.print(
        f"Could not be read: {shown}{more}. {path} lists all {len(rows):,} places; "
        "--resume tries them again.",
        style="yellow",
        markup=False,
    )


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
        of_level = [row for row in rows if row.level == level]
        if level in OFFERED_LEVELS and not of_level:
            continue
        stays = ("page", "image", "robots", "links") if level == "record" else (KEPT,)
        left_out = [row for row in of_level if row.reason not in stays]
        kept = sum(row.count for row in of_level if row.reason in stays)
        reasons = ", ".join(f"{row.reason} {row.count:,}" for row in left_out[:3])
        total = sum(row.count for row in left_out)
        table.add_row(f"{level.replace('_', ' ')}s", f"{kept:,}", f"{total:,}", cell(reasons))
    console.print(table)
    return rows


def cell(text: str) -> str:
    """Return a text for a cell of a table, where rich would read [...] as markup."""
    return escape(one_line(text))


def print_restarts(console: Console, out: str) -> None:
    """Print how many tasks and processes were begun anew, if any were."""
    said = restarts_of(out)
    if said:
        console.print(said, style="yellow", markup=False)


def print_errors(console: Console, rows: list[FunnelRow], errors: ErrorSettings) -> None:
    """Print how many things met a mistake of ours, if any did.

    Raises:
        TooManyErrorsError: more than the settings allow.
    """
    said = errors_of(rows, errors)
    if said:
        console.print(said, style="red", markup=False)
