"""Opening Spark the same way everywhere: a laptop, a test, a cluster."""

import logging
import os
import re
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from spark_jobs.run.quiet_start import quiet_start
from spark_jobs.run.storage import storage_options
from webdoc.run_settings import SparkSettings

Session = SparkSession  # for those who hand one on and need nothing else of Spark

_OPTIONS = {
    # A batch of pages becomes Python objects in a worker: few rows and bounded bytes at a time.
    "spark.sql.execution.arrow.maxRecordsPerBatch": "256",
    "spark.sql.execution.arrow.maxBytesPerBatch": str(16 << 20),
    # Else what is kept for a second look has 200 partitions, however little it is: 18 s, not 1.2 s.
    "spark.sql.optimizer.canChangeCachedPlanOutputPartitioning": "true",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.io.compression.codec": "zstd",  # what is shuffled: texts take a third less than by LZ4
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.showConsoleProgress": "false",
    # A page that kills its worker says where, instead of "worker exited unexpectedly".
    "spark.python.worker.faulthandler.enabled": "true",
    # Else RDDs and tables have workers of their own, that load the same and differ in tracebacks.
    "spark.sql.execution.pyspark.udf.simplifiedTraceback.enabled": "false",
}
_DAEMON = "spark_jobs.workers.daemon"  # loads once, for all workers, what every job needs
_LOG_SETTINGS = Path(__file__).with_name("log4j2.properties")
_LOCAL_OPTIONS = {
    "spark.ui.enabled": "false",
    "spark.driver.memory": "3g",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.python.daemon.module": _DAEMON,
}
if _LOG_SETTINGS.is_file():  # it is not where the package came as a zip
    # Errors only: a person watches the progress, not Spark's opinions about host names.
    _LOCAL_OPTIONS["spark.driver.extraJavaOptions"] = (
        f"-Dlog4j2.configurationFile={_LOG_SETTINGS.as_uri()}"
    )


_LOCAL = re.compile(r"local(?:\[(\*|\d+)\])?")
_ATTEMPTS = 4  # of a task, as clusters have it


def with_retries(master: str) -> str:
    """Return a master of this machine with as many attempts for a task as a cluster gives it.

    By itself Spark ends a local run when one worker is killed.

    >>> with_retries("local[*]"), with_retries("local"), with_retries("yarn")
    ('local[*,4]', 'local[1,4]', 'yarn')
    """
    found = _LOCAL.fullmatch(master)
    return f"local[{found[1] or 1},{_ATTEMPTS}]" if found else master


@contextmanager
def open_session(name: str, settings: SparkSettings | None = None) -> Iterator[SparkSession]:
    """Open a session, or use the one that is open; close only what was opened here.

    A master comes from the settings, else from spark-submit, else it is local[*].
    Local masters get as many attempts for a task as clusters do.
    """
    running = SparkSession.getActiveSession()
    if running is not None:
        yield running
        return
    settings = settings or SparkSettings()
    submitted = "PYSPARK_GATEWAY_PORT" in os.environ  # spark-submit started this process
    builder = SparkSession.builder.appName(name)
    master = settings.master or ("" if submitted else "local[*]")
    if master:
        builder = builder.master(with_retries(master))
    # Workers on this machine must run the interpreter, and so the packages, of the driver.
    if master.startswith("local"):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        os.environ.setdefault("PYSPARK_DRIVER_PYTHON", sys.executable)
        # Else Spark asks for the address of the machine's own name, which not every machine knows.
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    options = {**_OPTIONS, **(_LOCAL_OPTIONS if master.startswith("local") else {})}
    options |= storage_options(os.environ, settings.conf)
    if _from_archive(settings.conf):
        options["spark.python.daemon.module"] = _DAEMON
    for key, value in settings.conf.items():
        both = key.endswith("extraJavaOptions") and key in options
        options[key] = f"{options[key]} {value}" if both else value
    for key, value in options.items():
        builder = builder.config(key, value)
    before = _is_main_thread() and signal.getsignal(signal.SIGINT)
    with quiet_start() if master.startswith("local") else nullcontext():
        spark = builder.getOrCreate()
    if before:
        signal.signal(signal.SIGINT, _interrupted)
    try:
        yield spark
    finally:
        if before:
            signal.signal(signal.SIGINT, before)
        spark.stop()


def _from_archive(conf: Mapping[str, str]) -> bool:
    """Tell whether executors run the Python of an archive (`make env`), which has our packages.

    Of a zip of `--py-files` a daemon could import nothing: workers add it to their path later.
    """
    named = (conf.get("spark.pyspark.python"), os.environ.get("PYSPARK_PYTHON"))
    return any(python and python.startswith("./environment/") for python in named)


def _interrupted(*_: Any) -> None:
    """End a run as Ctrl-C does in Python.

    Spark's own handler first asks Java to cancel its jobs, over the connection that the interrupted
    code is just using: pages of tracebacks. To stop the session cancels them too.
    """
    logging.disable(logging.CRITICAL)  # py4j logs tracebacks of its end
    raise KeyboardInterrupt


def _is_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()
