"""A run's folder: nothing foreign is touched, nothing finished is lost, and refusals teach."""

import json
from pathlib import Path

import pytest

from obelics_like.settings import ObelicsSettings, load_settings
from spark_jobs.run.folder import STATE, RunFolderError, differences, planned_files
from spark_jobs.run.obelics import prepare


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(b"")
    return path


def settings_for(out: Path, *inputs: Path, **more: object) -> ObelicsSettings:
    return load_settings(options={"inputs": [str(i) for i in inputs], "out": str(out), **more})


def test_a_new_folder_gets_the_state_of_the_run(tmp_path: Path, archive: Path) -> None:
    out = tmp_path / "deep" / "out"
    prepare(settings_for(out, archive))
    assert [file.name for file in planned_files(str(out))] == ["a.warc.gz"]


def test_an_empty_folder_will_do(tmp_path: Path, archive: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    prepare(settings_for(out, archive))
    assert (out / STATE).is_file()


def test_a_foreign_folder_is_left_as_it_was(tmp_path: Path, archive: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.txt").write_text("years of work")
    for flags in ({}, {"fresh": True}, {"resume": True}):
        with pytest.raises(RunFolderError, match="not empty and holds no run"):
            prepare(settings_for(out, archive), **flags)
    assert [p.name for p in out.iterdir()] == ["thesis.txt"]


def test_a_second_start_wants_resume_or_fresh(tmp_path: Path, archive: Path) -> None:
    settings = settings_for(tmp_path / "out", archive)
    prepare(settings)
    with pytest.raises(RunFolderError, match="--resume to go on"):
        prepare(settings)
    prepare(settings, resume=True)


def test_fresh_removes_what_runs_write_and_nothing_else(tmp_path: Path, archive: Path) -> None:
    out = tmp_path / "out"
    settings = settings_for(out, archive)
    prepare(settings)
    (out / "data").mkdir()
    (out / "data" / "train-00000-of-00001.parquet").write_bytes(b"old")
    (out / "notes.txt").write_text("mine")
    prepare(settings, fresh=True)
    assert sorted(p.name for p in out.iterdir()) == ["notes.txt", "tables"]


def test_resume_with_other_settings_names_them(tmp_path: Path, archive: Path) -> None:
    out = tmp_path / "out"
    prepare(settings_for(out, archive))
    with pytest.raises(RunFolderError, match=r"documents\.min_images: 1 -> 2"):
        prepare(settings_for(out, archive, documents={"min_images": 2}), resume=True)


def test_a_resumed_run_reads_the_files_it_began_with(tmp_path: Path, archive: Path) -> None:
    folder, out = tmp_path, tmp_path / "out"
    settings = settings_for(out, folder)
    prepare(settings)
    (folder / "b.warc.gz").write_bytes(b"")
    prepare(settings, resume=True)
    assert [file.name for file in planned_files(str(out))] == ["a.warc.gz"]


def test_another_machine_may_resume(tmp_path: Path, archive: Path) -> None:
    out = tmp_path / "out"
    prepare(settings_for(out, archive, spark={"master": "local[1]"}))
    prepare(settings_for(out, archive, spark={"master": "spark://h:7077"}), resume=True)
    assert [file.name for file in planned_files(str(out))] == ["a.warc.gz"]


def test_no_readable_input_leaves_no_folder(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(RunFolderError, match=r"None of the inputs can be read .*gone\.warc\.gz"):
        prepare(settings_for(out, tmp_path / "gone.warc.gz"))
    with pytest.raises(RunFolderError, match="No input"):
        prepare(settings_for(out))
    assert not out.exists()


def test_one_missing_input_among_many_is_kept_in_the_plan(tmp_path: Path, archive: Path) -> None:
    out = tmp_path / "out"
    prepare(settings_for(out, archive, tmp_path / "gone.warc.gz"))
    problems = {file.name: bool(file.problem) for file in planned_files(str(out))}
    assert problems == {"a.warc.gz": False, "gone.warc.gz": True}


def test_what_is_no_folder_or_not_ours_to_write(tmp_path: Path, archive: Path) -> None:
    with pytest.raises(RunFolderError, match="is a file"):
        prepare(settings_for(archive, archive))
    with pytest.raises(RunFolderError, match="No output folder"):
        prepare(load_settings(options={"inputs": [str(archive)]}))
    with pytest.raises(RunFolderError, match="Cannot write to"):
        prepare(settings_for(archive / "below", archive))


def test_state_is_readable_by_a_person(tmp_path: Path, archive: Path) -> None:
    prepare(settings_for(tmp_path / "out", archive))
    state = json.loads((tmp_path / "out" / STATE).read_text())
    assert state["settings"]["preset"] == "default"


def test_differences_name_keys() -> None:
    assert differences({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}, "d": 4}) == [
        "a.c: 2 -> 3",
        "d: None -> 4",
    ]
