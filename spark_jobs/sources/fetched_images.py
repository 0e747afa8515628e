"""What the web gave under the URLs that documents show, joined from FETCHED and its facts."""

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.run.tables import read_table, spark_schema, table_path
from webdoc.arrow import schema_of
from webdoc.fetch.manifest import Cause
from webdoc.picture.facts import PictureFacts
from webdoc.picture.measure import OK
from webdoc.tables.images import FoundPicture, ImagePlace, StoredPicture

# StoredPicture of FETCHED_IMAGES, looked at as those of archives are
FETCHED_FACTS = "tables/fetched_facts"
_FORBIDDEN = (Cause.ROBOTS, Cause.ROBOTS_UNREACHABLE, Cause.OPTED_OUT)


def found_on_the_web(fetched: DataFrame, measured: DataFrame) -> DataFrame:
    """Return what each URL that was asked gave (`FoundPicture`, by its URL).

    Args:
        fetched: FETCHED.
        measured: FETCHED_FACTS, or another table of `StoredPicture` with what was fetched.
    """
    forbidden = F.col("cause").isin([str(cause) for cause in _FORBIDDEN])
    answers = fetched.select(
        F.col("url").alias("key"),
        "cause",
        F.when(F.col("cause") == Cause.OK.value, F.col("facts.sha256")).alias("sha256"),
        *(
            F.when(forbidden, F.col(name)).alias(f"answer_{name}")
            for name in ("permission_reason", "permission_source")
        ),
    )
    pictures = measured.select(F.col("facts.sha256").alias("sha256"), "facts", "place")
    joined = answers.join(pictures, "sha256", "left")
    permission_columns = [
        F.coalesce(f"answer_{name}", f"place.{name}", F.lit("")).alias(name)
        for name in ("permission_reason", "permission_source")
    ]
    facts = F.coalesce("facts", without_bytes(F.col("cause"))).alias("facts")
    return joined.select("key", facts, *permission_columns).select(*schema_of(FoundPicture).names)


def without_bytes(status: Column) -> Column:
    """Return the facts of a picture that is not there: texts are "" and numbers 0."""
    schema = spark_schema(PictureFacts)
    blank = {"string": F.lit(""), "bigint": F.lit(0).cast("long")}
    values = [
        blank.get(field.dataType.simpleString(), F.lit(None).cast(field.dataType)).alias(field.name)
        for field in schema.fields
        if field.name != "status"
    ]
    return F.struct(status.alias("status"), *values)


def fetched_sources(spark: SparkSession, out: str) -> DataFrame:
    """Return the fetched pictures that may be used (`StoredPicture`), with whole paths."""
    measured = read_table(spark, table_path(out, FETCHED_FACTS), StoredPicture)
    usable = (F.col("facts.status") == OK) & (F.col("place.permission_reason") == "")
    return measured.where(usable).select("facts", with_folder(out).alias("place"))


def with_folder(out: str) -> Column:
    """Return the column place, whose path is relative to a run, with the run's folder before it."""
    whole = F.concat(F.lit(table_path(out, "")), F.col("place.path"))
    names = schema_of(ImagePlace).names
    return F.struct(*(whole.alias(n) if n == "path" else F.col(f"place.{n}") for n in names))
