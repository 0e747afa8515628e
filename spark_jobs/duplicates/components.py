"""Connected components of a graph that lies in a table, by large-star and small-star."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import uuid4

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.run.tables import is_small, parquet_rows, remove, write_table

FEW_EDGES = 100_000  # some 20 MB in the driver
_LOG = logging.getLogger(__name__)
_folder: ContextVar[str] = ContextVar("folder of settled tables", default="")


@contextmanager
def settled_in(spark: SparkSession, folder: str) -> Iterator[None]:
    """Keep what is settled within the block in tables of a folder, so that executors may be lost.

    A session with a checkpoint folder keeps it there. On one machine it stays where it was made:
    there is no executor to lose without the driver.

    Args:
        spark: the session.
        folder: need not exist; it is removed when the block ends.
    """
    context, master = spark.sparkContext, str(spark.sparkContext.master)
    is_one_machine = master.startswith("local") and "cluster" not in master
    if is_one_machine or context.getCheckpointDir() is not None:
        yield
        return
    with kept_in(folder):
        yield


@contextmanager
def kept_in(folder: str) -> Iterator[None]:
    """Keep what is settled within the block in tables of a folder, whatever the session."""
    token = _folder.set(folder)
    try:
        yield
    finally:
        _folder.reset(token)
        remove(folder)


def settled(table: DataFrame) -> DataFrame:
    """Compute a table now and forget how it was made: loops over tables need that.

    It is kept where the session has its checkpoints, else where `settled_in` says, else on the
    executors' disks: then a lost executor fails the job instead of computing again.
    """
    if table.sparkSession.sparkContext.getCheckpointDir() is not None:
        return table.checkpoint()
    folder = _folder.get()
    if not folder:
        return table.localCheckpoint()
    path = f"{folder}/{uuid4().hex}"
    write_table(table, path)
    return parquet_rows(table.sparkSession, path, table.schema)


def connected_components(edges: DataFrame, few: int = FEW_EDGES) -> DataFrame:
    """Return the component of every node that has an edge.

    Few edges are brought to the driver: a table of them takes longer for each of its rounds than
    the walk as a whole.

    Each round is two shuffles. A round that moves no edge is the proof of the end: its result
    is its input, in which every node hangs on the smallest of its component. The log has the
    edges and the moved edges of each round.

    Args:
        edges: (a, b) strings, in any direction; repeated edges and loops do no harm.
        few: up to how many edges are walked in the driver.

    Returns:
        (node, component) strings: component is the smallest node of the component.

    Source: Kiveris et al., Connected Components in MapReduce and Beyond, SoCC 2014.
    """
    current = edges.where("a != b").select(
        F.greatest("a", "b").alias("high"), F.least("a", "b").alias("low")
    )
    current = current.distinct()
    if not (few and is_small(edges.sparkSession)):  # there nothing is made twice
        current = settled(current)
    walked = current.limit(few + 1).collect() if few else []
    if few and len(walked) <= few:
        return _walked(edges, [(row["high"], row["low"]) for row in walked])
    rounds, moved = 0, 1
    while moved:
        rounds += 1
        current = settled(_small_star(_large_star(current)))
        n_edges, moved = current.agg(F.count("*"), F.coalesce(F.sum("moved"), F.lit(0))).collect()[
            0
        ]
        _LOG.info("components: round %d, %d edges, %d moved", rounds, n_edges, moved)
    leaves = current.select(F.col("high").alias("node"), F.col("low").alias("component"))
    roots = current.select(F.col("low").alias("node"), F.col("low").alias("component"))
    return leaves.union(roots.distinct())


def _walked(edges: DataFrame, pairs: list[tuple[str, str]]) -> DataFrame:
    """Return the components of a few edges, found without Spark."""
    above: dict[str, str] = {}

    def root(node: str) -> str:
        while (up := above.setdefault(node, node)) != node:
            above[node] = node = above.setdefault(up, up)
        return node

    for high, low in pairs:
        a, b = sorted((root(high), root(low)))
        above[b] = a
    nodes = list(above)
    columns = {"node": nodes, "component": [root(node) for node in nodes]}
    schema = pa.schema([(name, pa.string()) for name in columns])
    return edges.sparkSession.createDataFrame(pa.table(columns, schema))


def _large_star(edges: DataFrame) -> DataFrame:
    """Hang every neighbour above a node on the smallest of that node and its neighbours."""
    both = edges.select(F.col("low").alias("node"), F.col("high").alias("other")).union(
        edges.select(F.col("high").alias("node"), F.col("low").alias("other"))
    )
    lowest = F.min("other").over(Window.partitionBy("node"))
    return (
        both.withColumn("lowest", F.least("node", lowest))
        .where("other > node")
        .select(
            F.col("other").alias("high"),
            F.col("lowest").alias("low"),
            (F.col("lowest") != F.col("node")).cast("long").alias("moved"),
        )
    )


def _small_star(edges: DataFrame) -> DataFrame:
    """Hang every node, and what is below it, on the smallest below it; each edge once."""
    # By node first, so that one shuffle serves both the grouping and the window.
    once = edges.repartition("high").groupBy("high", "low").agg(F.max("moved").alias("moved"))
    lowest = F.min("low").over(Window.partitionBy("high"))
    return once.withColumn("lowest", lowest).select(
        F.when(F.col("low") == F.col("lowest"), F.col("high"))
        .otherwise(F.col("low"))
        .alias("high"),
        F.col("lowest").alias("low"),
        F.when(F.col("low") == F.col("lowest"), F.col("moved")).otherwise(1).alias("moved"),
    )
