"""What a report shows beside the funnel: tallies and pictures, in one pass over the documents."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import pyarrow as pa
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.run.tables import spark_schema
from webdoc.arrow import Batches, from_batch, to_batch
from webdoc.release.picture_grid import CASES_KEPT, PictureCase, fewest
from webdoc.release.spread import Tally

Document = TypeVar("Document")
_MOST_NAMES = 1000  # of one kind: languages, hosts, ...


@dataclass(frozen=True, slots=True)
class Explored:
    """One row of that pass: either of the two."""

    tally: Tally | None = None
    case: PictureCase | None = None


def explored(
    documents: DataFrame,
    record: type[Document],
    tallies_of: Callable[[Iterable[Document]], Iterable[Tally]],
    cases_of: Callable[[Document], Iterable[PictureCase]],
) -> tuple[list[Tally], list[PictureCase]]:
    """Return tallies, added up, and the pictures with the smallest hashes of each reason.

    Args:
        documents: rows of `record`, marked ones too.
        record: what the pure functions take.
        tallies_of: what some documents add to the tallies.
        cases_of: the pictures of one document that a grid may show.
    """

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        best: list[PictureCase] = []
        for batch in batches:
            rows = list(from_batch(batch, record))
            best = fewest([*best, *(case for row in rows for case in cases_of(row))])
            yield to_batch([Explored(tally=tally) for tally in tallies_of(rows)], Explored)
        yield to_batch([Explored(case=case) for case in best], Explored)

    rows = documents.mapInArrow(on_partition, spark_schema(Explored)).persist()
    try:
        return _summed(rows), _fewest(rows)
    finally:
        rows.unpersist()


def _summed(rows: DataFrame) -> list[Tally]:
    """Return the tallies; of names those that were met most often."""
    keys = ("what", "name", "place", "kept")
    sums = (
        rows.where("tally is not null")
        .select("tally.*")
        .groupBy(*keys)
        .agg(F.sum("count").cast("long").alias("count"))
    )
    order = Window.partitionBy("what", "kept").orderBy(F.desc("count"), "name", "place")
    ranked = sums.withColumn("rank", F.row_number().over(order)).where(f"rank <= {_MOST_NAMES}")
    found = [Tally(*(row[name] for name in (*keys, "count"))) for row in ranked.collect()]
    return sorted(found, key=lambda t: (t.what, not t.kept, -t.count, t.name, t.place))


def _fewest(rows: DataFrame) -> list[PictureCase]:
    cases = rows.where("case is not null").select("case.*")
    order = Window.partitionBy("reason").orderBy("sha256")
    ranked = cases.withColumn("rank", F.dense_rank().over(order)).where(f"rank <= {CASES_KEPT}")
    table = ranked.drop("rank").toArrow()
    return fewest(case for batch in table.to_batches() for case in from_batch(batch, PictureCase))


def hidden_among(images: DataFrame, hidden: Column, digests: Iterable[str]) -> set[str]:
    """Return which pictures some document has a reason never to show.

    Args:
        images: a row for each image of each document, with `sha256`.
        hidden: whether the row is such a reason.
        digests: SHA-256 of those that are asked for.
    """
    wanted = list(dict.fromkeys(digests))
    if not wanted:
        return set()
    rows = images.where(F.col("sha256").isin(wanted) & hidden).select("sha256").distinct()
    return {row["sha256"] for row in rows.collect()}
