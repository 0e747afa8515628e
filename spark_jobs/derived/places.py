"""Where the rows of a release lie: which file holds which document or picture."""

from collections.abc import Iterator, Sequence
from functools import reduce
from typing import Final

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it
from pyspark.sql.types import (
    ArrayType,
    BooleanType,
    IntegerType,
    LongType,
    StringType,
    StructType,
)

from spark_jobs.run.tables import exists, spark_schema, table_path
from webdoc.arrow import Batches, from_batch, schema_of, to_batch
from webdoc.derived.facts import DocumentFacts, facts_of, facts_without
from webdoc.exporters.documents import DOCUMENTS, ReleaseRow
from webdoc.exporters.images import IMAGES
from webdoc.exporters.mmc4 import MMC4, MMC4_LINES
from webdoc.exporters.scores import SCORES
from webdoc.release.exporter import Exporter
from webdoc.tables.images import PublishedImage

SOURCE: Final = "source"  # column: number of the release, in the order in which they were given
STAYS, LOST, DROPS = "stays", "lost", "drops"  # likewise, of `judged`
OF_DOCUMENTS: Final = (DOCUMENTS, MMC4, MMC4_LINES, SCORES)  # folders whose rows are documents
_SEPARATOR: Final = "/"


def has_folder(release: str, exporter: Exporter) -> bool:
    """Tell whether a release has the folder of an exporter."""
    return exists(table_path(release, exporter.folder))


def rows_at(spark: SparkSession, releases: Sequence[str], exporter: Exporter) -> DataFrame:
    """Return which file holds which row: source, file, key, size.

    Args:
        spark: the session.
        releases: folders; one without such a folder has no rows.
        exporter: of documents, whose key is doc_id and whose size is 1; or of pictures, whose key
            is the SHA-256 and whose size is in bytes.
    """
    parts = [
        _placed(spark, table_path(release, exporter.folder), exporter).withColumn(
            SOURCE, F.lit(number)
        )
        for number, release in enumerate(releases)
        if has_folder(release, exporter)
    ]
    rows = reduce(DataFrame.unionByName, parts)
    return rows.select(SOURCE, "file", "key", "size")


def _placed(spark: SparkSession, folder: str, exporter: Exporter) -> DataFrame:
    file = F.element_at(F.split(F.input_file_name(), _SEPARATOR), -1).alias("file")
    one = F.lit(1).cast("long").alias("size")
    if exporter.line:
        doc_id = F.get_json_object("value", "$.doc_id").alias("key")
        return spark.read.text(folder).select(file, doc_id, one)
    rows = spark.read.option("pathGlobFilter", "*.parquet")
    if exporter == IMAGES:
        images = rows.schema(spark_schema(PublishedImage)).parquet(folder)
        return images.select(file, F.col("sha256").alias("key"), F.col("size_bytes").alias("size"))
    if exporter == DOCUMENTS:
        documents = rows.schema(spark_schema(ReleaseRow)).parquet(folder)
        doc_id = F.get_json_object("general_metadata", "$.doc_id").alias("key")
        return documents.select(file, doc_id, one)
    documents = rows.schema("doc_id string").parquet(folder)
    return documents.select(file, F.col("doc_id").alias("key"), one)


def described(spark: SparkSession, releases: Sequence[str]) -> DataFrame:
    """Return the facts of each document of some releases: source, fields of DocumentFacts."""

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            rows: list[ReleaseRow] = from_batch(batch, ReleaseRow)
            yield to_batch(
                [facts_of(r.texts, r.metadata, r.general_metadata) for r in rows], DocumentFacts
            )

    schema = spark_schema(ReleaseRow)
    parts = []
    for number, release in enumerate(releases):
        path = table_path(release, DOCUMENTS.folder)
        rows = spark.read.schema(schema).option("pathGlobFilter", "*.parquet").parquet(path)
        facts = rows.mapInArrow(on_partition, spark_schema(DocumentFacts))
        parts.append(facts.withColumn(SOURCE, F.lit(number)))
    return reduce(DataFrame.unionByName, parts)


def judged(spark: SparkSession, releases: Sequence[str], kept: DataFrame) -> DataFrame:
    """Return the facts of each document as it will be, and whether it stays.

    Args:
        spark: the session.
        releases: folders.
        kept: source, doc_id and drops of each document that stays.

    Returns:
        source, stays, lost (how many pictures were dropped), drops (null of what goes), the fields
        of DocumentFacts.
    """
    names = schema_of(DocumentFacts).names
    stays = kept.select(SOURCE, "doc_id", F.coalesce(DROPS, F.array()).alias(DROPS))
    rows = described(spark, releases).join(stays, [SOURCE, "doc_id"], "left")

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            drops = batch.column(DROPS).to_pylist()
            before: list[DocumentFacts] = from_batch(batch.select(names), DocumentFacts)
            after = [facts_without(one, set(d or ())) for one, d in zip(before, drops, strict=True)]
            lost = [one.images - left.images for one, left in zip(before, after, strict=True)]
            yield pa.RecordBatch.from_arrays(
                [
                    batch.column(SOURCE),
                    pa.array([d is not None for d in drops], pa.bool_()),
                    pa.array(lost, pa.int64()),
                    batch.column(DROPS),
                    *to_batch(after, DocumentFacts).columns,
                ],
                names=[SOURCE, STAYS, LOST, DROPS, *names],
            )

    kinds = (
        (SOURCE, IntegerType()),
        (STAYS, BooleanType()),
        (LOST, LongType()),
        (DROPS, ArrayType(StringType())),
    )
    schema = StructType()
    for name, kind in kinds:
        schema = schema.add(name, kind)
    for field in spark_schema(DocumentFacts):
        schema = schema.add(field)
    return rows.select(SOURCE, *names, DROPS).mapInArrow(on_partition, schema)
