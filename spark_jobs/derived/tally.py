"""Counting what stays and what goes in one pass over the facts of documents."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from math import floor
from typing import Final

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.derived.places import LOST, STAYS
from spark_jobs.release.counts import IMAGE_CLASSES, WORD_CLASSES
from spark_jobs.run.tables import spark_schema
from webdoc.arrow import Batches, from_batch, schema_of, to_batch
from webdoc.derived.facts import DocumentFacts, Sums
from webdoc.release.files import Distribution
from webdoc.url_keys import host_of, registered_domain

_SUMMED: Final = ("documents", "paragraphs", "words", "text_bytes", "images")
_CLASSES: Final = {"images": IMAGE_CLASSES, "words": WORD_CLASSES}
_DOMAINS: Final = 20


@dataclass(frozen=True, slots=True)
class Count:
    """How much of something there is among documents that stay, or that go."""

    stays: bool
    kind: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Tally:
    """What stays and what goes."""

    kept: Sums
    gone: Sums
    edited: int  # documents that stay and lost pictures
    lost: int  # pictures that they lost
    languages: tuple[tuple[str, int], ...]  # of what stays, most frequent first
    domains: tuple[tuple[str, int], ...]  # likewise, the top 20
    distributions: tuple[Distribution, ...]
    similarities: tuple[tuple[int, int], ...]  # hundredth, placed pictures; of the MMC4 path


def tally(facts: DataFrame) -> Tally:
    """Count documents.

    Args:
        facts: as of `spark_jobs.derived.places.judged`.
    """

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        counts: Counter[tuple[bool, str, str]] = Counter()
        for batch in batches:
            stays, lost = (batch.column(name).to_pylist() for name in (STAYS, LOST))
            narrow = batch.select(schema_of(DocumentFacts).names)
            for stay, less, one in zip(stays, lost, from_batch(narrow, DocumentFacts), strict=True):
                counts.update(_counted(one, stay, less))
        yield to_batch([Count(*key, count) for key, count in counts.items()], Count)

    rows = facts.mapInArrow(on_partition, spark_schema(Count))
    sums = rows.groupBy("stays", "kind", "name").agg(F.sum("count").alias("count")).persist()
    is_domain = F.col("kind") == "domain"
    try:
        few = sums.where(~is_domain).collect()
        order = (F.desc("count"), F.col("name"))
        most = sums.where(is_domain).orderBy(*order).limit(_DOMAINS).collect()
    finally:
        sums.unpersist()
    return _tally(
        {(row["stays"], row["kind"], row["name"]): row["count"] for row in few},
        tuple((row["name"], row["count"]) for row in most),
    )


def _counted(one: DocumentFacts, stays: bool, lost: int) -> dict[tuple[bool, str, str], int]:
    """Return what a document adds to the counts."""
    found = {(stays, "sum", name): getattr(one, name, 1) for name in _SUMMED}
    if not stays:
        return found
    found[True, "sum", "edited"] = int(lost > 0)
    found[True, "sum", "lost"] = lost
    found[True, "language", one.language] = 1
    found[True, "domain", registered_domain(host_of(one.url))] = 1
    for kind, (_, ends) in _CLASSES.items():
        number = getattr(one, kind)
        found[True, kind, str(sum(number > end for end in ends))] = 1
    places = Counter(floor(p.similarity * 100) for p in one.pictures if p.similarity is not None)
    return found | {(True, "similarity", str(place)): count for place, count in places.items()}


def _tally(counts: dict[tuple[bool, str, str], int], most: tuple[tuple[str, int], ...]) -> Tally:
    def of(kind: str) -> dict[str, int]:
        return {name: n for (stays, which, name), n in counts.items() if stays and which == kind}

    sums = [
        Sums(*(counts.get((stays, "sum", name), 0) for name in _SUMMED)) for stays in (True, False)
    ]
    return Tally(
        kept=sums[0],
        gone=sums[1],
        edited=of("sum").get("edited", 0),
        lost=of("sum").get("lost", 0),
        languages=tuple(sorted(of("language").items(), key=lambda pair: (-pair[1], pair[0]))),
        domains=most,
        distributions=tuple(
            Distribution(name, ends, tuple(of(kind).get(str(i), 0) for i in range(len(ends) + 1)))
            for kind, (name, ends) in _CLASSES.items()
        ),
        similarities=tuple(sorted((int(name), n) for name, n in of("similarity").items())),
    )
