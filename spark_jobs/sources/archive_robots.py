"""What robots.txt in the archives refuses; DOCUMENTS marked where it forbids a page or images.

Common Crawl keeps these answers in files of their own, other crawlers among the pages.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.rules.archive_robots import heeded
from obelics_like.settings import ObelicsSettings
from spark_jobs.run.tables import spark_schema
from webdoc.arrow import Batches, from_batch, map_records, schema_of, to_batch
from webdoc.page.document import Document
from webdoc.permission.archive_robots import Question, Refusal, Refusals, RobotsReader, robots_bind
from webdoc.permission.robots_txt import is_robots_url
from webdoc.permission.signs import PermissionSettings
from webdoc.reasons import Kind
from webdoc.url_keys import origin_of

_MAX_REDIRECTS = 5  # in a row; a loop ends there too. Source: RFC 9309, 2.3.1.2: at least
_PLACE = ("warc_filename", "warc_record_offset")


@dataclass(frozen=True, slots=True)
class _Seen:
    """An answer for a robots.txt, as it stands in RECORDS."""

    url: str
    redirect_url: str
    capture_time: str
    warc_filename: str
    warc_record_offset: int


@dataclass(frozen=True, slots=True)
class _Answer:
    """Whose answer it is, and where it stands."""

    origin: str
    target: str  # origin of the robots.txt that it redirects to; "" for none
    capture_time: str
    warc_filename: str
    warc_record_offset: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A URL that a live document is, or shows."""

    doc_id: str
    url: str


def heed(documents: DataFrame, records: DataFrame, settings: ObelicsSettings) -> DataFrame:
    """Return all documents, marked where the newest robots.txt of a host refuses.

    Where the archives hold none, or none binds, they come back as they are.

    Args:
        documents: columns of Document, which come out again.
        records: RECORDS.
        settings: of the run; its permission says what binds.
    """
    found = refusals(_asked(documents), records, settings.permission)
    if found is None:
        return documents
    pairs = documents.join(found, "doc_id", "left").select(
        *schema_of(Document).names, F.coalesce("refusals", F.array()).alias("refusals")
    )

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            own = batch.select(schema_of(Document).names)
            refused = [row.refusals for row in from_batch(batch, Refusals)]
            if any(refused):  # turning rows into records costs more than all the rest
                rows = zip(from_batch(own, Document), refused, strict=True)
                own = to_batch([heeded(document, of) for document, of in rows], Document)
            yield own

    return pairs.mapInArrow(on_partition, spark_schema(Document))


def refusals(
    asked: DataFrame, records: DataFrame, settings: PermissionSettings
) -> DataFrame | None:
    """Return (doc_id, refusals): what each document may not use, where there is such a thing.

    Args:
        asked: `Asked`.
        records: RECORDS.
        settings: say what binds.

    Returns:
        None where the archives hold no robots.txt, or none binds.
    """
    captured = records.where(F.col("kind") == Kind.ROBOTS.value)
    if not robots_bind(settings) or captured.isEmpty():
        return None

    def step(row: Asked) -> Question:
        return Question(origin_of(row.url), row.url, row.doc_id)

    def as_questions(batches: Batches) -> Iterator[pa.RecordBatch]:
        return map_records(batches, step, Asked, Question)

    def answer(batches: Batches) -> Iterator[pa.RecordBatch]:
        reader = RobotsReader(settings)
        for batch in batches:
            yield to_batch(reader.refusals(from_batch(batch, Question)), Refusal)

    questions = asked.mapInArrow(as_questions, spark_schema(Question)).where("origin != ''")
    # Not by a join: a URL would carry the whole robots.txt of its host with it.
    both = _rules(captured).unionByName(questions).repartition("origin")
    found = both.sortWithinPartitions("origin", "url").mapInArrow(answer, spark_schema(Refusal))
    listed = F.collect_list(F.struct(*schema_of(Refusal).names)).alias("refusals")
    return found.groupBy("doc_id").agg(listed)


def _asked(documents: DataFrame) -> DataFrame:
    """Return what live documents ask about: their own URLs, and those of images they show."""
    live = "filter(nodes, n -> n.image is not null and n.reject_reason is null)"
    urls = f"array_distinct(concat(array(url), transform({live}, n -> n.image.url)))"
    return documents.where("reject_reason is null").select(
        "doc_id", F.explode(F.expr(urls)).alias("url")
    )


def _rules(captured: DataFrame) -> DataFrame:
    """Return the robots.txt of each origin, as questions without a URL."""
    answers = captured.select(
        *_PLACE,
        F.lit("").alias("url"),
        F.lit("").alias("doc_id"),
        # An answer that cannot be read is none.
        F.when(F.col("reject_reason").isNull(), F.col("http_status")).otherwise(0).alias("status"),
        "robots_txt",
        "capture_time",
    ).withColumnRenamed("status", "http_status")
    deciding = _followed(_newest(captured))
    return deciding.join(answers, list(_PLACE)).select(*schema_of(Question).names)


def _newest(captured: DataFrame) -> DataFrame:
    """Return the newest answer of each origin: origin, target and place."""

    def step(seen: _Seen) -> _Answer:
        target = origin_of(seen.redirect_url) if is_robots_url(seen.redirect_url) else ""
        return _Answer(
            origin_of(seen.url),
            target,
            seen.capture_time,
            seen.warc_filename,
            seen.warc_record_offset,
        )

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        return map_records(batches, step, _Seen, _Answer)

    answers = captured.select(*schema_of(_Seen).names).mapInArrow(
        on_partition, spark_schema(_Answer)
    )
    newest = F.max_by(F.struct("target", *_PLACE), F.struct("capture_time", *_PLACE))
    named = answers.where("origin != ''").groupBy("origin")
    return named.agg(newest.alias("newest")).select("origin", "newest.*")


def _followed(newest: DataFrame) -> DataFrame:
    """Return the place of the answer that decides for each origin, redirects followed.

    Where the archives do not hold the end of them the last redirect decides: nobody can read what
    it leads to.
    """
    # Each step would else begin with the archives again.
    newest = here = newest.localCheckpoint()
    there = newest.select(
        F.col("origin").alias("target"),
        F.col("target").alias("onward"),
        F.struct(*_PLACE).alias("place"),
    )
    for _ in range(_MAX_REDIRECTS):
        if here.where("target != ''").isEmpty():
            break
        place = F.coalesce("place", F.struct(*_PLACE)).alias("place")
        moved = here.join(there, "target", "left")
        moved = moved.select("origin", F.coalesce("onward", F.lit("")).alias("target"), place)
        here = moved.select("origin", "target", "place.*").localCheckpoint()
    return here
