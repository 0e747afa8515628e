"""What a report shows beside the funnel: tallies and pictures, in one pass over the documents."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from heapq import nsmallest
from typing import Generic, TypeVar

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from webdoc.arrow import from_batch
from webdoc.release.picture_grid import CASES_KEPT, PictureCase, fewest
from webdoc.release.spread import Tally

Document = TypeVar("Document")
_MOST_NAMES = 1000  # of one kind: languages, hosts, ...
_EXAMPLES_A_REASON = 2


@dataclass(frozen=True, slots=True)
class Example:
    """A document that shows what a rule takes inside documents that are published."""

    reason: str
    doc_id: str


@dataclass(frozen=True, slots=True)
class Explored:
    """One row of that pass: one of the three."""

    tally: Tally | None = None
    case: PictureCase | None = None
    example: Example | None = None


@dataclass(frozen=True, slots=True)
class Looks(Generic[Document]):
    """What is looked at in documents: pure functions of one path."""

    tallies_of: Callable[[Iterable[Document]], Iterable[Tally]]  # what some add to the tallies
    cases_of: Callable[[Document], Iterable[PictureCase]]  # the pictures that a grid may show
    examples_of: Callable[[Document], Iterable[tuple[str, str]]]  # (reason, doc_id)

    def rows(self, found: Iterator[list[Document]]) -> Iterator[list[Explored]]:
        """Yield the rows of all documents of a task, which come some at a time."""
        best: list[PictureCase] = []
        examples: dict[str, list[str]] = {}
        for documents in found:
            best = fewest([*best, *(case for one in documents for case in self.cases_of(one))])
            for one in documents:
                for reason, doc_id in self.examples_of(one):
                    ids = [*examples.get(reason, ()), doc_id]
                    examples[reason] = nsmallest(_EXAMPLES_A_REASON, ids)
            yield [Explored(tally=tally) for tally in self.tallies_of(documents)]
        yield [Explored(case=case) for case in best]
        yield [Explored(example=Example(r, one)) for r, ids in examples.items() for one in ids]


def explored(rows: DataFrame) -> tuple[list[Tally], list[PictureCase], list[str]]:
    """Return tallies, added up, the pictures with the smallest hashes of each reason, and examples.

    Args:
        rows: Explored, made by `Looks.rows` of all documents, marked ones too.

    Returns:
        The last are the doc_ids of the examples.
    """
    rows = rows.persist()
    try:
        return added_up(rows), fewest_cases(rows), _examples(rows)
    finally:
        rows.unpersist()


def _examples(rows: DataFrame) -> list[str]:
    found = rows.where("example is not null").select("example.*")
    order = Window.partitionBy("reason").orderBy("doc_id")
    ranked = found.withColumn("rank", F.row_number().over(order))
    best = ranked.where(F.col("rank") <= _EXAMPLES_A_REASON).collect()
    return [row["doc_id"] for row in sorted(best, key=lambda row: (row["reason"], row["doc_id"]))]


def added_up(rows: DataFrame) -> list[Tally]:
    """Return the tallies, added up; of names those that were met most often."""
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


def fewest_cases(rows: DataFrame) -> list[PictureCase]:
    """Return the pictures with the smallest hashes of each reason."""
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
