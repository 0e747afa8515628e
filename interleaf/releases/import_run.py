"""What `interleaf import` does: check, write with progress, say what came of it."""

from typing import Final

from rich.console import Console

from interleaf.display import shown_run
from spark_jobs.derived import import_release
from spark_jobs.derived.import_release import ImportSettings
from spark_jobs.run.progress import RunProgress
from webdoc.importers.importer import form_named
from webdoc.reasons import reason_text

_NOTHING_KEPT: Final = 3


def run_import(console: Console, settings: ImportSettings) -> int:
    """Import, and print how much came and which rows are none; return the exit status.

    Raises:
        SettingsError, RunFolderError: the import cannot begin; the message says why.
    """
    import_release.check(settings)  # before Spark takes its seconds to start
    title = f"importing {settings.form}"
    progress = RunProgress([title], [1], [2])
    with shown_run(console, "interleaf import", settings.spark, progress) as (spark, on_step):
        on_step(1, title)
        done = import_release.run(spark, settings)
    console.print(
        f"{settings.out}: {done.documents:,} documents with {done.images:,} images."
        f" {form_named(settings.form).lacks}",
        highlight=False,
    )
    for reason, count in done.rejected:
        console.print(f"{count:,} rows: {reason} ({reason_text(reason)})", style="yellow")
    return 0 if done.documents else _NOTHING_KEPT
