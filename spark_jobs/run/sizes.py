"""How finely tables are divided: the size of the input decides, not the number of cores."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from math import ceil

from pyspark.sql import SparkSession

from spark_jobs.run.class_archive import archive_options
from spark_jobs.run.clip import works_here
from spark_jobs.run.tables import ONE_TASK
from webdoc.run_settings import SparkSettings

_PARTITION_INPUT_BYTES = 256 << 20  # of archives: what is shuffled of it is some megabytes
_MAX_PARTITIONS = 50_000
SMALL_BYTES = 64 << 20  # below it, compiling and mending a plan takes longer than running it
_PARTITIONS = "spark.sql.shuffle.partitions"
_JAVA_OPTIONS = "spark.driver.extraJavaOptions"
# Java's second compiler pays off after minutes: it takes half of all that a short run takes.
# Without it Java keeps little room for compiled code, which two runs fill.
_QUICK_JAVA = (
    "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m -XX:+UseSerialGC"
    # Nor is the bytecode of Spark's own jars ours to check.
    " -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote"
)


def shuffle_partitions(input_bytes: int) -> int:
    """Return in how many parts tables of a run are shuffled.

    >>> shuffle_partitions(1_000_000), shuffle_partitions(1 << 40)
    (2, 4096)
    """
    return min(max(ceil(input_bytes / _PARTITION_INPUT_BYTES), 2), _MAX_PARTITIONS)


def quick_start(spark: SparkSettings, input_bytes: int) -> SparkSettings:
    """Return the settings of a session; for a small input on one machine, of one that starts soon.

    Args:
        spark: as the user has them; what they say of Java's options wins.
        input_bytes: of all archives, as stored.
    """
    if input_bytes >= SMALL_BYTES or not works_here(spark):
        return spark
    given = spark.conf.get(_JAVA_OPTIONS, "")
    archive = "" if "-XX:" in given else archive_options()  # of their own Java, users know best
    options = " ".join(part for part in (_QUICK_JAVA, archive, given) if part)
    return replace(spark, conf={**spark.conf, _JAVA_OPTIONS: options})


@contextmanager
def sized_for(spark: SparkSession, input_bytes: int) -> Iterator[None]:
    """Set how the jobs of a run are cut, within the block; what a user has set stays.

    Args:
        spark: the session.
        input_bytes: of all archives, as stored.
    """
    wanted = {_PARTITIONS: str(shuffle_partitions(input_bytes))}
    if input_bytes < SMALL_BYTES:
        wanted["spark.sql.adaptive.enabled"] = "false"
        wanted["spark.sql.codegen.wholeStage"] = "false"
        # To send a table to all is a job of its own; to sort two small ones is none.
        wanted["spark.sql.autoBroadcastJoinThreshold"] = "-1"
        # Likewise to compile expressions, which Spark does beside plans.
        wanted["spark.sql.codegen.factoryMode"] = "NO_CODEGEN"
        wanted["spark.sql.lightweightPlanChangeValidation"] = "false"  # of its own rules
        wanted["spark.sql.leafNodeDefaultParallelism"] = "1"
        wanted[ONE_TASK] = "true"
    given = spark.sparkContext.getConf()
    ours = {key: value for key, value in wanted.items() if not given.contains(key)}
    before = {key: spark.conf.get(key, None) for key in ours}
    for key, value in ours.items():
        spark.conf.set(key, value)
    try:
        yield
    finally:
        for key, old in before.items():
            spark.conf.unset(key) if old is None else spark.conf.set(key, old)
