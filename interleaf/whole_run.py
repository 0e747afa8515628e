"""A whole run of either path from the command line: its folder, progress, and what it left."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from rich.console import Console

from interleaf.display import OnStep, print_errors, print_restarts, print_unreadable, shown_run
from spark_jobs.run.folder import check_folder
from spark_jobs.run.lock import sole_writer
from spark_jobs.run.outcome import exit_status
from spark_jobs.run.progress import RunProgress
from spark_jobs.run.session import Session
from webdoc.reasons import FunnelRow
from webdoc.run_settings import SparkSettings


class Begin(Protocol):
    """Makes the folder of a run ready, or refuses: `spark_jobs.obelics.begin`, `mmc4.begin`."""

    def __call__(
        self, settings: Any, *, resume: bool, fresh: bool, start: str, made_by: str
    ) -> None:
        """Make the folder ready."""


@dataclass(frozen=True, slots=True)
class Path:
    """What one path does where the other does something else; settings are those of the path."""

    command: str  # interleaf COMMAND
    looking: str  # what is looked at before Spark starts, for a person
    begin: Begin
    session: Callable[[Any], SparkSettings]
    progress: Callable[[Any], RunProgress]
    run: Callable[[Session, Any, OnStep], None]
    # Prints what came of it, given the settings and the seconds that it took.
    summary: Callable[[Console, Any, float], list[FunnelRow]]


def run_whole(  # noqa: PLR0913 - one argument an option
    path: Path,
    settings: Any,
    *,
    resume: bool = False,
    fresh: bool = False,
    start: str = "",
    made_by: str = "",
) -> int:
    """Prepare the folder, run all jobs with progress, and print the summary.

    Args:
        path: whose run it is.
        settings: of the run.
        resume: go on with the run that is there.
        fresh: remove the run that is there.
        start: the step at which the run that is there begins anew.
        made_by: the command that the folder belongs to; "" is a run that a person asked for.

    Returns:
        The exit status: 0, or 3 where no document was kept.

    Raises:
        SettingsError, RunFolderError: the run cannot begin; the message says why.
    """
    console = Console()
    started = time.monotonic()
    check_folder(settings.out)
    with sole_writer(settings.out):
        with console.status(f"Looking at {path.looking} ..."):
            path.begin(settings, resume=resume, fresh=fresh, start=start, made_by=made_by)
        session, progress = path.session(settings), path.progress(settings)
        with shown_run(console, f"interleaf {path.command}", session, progress) as (spark, on_step):
            path.run(spark, settings, on_step)
    rows = path.summary(console, settings, time.monotonic() - started)
    print_unreadable(console, settings.out)
    print_restarts(console, settings.out)
    print_errors(console, rows, settings.errors)
    return exit_status(rows)
