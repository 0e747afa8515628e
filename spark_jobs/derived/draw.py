"""Which documents of a release are drawn by a number of each: the same on every cluster."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from math import sqrt
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.derived.select import first_rows_of, with_scores
from spark_jobs.release.published import documents_of
from webdoc.arrow import Batches
from webdoc.derived.drawing import (
    Draw,
    Spread,
    cells_of,
    density_key,
    gumbel_key,
    number_of,
    pareto_keeps,
    place_of,
)
from webdoc.derived.selection import columns_of_release, value_in
from webdoc.settings import SettingsError

_VALUE = "doc_id string, value double"
Key = Callable[[float, float], float]  # of a value and a place


def check_column(folder: str, column: str) -> None:
    """Refuse a column that no document has, or that holds no numbers.

    Raises:
        SettingsError: names what there is.
    """
    pairs, scores = first_rows_of(folder)
    numbers = {
        name: kind
        for name, kind in columns_of_release(pairs, scores).of_documents.items()
        if kind == "number"
    }
    if column not in numbers:
        raise SettingsError(unknown_column(column, sorted(numbers)))


def unknown_column(column: str, known: list[str]) -> str:
    """Return a sentence on a column that is none."""
    from difflib import get_close_matches  # noqa: PLC0415 - only where something is wrong

    near = get_close_matches(column, known, n=1)
    hint = f"did you mean {near[0]}? " if near else ""
    return f"--by {column}: documents have no such number; {hint}There are: {', '.join(known)}"


def values_of(spark: SparkSession, folder: str, column: str) -> DataFrame:
    """Return (doc_id, value) of each document of a release that has this number."""
    documents = with_scores(spark, documents_of(spark, folder).select("general_metadata"), folder)

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            rows = [value_in(row, column) for row in batch.to_pylist()]
            yield _batch([(doc_id, number_of(value)) for doc_id, value in rows], "value")

    return documents.mapInArrow(on_partition, _VALUE).where("value is not null")


def densities_of(spark: SparkSession, folder: str) -> DataFrame:
    """Return (doc_id, value): how large a part of a release is like each document, in (0, 1].

    Only hashes and counts are shuffled. A document without words has none.
    """
    documents = documents_of(spark, folder).select("doc_id", "texts")

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            ids: list[str] = []
            numbers: list[int] = []
            cells: list[int] = []
            for row in batch.to_pylist():
                found = cells_of(row["texts"] or ())
                if found is not None:
                    ids += [row["doc_id"]] * len(found)
                    numbers += range(len(found))
                    cells += found.astype("int64").tolist()
            columns = [
                pa.array(ids, pa.string()),
                pa.array(numbers, pa.int32()),
                pa.array(cells, pa.int64()),
            ]
            yield pa.RecordBatch.from_arrays(columns, names=["doc_id", "number", "cell"])

    cells = documents.mapInArrow(on_partition, "doc_id string, number int, cell long")
    shared = cells.groupBy("number", "cell").agg(F.count("*").alias("shared"))
    sums = cells.join(shared, ["number", "cell"]).groupBy("doc_id")
    found = sums.agg(F.sum("shared").alias("shared"), F.count("*").alias("cells"))
    total = documents.count()
    value = F.col("shared") / (F.col("cells") * F.lit(float(max(total, 1))))
    return found.select("doc_id", value.alias("value"))


def spread_of(values: DataFrame) -> Spread:
    """Return how values are spread; sums are exact, so their order does not matter."""
    exact = F.expr("try_cast(value as decimal(38, 12))")
    squares = F.expr("try_cast(value * value as decimal(38, 12))")
    row = values.agg(
        F.count("value").alias("count"),
        F.sum(exact).alias("sum"),
        F.sum(squares).alias("squares"),
        F.min("value").alias("least"),
        F.max("value").alias("most"),
    ).first()
    if row is None or not row["count"]:
        return Spread(0)
    count = Decimal(row["count"])
    mean = row["sum"] / count
    variance = max(row["squares"] / count - mean * mean, Decimal(0))
    return Spread(row["count"], float(mean), sqrt(variance), row["least"], row["most"])


def drawn(values: DataFrame, how: Draw, count: int, seed: int, temperature: float) -> DataFrame:
    """Return the doc_id of each document that is drawn.

    Args:
        values: (doc_id, value) of documents that have one.
        how: by what their values decide.
        count: how many; PARETO does not look at it.
        seed: another one gives another sample.
        temperature: of GUMBEL.

    Raises:
        SettingsError: PARETO is asked for, and a value is no score in [0, 1].
    """
    if how is Draw.TOP:
        return values.orderBy(F.desc("value"), "doc_id").limit(count).select("doc_id")
    key: Key = density_key
    if how is not Draw.DENSITY:
        spread = spread_of(values)
        key = _by_gumbel(spread, temperature) if how is Draw.GUMBEL else _by_pareto(spread)
    keyed = values.mapInArrow(partial(_keyed, key=key, seed=seed), "doc_id string, key double")
    if how is Draw.PARETO:
        return keyed.where("key > 0").select("doc_id")
    return keyed.orderBy(F.desc("key"), "doc_id").limit(count).select("doc_id")


def _by_gumbel(spread: Spread, temperature: float) -> Key:
    return lambda value, place: gumbel_key(value, spread, temperature, place)


def _by_pareto(spread: Spread) -> Key:
    if spread.count and not (spread.least >= 0 and spread.most <= 1):
        raise SettingsError(
            f"--draw pareto is for scores in [0, 1], and these go from {spread.least:g} to"
            f" {spread.most:g}. Take --draw gumbel."
        )
    return lambda value, place: float(pareto_keeps(value, place))


def _keyed(batches: Batches, key: Key, seed: int) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        pairs = zip(*(column.to_pylist() for column in batch.columns), strict=True)
        yield _batch([(one, key(value, place_of(one, seed))) for one, value in pairs], "key")


def _batch(rows: list[tuple[str, Any]], name: str) -> pa.RecordBatch:
    columns = [pa.array([row[0] for row in rows], pa.string())]
    columns.append(pa.array([row[1] for row in rows], pa.float64()))
    return pa.RecordBatch.from_arrays(columns, names=["doc_id", name])
