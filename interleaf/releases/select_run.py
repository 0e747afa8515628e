"""What `interleaf select` does: check, write with progress, say what stayed."""

from typing import Final

from rich.console import Console

from interleaf.display import shown_run
from spark_jobs.derived import select
from spark_jobs.derived.select import SelectSettings
from spark_jobs.run.progress import RunProgress
from webdoc.release.figures import size_text

_NOTHING_KEPT: Final = 3


def run_select(console: Console, settings: SelectSettings) -> int:
    """Select, and print what stayed and what went; return the exit status.

    Raises:
        SettingsError, RunFolderError: the selection cannot begin; the message says why.
    """
    select.check(settings)  # before Spark takes its seconds to start
    title = "selecting"
    progress = RunProgress([title], [1], [2])
    with shown_run(console, "interleaf select", settings.spark, progress) as (spark, on_step):
        on_step(1, title)
        done = select.run(spark, settings)
    console.print(
        f"{settings.out}: {done.documents:,} documents with {done.images:,} images,"
        f" {size_text(done.size_bytes)}. Left out: {done.documents_left_out:,} documents;"
        f" {done.documents_edited:,} that stay lost some of their images.",
        highlight=False,
    )
    return 0 if done.documents else _NOTHING_KEPT
