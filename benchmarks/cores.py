"""Two cores against one: the first job, WARC files to marked documents, on the same input.

    python -m benchmarks.cores                        ../shared/data/pages and sites
    python -m benchmarks.cores FILE.warc.gz ... --rounds 3 --cores 4

Prints seconds of the job with one core and with several, in turn, and the ratio of the medians.
Spark's start is not counted; Python workers are warm, as they are in a run of more than a minute.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from interleaf.sample import sample_path
from obelics_like.settings import ObelicsSettings, load_settings
from spark_jobs import obelics_documents
from spark_jobs.run.obelics import prepare
from spark_jobs.run.session import open_session

DATA = Path(__file__).resolve().parents[2] / "shared/data"


def settings_for(inputs: list[str], out: str, cores: int) -> ObelicsSettings:
    """Return the settings of one run."""
    master = {"master": f"local[{cores}]"}
    archives = {"split_bytes": 100_000} if inputs == [str(sample_path())] else {}
    given = {"inputs": inputs, "out": out, "spark": master, "archives": archives}
    return load_settings(options=given)


def seconds(inputs: list[str], cores: int, folder: str) -> float:
    """Return how long the job took, without Spark's start."""
    settings = settings_for(inputs, f"{folder}/run", cores)
    with open_session("cores", settings.spark) as spark:
        prepare(settings_for([str(sample_path())], f"{folder}/warm", cores), fresh=True)
        obelics_documents.run(spark, settings_for([str(sample_path())], f"{folder}/warm", cores))
        prepare(settings, fresh=True)
        start = time.monotonic()
        obelics_documents.run(spark, settings)
        return time.monotonic() - start


def main() -> None:
    """Measure the files that are named, else the real ones beside the checkout."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("inputs", nargs="*")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cores", type=int, default=2)
    asked = parser.parse_args()
    inputs = asked.inputs or [str(DATA / "pages"), str(DATA / "sites")]
    if not asked.inputs and not DATA.is_dir():
        sys.exit(f"nothing to measure: name WARC files, or put real inputs at {DATA}")
    one, several = [], []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(asked.rounds):
            one.append(seconds(inputs, 1, folder))
            several.append(seconds(inputs, asked.cores, folder))
            print(f"1 core {one[-1]:.1f} s, {asked.cores} cores {several[-1]:.1f} s", flush=True)
    print(f"{asked.cores} cores are {median(one) / median(several):.2f} times as fast as one")


if __name__ == "__main__":
    main()
