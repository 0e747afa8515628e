"""`interleaf fetch` and `interleaf verify`: pictures by their URLs, and whether they still hold."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it
from rich.console import Console
from rich.table import Table

from spark_jobs import fetch_images, verify_images
from spark_jobs.fetch_images import FETCHED, FetchJobSettings
from spark_jobs.session import open_session
from spark_jobs.tables import is_finished, read_table, table_path
from webdoc.fetched import Fetched
from webdoc.settings import SettingsError, assignment_table, build, merged, read_toml


def load_fetch_settings(
    config: str | Path | None, assignments: Sequence[str], given: dict[str, Any]
) -> FetchJobSettings:
    """Build the settings of a fetch: a file, then assignments, then what the caller gives.

    Raises:
        SettingsError: the message names the key and what is allowed.
    """
    table = read_toml(config) if config is not None else {}
    return build(FetchJobSettings, merged(table, assignment_table(assignments), given))


def run_fetch(settings: FetchJobSettings) -> None:
    """Fetch, or go on with what an earlier run fetched there, and print what came of it.

    Raises:
        SettingsError: no input, no folder, or nobody to contact.
    """
    console = Console()
    with open_session("interleaf fetch", settings.spark) as spark:
        fetch_images.fetch(settings)
        rows = read_table(spark, table_path(settings.out, FETCHED), Fetched)
        counts = rows.groupBy("cause").agg(F.count("*").alias("urls"), F.sum("size_bytes"))
        _print_counts(console, f"{settings.out}: URLs", ("cause", "URLs", "bytes"), counts)
    console.print("The same command goes on, and asks again where a failure may have passed.")


def run_verify(settings: FetchJobSettings, *, links: bool) -> bool:
    """Hold stored pictures, and with `links` the web, against the manifest; tell if all is stored.

    Raises:
        SettingsError: no fetch there, or links without anybody to contact.
    """
    out = settings.out
    if not is_finished(table_path(out, fetch_images.FETCHED_IMAGES)):
        raise SettingsError(
            f"{out} holds no finished fetch. Run interleaf fetch --out {out} first."
        )
    console = Console()
    with open_session("interleaf verify", settings.spark) as spark:
        verify_images.check_stored(spark, out)
        place = table_path(out, verify_images.STORED)
        stored = read_table(spark, place, verify_images.StoredCheck)
        counts = stored.groupBy("outcome").count()
        _print_counts(console, f"{out}: stored pictures", ("outcome", "pictures"), counts)
        if links:
            verify_images.check_links(spark, settings)
            place = table_path(out, verify_images.LINKS)
            checked = read_table(spark, place, verify_images.LinkCheck)
            counts = checked.groupBy("outcome", "cause").count()
            _print_counts(console, f"{out}: links", ("outcome", "cause", "URLs"), counts)
        return stored.where(F.col("outcome") != verify_images.SAME).isEmpty()


def _print_counts(console: Console, title: str, columns: Sequence[str], counts: DataFrame) -> None:
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column)
    for row in sorted(counts.collect(), key=lambda row: str(row[0])):
        table.add_row(
            *(f"{value or 0:,}" if not isinstance(value, str) else value for value in row)
        )
    console.print(table)
