"""Runs started from the command line: a session, progress while it goes, a summary at its end."""

import csv
import time
from dataclasses import dataclass

import fsspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TaskID, TextColumn
from rich.progress import Progress as Bars
from rich.table import Table

from interleaf.sample import sample_path
from obelics_like.records import Reason
from obelics_like.settings import ObelicsSettings, load_settings
from spark_jobs import obelics
from spark_jobs.earlier_runs import check_earlier_runs
from spark_jobs.progress import Progress, watched
from spark_jobs.run_folder import prepare
from spark_jobs.session import open_session
from spark_jobs.tables import for_fsspec, table_path
from webdoc.funnel import KEPT

# Java's second compiler pays off after minutes; in a run of one it takes a third of the time.
_SHORT_RUN = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
_DEMO_SPLIT_BYTES = 256 << 10  # the sample is small: so it still keeps several cores busy


@dataclass(slots=True)
class _Display:
    """Turns steps and tasks into two lines on the screen."""

    bars: Bars
    line: TaskID
    step: str = ""
    since: float = 0.0

    def on_step(self, number: int, name: str) -> None:
        self.step = f"[{number}/{len(obelics.STEPS)}] {name}"
        self.since = time.monotonic()
        self.bars.update(self.line, description=self.step, completed=0, total=None, left="")

    def on_progress(self, progress: Progress) -> None:
        elapsed = time.monotonic() - self.since
        left = ""
        if 0 < progress.done < progress.total:
            left = f"about {_span(elapsed * (progress.total / progress.done - 1))} left"
        self.bars.update(self.line, completed=progress.done, total=progress.total, left=left)


def _span(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def run_obelics(settings: ObelicsSettings, *, resume: bool = False, fresh: bool = False) -> None:
    """Prepare the folder, run all jobs with progress, and print the summary.

    Raises:
        RunFolderError: the run cannot begin; the message says why and what to do.
    """
    console = Console()
    started = time.monotonic()
    check_earlier_runs(settings)
    prepare(settings, resume=resume, fresh=fresh)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("tasks"),
        TextColumn("{task.fields[left]}"),
    )
    with Bars(*columns, console=console, transient=True) as bars:
        display = _Display(bars, bars.add_task("starting Spark", total=None, left=""))
        with (
            open_session("interleaf obelics", settings.spark) as spark,
            watched(spark, display.on_progress),
        ):
            obelics.run(spark, settings, display.on_step)
    print_summary(console, settings.out, time.monotonic() - started)


def run_demo(out: str) -> None:
    """Run the sample through the OBELICS path, anew each time, and say where to look."""
    given = {
        "inputs": [str(sample_path())],
        "out": out,
        "reading": {"split_bytes": _DEMO_SPLIT_BYTES},
        "spark": {"conf": {"spark.driver.extraJavaOptions": _SHORT_RUN}},
    }
    settings = load_settings(given=given)
    run_obelics(settings, fresh=True)
    console = Console()
    console.print(f"\nThe page to look at first:  {out}/report.html", highlight=False)
    console.print(f"The dataset card:           {out}/README.md", highlight=False)
    console.print(
        f"In Python:                  datasets.load_dataset({out!r}, split='train')",
        highlight=False,
    )


def print_summary(console: Console, out: str, seconds: float) -> None:
    """Print what was kept and what was left out, and why."""
    with fsspec.open(for_fsspec(table_path(out, "funnel.csv")), "r", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    table = Table(title=f"{out}: made in {_span(seconds)}", title_justify="left")
    for column in ("", "kept", "left out", "mostly because of"):
        table.add_column(column, justify="right" if column in ("kept", "left out") else "left")
    for level in ("record", "document", "text", "image"):
        own = [(row["reason"], int(row["count"])) for row in rows if row["level"] == level]
        stays = ("page", "image") if level == "record" else (KEPT,)
        left_out = [(reason, count) for reason, count in own if reason not in stays]
        kept = sum(count for reason, count in own if reason in stays)
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in left_out[:3])
        total = sum(count for _, count in left_out)
        table.add_row(f"{level}s", f"{kept:,}", f"{total:,}", reasons)
    console.print(table)
    if not any(row["level"] == "document" and row["reason"] == KEPT for row in rows):
        console.print("No document was kept: the release has no rows.", style="yellow")
        if any(row["reason"] == Reason.IMAGE_MISSING for row in rows):
            console.print(
                "The archives do not hold the images that their pages show. "
                "--set images.source=none publishes image URLs instead, as OBELICS does.",
                style="yellow",
            )
