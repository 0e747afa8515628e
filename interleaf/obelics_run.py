"""A run of the OBELICS path from the command line."""

from collections.abc import Iterable
from functools import partial

from rich.console import Console

from interleaf.display import print_funnel
from interleaf.whole_run import Path, run_whole
from obelics_like.settings import ObelicsSettings
from spark_jobs import obelics
from spark_jobs.obelics_alignment import spark_settings
from spark_jobs.run.outcome import exit_status
from webdoc.reasons import FunnelRow, Reason


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


def print_summary(console: Console, settings: ObelicsSettings, seconds: float) -> list[FunnelRow]:
    """Print what was kept and what was left out, and why; return the funnel."""
    rows = print_funnel(console, settings.out, seconds, ("record", "document", "text", "image"))
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


# Runs the path, given its settings: see `run_whole`.
run_obelics = partial(
    run_whole,
    Path(
        "obelics",
        "the inputs",
        obelics.begin,
        spark_settings,
        obelics.progress,
        obelics.run,
        print_summary,
    ),
)
