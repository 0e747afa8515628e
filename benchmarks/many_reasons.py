"""Examples chosen among many rejected documents in a small heap: python -m benchmarks.many_reasons.

Prints what it took. With --millions 12 --heap 1g it is the run of docs/decisions/failures.md.
"""

import argparse
import time
from tempfile import TemporaryDirectory

from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.release.counts import example_ids, level_rows, summed
from spark_jobs.run.session import open_session
from webdoc.run_settings import SparkSettings


def main() -> None:
    """Make a table of ids and reasons, and read from it what publishing does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--millions", type=float, default=1)
    parser.add_argument("--heap", default="1g")
    given = parser.parse_args()
    settings = SparkSettings(master="local[2]", conf={"spark.driver.memory": given.heap})
    with TemporaryDirectory() as folder, open_session("many reasons", settings) as spark:
        ids = spark.range(int(given.millions * 1e6), numPartitions=24)
        # Nine of ten for one reason, as where images are missing; one of a hundred is kept.
        last = F.col("id") % 100
        reason = F.when(last < 10, "document_language").otherwise("document_images")
        rows = ids.select(
            F.md5(F.col("id").cast("string")).alias("doc_id"),
            F.when(last > 0, reason).alias("reject_reason"),
        )
        rows.write.parquet(f"{folder}/documents")
        documents = spark.read.parquet(f"{folder}/documents")
        began = time.monotonic()
        examples = example_ids(documents)
        chosen = time.monotonic()
        counts = summed(level_rows("document", documents, F.lit("kept")))
        counted = time.monotonic()
        print(f"{len(examples)} examples in {chosen - began:.0f} s: {examples[:2]}")
        print(f"counted in {counted - chosen:.0f} s: {[(r.reason, r.count) for r in counts]}")


if __name__ == "__main__":
    main()
