"""All documents of a run of the MMC4 path, looked at once: what funnel, card and report count."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from mmc4_like.marks import assembled
from mmc4_like.release import spread
from mmc4_like.release.counts import Count, ShownImage, counts_of, shown_images
from mmc4_like.settings import Mmc4Settings
from mmc4_like.tables import (
    ARCHIVES,
    GIVEN,
    POOL,
    ArchiveRow,
    DocumentParts,
    GivenImage,
    PlacedDocument,
    PoolPicture,
)
from spark_jobs.marks.mmc4_parts import published_parts, without_texts
from spark_jobs.release.counts import in_order, level_rows
from spark_jobs.release.explored import Looks, added_up, fewest_cases
from spark_jobs.run.tables import is_finished, read_table, spark_schema, table_path
from webdoc.arrow import Batches, from_batch, schema_of, to_batch
from webdoc.reasons import KEPT, CaptureReason, FunnelRow, Reason
from webdoc.release.figures import LEVEL_NAMES
from webdoc.release.picture_grid import PictureCase
from webdoc.release.spread import Tally

_FUNNEL = FunnelRow.__slots__


@dataclass(frozen=True, slots=True)
class DocumentReason:
    """A document, and why it is left out; None: it is published."""

    doc_id: str
    reject_reason: Reason | None


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the one pass over all documents: one of these."""

    tally: Tally | None = None  # the first two as in Explored
    case: PictureCase | None = None
    count: Count | None = None
    document: DocumentReason | None = None
    image: ShownImage | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What was looked at in all documents of a run."""

    parts: DataFrame  # of `published_parts`
    reasons: DataFrame  # doc_id, reject_reason of each document
    images: DataFrame  # ShownImage
    counts: tuple[Count, ...]
    funnel: tuple[FunnelRow, ...]
    tallies: tuple[Tally, ...]
    cases: tuple[PictureCase, ...]


@contextmanager
def seen(spark: SparkSession, settings: Mmc4Settings) -> Iterator[Seen]:
    """Look at all documents of a run once, without their texts; what was seen is kept meanwhile."""
    parts = published_parts(spark, settings.tables_from, settings.out)
    rows = without_texts(parts).mapInArrow(_rows_of, spark_schema(_Row)).persist()
    try:
        tallies, cases = added_up(rows), fewest_cases(rows)
        own = rows.where("count is not null").select("count.*")
        found = counted(spark, own, settings)
        levels = [row for row in found if row.level in LEVEL_NAMES]
        yield Seen(
            parts,
            rows.where("document is not null").select("document.*"),
            rows.where("image is not null").select("image.*"),
            tuple(found),
            tuple(in_order(FunnelRow(*(getattr(row, n) for n in _FUNNEL)) for row in levels)),
            tuple(tallies),
            tuple(cases),
        )
    finally:
        rows.unpersist()


def _rows_of(batches: Batches) -> Iterator[pa.RecordBatch]:
    looks = Looks(spread.tallies_of, spread.picture_cases, lambda _: ())
    others: list[_Row] = []

    def documents() -> Iterator[list[PlacedDocument]]:
        for batch in batches:
            own = batch.select(schema_of(DocumentParts).names)
            found = list(map(assembled, from_batch(own, DocumentParts)))
            others.extend(_Row(count=count) for count in counts_of(found))
            for one in found:
                document = one.candidate.document
                reason = DocumentReason(document.doc_id, document.reject_reason)
                others.append(_Row(document=reason))
                others.extend(_Row(image=image) for image in shown_images(one))
            yield found

    for made in looks.rows(documents()):
        yield to_batch([_Row(one.tally, one.case) for one in made] + others, _Row)
        others.clear()


def counted(spark: SparkSession, own: DataFrame, settings: Mmc4Settings) -> list[Count]:
    """Return all counts of a run, those of documents added up, and those of its other tables.

    Args:
        spark: the session.
        own: `Count`, of its documents.
        settings: of the run.
    """
    parts = [level_rows("record", records_of(spark, settings), F.col("kind"))]
    pool_path, given_path = (table_path(settings.tables_from, name) for name in (POOL, GIVEN))
    if is_finished(pool_path):
        parts.append(
            level_rows("pool_image", read_table(spark, pool_path, PoolPicture), F.lit(KEPT))
        )
    if is_finished(given_path):
        no_text = F.when(F.col("doc_id").isNull(), F.lit(Reason.GIVEN_NO_TEXT.value))
        images = read_table(spark, given_path, GivenImage).select(no_text.alias("reject_reason"))
        parts.append(level_rows("given_image", images, F.lit(KEPT)))
    numberless = [part.withColumn("number", F.lit(None).cast("long")) for part in parts]
    names = schema_of(Count).names
    rows = reduce(DataFrame.unionByName, numberless, own.select(*names))
    sums = [F.sum(name).cast("long").alias(name) for name in ("count", "words", "text_bytes")]
    totals = rows.groupBy("level", "reason", "number").agg(*sums).collect()
    return [Count(*(row[name] for name in names)) for row in totals]


def records_of(spark: SparkSession, settings: Mmc4Settings) -> DataFrame:
    """Return warc_filename, kind and reject_reason of every record of the archives."""
    rows = read_table(spark, table_path(settings.tables_from, ARCHIVES), ArchiveRow)
    damaged = F.when(F.col("page.problem") != "", F.lit(CaptureReason.DAMAGED_RECORD.value))
    return rows.select(
        F.coalesce("record.warc_filename", "page.warc_filename").alias("warc_filename"),
        "kind",
        F.coalesce("record.reject_reason", damaged).alias("reject_reason"),
    )
