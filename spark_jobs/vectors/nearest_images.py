"""IMAGE_VECTORS and queries -> NEIGHBOURS: the pictures nearest to each query.

Each task makes an index of one shard of the pictures and puts a block of queries to it; the best
of all shards are merged.
"""

from math import ceil

import pyarrow as pa
from pyspark import TaskContext
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.run.tables import arrow_to_spark
from webdoc.arrow import schema_of
from webdoc.clip.nearest_vectors import NearestSettings, Neighbour, nearest
from webdoc.clip.vectors import matrix_of

_FOUND = pa.schema(list(schema_of(Neighbour))[:-1])  # ranks come when all shards are merged


def nearest_images(images: DataFrame, queries: DataFrame, settings: NearestSettings) -> DataFrame:
    """Return NEIGHBOURS: at most k pictures for each query, nearest first.

    Args:
        images: IMAGE_VECTORS of one model; rows without a vector are passed over.
        queries: query_id and vector, of the same model. A query may have several vectors, such
            as one a sentence; a picture is as near to it as to the nearest of them.
        settings: how many; how the work is cut up.
    """
    known = images.where(F.length("vector") > 0).select("sha256", "vector")
    shards = ceil(known.count() / settings.shard_vectors)
    blocks = ceil(queries.count() / settings.block_queries)
    # Both sides as long: Spark deals 1 and 1L to different tasks, and the groups would not meet.
    left = known.select(
        "*",
        F.pmod(F.xxhash64("sha256"), F.lit(max(shards, 1))).cast("long").alias("shard"),
        F.explode(_numbers(blocks)).alias("block"),
    )
    right = queries.select(
        "query_id",
        "vector",
        F.pmod(F.xxhash64("query_id"), F.lit(max(blocks, 1))).cast("long").alias("block"),
        F.explode(_numbers(shards)).alias("shard"),
    )

    def look(pictures: pa.Table, asked: pa.Table) -> pa.Table:
        keys, ids = pictures["sha256"].to_pylist(), asked["query_id"].to_pylist()
        vectors, wanted = (matrix_of(side["vector"].to_pylist()) for side in (pictures, asked))
        task = TaskContext.get()
        near = nearest(wanted, vectors, keys, settings, task.cpus() if task else 0)
        rows = [(i, *pair) for i, pairs in zip(ids, near, strict=True) for pair in pairs]
        columns = list(zip(*rows, strict=True)) or [(), (), ()]
        return pa.table(
            [pa.array(c, f.type) for c, f in zip(columns, _FOUND, strict=True)], schema=_FOUND
        )

    grouped = left.groupBy("shard", "block").cogroup(right.groupBy("shard", "block"))
    found = grouped.applyInArrow(look, arrow_to_spark(_FOUND))
    nearest_of_query = found.groupBy("query_id", "sha256").agg(
        F.max("similarity").alias("similarity")
    )
    order = Window.partitionBy("query_id").orderBy(F.desc("similarity"), "sha256")
    ranked = nearest_of_query.withColumn("rank", F.row_number().over(order).cast("long"))
    return ranked.where(F.col("rank") <= settings.k).select(*schema_of(Neighbour).names)


def _numbers(count: int) -> Column:
    """Return 0 up to `count` as an array of longs; at least 0."""
    return F.sequence(F.lit(0).cast("long"), F.lit(max(count, 1) - 1).cast("long"))
