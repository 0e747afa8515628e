"""An index of captures -> SELECTED: where each record stands that a run reads, each once.

Its Parquet files are read by PyArrow in the tasks, wherever they lie: so S3 and HTTP need no jar,
and every request counts in the budget of the run.
"""

from collections.abc import Iterator, Sequence
from typing import Any
from zlib import crc32

import pyarrow as pa
import pyarrow.dataset as ds
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.run.tables import (
    SELECTED,
    arrow_to_spark,
    described,
    is_finished,
    parquet_rows,
    stored_table,
    table_path,
)
from webdoc.archive.reader import ReadSettings
from webdoc.arrow import Batches
from webdoc.index.index_files import (
    FILENAME,
    LENGTH,
    OFFSET,
    POINTER_TYPES,
    URL,
    index_batches,
)
from webdoc.index.plan import (
    HOST,
    PAGES,
    ROBOTS,
    SURT_HOST,
    SURT_KEY,
    Annotation,
    Selection,
    Table,
    check_selection,
)
from webdoc.index.pointers import Pointer, sample_sql
from webdoc.index.read_pointers import RecordReader
from webdoc.index.request_rate import RequestRate, share_of_rate
from webdoc.index.settings import IndexSettings
from webdoc.settings import SettingsError

_BUCKETS = 256  # folders of SELECTED: a task opens the one that has the records of its file
_SURT_HOST_OF = f"regexp_extract({SURT_KEY}, '^([^):]*)', 1)"


def lanes(spark: SparkSession, index: IndexSettings) -> int:
    """Return among how many tasks the requests of a stage are dealt: more never run at once."""
    if index.tasks:
        return index.tasks
    conf = spark.conf
    most = 0
    if conf.get("spark.dynamicAllocation.enabled", "false") == "true":
        cores = int(conf.get("spark.executor.cores", "1") or 1)
        executors = conf.get("spark.dynamicAllocation.maxExecutors", "0") or "0"
        most = cores * int(executors) if executors.isdigit() and int(executors) < 1 << 20 else 0
    return max(spark.sparkContext.defaultParallelism, most)


def select_records(
    spark: SparkSession, out: str, index: IndexSettings, archives: ReadSettings
) -> dict[str, int]:
    """Write SELECTED, unless it is there; return the bytes of the records selected of each file.

    Args:
        spark: the session; it must not speculate, or two tasks would spend one share of the budget.
        out: folder of the run.
        index: what is selected.
        archives: how its storage is asked.

    Raises:
        SettingsError: nothing is selected, the index cannot be read as it is asked to, or
            speculation is on.
    """
    if spark.conf.get("spark.speculation", "false") == "true":
        raise SettingsError(
            "spark.speculation is on: two copies of a task would ask twice as often as "
            "index.requests_per_second allows. Turn it off."
        )
    path = table_path(out, SELECTED)
    if not is_finished(path):
        plan = check_selection(index, archives)
        pointers = _distinct(_selected(spark, plan, index, archives))
        bucket = F.pmod(F.crc32(FILENAME), F.lit(_BUCKETS)).cast("int")
        ordered = (
            pointers.withColumn("bucket", bucket)
            .repartition("bucket")
            .sortWithinPartitions("bucket", FILENAME, OFFSET, LENGTH, URL)
        )
        with described(spark, "selecting records"):
            ordered.write.mode("overwrite").partitionBy("bucket").parquet(path)
    sizes = _sizes(spark, path, index)
    if not sizes:
        raise SettingsError(
            f"No record of {index.path or index.crawl} is selected by where = {index.where!r} and "
            f"sample = {index.sample}. Ask for more."
        )
    return sizes


def _selected(
    spark: SparkSession, plan: Selection, index: IndexSettings, archives: ReadSettings
) -> DataFrame:
    """Return the pointers of pages, and of the robots.txt captures of their hosts."""
    scans = 1 + plan.robots + len(plan.annotations)  # that may run at the same time

    def rows(table: Table) -> DataFrame:
        return _rows(spark, table, index, archives, scans)

    def only(subset: str, rows: DataFrame) -> DataFrame:
        return rows.where(F.col("subset") == subset)

    pages = rows(_subset(plan.index, PAGES) if plan.pages_only else plan.index)
    pages = only(PAGES, pages) if plan.pages_only else pages
    if index.crawl and "crawl" in pages.columns:
        pages = pages.where(F.col("crawl") == index.crawl)
    for annotation in plan.annotations:
        pages = _annotated(pages, annotation, rows(annotation.table))
    if plan.where is not None:
        pages = pages.where(F.expr(plan.where.spark_sql))
    if index.sample < 1:
        pages = pages.where(F.expr(sample_sql(f"coalesce({URL}, '')", index.sample)))
    found = pages.select(URL, FILENAME, OFFSET, LENGTH)
    if not plan.robots:
        return found
    robots = only(ROBOTS, rows(_subset(plan.index, ROBOTS)))
    if index.crawl and "crawl" in robots.columns:
        robots = robots.where(F.col("crawl") == index.crawl)
    asked = robots.join(pages.select(HOST).distinct(), HOST, "left_semi")
    return found.unionByName(asked.select(URL, FILENAME, OFFSET, LENGTH))


def _subset(table: Table, subset: str) -> Table:
    files = [one for one in table.files if one.partition.get("subset", subset) == subset]
    return Table(table.name, tuple(files), table.columns)


def _annotated(pages: DataFrame, annotation: Annotation, rows: DataFrame) -> DataFrame:
    """Return rows with the columns of an annotation; null where it has none for them."""
    keys = list(annotation.keys)
    more = [name for name in rows.columns if name not in keys]
    if not more:
        return pages
    # Of several rows for one key the least, whichever comes first.
    one = rows.groupBy(*keys).agg(F.min(F.struct(*more)).alias("_more"))
    if SURT_HOST in keys and SURT_HOST not in pages.columns:
        pages = pages.withColumn(SURT_HOST, F.expr(_SURT_HOST_OF))
    return pages.join(one.select(*keys, "_more.*"), keys, "left")


def _rows(
    spark: SparkSession, table: Table, index: IndexSettings, archives: ReadSettings, scans: int
) -> DataFrame:
    """Return the rows of Parquet files; each task reads parts of some."""
    parts = [(one, part) for one in table.files for part in range(one.parts)]
    columns = table.columns
    schema = arrow_to_spark(columns)
    if not parts:
        return spark.createDataFrame([], schema)
    tasks = min(len(parts), lanes(spark, index))
    share = share_of_rate(index.requests_per_second, lanes(spark, index) * scans)

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        reader = RecordReader(index, archives, RequestRate(share))
        for batch in batches:
            for number in batch.column(0).to_pylist():
                one, part = parts[number]
                yield from index_batches(one, part, columns, reader.ask)

    return spark.range(0, len(parts), 1, tasks).mapInArrow(on_partition, schema)


def _distinct(pointers: DataFrame) -> DataFrame:
    """Return each place once; what is no place stays as it is, to be counted with its reason."""
    named = pointers.withColumn(FILENAME, F.coalesce(FILENAME, F.lit("")))
    place = F.expr(f"coalesce({FILENAME} != '' and {OFFSET} >= 0 and {LENGTH} > 0, false)")
    places = named.where(place).groupBy(FILENAME, OFFSET)
    once = places.agg(F.max(LENGTH).alias(LENGTH), F.min(URL).alias(URL))
    return once.unionByName(named.where(~place).distinct())


def _sizes(spark: SparkSession, path: str, index: IndexSettings) -> dict[str, int]:
    most = index.max_record_bytes
    believed = f"{FILENAME} != '' and {OFFSET} >= 0 and {LENGTH} between 1 and {most}"
    size = F.sum(F.expr(f"if(coalesce({believed}, false), {LENGTH}, 0)")).alias("size")
    columns = arrow_to_spark(pa.schema(list(POINTER_TYPES.items())))
    rows = parquet_rows(spark, path, columns).groupBy(FILENAME).agg(size)
    return {row[FILENAME] or "": int(row["size"]) for row in rows.toLocalIterator()}


def pointers_in(out: str, filename: str) -> list[Pointer]:
    """Return the pointers of one file, by offset; asked by tasks, without Spark."""
    bucket = crc32(filename.encode()) % _BUCKETS
    table = stored_table(f"{table_path(out, SELECTED)}/bucket={bucket}")
    wanted = ds.field(FILENAME) == filename
    rows: Sequence[dict[str, Any]] = table.to_table(
        columns=[URL, FILENAME, OFFSET, LENGTH], filter=wanted
    ).to_pylist()
    found = [Pointer(row[URL], row[FILENAME], row[OFFSET], row[LENGTH]) for row in rows]
    return sorted(found, key=lambda one: (one.offset or 0, one.length or 0, one.url or ""))
