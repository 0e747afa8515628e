"""What robots.txt in the archives refuses: marks on pages that it forbids, or on their images.

Common Crawl keeps these answers in files of their own, other crawlers among the pages.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.rules.marks import WHOLE
from obelics_like.settings import ObelicsSettings
from spark_jobs.marks.live import Live, live, mark_columns
from spark_jobs.marks.read_kinds import has_kind, read_records
from spark_jobs.run.tables import (
    ROBOTS_MARKS,
    is_finished,
    kept,
    spark_schema,
    table_path,
    write_marks,
)
from webdoc.arrow import Batches, from_batch, map_records, schema_of, to_batch
from webdoc.permission.archive_robots import Question, Refusal, RobotsReader, robots_bind
from webdoc.permission.robots_txt import is_robots_url
from webdoc.permission.signs import PermissionSettings
from webdoc.reasons import Kind, Reason
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


def robots_marks(found: Live, records: DataFrame, settings: PermissionSettings) -> DataFrame | None:
    """Return the marks of documents and images that the newest robots.txt of a host refuses.

    Args:
        found: what was live when it was read.
        records: RECORDS.
        settings: say what binds.

    Returns:
        None where no robots.txt binds.
    """
    if not robots_bind(settings):
        return None
    images = found.nodes.where("is_image and url != ''")
    asked = found.heads.select("doc_id", "url").union(images.select("doc_id", "url")).distinct()
    listed = _refused(asked, records.where(F.col("kind") == Kind.ROBOTS.value), settings)
    said = listed.select("doc_id", F.explode("refusals").alias("said"))
    refused = said.select("doc_id", "said.url", "said.reason", "said.source")
    pages = refused.join(found.heads.select("doc_id", "url"), ["doc_id", "url"])
    shown = images.select("doc_id", "url", "node_index").join(refused, ["doc_id", "url"])
    shown = shown.join(pages.select("doc_id"), "doc_id", "left_anti")
    source = F.concat_ws(": ", "reason", "source")
    return pages.select(*mark_columns(WHOLE, Reason.DOCUMENT_NOT_PERMITTED, detail=source)).union(
        shown.select(
            *mark_columns(
                F.col("node_index"),
                Reason.IMAGE_NOT_PERMITTED,
                permission_reason=F.col("reason"),
                permission_source=F.col("source"),
            )
        )
    )


def write_robots_marks(spark: SparkSession, settings: ObelicsSettings) -> None:
    """Write ROBOTS_MARKS, where robots.txt binds and the archives hold one."""
    out = table_path(settings.out, ROBOTS_MARKS)
    if is_finished(out) or not has_kind(settings.out, Kind.ROBOTS):
        return
    found = live(spark, settings.out, ROBOTS_MARKS)
    marks = robots_marks(found, read_records(spark, settings.out), settings.permission)
    if marks is not None:
        write_marks(marks, out)


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
    return _refused(asked, captured, settings)


def _refused(asked: DataFrame, captured: DataFrame, settings: PermissionSettings) -> DataFrame:
    """Return `refusals` by the answers for robots.txt among RECORDS."""

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
    newest = here = kept(newest)
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
        here = kept(moved.select("origin", "target", "place.*"))
    return here
