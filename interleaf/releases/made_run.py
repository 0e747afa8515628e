"""What `interleaf sample` and `merge` do: check, write with progress, say what came of it."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console

from interleaf.display import shown_run
from spark_jobs.derived import merge, sample
from spark_jobs.derived.merge import MergeSettings
from spark_jobs.derived.release import Derived
from spark_jobs.derived.sample import SampleSettings
from spark_jobs.run.java import check_java
from spark_jobs.run.progress import RunProgress
from webdoc.release.figures import size_text
from webdoc.settings import assignment_table, build, merged

_SPARK_JOBS = 25  # that a release takes, roughly: for the progress


def run_sample(assignments: Sequence[str], options: dict[str, Any]) -> None:
    """Write a sample, and say what is in it.

    Raises:
        SettingsError, RunFolderError: it cannot begin; the message says why.
    """
    settings = build(SampleSettings, merged(assignment_table(assignments), options))
    sample.check_settings(settings)
    check_java()
    console = Console()
    progress = RunProgress(["sampling"], [1], [_SPARK_JOBS])
    with shown_run(console, "interleaf sample", settings.spark, progress) as (spark, on_step):
        on_step(1, "sampling")
        made = sample.run(spark, settings)
    _say(console, settings.out, made)


def run_merge(assignments: Sequence[str], options: dict[str, Any]) -> None:
    """Merge releases, and say what is in the new one.

    Raises:
        SettingsError, RunFolderError: it cannot begin; the message says why.
    """
    settings = build(MergeSettings, merged(assignment_table(assignments), options))
    merge.check_settings(settings)
    check_java()
    console = Console()
    progress = RunProgress(["merging"], [1], [_SPARK_JOBS])
    with shown_run(console, "interleaf merge", settings.spark, progress) as (spark, on_step):
        on_step(1, "merging")
        made = merge.run(spark, settings)
    _say(console, settings.out, made.release)
    if not made.compared:
        console.print(
            "Near-copies were not looked for: not every release has tables/signatures of the same"
            " kind.",
            style="yellow",
        )


def _say(console: Console, out: str, made: Derived) -> None:
    console.print(
        f"{out}: {made.documents:,} documents with {made.images:,} images in {made.files:,} files,"
        f" {size_text(made.size_bytes)}; {made.documents_left_out:,} documents are not in it.",
        highlight=False,
        markup=False,
    )
