"""The documents of a run of the MMC4 path: their parts by a join, and their texts where asked."""

from collections.abc import Iterator

import pyarrow as pa
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from mmc4_like.marks import parts_of
from mmc4_like.tables import (
    ARCHIVES,
    CANDIDATES,
    LINKS,
    PLACED,
    TEXTS,
    ArchiveRow,
    CandidateDocument,
    DocumentParts,
    JudgedDocument,
    OutsideLimit,
    PlacedDocument,
    PlacementMarks,
    TextRow,
)
from spark_jobs.run.tables import (
    DOCUMENT_MARKS,
    is_finished,
    read_any_version,
    read_table,
    spark_schema,
    stored_table,
    table_path,
)
from webdoc.arrow import Batches, map_records, schema_of

_NAMES = schema_of(DocumentParts).names


def is_whole(out: str) -> bool:
    """Tell whether a run is of a version that wrote whole documents in PLACED."""
    path = table_path(out, PLACED)
    return is_finished(path) and "candidate" in stored_table(path).schema.names


def judged_parts(spark: SparkSession, out: str) -> DataFrame:
    """Return doc_id, candidate and judged of all documents of a run, before they are placed."""
    links = read_table(spark, table_path(out, LINKS), CandidateDocument)
    rows = links.select(F.col("document.doc_id").alias("doc_id"), F.struct("*").alias("candidate"))
    return rows.join(_by_id(spark, out, CANDIDATES, JudgedDocument, "judged"), "doc_id", "left")


def published_parts(spark: SparkSession, tables_from: str, out: str) -> DataFrame:
    """Return `placed_parts` with what scores of documents say of them, where there are any."""
    rows = placed_parts(spark, tables_from, out)
    if not is_finished(table_path(out, DOCUMENT_MARKS)):
        return rows
    outside = _by_id(spark, out, DOCUMENT_MARKS, OutsideLimit, "outside")
    return rows.drop("outside").join(outside, "doc_id", "left")


def placed_parts(spark: SparkSession, tables_from: str, out: str) -> DataFrame:
    """Return doc_id and the parts of all documents of a finished run, without texts.

    Args:
        spark: the session.
        tables_from: folder of the run that has all tables.
        out: folder of the run that placed them: the same one, or one that placed them again.
    """
    if is_whole(tables_from):
        rows = _of_whole(spark, tables_from)
    else:
        marks = _by_id(spark, tables_from, PLACED, PlacementMarks, "marks")
        rows = judged_parts(spark, tables_from).join(marks, "doc_id", "left")
    if out != tables_from:
        again = _by_id(spark, out, PLACED, PlacementMarks, "again")
        rows = rows.join(again, "doc_id", "left").withColumn("marks", F.coalesce("again", "marks"))
    nothing = F.lit(None).cast(spark_schema(OutsideLimit)).alias("outside")
    return rows.select("doc_id", "candidate", "judged", "marks", nothing)


def judged_reason() -> Column:
    """Return why a document of `judged_parts` is left out; null: it is to be placed."""
    judged = F.when(F.col("judged").isNotNull(), F.col("judged.reject_reason"))
    return judged.otherwise(F.col("candidate.document.reject_reason"))


def final_reason() -> Column:
    """Return why a document of `placed_parts` is left out; null: it is published."""
    outside = F.when(F.col("outside").isNotNull(), F.col("outside.reject_reason"))
    placed = F.when(F.col("marks").isNotNull(), F.col("marks.reject_reason"))
    return outside.otherwise(placed.otherwise(judged_reason()))


def with_texts(spark: SparkSession, parts: DataFrame, tables_from: str) -> DataFrame:
    """Return parts with their texts (`DocumentParts`), and their doc_id.

    Args:
        spark: the session.
        parts: of the documents that are wanted.
        tables_from: folder of the run that has all tables.
    """
    if is_whole(tables_from):  # the text is in the candidate
        return without_texts(parts)
    joined = parts.join(texts_by_id(spark, tables_from), "doc_id", "left")
    return _as_parts(joined.withColumn("text", F.coalesce("text", F.lit(""))))


def without_texts(parts: DataFrame) -> DataFrame:
    """Return parts as `DocumentParts` whose texts nobody asks for, and their doc_id."""
    return _as_parts(parts.withColumn("text", F.lit(None).cast("string")))


def _as_parts(rows: DataFrame) -> DataFrame:
    for name in _NAMES:
        if name not in rows.columns:
            rows = rows.withColumn(name, F.lit(None))
    return rows.select(*_NAMES, "doc_id").to(spark_schema(DocumentParts).add("doc_id", "string"))


def texts_by_id(spark: SparkSession, out: str) -> DataFrame:
    """Return (doc_id, text) of all texts, as they were read."""
    read = read_table(spark, table_path(out, TEXTS), TextRow)
    rows = read_table(spark, table_path(out, ARCHIVES), ArchiveRow)
    pages = rows.where("kind = 'page' and text.doc_id is not null")
    names = ("doc_id", "text")
    return read.select(*(f"document.{name}" for name in names)).unionByName(
        pages.select(*(f"text.{name}" for name in names))
    )


def _by_id(spark: SparkSession, out: str, table: str, record: type, name: str) -> DataFrame:
    rows = read_table(spark, table_path(out, table), record)
    return rows.select("doc_id", F.struct("*").alias(name))


def _of_whole(spark: SparkSession, out: str) -> DataFrame:
    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        return map_records(batches, parts_of, PlacedDocument, DocumentParts)

    placed = read_any_version(spark, table_path(out, PLACED), PlacedDocument)
    parts = placed.mapInArrow(on_partition, spark_schema(DocumentParts))
    return parts.withColumn("doc_id", F.col("candidate.document.doc_id"))
