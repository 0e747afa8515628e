"""Runs started from the command line: a session, progress while it goes, a summary at its end."""

import time
from collections.abc import Iterable

from rich.console import Console

from interleaf.display import print_errors, print_funnel, print_unreadable, shown_run
from obelics_like.settings import ObelicsSettings
from spark_jobs import obelics
from spark_jobs.obelics_alignment import spark_settings
from spark_jobs.run.folder import check_folder
from spark_jobs.run.lock import sole_writer
from spark_jobs.run.outcome import exit_status
from webdoc.reasons import FunnelRow, Reason


def run_obelics(
    settings: ObelicsSettings,
    *,
    resume: bool = False,
    fresh: bool = False,
    start: str = "",
    made_by: str = "",
) -> int:
    """Prepare the folder, run all jobs with progress, and print the summary.

    Returns:
        The exit status: 0, or 3 where no document was kept.

    Raises:
        SettingsError, RunFolderError: the run cannot begin; the message says why.
    """
    console = Console()
    started = time.monotonic()
    check_folder(settings.out)
    with sole_writer(settings.out):
        with console.status("Looking at the inputs ..."):
            obelics.begin(settings, resume=resume, fresh=fresh, start=start, made_by=made_by)
        session, progress = spark_settings(settings), obelics.progress(settings)
        with shown_run(console, "interleaf obelics", session, progress) as (spark, on_step):
            obelics.run(spark, settings, on_step)
    rows = print_summary(console, settings.out, time.monotonic() - started)
    print_unreadable(console, settings.out)
    print_errors(console, rows, settings.errors)
    return exit_status(rows)


def _warn_of_languages(console: Console, rows: Iterable[FunnelRow]) -> None:
    """Say which setting would keep the documents that their language alone left out."""
    lost = {row.reason: row.count for row in rows if row.level == "document"}
    if without_pack := lost.get(Reason.DOCUMENT_NO_LANGUAGE_PACK, 0):
        console.print(
            f"{without_pack:,} documents were left out for want of word lists in their language. "
            "--set language.judge_without_pack=true judges them by the rules that need none.",
            style="yellow",
        )
    if not_accepted := lost.get(Reason.DOCUMENT_LANGUAGE, 0):
        console.print(
            f"{not_accepted:,} documents were left out because language.accept does not name "
            'their language; --set language.accept=["*"] takes all languages.',
            style="yellow",
        )


def print_summary(console: Console, out: str, seconds: float) -> list[FunnelRow]:
    """Print what was kept and what was left out, and why; return the funnel."""
    rows = print_funnel(console, out, seconds, ("record", "document", "text", "image"))
    _warn_of_languages(console, rows)
    if not exit_status(rows):
        return rows
    console.print("No document was kept: the release has no rows.", style="yellow")
    if any(row.reason == Reason.IMAGE_MISSING for row in rows):
        console.print(
            "The archives do not hold the images that their pages show. "
            "--set images.source=none publishes image URLs instead, as OBELICS does; "
            "warc+fetch asks the web for them.",
            style="yellow",
        )
    return rows
