"""What is live: heads and nodes as they were read, without what marks have left out since."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.heads import HEAD, NODE
from obelics_like.rules.marks import WHOLE, Mark
from spark_jobs.marks.older_runs import judged_table, older_marks
from spark_jobs.marks.read_kinds import read_kind
from spark_jobs.run.tables import (
    MARK_TABLES,
    is_finished,
    no_rows,
    parquet_rows,
    spark_schema,
    table_path,
)


@dataclass(frozen=True, slots=True)
class Live:
    """What is live by the marks of some steps."""

    heads: DataFrame  # Head, and the place of its document
    nodes: DataFrame  # LiveNode, of these heads
    marks: DataFrame  # Mark, of all documents that were live when they were read


def marks_before(spark: SparkSession, out: str, table: str | None = None) -> DataFrame:
    """Return the marks of the steps before the one that writes a table; None: of all steps.

    A step that had nothing to do has left no table. A run of an earlier version has marks of facts
    alone.
    """
    if judged_table(out):
        return older_marks(spark, out)
    names = MARK_TABLES if table is None else MARK_TABLES[: MARK_TABLES.index(table)]
    paths = [path for path in (table_path(out, name) for name in names) if is_finished(path)]
    # One scan of all: each scan of its own costs Spark more than the few rows in it.
    return parquet_rows(spark, paths, spark_schema(Mark)) if paths else no_rows(spark, Mark)


def union(spark: SparkSession, tables: Sequence[DataFrame]) -> DataFrame:
    """Return all rows of some tables of marks, of none too."""
    return reduce(DataFrame.union, tables) if tables else no_rows(spark, Mark)


def live(spark: SparkSession, out: str, table: str | None = None) -> Live:
    """Return what is live for the step that writes a table of marks; None: in the end."""
    marks = marks_before(spark, out, table)
    return _left(read_kind(spark, out, HEAD), read_kind(spark, out, NODE), marks, marks)


def without(found: Live, marks: DataFrame) -> Live:
    """Return what is live when marks come to those that there are."""
    return _left(found.heads, found.nodes, marks, found.marks.union(marks))


def _left(heads: DataFrame, nodes: DataFrame, new: DataFrame, marks: DataFrame) -> Live:
    """Return the heads and nodes that some new marks leave, beside all marks."""
    reasons = new.where(F.col("reject_reason").isNotNull())
    whole = reasons.where(F.col("node_index") == WHOLE).select("doc_id")
    gone = reasons.select("doc_id", F.col("node_index").alias("gone"))
    nodes = nodes.join(
        gone,
        (nodes["doc_id"] == gone["doc_id"])
        & ((F.col("gone") == WHOLE) | (F.col("gone") == F.col("node_index"))),
        "left_anti",
    )
    return Live(heads.join(whole, "doc_id", "left_anti"), nodes, marks)


def mark_columns(
    node_index: Column | int,
    reason: Column | str | None = None,
    value: Column | None = None,
    detail: Column | None = None,
    **others: Column,
) -> list[Column]:
    """Return the columns of `Mark` for rows that have a doc_id; what is not given is not said."""
    given = {
        "node_index": F.lit(node_index) if isinstance(node_index, int) else node_index,
        "reject_reason": reason if isinstance(reason, Column) else F.lit(reason),
        **({} if value is None else {"reject_value": value}),
        **({} if detail is None else {"reject_detail": detail}),
        **others,
    }
    made = []
    for field in spark_schema(Mark).fields:
        if field.name == "doc_id":
            made.append(F.col("doc_id"))
            continue
        blank = F.lit(_BLANKS.get(field.name))
        made.append(given.get(field.name, blank).cast(field.dataType).alias(field.name))
    return made


_BLANKS = dict.fromkeys(("reject_detail", "permission_reason", "permission_source"), "")


def one_of_each(marks: DataFrame) -> DataFrame:
    """Return of several broken rules in one place the first by the name of its reason."""
    names = ("reject_reason", "reject_value", "reject_detail")
    least = F.min(F.struct(*names)).alias("least")
    first = marks.groupBy("doc_id", "node_index").agg(least).select("*", "least.*")
    return first.select(*mark_columns(F.col("node_index"), *(F.col(name) for name in names)))
