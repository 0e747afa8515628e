"""What `interleaf report --compare` reads of the other run, and how it refuses."""

from pathlib import Path

import pytest

from spark_jobs.report_again import comparison_of
from spark_jobs.run.folder import RunFolderError

FUNNEL = "level,reason,count,words,text_bytes\ndocument,kept,{},0,0\n"


def release(folder: Path, count: int, settings: str) -> str:
    folder.mkdir()
    (folder / "funnel.csv").write_text(FUNNEL.format(count), "utf-8")
    (folder / "settings.toml").write_text(settings, "utf-8")
    return str(folder)


def test_two_releases_are_read(tmp_path: Path) -> None:
    june = release(tmp_path / "june", 4, "[release]\nname = 'june'\n")
    july = release(tmp_path / "july", 5, "[release]\nname = 'july'\n")

    found = comparison_of(july, june)

    assert found.other == "june"
    assert [(level.total, level.other_total) for level in found.levels] == [(5, 4)]


def test_a_folder_without_a_release_is_refused(tmp_path: Path) -> None:
    june = release(tmp_path / "june", 4, "")
    with pytest.raises(RunFolderError, match="no release to compare with"):
        comparison_of(june, str(tmp_path))
    (tmp_path / "june" / "funnel.csv").write_text("spoilt,\n1,2\n", "utf-8")
    with pytest.raises(RunFolderError, match="cannot be compared with"):
        comparison_of(june, june)
