"""`interleaf fetch` and `interleaf verify`: pictures by their URLs, and whether they still hold."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from interleaf.display import cell, print_errors
from spark_jobs import fetch_images, verify_images
from spark_jobs.fetch_images import FetchJobSettings
from spark_jobs.run.java import check_java
from spark_jobs.run.lock import sole_writer
from spark_jobs.run.session import open_session
from spark_jobs.run.tables import is_finished, table_path
from spark_jobs.sources.fetched_files import FETCHED_IMAGES
from webdoc.reasons import FunnelRow
from webdoc.settings import SettingsError, assignment_table, build, merged, read_toml


def load_fetch_settings(
    config: str | Path | None, assignments: Sequence[str], options: dict[str, Any]
) -> FetchJobSettings:
    """Build the settings of a fetch: a file, then assignments, then what the caller gives.

    Raises:
        SettingsError: the message names the key and what is allowed.
    """
    table = read_toml(config) if config is not None else {}
    return build(FetchJobSettings, merged(table, assignment_table(assignments), options))


def run_fetch(settings: FetchJobSettings) -> None:
    """Fetch, or go on with what an earlier run fetched there, and print what came of it.

    Raises:
        SettingsError: no input, no folder, or nobody to contact.
    """
    fetch_images.check_contact(settings.fetch)  # before Spark takes its seconds to start
    console = Console()
    if not settings.inputs or not settings.out:
        raise SettingsError("Give lists or tables of URLs (inputs) and a folder for them (--out).")
    check_java()
    with (
        sole_writer(settings.out),
        open_session("interleaf fetch", settings.spark) as spark,
    ):
        fetch_images.fetch(settings)
        counts = fetch_images.causes(spark, settings.out)
    _print_table(console, f"{settings.out}: URLs", ("cause", "URLs", "bytes"), counts)
    console.print("The same command goes on, and asks again where a failure may have passed.")
    rows = [FunnelRow("url", cause, urls) for cause, urls, _ in counts]
    print_errors(console, rows, settings.errors)


def run_verify(settings: FetchJobSettings, *, links: bool) -> bool:
    """Hold stored pictures, and with `links` the web, against the manifest; tell if all is stored.

    Raises:
        SettingsError: no fetch there, or links without anybody to contact.
    """
    out = settings.out
    if not is_finished(table_path(out, FETCHED_IMAGES)):
        raise SettingsError(f"{out} holds no finished fetch. First: interleaf fetch --out {out}")
    if links:
        fetch_images.check_contact(settings.fetch)
    check_java()
    console = Console()
    with sole_writer(out), open_session("interleaf verify", settings.spark) as spark:
        verify_images.check_stored(spark, out)
        stored = verify_images.stored_outcomes(spark, out)
        _print_table(console, f"{out}: stored pictures", ("outcome", "pictures"), stored.items())
        if links:
            verify_images.check_links(spark, settings)
            found = verify_images.link_outcomes(spark, out)
            _print_table(console, f"{out}: links", ("outcome", "cause", "URLs"), found)
    return stored.keys() <= {verify_images.SAME}


def _print_table(
    console: Console, title: str, columns: Sequence[str], rows: Iterable[Sequence[str | int]]
) -> None:
    table = Table(title=cell(title), title_justify="left")
    for column in columns:
        table.add_column(column)
    for row in rows:
        table.add_row(*(cell(value) if isinstance(value, str) else f"{value:,}" for value in row))
    console.print(table)
