"""`interleaf demo`: the sample through both paths, without network."""

from contextlib import suppress

from rich.console import Console

from interleaf.mmc4_run import run_mmc4
from interleaf.obelics_run import run_obelics
from interleaf.sample import sample_path
from obelics_like.settings import load_settings
from spark_jobs.run.folder import check_made_by
from spark_jobs.run.java import check_java
from spark_jobs.run.mmc4 import settings_for
from spark_jobs.run.session import open_session
from spark_jobs.run.sizes import quick_start
from spark_jobs.run.with_torch import load_torch_meanwhile
from webdoc.clip.weights import check_clip
from webdoc.settings import SettingsError

_DEMO = "demo"  # the command whose folders it may write anew
_DRAWN_SIMILARITY = 0.7  # of the small model: below it lie pictures of anything but drawn shapes
_DRAWN_ONLY = (
    "They were placed by a small model that knows nothing but drawn shapes. Real use takes a real\n"
    "model, e.g. --model ViT-L-14:openai, whose weights open_clip fetches at the first use."
)
_DEMO_SPLIT_BYTES = 256 << 10  # the sample is small: so it still keeps several cores busy


def run_demo(out: str) -> None:
    """Run the sample through both paths, anew each time, and say where to look."""
    options = {
        "inputs": [str(sample_path())],
        "out": out,
        "archives": {"split_bytes": _DEMO_SPLIT_BYTES},
    }
    settings = load_settings(options=options)
    console = Console()
    placed = f"{out.rstrip('/')}/placed"
    check_java()
    check_made_by(out, _DEMO)
    check_made_by(placed, _DEMO)
    console.print("The sample through both paths: a minute or two. Starting Spark ...")
    # One session for both: Java starts once.
    session = quick_start(settings.spark, sample_path().stat().st_size)
    with open_session("interleaf demo", session) as spark:
        with suppress(SettingsError):  # it is said where it is needed
            check_clip()
            load_torch_meanwhile(spark)
        run_obelics(settings, fresh=True, made_by=_DEMO)
        has_placed = _run_mmc4_demo(console, placed)
    console.print(f"\nThe page to look at first:  {out}/report.html", highlight=False, markup=False)
    console.print(f"The dataset card:           {out}/README.md", highlight=False, markup=False)
    console.print(
        f"In Python:                  datasets.load_dataset({out!r}, split='train')",
        highlight=False,
        markup=False,
    )
    if has_placed:
        where = f"Images placed into texts:   {placed}/report.html"
        console.print(f"{where}\n{_DRAWN_ONLY}", highlight=False, markup=False)


def _run_mmc4_demo(console: Console, out: str) -> bool:
    """Run the drawn sample through the MMC4 path; tell whether that was possible."""
    try:
        check_clip()
    except SettingsError as error:
        console.print(f"The MMC4 path is left out. {error}", style="yellow", markup=False)
        return False
    options = {
        "texts": [str(sample_path("drawn.jsonl")), str(sample_path())],
        "pages": [str(sample_path("drawn.warc.gz"))],
        "clip": {"model": f"local-dir:{sample_path('drawn_clip')}"},
        "placement": {"min_similarity": _DRAWN_SIMILARITY},
        "archives": {"split_bytes": _DEMO_SPLIT_BYTES},
        "out": out,
    }
    run_mmc4(settings_for(options=options), fresh=True, made_by=_DEMO)
    return True
