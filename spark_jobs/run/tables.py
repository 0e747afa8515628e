"""Reading and writing tables: where they lie, what they look like, when they are finished."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import fsspec
import pyarrow as pa
import pyarrow.dataset as ds
from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.pandas.types import from_arrow_schema
from pyspark.sql.types import StructType

from webdoc.arrow import Batches, schema_of
from webdoc.tables.older import conformed, is_of_today

RECORDS = "tables/records"
SELECTED = "tables/selected"  # where the records stand that an index selects
IMAGES = "tables/images"
SIGNATURES = "tables/signatures"
CLUSTERS = "tables/clusters"
IMAGE_CLUSTERS = "tables/image_clusters"
CONTAMINATED = "tables/contaminated"
IMAGE_VECTORS = "tables/image_vectors"
TEXT_VECTORS = "tables/text_vectors"
# Marks, each table by the rules of one step; a document that one leaves out is in none after it
ROBOTS_MARKS = "tables/robots_marks"
IMAGE_MARKS = "tables/image_marks"
URL_MARKS = "tables/url_marks"
REPEATED = "tables/repeated"
EXACT_MARKS = "tables/exact_marks"
FINISHED = "tables/finished"
FINISH_MARKS = "tables/finish_marks"
TEXT_MARKS = "tables/near_text_marks"
NEAR_MARKS = "tables/near_image_marks"
SET_MARKS = "tables/set_marks"
ALIGNMENT_MARKS = "tables/alignment_marks"
SCORE_MARKS = "tables/score_marks"
DOCUMENT_MARKS = "tables/document_score_marks"
BALANCE_ENTRIES = "tables/balance_entries"
BALANCE_DRAWS = "tables/balance_draws"
BALANCE_MARKS = "tables/balance_marks"
# In the order of the steps that write them.
MARK_TABLES = (
    ROBOTS_MARKS,
    IMAGE_MARKS,
    URL_MARKS,
    EXACT_MARKS,
    FINISH_MARKS,
    TEXT_MARKS,
    NEAR_MARKS,
    SET_MARKS,
    ALIGNMENT_MARKS,
    SCORE_MARKS,
    DOCUMENT_MARKS,
    BALANCE_MARKS,
)
SETTLED = "tables/_settled"  # between the rounds of a loop; gone when its step ends
DESCRIPTION = "spark.job.description"
ONE_TASK = "spark.interleaf.oneTask"  # "true" where the input is small: see spark_jobs.run.sizes


def spark_schema(record: type) -> StructType:
    """Return Spark's schema of a record class."""
    return arrow_to_spark(schema_of(record))


def arrow_to_spark(schema: pa.Schema) -> StructType:
    """Return Spark's schema of an Arrow schema."""
    return from_arrow_schema(schema)


def table_path(out: str, table: str) -> str:
    """Return where a table of the run in folder `out` lies."""
    return f"{out.rstrip('/')}/{table}"


def for_fsspec(path: str) -> str:
    """Return Spark's name of a place as fsspec writes it: s3a and s3n are s3."""
    for scheme in ("s3a://", "s3n://"):
        if path.startswith(scheme):
            return "s3://" + path.removeprefix(scheme)
    return path


def exists(path: str) -> bool:
    """Tell whether a file or folder is there."""
    filesystem, inner = fsspec.url_to_fs(for_fsspec(path))
    return bool(filesystem.exists(inner))


def is_finished(path: str) -> bool:
    """Tell whether a table was written to its end: only then has it a _SUCCESS."""
    return exists(f"{path}/_SUCCESS")


def read_table(spark: SparkSession, path: str, record: type) -> DataFrame:
    """Read a finished table.

    Raises:
        FileNotFoundError: not there, or not finished; a half-written table is never read.
    """
    if not is_finished(path):
        raise FileNotFoundError(f"no finished table at {path}: run the job that writes it first")
    return parquet_rows(spark, path, spark_schema(record)).select(*schema_of(record).names)


def parquet_rows(spark: SparkSession, path: str | Sequence[str], schema: StructType) -> DataFrame:
    """Read the Parquet files of some folders, and none that a killed worker was writing.

    Of a small input each table is one partition: then plans need no shuffle, and a job is one task.
    """
    reader = spark.read.schema(schema).option("pathGlobFilter", "*.parquet")
    rows = reader.parquet(*([path] if isinstance(path, str) else path))
    return rows.coalesce(1) if is_small(spark) else rows


def is_small(spark: SparkSession) -> bool:
    """Tell whether the run that is in hand has a small input: see `spark_jobs.run.sizes`."""
    return spark.conf.get(ONE_TASK, "") == "true"


def kept(table: DataFrame) -> DataFrame:
    """Keep a table for a second look; the caches of a session are cleared when a step ends.

    Of a small input it is made by the first job that looks, else by a job of its own.
    """
    if is_small(table.sparkSession):
        return table.persist(StorageLevel.DISK_ONLY)
    return table.localCheckpoint()


def no_rows(spark: SparkSession, record: type) -> DataFrame:
    """Return a table without rows; Spark sees that, and leaves out what would be joined with it."""
    return spark.createDataFrame(schema_of(record).empty_table(), spark_schema(record))


def read_any_version(spark: SparkSession, path: str, record: type) -> DataFrame:
    """Read a finished table that this version or an earlier one wrote.

    Raises:
        FileNotFoundError: as `read_table`.
    """
    if not is_finished(path) or is_of_today(stored_table(path).schema, record):
        return read_table(spark, path, record)

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        return (conformed(batch, record) for batch in batches)

    rows = spark.read.option("pathGlobFilter", "*.parquet").parquet(path)
    return rows.mapInArrow(on_partition, spark_schema(record))


def stored_table(path: str, schema: pa.Schema | None = None) -> ds.Dataset:
    """Open a table without Spark; with a schema where its folders are tables of their own."""
    filesystem, inner = fsspec.url_to_fs(for_fsspec(path))
    return ds.dataset(
        inner, schema=schema, filesystem=filesystem, format="parquet", partitioning="hive"
    )


def write_table(table: DataFrame, path: str) -> None:
    """Write a table; what a killed run left in its place is replaced."""
    with described(table.sparkSession, f"writing {path.rstrip('/').rpartition('/')[2]}"):
        table.write.mode("overwrite").parquet(path)


def write_marks(table: DataFrame, path: str) -> None:
    """Write a table of a few rows that come out of many partitions, in files of a usual size.

    Small inputs, of which Spark makes no plan anew, have few files anyway.
    """
    is_mended = table.sparkSession.conf.get("spark.sql.adaptive.enabled", "") == "true"
    write_table(table.hint("rebalance") if is_mended else table, path)


@contextmanager
def described(spark: SparkSession, words: str) -> Iterator[None]:
    """Say in Spark's UI what its jobs within the block are for, behind what was said already."""
    context = spark.sparkContext
    before = context.getLocalProperty(DESCRIPTION)
    context.setLocalProperty(DESCRIPTION, f"{before}: {words}" if before else words)
    try:
        yield
    finally:
        context.setLocalProperty(DESCRIPTION, before)  # type: ignore[arg-type]


def remove(path: str) -> None:
    """Remove a table, if it is there."""
    filesystem, inner = fsspec.url_to_fs(for_fsspec(path))
    if filesystem.exists(inner):
        filesystem.rm(inner, recursive=True)


def mark_finished(path: str) -> None:
    """Say that a table made of several written parts is whole."""
    filesystem, inner = fsspec.url_to_fs(for_fsspec(path))
    filesystem.makedirs(inner, exist_ok=True)
    with filesystem.open(f"{inner}/_SUCCESS", "wb"):
        pass
