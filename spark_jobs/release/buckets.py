"""Dealing rows over the files of a release: the same rows in the same file everywhere."""

from collections.abc import Callable, Iterator
from itertools import groupby

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.run.tables import spark_schema
from webdoc.arrow import Batches, to_batch
from webdoc.release.files import ReleaseFile

_BUCKET = "_bucket"

# Writes one file, given its path in the release and its rows, one a batch.
Write = Callable[[str, Batches], ReleaseFile]


def bucketed(rows: DataFrame, key: str, buckets: int, *order: str) -> DataFrame:
    """Deal rows over files by the hash of their key, and sort them within each."""
    bucket = F.pmod(F.xxhash64(key), F.lit(buckets)).alias(_BUCKET)
    dealt = rows.select("*", bucket).repartition(buckets, _BUCKET)
    return dealt.sortWithinPartitions(_BUCKET, *order, key)


def write_bucketed(
    rows: DataFrame, name: str, buckets: int, write: Write, ending: str = "parquet"
) -> list[ReleaseFile]:
    """Write one file a bucket, also one for a bucket without rows.

    Args:
        rows: of `bucketed`.
        name: of the files: NAME-00000-of-00001.ENDING.
        buckets: how many files.
        write: called in a task, for an empty bucket in the driver.
        ending: of their names.
    """

    def path(bucket: int) -> str:
        return f"{name}-{bucket:05d}-of-{buckets:05d}.{ending}"

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        one_by_one = (
            (batch.column(_BUCKET)[i].as_py(), batch.slice(i, 1))
            for batch in batches
            for i in range(batch.num_rows)
        )
        for bucket, group in groupby(one_by_one, key=lambda pair: pair[0]):
            yield to_batch([write(path(bucket), (row for _, row in group))], ReleaseFile)

    written = rows.mapInArrow(on_partition, spark_schema(ReleaseFile)).collect()
    files = [ReleaseFile(*(row[field] for field in ReleaseFile.__slots__)) for row in written]
    there = {file.path for file in files}
    files += [write(path(i), ()) for i in range(buckets) if path(i) not in there]
    return sorted(files, key=lambda file: file.path)
