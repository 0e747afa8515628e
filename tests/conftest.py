"""What tests of every kind share: the data beside the checkout, one Spark session, golden files."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
OWN_JAVA = (
    "test_cluster.py",
    "test_index_budget.py",
    "test_lost_executor.py",
)  # need no session in their process
# The tests of a second session, so that two processes take about as long: what needs no finished
# run of the sample.
SECOND_SESSION = (
    "duplicates/",
    "failures/",
    "index/",
    "test_archive_robots.py",
    "test_embed_images.py",
    "test_fetch_images.py",
    "test_listed_texts.py",
    "test_mmc4",
    "test_near_texts.py",
    "test_obelics_archives.py",
    "test_obelics_deduplicate.py",
    "test_obelics_near_duplicates.py",
    "test_picture_models.py",
    "test_verify_images.py",
)

# Spark's Python workers must be the interpreter that runs the tests, not the first on PATH.
os.environ["PYSPARK_PYTHON"] = sys.executable
# Not every machine knows an address for its own name, and none is needed here.
os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
# Java's second compiler pays off after minutes; in the short runs of tests it takes half the time.
# Without it Java keeps 48 MB for compiled code: two runs of the sample fill that, and from then on
# nothing is compiled any more.
os.environ["JAVA_TOOL_OPTIONS"] = (
    "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m -XX:+UseSerialGC"
    # Nor is the bytecode of Spark's own jars ours to check: a fifth of what a start of Spark takes.
    " -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote"
)

# The first example pays for imports and models, so a deadline would fail by chance; and a
# submission must not fail by chance either: in CI the examples are the same every time.
settings.register_profile("interleaf", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("interleaf")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--golden", action="store_true", help="run only the tests with golden files; rewrite these"
    )


def pytest_sessionstart() -> None:
    """Refuse to test compiled modules whose sources have changed since."""
    for compiled in ROOT.glob("webdoc/**/*.so"):
        source = compiled.with_name(compiled.name.partition(".")[0] + ".py")
        if source.exists() and source.stat().st_mtime > compiled.stat().st_mtime:
            raise pytest.UsageError(
                f"{source.name} was changed since it was compiled: make compile"
            )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what uses Spark, so that nobody has to; with --golden drop all other tests.

    The longest come first, and the sample before all: another process may wait for it.
    """
    if "soak" not in config.option.markexpr:
        soaking = [item for item in items if item.get_closest_marker("soak")]
        if soaking:
            config.hook.pytest_deselected(items=soaking)
            items[:] = [item for item in items if item not in soaking]
    order = []
    for place, item in enumerate(items):
        fixtures, file = getattr(item, "fixturenames", ()), item.path.relative_to(ROOT)
        if {"spark", "sample_run"} & set(fixtures):
            item.add_marker(pytest.mark.spark)
        if "spark" in fixtures:
            order.append(("release" not in fixtures, place))
        else:
            order.append((2 if "spark" in file.parts else 3, place))
    items[:] = [items[place] for _, place in sorted(order)]
    if config.getoption("--golden"):
        kept = [item for item in items if "golden" in getattr(item, "fixturenames", ())]
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = kept


@pytest.hookimpl(optionalhook=True)  # of pytest-xdist
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With -n, give two processes a session each with all its tests; keep other files together.

    Not by xdist_group: pytest-xdist 3.8 writes the group into an item's id, and pytest 9.2 does
    not show it.
    """
    from xdist.scheduler import LoadScopeScheduling  # noqa: PLC0415

    class TwoSessions(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            if not file.startswith("tests/spark/") or file.endswith(OWN_JAVA):
                return file
            is_second = file.removeprefix("tests/spark/").startswith(SECOND_SESSION)
            return "second session" if is_second else "first session"

    config.option.loadscopereorder = False  # the longest come first already
    return TwoSessions(config, log)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real inputs, which are not ours to copy into the repo."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real inputs (../shared/data beside the checkout) are missing here")
    return folder


@pytest.fixture(scope="session")
def spark() -> "Iterator[object]":
    """One small session for all tests: three shuffle partitions show what one would hide."""
    from pyspark.sql import SparkSession  # noqa: PLC0415  # seconds, only for tests that need it

    from spark_jobs.run.class_archive import archive_options  # noqa: PLC0415 - likewise

    session = (
        SparkSession.builder.master("local[2]")
        .appName("tests")
        .config("spark.driver.memory", "1g")
        # Where an earlier run on this machine has left Spark's classes.
        .config("spark.driver.extraJavaOptions", archive_options(write=False))
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "3")
        .config("spark.sql.session.timeZone", "UTC")
        # For a few hundred rows, compiling a plan and mending it takes longer than running it.
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        .config("spark.sql.lightweightPlanChangeValidation", "false")
        .config("spark.sql.adaptive.enabled", "false")
        .config("spark.sql.optimizer.canChangeCachedPlanOutputPartitioning", "true")
        # Else each worker would import what it needs for itself, seconds of CPU;
        .config("spark.python.daemon.module", "spark_jobs.workers.daemon")
        # and tables and RDDs have workers of different origin, unless both show whole tracebacks.
        .config("spark.sql.execution.pyspark.udf.simplifiedTraceback.enabled", "false")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], str]:
    """Give the text of a golden file; under --golden, write what is so now into it before."""
    rewrite: bool = request.config.getoption("--golden")

    def text_of(file: Path, now: str) -> str:
        if rewrite:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(now, encoding="utf-8")
        return file.read_text(encoding="utf-8")

    return text_of
