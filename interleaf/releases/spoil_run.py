"""What `interleaf spoil` does: check, write with progress, say how many copies there are."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console

from interleaf.display import shown_run
from spark_jobs.derived import spoil
from spark_jobs.derived.spoil import SpoilSettings
from spark_jobs.run.progress import RunProgress
from webdoc.release.figures import size_text
from webdoc.settings import assignment_table, build, merged


def load_spoil_settings(assignments: Sequence[str], given: dict[str, Any]) -> SpoilSettings:
    """Build the settings: assignments, then what the caller gives.

    Raises:
        SettingsError: the message names the key and what is allowed.
    """
    return build(SpoilSettings, merged(assignment_table(assignments), given))


def run_spoil(settings: SpoilSettings) -> None:
    """Spoil, and print what there is.

    Raises:
        SettingsError, RunFolderError: it cannot begin; the message says why.
    """
    spoil.check(settings)  # before Spark takes its seconds to start
    console = Console()
    title = "spoiling"
    progress = RunProgress([title], [1], [8])
    with shown_run(console, "interleaf spoil", settings.spark, progress) as (spark, on_step):
        on_step(1, title)
        done = spoil.run(spark, settings)
    console.print(
        f"{settings.out}: {sum(done.counts.values()):,} documents in {done.files:,} files,"
        f" {size_text(done.size_bytes)}.",
        highlight=False,
        markup=False,
    )
    for label, count in sorted(done.counts.items()):
        console.print(f"  {label}: {count:,}", highlight=False, markup=False)
