"""A run of the MMC4 path from the command line."""

from collections.abc import Sequence
from functools import partial

from rich.console import Console

from interleaf.display import print_funnel
from interleaf.whole_run import Path, run_whole
from mmc4_like.settings import Mmc4Settings
from spark_jobs import mmc4
from spark_jobs.run.mmc4 import spark_settings
from spark_jobs.run.outcome import exit_status
from webdoc.reasons import KEPT, OFFERED_LEVELS, FunnelRow, Reason

_LEVELS = ("record", *OFFERED_LEVELS, "document", "sentence", "image")


def print_summary(console: Console, settings: Mmc4Settings, seconds: float) -> list[FunnelRow]:
    """Print what was kept and what was left out, and why; return the funnel."""
    rows = print_funnel(console, settings.out, seconds, _LEVELS)
    if exit_status(rows):
        message = f"No document was kept: the release has no rows. {advice(rows, settings)}"
        console.print(message, style="yellow", markup=False)
    return rows


def advice(rows: Sequence[FunnelRow], settings: Mmc4Settings) -> str:
    """Return what to look at when nothing was kept.

    Args:
        rows: the funnel.
        settings: of the run.
    """
    image, document = (_most_frequent(rows, level) for level in ("image", "document"))
    if not document:
        return (
            "There was no text at all: name JSONL, Parquet or plain text files, or WARC files with "
            "pages. WAT files hold none, and those of WET files are not read."
        )
    if not image and document != Reason.DOCUMENT_IMAGES:
        return f"Most texts were left out because of {document}: README.md says what that means."
    if not image:
        return _without_candidates(rows, settings)
    if image == Reason.IMAGE_MISSING:
        return (
            "The bytes of the images are missing: name WARC files that hold them, or let "
            "--set images.source=warc+fetch get them from the web."
        )
    return f"Most images were left out because of {image}: README.md says what that means."


def _without_candidates(rows: Sequence[FunnelRow], settings: Mmc4Settings) -> str:
    pool = {row.reason for row in rows if row.level == "pool_image"}
    if pool and KEPT not in pool:
        reason = _most_frequent(rows, "pool_image")
        return f"Each picture of --pool breaks a rule, most of them {reason}: see README.md."
    if settings.given:
        return "No text has the doc_id or url that a row of --given names: compare them."
    return (
        "No text has a candidate image: name archives of the texts' own pages with --pages, "
        "or pictures with --pool."
    )


def _most_frequent(rows: Sequence[FunnelRow], level: str) -> str:
    """Return the reason that took most of a level; "" where there is nothing of it."""
    counts = {row.reason: row.count for row in rows if row.level == level}
    return max(counts, key=lambda reason: counts[reason], default="")


# Runs the path, given its settings: see `run_whole`.
run_mmc4 = partial(
    run_whole,
    Path(
        "mmc4",
        "the inputs, and for the model",
        mmc4.begin,
        spark_settings,
        mmc4.progress,
        mmc4.run,
        print_summary,
    ),
)
