"""URLs to fetch: from lists, a URL a line, and from tables with a column of them."""

from collections.abc import Sequence
from functools import reduce

from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from webdoc.settings import SettingsError

_JSON = (".json", ".jsonl", ".json.gz", ".jsonl.gz")
_CSV = (".csv", ".csv.gz", ".tsv", ".tsv.gz")
_LISTS = (".txt", ".txt.gz", ".urls", ".lst")


def read_urls(spark: SparkSession, inputs: Sequence[str], column: str = "url") -> DataFrame:
    """Return a table with one column, `url`, of all inputs together.

    Args:
        spark: the session.
        inputs: .txt (a URL a line, # begins a remark), .csv, .tsv, .jsonl; a folder or any other
            file is Parquet.
        column: of CSV, JSON and Parquet.

    Raises:
        SettingsError: an input that is not there, or without that column.
    """
    return reduce(DataFrame.unionByName, (_read(spark, path, column) for path in inputs))


def _read(spark: SparkSession, path: str, column: str) -> DataFrame:
    try:
        if path.endswith(_LISTS):
            lines = spark.read.text(path).select(F.trim("value").alias("url"))
            return lines.where("url != '' and not startswith(url, '#')")
        if path.endswith(_JSON):
            table = spark.read.json(path)
        elif path.endswith(_CSV):
            divider = "\t" if ".tsv" in path else ","
            table = spark.read.csv(path, header=True, sep=divider, multiLine=True, escape='"')
        else:
            table = spark.read.parquet(path)
        return table.select(F.col(column).cast("string").alias("url"))
    except AnalysisException as error:
        reason = str(error).partition("\n")[0].partition(". ")[0]
        raise SettingsError(f"cannot read the column {column!r} of {path}: {reason}") from error
