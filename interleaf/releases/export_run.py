"""What `interleaf export` does: check, write with progress, say what came of it."""

import re
from collections.abc import Sequence
from typing import Any, Final

from rich.console import Console

from interleaf.display import shown_run
from spark_jobs.derived import export
from spark_jobs.derived.export import ExportSettings
from spark_jobs.run.progress import RunProgress
from webdoc.release.figures import size_text
from webdoc.settings import SettingsError, assignment_table, build, merged

_UNITS: Final = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
_SIZE: Final = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b?", re.IGNORECASE)


def size_bytes(text: str) -> int:
    """Return the bytes that a size with a unit says.

    Raises:
        SettingsError: it is none.

    >>> size_bytes("1GB"), size_bytes("512 MiB"), size_bytes("1.5k"), size_bytes("7")
    (1000000000, 536870912, 1500, 7)
    """
    found = _SIZE.fullmatch(text.strip())
    if not found:
        raise SettingsError(f"{text!r} is no size. Write 500MB, 1GB or a number of bytes.")
    number, unit, binary = found.groups()
    power = "kmgt".find(unit.lower()) + 1
    return int(float(number) * (1024**power if binary else _UNITS[unit.lower()]))


def load_export_settings(
    assignments: Sequence[str], options: dict[str, Any], shard_size: str
) -> ExportSettings:
    """Build the settings of an export: the size of a shard, assignments, what the caller gives.

    Raises:
        SettingsError: the message names the key and what is allowed.
    """
    size = {"shard_bytes": size_bytes(shard_size)}
    return build(ExportSettings, merged(size, assignment_table(assignments), options))


def run_export(settings: ExportSettings) -> None:
    """Export, and print how much was written and what is missing.

    Raises:
        SettingsError, RunFolderError: the export cannot begin; the message says why.
    """
    export.check(settings)  # before Spark takes its seconds to start
    console = Console()
    title = f"writing {settings.to}"
    progress = RunProgress([title], [1], [8])
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
            f"{done.missing:,} pictures have no bytes in the release and are not in the export.",
            style="yellow",
        )
    if done.left_out:
        console.print(
            f"{done.left_out:,} documents were left out: --missing {settings.missing} or the form"
            " has no place for them.",
            style="yellow",
        )
    if done.reserved:
        what = "were escaped" if done.escaped else "stay as they are; --escape changes that"
        console.print(f"{done.reserved:,} markers of pictures in texts of pages {what}.")
