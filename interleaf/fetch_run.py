"""`interleaf fetch` and `interleaf verify`: pictures by their URLs, and whether they still hold."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from interleaf.display import cell, print_errors, shown_run
from spark_jobs import fetch_images, verify_images
from spark_jobs.derived import verify_release
from spark_jobs.fetch_images import FetchJobSettings
from spark_jobs.release.checksums import is_published
from spark_jobs.run.java import check_java
from spark_jobs.run.lock import sole_writer
from spark_jobs.run.progress import RunProgress
from spark_jobs.run.session import Session, open_session
from spark_jobs.run.tables import is_finished, table_path
from spark_jobs.sources.fetched_files import FETCHED_IMAGES
from webdoc.derived.checks import Problem
from webdoc.reasons import FunnelRow
from webdoc.release.escaping import one_line
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
    """Look at a release, or at stored pictures and, with `links`, the web; tell if all is well.

    Raises:
        SettingsError: neither a release nor a fetch there, or links without anybody to contact.
    """
    out = settings.out
    has_fetch = is_finished(table_path(out, FETCHED_IMAGES))
    if not has_fetch and not is_published(out):
        raise SettingsError(
            f"{out} holds neither a release nor a finished fetch. Give the --out folder of a run"
            " that has its SHA256SUMS, or of `interleaf fetch`."
        )
    if links and not has_fetch:
        raise SettingsError(f"{out} is no fetch: only its links can be asked again (--links).")
    if links:
        fetch_images.check_contact(settings.fetch)
    check_java()
    console = Console()
    if not is_published(out):
        with sole_writer(out), open_session("interleaf verify", settings.spark) as spark:
            return _verified_fetch(console, spark, settings, links=links)
    progress = RunProgress(["looking at every file"], [1], [12])
    with shown_run(console, "interleaf verify", settings.spark, progress) as (spark, on_step):
        on_step(1, "looking at every file")
        problems = verify_release.verify(spark, out)
    return _said_of_release(console, out, problems)


def _verified_fetch(
    console: Console, spark: Session, settings: FetchJobSettings, *, links: bool
) -> bool:
    out = settings.out
    verify_images.check_stored(spark, out)
    stored = verify_images.stored_outcomes(spark, out)
    _print_table(console, f"{out}: stored pictures", ("outcome", "pictures"), stored.items())
    if links:
        verify_images.check_links(spark, settings)
        found = verify_images.link_outcomes(spark, out)
        _print_table(console, f"{out}: links", ("outcome", "cause", "URLs"), found)
    return stored.keys() <= {verify_images.SAME}


def _said_of_release(console: Console, out: str, problems: list[Problem]) -> bool:
    if not problems:
        console.print(
            f"{out}: a whole release. Checksums, columns, rows, pictures, clusters, Croissant file"
            " and card agree.",
            highlight=False,
            markup=False,
        )
        return True
    counts = Counter((one.check, one.problem) for one in problems)
    examples = {(one.check, one.problem): one.where for one in reversed(problems)}
    console.print(f"{out}: {len(problems):,} things are wrong.", style="red", markup=False)
    for (check, problem), count in counts.items():
        first = one_line(examples[check, problem])
        line = f"  {check}: {one_line(problem)}: {count:,}, the first one {first}"
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    return False


def _print_table(
    console: Console, title: str, columns: Sequence[str], rows: Iterable[Sequence[str | int]]
) -> None:
    table = Table(title=cell(title), title_justify="left")
    for column in columns:
        table.add_column(column)
    for row in rows:
        table.add_row(*(cell(value) if isinstance(value, str) else f"{value:,}" for value in row))
    console.print(table)
