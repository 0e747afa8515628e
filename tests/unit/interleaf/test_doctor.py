import io
import sys

import pytest
from rich.console import Console

from interleaf import doctor
from interleaf.doctor import (
    diagnose,
    judge_codecs,
    judge_disk,
    judge_extraction,
    judge_gpus,
    judge_memory,
    judge_python,
    run_doctor,
)
from interleaf.doctor_spark import Finding, judge_java, judge_spark, try_spark

VECTOR = "jdk.incubator.vector@17.0.15"


@pytest.mark.parametrize(
    ("modules", "ok"),
    [
        (f"java.base@17.0.15\n{VECTOR}\n", True),
        ("java.base@21\njdk.incubator.vector@21\n", True),
        ("java.base@16.0.2\njdk.incubator.vector@16.0.2\n", False),
        ("java.base@17.0.15\njava.logging@17.0.15\n", False),
        ("", False),
        (None, False),
    ],
)
def test_java_needs_its_version_and_its_module(modules: str | None, ok: bool) -> None:
    finding = judge_java(modules, "")
    assert finding.ok is ok
    assert bool(finding.mend) is not ok


def test_java_is_named_as_spark_takes_it() -> None:
    """JAVA_HOME wins over PATH, so a wrong JAVA_HOME has to be seen."""
    assert "/opt/jdk" in judge_java(None, "/opt/jdk").found
    assert "PATH" in judge_java(f"java.base@17.0.15\n{VECTOR}", "").found


@pytest.mark.parametrize(("version", "ok"), [((3, 10, 14), False), ((3, 11, 0), True)])
def test_python_from_3_11(version: tuple[int, ...], ok: bool) -> None:
    assert judge_python(version).ok is ok


@pytest.mark.parametrize(("gigabytes", "ok"), [(6, True), (5.9, None)])
def test_little_memory_is_a_limit_and_no_fault(gigabytes: float, ok: bool | None) -> None:
    assert judge_memory(int(gigabytes * 2**30), 2).ok is ok


@pytest.mark.parametrize(("gigabytes", "ok"), [(10, True), (9.9, None), (1, None), (0.9, False)])
def test_little_disk_is_a_limit_and_none_a_fault(gigabytes: float, ok: bool | None) -> None:
    assert judge_disk(int(gigabytes * 2**30), "/scratch").ok is ok


@pytest.mark.parametrize(
    ("count", "has_driver", "found"),
    [
        (2, True, "2, one worker each"),
        (0, True, "there are some, and torch cannot use them"),
        (0, False, "none"),
    ],
)
def test_gpus_can_be_done_without(count: int, has_driver: bool, found: str) -> None:
    finding = judge_gpus(count, has_driver=has_driver)
    assert finding.found == found
    assert finding.ok is (True if count else None)
    assert bool(finding.mend) is not bool(count)


@pytest.mark.parametrize(
    ("missing", "ok"), [([], True), (["avif"], None), (["webp"], False), (["webp", "avif"], False)]
)
def test_only_avif_can_be_done_without(missing: list[str], ok: bool | None) -> None:
    assert judge_codecs(missing).ok is ok


TASK = "SparkException: Job aborted: Task 1 failed, most recent failure: Lost task 1.0: "


@pytest.mark.parametrize(
    ("stderr", "found"),
    [
        ("Traceback\n  File x\nRuntimeError: no [host]\n\n", "RuntimeError: no [host]"),
        (
            f"{TASK}IOException: Cannot run program\n\tat a.b\nCaused by: error=2\n\t... 28 more",
            "Lost task 1.0: IOException: Cannot run program",
        ),
        (
            f"{TASK}PythonException: Traceback (most recent call last):\n  File x\n"
            "ModuleNotFoundError: No module named 'pyarrow'\n\n\tat a.b\n",
            "ModuleNotFoundError: No module named 'pyarrow'",
        ),
        ("", "exit status 137"),
    ],
)
def test_spark_shows_the_telling_line_of_a_failure(stderr: str, found: str) -> None:
    finding = judge_spark(137, stderr, 2.0)
    assert (finding.ok, finding.found) == (False, found)


def show(monkeypatch: pytest.MonkeyPatch, *findings: Finding) -> tuple[int, str]:
    monkeypatch.setattr(doctor, "diagnose", lambda: list(findings))
    console = Console(file=io.StringIO(), width=120)
    status = run_doctor(console)
    return status, console.file.getvalue()  # type: ignore[attr-defined]


def test_limits_alone_are_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    status, text = show(monkeypatch, Finding("A", True, "1"), Finding("B", None, "2", "Add [b]."))
    assert status == 0
    assert "Add [b]." in text  # square brackets are no markup of the table


def test_something_broken_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    status, text = show(monkeypatch, Finding("A", True, "1"), Finding("C", False, "3", "Mend c."))
    assert status == 1
    assert "Broken: C." in text


def test_broken_java_keeps_spark_from_being_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", "/there/is/none")
    findings = {finding.what: finding for finding in diagnose()}
    assert findings["Java"].ok is False
    assert findings["Spark"].found == "not tried"
    assert all(finding.mend for finding in findings.values() if finding.ok is not True)


def test_a_folder_that_cannot_be_written_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", "/there/is/none")
    monkeypatch.setenv("SPARK_LOCAL_DIRS", "/there/is/none,/tmp")
    findings = {finding.what: finding for finding in diagnose()}
    assert findings["temporary files"].ok is False


@pytest.mark.spark
def test_here_all_that_is_needed_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    assert [finding for finding in diagnose() if finding.ok is False] == []


@pytest.mark.spark
def test_workers_without_a_python_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYSPARK_PYTHON", "/there/is/none")
    finding = try_spark()
    assert finding.ok is False
    assert "/there/is/none" in finding.found
    assert "PYSPARK_PYTHON" in finding.mend


def test_plain_extraction_works_within_limits() -> None:
    compiled = judge_extraction("/x/obelics_like/page_reader.cpython-311-x86_64-linux-gnu.so")
    plain = judge_extraction("/x/obelics_like/page_reader.py")

    assert compiled == Finding("extraction", True, "compiled")
    assert plain.ok is None
    assert "make compile" in plain.mend
