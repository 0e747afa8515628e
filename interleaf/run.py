"""Runs started from the command line: a session, progress while it goes, a summary at its end."""

import time

from rich.console import Console

from interleaf.display import has_documents, print_funnel, shown_run
from interleaf.mmc4_run import run_mmc4
from interleaf.sample import sample_path
from obelics_like.records import Reason
from obelics_like.settings import ObelicsSettings, SparkSettings, load_settings
from spark_jobs import obelics, report_again
from spark_jobs.clip_launch import with_torch
from spark_jobs.mmc4_launch import settings_for
from spark_jobs.obelics_alignment import spark_settings
from spark_jobs.session import open_session
from spark_jobs.tables import table_path
from webdoc.clip_weights import check_clip
from webdoc.settings import SettingsError

# Java's second compiler pays off after minutes; in a run of one it takes a third of the time.
_SHORT_RUN = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:ReservedCodeCacheSize=192m"
_DEMO_SPARK = {"conf": {"spark.driver.extraJavaOptions": _SHORT_RUN}}
_DRAWN_SIMILARITY = 0.7  # of the small model: below it lie pictures of anything but drawn shapes
_DRAWN_ONLY = (
    "They were placed by a small model that knows nothing but drawn shapes. Real use takes a real\n"
    "model, e.g. --model ViT-L-14:openai, whose weights open_clip fetches at the first use."
)
_DEMO_SPLIT_BYTES = 256 << 10  # the sample is small: so it still keeps several cores busy


def run_obelics(settings: ObelicsSettings, *, resume: bool = False, fresh: bool = False) -> None:
    """Prepare the folder, run all jobs with progress, and print the summary.

    Raises:
        SettingsError, RunFolderError: the run cannot begin; the message says why.
    """
    console = Console()
    started = time.monotonic()
    with console.status("Looking at the inputs ..."):
        obelics.begin(settings, resume=resume, fresh=fresh)
    steps = len(obelics.steps_of(settings))
    session = spark_settings(settings)
    with shown_run(console, "interleaf obelics", session, steps) as (spark, on_step):
        obelics.run(spark, settings, on_step)
    print_summary(console, settings.out, time.monotonic() - started)


def run_demo(out: str) -> None:
    """Run the sample through both paths, anew each time, and say where to look."""
    given = {
        "inputs": [str(sample_path())],
        "out": out,
        "reading": {"split_bytes": _DEMO_SPLIT_BYTES},
        "spark": _DEMO_SPARK,
    }
    settings = load_settings(given=given)
    console = Console()
    placed = f"{out.rstrip('/')}/placed"
    console.print("The sample through both paths: a minute or two. Starting Spark ...")
    # One session for both: Java starts once, and torch is loaded once.
    with open_session("interleaf demo", with_torch(settings.spark)):
        run_obelics(settings, fresh=True)
        has_placed = _run_mmc4_demo(console, placed)
    console.print(f"\nThe page to look at first:  {out}/report.html", highlight=False)
    console.print(f"The dataset card:           {out}/README.md", highlight=False)
    console.print(
        f"In Python:                  datasets.load_dataset({out!r}, split='train')",
        highlight=False,
    )
    if has_placed:
        console.print(f"Images placed into texts:   {placed}/report.html", highlight=False)
        console.print(_DRAWN_ONLY, highlight=False)


def _run_mmc4_demo(console: Console, out: str) -> bool:
    """Run the drawn sample through the MMC4 path; tell whether that was possible."""
    try:
        check_clip()
    except SettingsError as error:
        console.print(f"The MMC4 path is left out. {error}", style="yellow")
        return False
    given = {
        "texts": [str(sample_path("drawn.jsonl")), str(sample_path())],
        "pages": [str(sample_path("drawn.warc.gz"))],
        "clip": {"model": f"local-dir:{sample_path('drawn_clip')}"},
        "placement": {"min_similarity": _DRAWN_SIMILARITY},
        "archives": {"split_bytes": _DEMO_SPLIT_BYTES},
        "out": out,
        "spark": _DEMO_SPARK,
    }
    run_mmc4(settings_for(given=given), fresh=True)
    return True


def run_report(out: str) -> None:
    """Write the report of a finished run again, and say where it is.

    Raises:
        RunFolderError: the folder holds no finished run.
    """
    console = Console()
    report_again.check(out)
    with shown_run(console, "interleaf report", SparkSettings(), 1) as (spark, on_step):
        on_step(1, "writing the report")
        report_again.run(spark, out)
    console.print(f"Written: {table_path(out, report_again.REPORT)}", highlight=False)


def print_summary(console: Console, out: str, seconds: float) -> None:
    """Print what was kept and what was left out, and why."""
    rows = print_funnel(console, out, seconds, ("record", "document", "text", "image"))
    if has_documents(rows):
        return
    console.print("No document was kept: the release has no rows.", style="yellow")
    if any(row.reason == Reason.IMAGE_MISSING for row in rows):
        console.print(
            "The archives do not hold the images that their pages show. "
            "--set images.source=none publishes image URLs instead, as OBELICS does; "
            "warc+fetch asks the web for them.",
            style="yellow",
        )
