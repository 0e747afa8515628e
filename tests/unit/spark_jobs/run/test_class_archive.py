"""The file of Spark's classes: mapped when it is whole, written once, and never in the way."""

import os
from pathlib import Path

import pytest

from spark_jobs.run.class_archive import archive_options, is_whole


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Java 17, and an empty cache."""
    home = tmp_path / "java"
    home.mkdir()
    (home / "release").write_text('IMPLEMENTOR="e"\nJAVA_VERSION="17.0.15"\n')
    monkeypatch.setenv("JAVA_HOME", str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("INTERLEAF_CLASS_ARCHIVE", "INTERLEAF_CACHE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "cache"


def written(options: str) -> Path:
    return Path(options.split(maxsplit=1)[0].partition("=")[2])


def test_the_first_run_writes_it_and_the_next_maps_it(cache: Path) -> None:
    first = archive_options()
    assert first.startswith(f"-XX:ArchiveClassesAtExit={cache}/interleaf/spark-")
    path = written(first)
    path.write_bytes(bytes(4) + b"half of it")  # as Java leaves it until it is whole
    assert not is_whole(path)
    assert archive_options() == ""  # another run is at it
    os.utime(path, (0, 0))
    assert archive_options() == first  # that one has died
    path.write_bytes(bytes.fromhex("a8ab0bf0") + b"all of it")
    assert archive_options().startswith(f"-XX:SharedArchiveFile={path} ")


def test_a_newer_java_writes_it_by_itself(cache: Path) -> None:
    (cache.parent / "java" / "release").write_text('JAVA_VERSION="21"\n')
    assert archive_options().startswith("-XX:+AutoCreateSharedArchive -XX:SharedArchiveFile=")


@pytest.mark.parametrize("case", ["off", "no version", "a blank", "no folder", "not to be written"])
def test_where_it_cannot_be_a_run_goes_on_without(
    cache: Path, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    if case == "off":
        monkeypatch.setenv("INTERLEAF_CLASS_ARCHIVE", "0")
    elif case == "no version":
        (cache.parent / "java" / "release").unlink()
    elif case == "a blank":
        monkeypatch.setenv("XDG_CACHE_HOME", str(cache / "my files"))
    elif case == "no folder":
        cache.write_text("a file")
    assert archive_options(write=case != "not to be written") == ""
