import logging
import math
import random
from itertools import pairwise

import pytest
from pyspark.sql import SparkSession

from spark_jobs.duplicates.components import FEW_EDGES, connected_components

Edge = tuple[str, str]


def roots(edges: list[Edge]) -> dict[str, str]:
    """Components by walking from every node, smallest first."""
    near: dict[str, set[str]] = {}
    for a, b in edges:
        if a != b:
            near.setdefault(a, set()).add(b)
            near.setdefault(b, set()).add(a)
    found: dict[str, str] = {}
    for root in sorted(near):
        waiting = [root] if root not in found else []
        while waiting:
            node = waiting.pop()
            if node not in found:
                found[node] = root
                waiting += near[node]
    return found


def run(spark: SparkSession, edges: list[Edge], few: int = 0) -> dict[str, str]:
    table = spark.createDataFrame(edges, "a string, b string")
    rows = connected_components(table, few).collect()
    assert len(rows) == len({row["node"] for row in rows})
    return {row["node"]: row["component"] for row in rows}


def many_graphs() -> list[Edge]:
    """Random graphs from sparse to dense, a star, a circle, loops and repeated edges."""
    dice = random.Random(5)
    edges: list[Edge] = [("loop", "loop"), ("x1", "x2"), ("x2", "x1"), ("x1", "x2")]
    for graph in range(40):
        nodes = [f"g{graph:02d}-{dice.randrange(10**6):06d}" for _ in range(3 + graph)]
        edges += [
            (dice.choice(nodes), dice.choice(nodes))
            for _ in range(dice.randrange(1, 2 * len(nodes)))
        ]
    edges += [("hub5", f"leaf{i:03d}") for i in range(300)]
    edges += [(f"c{i:02d}", f"c{(i + 1) % 50:02d}") for i in range(50)]
    return edges


def test_components_are_those_of_a_walk(spark: SparkSession) -> None:
    """Every node with an edge has the smallest node that it can reach; a loop alone has none."""
    edges = many_graphs()

    found = run(spark, edges)

    assert found == roots(edges)
    assert "loop" not in found
    assert run(spark, edges, few=FEW_EDGES) == found


def test_no_edges(spark: SparkSession) -> None:
    assert run(spark, []) == {}


@pytest.mark.slow
@pytest.mark.parametrize("order", ["sorted", "shuffled"])
def test_long_chain_ends_in_few_rounds(
    spark: SparkSession, caplog: pytest.LogCaptureFixture, order: str
) -> None:
    """10,000 nodes in a row: about log2 of the length, and the log proves the end."""
    nodes = [f"{i:08x}" for i in range(10_000)]
    if order == "shuffled":
        random.Random(1).shuffle(nodes)

    with caplog.at_level(logging.INFO, "spark_jobs.duplicates.components"):
        found = run(spark, list(pairwise(nodes)))

    assert found == dict.fromkeys(nodes, "00000000")
    moved = [record.args[2] for record in caplog.records]
    assert moved[-1] == 0
    assert all(moved[:-1])
    assert len(moved) <= math.log2(len(nodes)) + 2
