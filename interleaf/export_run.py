"""What `interleaf export` does: check, write with progress, say what came of it."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console

from interleaf.display import shown_run
from spark_jobs import export
from spark_jobs.export import ExportSettings
from spark_jobs.run.progress import RunProgress
from webdoc.release.figures import size_text
from webdoc.settings import assignment_table, build, merged


def load_export_settings(assignments: Sequence[str], options: dict[str, Any]) -> ExportSettings:
    """Build the settings of an export: assignments, then what the caller gives.

    Raises:
        SettingsError: the message names the key and what is allowed.
    """
    return build(ExportSettings, merged(assignment_table(assignments), options))


def run_export(settings: ExportSettings) -> None:
    """Export, and print how much was written and what is missing.

    Raises:
        SettingsError, RunFolderError: the export cannot begin; the message says why.
    """
    export.check(settings)  # before Spark takes its seconds to start
    console = Console()
    title = f"writing {settings.to}"
    progress = RunProgress([title], [1], [2])
    with shown_run(console, "interleaf export", settings.spark, progress) as (spark, on_step):
        on_step(1, title)
        done = export.run(spark, settings)
    console.print(
        f"{settings.out}: {done.documents:,} documents in {done.files:,} files,"
        f" {size_text(done.size_bytes)}.",
        highlight=False,
    )
    if done.missing:
        console.print(
            f"{done.missing:,} pictures have no bytes in the release and are not in the export;"
            f" {done.left_out:,} documents were left out for them.",
            style="yellow",
        )
