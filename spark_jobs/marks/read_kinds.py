"""The tables that reading archives writes side by side: kinds of rows in the folders of RECORDS."""

import fsspec
import pyarrow.compute as pc
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.heads import READ_KINDS, SIGNATURE, StoredSignature
from spark_jobs.marks.older_runs import judged_table, older_kind
from spark_jobs.run.tables import (
    RECORDS,
    for_fsspec,
    is_finished,
    parquet_rows,
    spark_schema,
    stored_table,
    table_path,
)
from webdoc.arrow import schema_of
from webdoc.reasons import Kind
from webdoc.tables.records import Record

# Where a row stands: batch, and number of the file in it. Rows of one task have one place.
PLACE = ("batch", "part")


def read_kind(spark: SparkSession, out: str, kind: str) -> DataFrame:
    """Return the rows of one kind, with their place (batch, part) and without their kind.

    Raises:
        FileNotFoundError: the archives are not read to their end.
    """
    record = READ_KINDS[kind]
    names = [name for name in schema_of(record).names if name != "kind"]
    rows = older_kind(spark, out, kind, record) if judged_table(out) else _rows(spark, out, record)
    return rows.where(F.col("kind") == kind).select(*names, *PLACE)


def read_records(spark: SparkSession, out: str) -> DataFrame:
    """Return RECORDS: a row for every record of every input file.

    Raises:
        FileNotFoundError: the archives are not read to their end.
    """
    rows = _rows(spark, out, Record).where(F.col("kind").isin(*map(str, Kind)))
    return rows.select(*schema_of(Record).names)


def has_kind(out: str, kind: str, table: str = RECORDS) -> bool:
    """Tell whether any row of a kind was written when inputs were read, without a job."""
    filesystem, inner = fsspec.url_to_fs(for_fsspec(table_path(out, table)))
    return bool(filesystem.glob(f"{inner}/batch=*/kind={kind}"))


def signed_by(out: str) -> str:
    """Return by which settings texts were signed when they were read; "": there is no signature."""
    if not has_kind(out, SIGNATURE):
        return ""
    table = stored_table(table_path(out, RECORDS), schema_of(StoredSignature))
    row = table.head(1, columns=["settings"], filter=pc.field("kind") == SIGNATURE)
    return str(row.column("settings")[0].as_py())


def _rows(spark: SparkSession, out: str, record: type) -> DataFrame:
    path = table_path(out, RECORDS)
    if not is_finished(path):
        raise FileNotFoundError(f"no finished table at {path}: run the job that writes it first")
    schema = spark_schema(record).add("batch", "long")
    rows = parquet_rows(spark, path, schema)
    part = F.regexp_extract("_metadata.file_name", r"part-(\d+)", 1).cast("long")
    return rows.withColumn("part", part)


def document_file(out: str, kind: str, batch: int, part: int) -> str:
    """Return the file that holds the documents of a place."""
    return f"{table_path(out, RECORDS)}/batch={batch:06d}/kind={kind}/part-{part:06d}.parquet"
