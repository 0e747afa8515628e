"""Mistakes of this program in steps after reading: where they are noted, and what they cost."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from spark_jobs.release.without_mistakes import without_mistakes
from spark_jobs.run.folder import forget
from spark_jobs.run.mistakes import (
    RELEASE,
    RELEASE_PICTURES,
    MistakesOf,
    good_ones,
    mistakes_known,
    noting,
)
from spark_jobs.run.tables import IMAGE_MARKS, NEAR_MARKS
from webdoc.internal_errors import ErrorSettings, InternalError
from webdoc.release.files import ReleaseFile


def fail_at_b(key: str) -> None:
    if key.startswith("b"):
        raise KeyError(key)


def note_all(of: MistakesOf, *keys: str) -> list[str]:
    with of.noting() as note:
        return good_ones(keys, str, fail_at_b, note)


def mistakes(
    out: Path, table: str = IMAGE_MARKS, errors: ErrorSettings | None = None
) -> MistakesOf:
    return MistakesOf(str(out), table, errors or ErrorSettings())


def test_what_fails_is_noted_once_with_its_place(tmp_path: Path) -> None:
    for _ in range(2):  # a task is tried again
        assert note_all(mistakes(tmp_path), "a", "b1", "c", "b0") == ["a", "c"]
    (file,) = (tmp_path / "tables" / "image_marks_mistakes").iterdir()
    rows = pq.read_table(file).to_pylist()
    assert [row["key"] for row in rows] == ["b0", "b1"]
    assert rows[0]["detail"].startswith("KeyError at tests/unit/spark_jobs/run/test_mistakes.py:")
    assert mistakes_known(str(tmp_path), IMAGE_MARKS, NEAR_MARKS) == {"b0", "b1"}
    assert mistakes_known(str(tmp_path), NEAR_MARKS) == frozenset()


def test_without_mistakes_nothing_is_written(tmp_path: Path) -> None:
    assert note_all(mistakes(tmp_path), "a") == ["a"]
    assert list(tmp_path.iterdir()) == []
    assert mistakes_known(str(tmp_path), IMAGE_MARKS) == frozenset()


def test_one_ends_the_run_where_it_should(tmp_path: Path) -> None:
    stop = ErrorSettings(unexpected="stop")
    with pytest.raises(InternalError, match=r"KeyError at .*: 'b'"):
        note_all(mistakes(tmp_path, errors=stop), "b")
    with pytest.raises(KeyError), noting(None) as note:
        good_ones(["b"], str, fail_at_b, note)


def test_they_go_with_the_step_that_met_them(tmp_path: Path) -> None:
    for table in (IMAGE_MARKS, NEAR_MARKS):
        note_all(mistakes(tmp_path, table), "b")
    forget(str(tmp_path), (IMAGE_MARKS,))
    assert mistakes_known(str(tmp_path), IMAGE_MARKS) == {"b"}
    assert mistakes_known(str(tmp_path), NEAR_MARKS) == frozenset()


@pytest.mark.parametrize(("fails", "times"), [((), 1), (("b",), 2), (("b", "bb"), 3)])
def test_a_release_is_written_until_nothing_new_fails(
    fails: tuple[str, ...], times: int, tmp_path: Path
) -> None:
    """Each time one more is met: the first as a document, the second as a picture."""
    written: list[frozenset[str]] = []

    def write() -> list[ReleaseFile]:
        known = mistakes_known(str(tmp_path), RELEASE, RELEASE_PICTURES)
        written.append(known)
        for key in [one for one in fails if one not in known][:1]:
            note_all(mistakes(tmp_path, RELEASE if key == "b" else RELEASE_PICTURES), key)
        return [ReleaseFile(str(len(written)), 0, 0, "")]

    (file,) = without_mistakes(write, str(tmp_path))
    assert len(written) == times
    assert file.path == str(times)  # what was written last counts
    assert written[-1] == set(fails)
