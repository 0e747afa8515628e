"""Reading a release again: its documents, and behind each the bytes of its pictures."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.run.tables import spark_schema, table_path
from webdoc.arrow import Batches, from_batch
from webdoc.exporters.documents import DOCUMENTS
from webdoc.exporters.images import IMAGES
from webdoc.exporters.mmc4 import MMC4_LINES
from webdoc.release.exporter import Exporter
from webdoc.release.published import PublishedDocument, published_document

_HASHES: Final = "transform(from_json(metadata, 'array<struct<sha256:string>>'), f -> f.sha256)"
_TEXT_BYTES: Final = (
    "aggregate(texts, 0L, (total, t) -> total + coalesce(octet_length(t), 0))"
    " + octet_length(metadata) + octet_length(general_metadata)"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A document, or one of its pictures: each of them once, behind it."""

    shard: int
    bucket: int
    doc_id: str
    sha256: str  # of a picture; "" of the document itself
    body: bytes | None  # of a picture
    images: tuple[str | None, ...] | None  # as the next ones, of the document itself
    texts: tuple[str | None, ...] | None
    metadata: str | None
    general_metadata: str | None
    placed: str | None  # a line of jsonl/, where that is wanted


@dataclass(frozen=True, slots=True)
class DocumentSize:
    """What is known of a document before any of its bytes are read."""

    doc_id: str
    text_bytes: int  # of its texts and facts
    shown: int  # pictures
    found: int  # of them, those whose bytes the release holds
    picture_bytes: int  # of those


def document_sizes(spark: SparkSession, folder: str, *, with_pictures: bool) -> DataFrame:
    """Return DocumentSize of every document of a release.

    Args:
        spark: the session.
        folder: of the release.
        with_pictures: whether its pictures are looked at; else none is found.
    """
    documents = documents_of(spark, folder)
    narrow = documents.select(
        "doc_id",
        F.expr(_TEXT_BYTES).alias("text_bytes"),
        F.expr("size(filter(images, url -> url is not null))").alias("shown"),
    )
    if not with_pictures:
        nothing = F.lit(0).cast("long")
        return narrow.select("*", nothing.alias("found"), nothing.alias("picture_bytes"))
    stored = _table(spark, folder, IMAGES).select("sha256", "size_bytes")
    shown = documents.select("doc_id", F.explode(F.expr(_HASHES)).alias("sha256"))
    sums = (F.count("sha256").alias("found"), F.sum("size_bytes").alias("picture_bytes"))
    found = shown.join(stored, "sha256").groupBy("doc_id").agg(*sums)
    return narrow.join(found, "doc_id", "left").na.fill(0, ["found", "picture_bytes"])


def pieces(
    spark: SparkSession, folder: str, shards: DataFrame, buckets: int, exporter: Exporter
) -> DataFrame:
    """Return Piece of every document whose bucket has a shard.

    The bytes of a picture go through two shuffles and are never gathered: not by document, since
    a document may show a hundred of them.

    Args:
        spark: the session.
        folder: of the release.
        shards: bucket and shard, few rows.
        buckets: how many there are.
        exporter: says whether bytes and the fields of MMC4 are wanted.
    """
    documents = documents_of(spark, folder).select("*", bucket_of("doc_id", buckets))
    documents = documents.join(F.broadcast(shards), "bucket")
    placed = F.lit(None).cast("string").alias("placed")
    if exporter.needs_placed:
        lines = spark.read.text(table_path(folder, MMC4_LINES.folder))
        own = F.get_json_object("value", "$.doc_id").alias("doc_id")
        documents = documents.join(lines.select(own, F.col("value").alias("placed")), "doc_id")
        placed = F.col("placed")
    whole = documents.select(
        "shard", "bucket", "doc_id", F.lit("").alias("sha256"), _empty("body"),
        "images", "texts", "metadata", "general_metadata", placed,
    )  # fmt: skip
    if not exporter.needs_pictures:
        return whole
    stored = _table(spark, folder, IMAGES).select("sha256", F.col("image.bytes").alias("body"))
    shown = F.explode(F.array_distinct(F.expr(_HASHES))).alias("sha256")
    pictures = documents.select("shard", "bucket", "doc_id", shown).join(stored, "sha256")
    empty = [_empty(name) for name in Piece.__slots__[5:]]
    return whole.unionByName(pictures.select("shard", "bucket", "doc_id", "sha256", "body", *empty))


def documents_by_shard(batches: Batches) -> Iterator[tuple[int, Iterator[PublishedDocument]]]:
    """Yield each shard with its documents, one at a time.

    Args:
        batches: of Piece, sorted by shard, bucket, doc_id, sha256.
    """
    rows = (row for batch in batches for row in from_batch(batch, Piece))
    for shard, of_shard in groupby(rows, key=lambda row: row.shard):
        by_document = groupby(of_shard, key=lambda row: row.doc_id)
        yield shard, (_document(own) for _, own in by_document)


def _document(own: Iterator[Piece]) -> PublishedDocument:
    first = next(own)
    bodies = {row.sha256: row.body for row in own if row.body is not None}
    return published_document(
        first.images or (),
        first.texts or (),
        first.metadata or "[]",
        first.general_metadata or "{}",
        bodies,
        first.placed or "",
    )


def bucket_of(column: str, buckets: int) -> Column:
    """Return the bucket of a document: by its id alone, so the same on every cluster."""
    return F.pmod(F.xxhash64(column), F.lit(buckets)).alias("bucket")


def picture_hashes() -> Column:
    """Return the SHA-256 of each picture that a row of data/ shows; null of other places."""
    return F.expr(_HASHES)


def documents_of(spark: SparkSession, folder: str) -> DataFrame:
    """Return the rows of data/ beside their doc_id."""
    doc_id = F.get_json_object("general_metadata", "$.doc_id").alias("doc_id")
    return _table(spark, folder, DOCUMENTS).select(doc_id, "*")


def _empty(name: str) -> Column:
    return F.lit(None).cast(spark_schema(Piece)[name].dataType).alias(name)


def _table(spark: SparkSession, folder: str, exporter: Exporter) -> DataFrame:
    schema = spark_schema(exporter.record)
    return spark.read.schema(schema).parquet(table_path(folder, exporter.folder))
