"""What the web gave under the URLs that documents show, joined from FETCHED and its facts."""

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.run.tables import read_table, table_path
from spark_jobs.sources.fetched_files import FETCHED_IMAGES, StoredImage
from webdoc.arrow import schema_of
from webdoc.fetch.manifest import Cause
from webdoc.picture.measure import OK
from webdoc.tables.images import FoundImage, ImageSource
from webdoc.tables.records import ArchivedImage

FETCHED_FACTS = "tables/fetched_facts"  # of the pictures of FETCHED_IMAGES, measured
_FORBIDDEN = (Cause.ROBOTS, Cause.ROBOTS_UNREACHABLE, Cause.OPTED_OUT)


def found_on_the_web(fetched: DataFrame, measured: DataFrame) -> DataFrame:
    """Return what each URL that was asked gave, as columns of FoundImage.

    Args:
        fetched: FETCHED.
        measured: FETCHED_FACTS, or another table with what FoundImage says of the pictures.
    """
    forbidden = F.col("cause").isin([str(cause) for cause in _FORBIDDEN])
    answers = fetched.select(
        "url",
        "cause",
        F.when(F.col("cause") == Cause.OK.value, F.col("sha256")).alias("sha256"),
        *(
            F.when(forbidden, F.col(name)).alias(f"answer_{name}")
            for name in ("permission_reason", "permission_source")
        ),
    )
    joined = answers.join(measured, "sha256", "left")
    joined = joined.withColumn("status", F.coalesce("status", "cause"))
    for name in ("permission_reason", "permission_source"):
        joined = joined.withColumn(name, F.coalesce(f"answer_{name}", name))
    # Of a picture that is not there, texts are "" and numbers 0, as in the archives.
    blank = joined.fillna("", _TEXTS).fillna(0, ["size_bytes", "width_px", "height_px"])
    return blank.select(*schema_of(FoundImage).names)


def fetched_sources(spark: SparkSession, out: str) -> DataFrame:
    """Return the fetched pictures that may be used, as rows of IMAGES."""
    stored = read_table(spark, table_path(out, FETCHED_IMAGES), StoredImage)
    measured = read_table(spark, table_path(out, FETCHED_FACTS), ArchivedImage)
    usable = measured.where((F.col("status") == OK) & (F.col("permission_reason") == ""))
    joined = stored.select("sha256", "url", "bytes_file", "bytes_row").join(usable, "sha256")
    return joined.select(
        "sha256",
        "url",
        F.concat(F.lit(table_path(out, "")), "bytes_file").alias("archive_path"),
        F.lit("").alias("warc_filename"),
        F.col("bytes_row").alias("warc_record_offset"),
        F.lit(0).cast("long").alias("warc_record_length"),
        F.lit("").alias("capture_time"),
        *(name for name in schema_of(ImageSource).names if name in _FACTS),
    ).select(*schema_of(ImageSource).names)


_TEXTS = ["sha256", "perceptual_hash", "format", "permission_reason", "permission_source"]


_FACTS = frozenset(schema_of(ArchivedImage).names) - {"sha256", "archive_path"}
