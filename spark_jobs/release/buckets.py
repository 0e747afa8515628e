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
        for bucket, own_rows in by_bucket(batches):
            yield to_batch([write(path(bucket), own_rows)], ReleaseFile)

    files = written_files(rows, on_partition)
    there = {file.path for file in files}
    files += [write(path(i), ()) for i in range(buckets) if path(i) not in there]
    return sorted(files, key=lambda file: file.path)


def written_files(
    rows: DataFrame, write: Callable[[Batches], Iterator[pa.RecordBatch]]
) -> list[ReleaseFile]:
    """Return the files that tasks write of `bucketed` rows; they yield `ReleaseFile`."""
    written = rows.mapInArrow(write, spark_schema(ReleaseFile)).collect()
    return [ReleaseFile(*(row[field] for field in ReleaseFile.__slots__)) for row in written]


def by_bucket(batches: Batches) -> Iterator[tuple[int, Iterator[pa.RecordBatch]]]:
    """Yield the buckets of a task with their rows, some at a time; each is taken to its end."""
    for bucket, runs in groupby(_runs(batches), key=lambda pair: pair[0]):
        yield bucket, (rows for _, rows in runs)


def _runs(batches: Batches) -> Iterator[tuple[int, pa.RecordBatch]]:
    for batch in batches:
        start = 0
        for bucket, same in groupby(batch.column(_BUCKET).to_pylist()):
            count = sum(1 for _ in same)
            yield bucket, batch.slice(start, count)
            start += count
