"""Whether Java and Spark work here, tried for real."""

import importlib.metadata
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pyarrow as pa

_MIN_JAVA = 17  # Source: Spark 4 documentation, "Spark runs on Java 17/21"
_VECTOR_MODULE = "jdk.incubator.vector"  # pyspark's launcher asks for it and fails without
_JAVA_TIMEOUT_S = 30
_SPARK_TIMEOUT_S = 180  # about 10 s on two cores; a cold network file system takes far longer
_INSTALL_JAVA = (
    "Install a Java runtime of version 17 or newer (Debian and Ubuntu: apt-get install "
    "default-jre-headless), or point JAVA_HOME to one."
)


REINSTALL: Final = "Run `make install` again, or install interleaf anew with all it depends on."


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    what: str
    ok: bool | None  # None: works without it, within limits that `mend` names
    found: str
    mend: str = ""  # one sentence on what to do; "" where all is well


def judge_java(modules: str | None, java_home: str) -> Finding:
    """Judge the Java that pyspark will take: JAVA_HOME's if that is set, else the one on PATH.

    Args:
        modules: what `java --list-modules` printed; None where it could not be run.
        java_home: the variable, "" when it is not set.
    """
    where = f"JAVA_HOME {java_home}" if java_home else "java on PATH"
    version = re.search(r"^java\.base@((\d+)\S*)", modules or "", re.MULTILINE)
    if version is None:
        return Finding("Java", False, f"{where} does not run", _INSTALL_JAVA)
    found = f"{version[1]}, {where}"
    if int(version[2]) < _MIN_JAVA:
        return Finding("Java", False, found, _INSTALL_JAVA)
    if f"{_VECTOR_MODULE}@" not in (modules or ""):
        return Finding(
            "Java", False, f"{found}, without the module {_VECTOR_MODULE}", _INSTALL_JAVA
        )
    return Finding("Java", True, found)


def java_modules() -> str | None:
    """Return what the Java that pyspark will take lists as its modules; None: it does not run."""
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home, "bin", "java")) if home else "java"
    try:
        done = subprocess.run(
            [java, "--list-modules"],
            capture_output=True,
            text=True,
            timeout=_JAVA_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


def try_spark() -> Finding:
    """Run `probe_spark`, some ten seconds, and judge what came of it."""
    # A process of its own: Java that hangs can be ended, and our caller's session is left alone.
    start = time.monotonic()
    try:
        done = subprocess.run(
            [sys.executable, "-c", "from interleaf.doctor_spark import probe_spark; probe_spark()"],
            capture_output=True,
            text=True,
            timeout=_SPARK_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Finding("Spark", False, f"no answer in {_SPARK_TIMEOUT_S} s", REINSTALL)
    return judge_spark(done.returncode, done.stderr, time.monotonic() - start)


def judge_spark(status: int, stderr: str, seconds: float) -> Finding:
    """Judge a run of `probe_spark`; of a failure's many lines the most telling one is shown."""
    if status == 0:
        version = importlib.metadata.version("pyspark")
        return Finding("Spark", True, f"{version}, wrote and read a table in {seconds:.0f} s")
    mend = (
        "Look at PYSPARK_PYTHON, SPARK_HOME and JAVA_HOME, which override what is installed here; "
        "unset them and try again."
    )
    return Finding("Spark", False, _telling_line(stderr) or f"exit status {status}", mend)


def _telling_line(stderr: str) -> str:
    lines = [line.strip() for line in stderr.splitlines()]
    lines = [line for line in lines if line and not line.startswith(("at ", "... "))]
    # Java's causes end with the least telling one; a failure in Python comes last of all.
    task = [line for line in lines if "most recent failure: " in line and line[-1] != ":"]
    return (task or lines or [""])[-1].rpartition("most recent failure: ")[2][:300]


def probe_spark() -> None:
    """Write a table from Python workers on two partitions, and read it back.

    Raises:
        RuntimeError: other rows came back than were written.
    """
    from pyspark.sql import SparkSession  # noqa: PLC0415  # the doctor must run without it

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")  # as spark_jobs.run.session
    builder = SparkSession.builder.master("local[2]").appName("interleaf doctor")
    for key, value in {
        "spark.ui.enabled": "false",
        "spark.driver.memory": "512m",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        # Its native library is unpacked to the temporary folder, which some machines forbid.
        "spark.sql.parquet.compression.codec": "zstd",
    }.items():
        builder = builder.config(key, value)
    with tempfile.TemporaryDirectory(prefix="interleaf-doctor-") as folder:
        spark = builder.getOrCreate()
        try:
            numbers = spark.range(0, 10, numPartitions=2).mapInArrow(_unchanged, "id long")
            numbers.write.parquet(f"{folder}/numbers")
            rows = spark.read.parquet(f"{folder}/numbers").count()
        finally:
            spark.stop()
    if rows != 10:
        raise RuntimeError(f"Spark wrote 10 rows and read {rows}")


def _unchanged(batches: "Iterator[pa.RecordBatch]") -> "Iterator[pa.RecordBatch]":
    yield from batches
