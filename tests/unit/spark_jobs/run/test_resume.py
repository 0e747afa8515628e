"""What may change between two starts of a run, what may not, and what a run can do without."""

import json
from pathlib import Path

import pytest

from obelics_like.settings import ObelicsSettings, load_settings
from spark_jobs.obelics import begin
from spark_jobs.run.cleaning import clean_run
from spark_jobs.run.folder import STATE, RunFolderError, settings_of
from spark_jobs.run.obelics import prepare
from spark_jobs.run.quiet_start import is_no_news
from spark_jobs.run.resume import changed_settings, is_operational
from spark_jobs.run.session import with_retries
from spark_jobs.sources.unreadable import UnreadableInputsError, check_plan, is_too_much
from webdoc.settings import as_table
from webdoc.storage.inputs import ArchiveFile


@pytest.fixture
def out(tmp_path: Path) -> Path:
    (tmp_path / "a.warc.gz").write_bytes(b"")
    prepare(settings(tmp_path / "out"))
    return tmp_path / "out"


def settings(out: Path, **more: object) -> ObelicsSettings:
    return load_settings(
        options={"inputs": [str(out.parent / "a.warc.gz")], "out": str(out), **more}
    )


@pytest.mark.parametrize(
    "more",
    [
        {"archives": {"storage": {"attempts": 3, "timeout_s": 7.0}}},
        {"archives": {"max_unreadable": 5}},
        {"run": {"batch_bytes": 1000}},
        {"spark": {"master": "local[7]"}},
        {"fetch": {"retries": 9, "parallel": 3}},
    ],
)
def test_how_the_work_is_done_may_change(out: Path, more: dict[str, object]) -> None:
    prepare(settings(out, **more), resume=True)

    kept = settings_of(str(out))
    for section in more.keys() - {"spark"}:  # Spark's settings are those of each start
        assert kept[section] == as_table(settings(out, **more))[section]


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"archives": {"split_bytes": 99}}, r"archives\.split_bytes: 4194304 -> 99"),
        ({"fetch": {"max_bytes": 99}}, r"fetch\.max_bytes: 10485760 -> 99"),
        ({"release": {"licence": "mit"}}, r"release\.licence: 'other' -> 'mit'"),
    ],
)
def test_what_comes_out_may_not_change(out: Path, more: dict[str, object], named: str) -> None:
    with pytest.raises(RunFolderError, match=named):
        prepare(settings(out, **more), resume=True)


def test_a_setting_newer_than_the_run_does_no_harm_at_its_default() -> None:
    before = {"a": {"old": 1}}
    defaults = {"a": {"old": 1, "new": 2}, "section": {"x": 0}}
    assert changed_settings(before, defaults, defaults) == []
    after = {"a": {"old": 1, "new": 3}, "section": {"x": 0}}
    assert changed_settings(before, after, defaults) == ["a.new: None -> 3"]
    assert changed_settings({"a": {"old": 1, "gone": 5}}, before, defaults) == ["a.gone: 5 -> None"]


def test_operational_settings_are_known_by_their_names() -> None:
    assert is_operational("archives.storage.attempts")
    assert is_operational("clip.device")
    assert not is_operational("fetch.max_bytes")
    assert not is_operational("runner")


def test_the_state_knows_software_and_schemas(out: Path) -> None:
    state = json.loads((out / STATE).read_text())
    assert {"interleaf", "python", "pyspark"} <= state["software"].keys()
    assert len(state["schemas"]["tables/records"]) == 16


def test_a_table_of_other_columns_is_refused_by_its_name(out: Path) -> None:
    state = json.loads((out / STATE).read_text())
    state["schemas"]["tables/records"] = "of yesterday"
    state["software"]["interleaf"] = "0.0.9"
    (out / STATE).write_text(json.dumps(state))
    prepare(settings(out), resume=True)  # not written yet, so it can be written as it is now
    (out / STATE).write_text(json.dumps(state))
    (out / "tables" / "records").mkdir()
    (out / "tables" / "records" / "_SUCCESS").touch()
    with pytest.raises(RunFolderError, match=r"tables/records .* by interleaf 0\.0\.9"):
        prepare(settings(out), resume=True)


def test_a_run_begins_anew_at_a_step_by_other_settings_of_it(out: Path) -> None:
    tables = ("records", "image_marks", "finish_marks", "near_text_marks", "image_vectors")
    for table in tables:
        (out / "tables" / table).mkdir()
    (out / "SHA256SUMS").touch()
    other = settings(out, near_duplicates={"keep": "first"})
    with pytest.raises(RunFolderError, match=r"near_duplicates\.keep"):
        begin(other, resume=True)
    with pytest.raises(RunFolderError, match=r"near_duplicates\.keep"):
        begin(other, start="publishing")
    begin(other, start="near-duplicates")
    left = sorted(path.name for path in (out / "tables").iterdir())
    assert left == ["finish_marks", "image_marks", "image_vectors", "records", "run.json"]
    assert not (out / "SHA256SUMS").exists()
    assert settings_of(str(out))["near_duplicates"]["keep"] == "first"


def test_what_reading_went_by_may_not_change_with_a_later_step(out: Path) -> None:
    """Which paragraphs are equal is written when pages are read, beside their documents."""
    with pytest.raises(RunFolderError, match=r"deduplication\.paragraph_scope"):
        begin(settings(out, deduplication={"paragraph_scope": "host"}), start="duplicates")
    begin(settings(out, deduplication={"max_image_occurrences": 3}), start="duplicates")


def test_a_step_that_is_none_names_those_that_are(out: Path) -> None:
    with pytest.raises(RunFolderError, match="reading, images, duplicates, near-duplicates, publ"):
        begin(settings(out), start="dedup")


def test_cleaning_keeps_what_is_asked_for_and_touches_nothing_else(out: Path) -> None:
    for table in ("records", "finish_marks", "repeated", "finished"):
        (out / "tables" / table).mkdir()
        (out / "tables" / table / "part.parquet").write_bytes(b"1234")
    (out / "data").mkdir()
    (out / "notes.txt").write_text("mine")
    with pytest.raises(RunFolderError, match="not finished"):
        clean_run(str(out), "release")
    (out / "SHA256SUMS").touch()
    with pytest.raises(RunFolderError, match="release or resume"):
        clean_run(str(out), "all")
    assert clean_run(str(out), "resume") == {"finished": 4, "repeated": 4}
    prepare(settings(out), resume=True)
    assert set(clean_run(str(out), "release")) == {"records", "finish_marks", "run.json"}
    assert sorted(path.name for path in out.iterdir()) == ["SHA256SUMS", "data", "notes.txt"]


def test_cleaning_a_foreign_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    with pytest.raises(RunFolderError, match="no run of interleaf"):
        clean_run(str(tmp_path), "release")


@pytest.mark.parametrize(
    ("unreadable", "limit", "ends"),
    [(1, 0.1, False), (2, 0.1, True), (1, 0, True), (0, 0, False), (3, 3, False), (4, 3, True)],
)
def test_the_limit_is_a_share_or_a_count(unreadable: int, limit: float, *, ends: bool) -> None:
    assert is_too_much(unreadable, 10, limit) is ends


def test_too_many_missing_inputs_end_a_run_before_it_reads(tmp_path: Path) -> None:
    files = [ArchiveFile(f"{n}", f"{n}.warc", 1, "no such file" if n < 2 else "") for n in range(9)]

    def check(limit: float, found: int) -> None:
        def again(file: ArchiveFile) -> list[ArchiveFile]:
            return [file] if int(file.path) < found else []

        check_plan(str(tmp_path), files, limit, "archives.max_unreadable", again)

    check(2, 0)
    check(1, 1)
    check(0, 2)
    with pytest.raises(UnreadableInputsError, match="2 of 9 inputs could not be read") as caught:
        check(1, 0)
    assert caught.value.exit_status == 4
    assert "--set archives.max_unreadable=2" in str(caught.value)
    listed = (tmp_path / "unreadable.csv").read_text().splitlines()
    assert listed == ["input,position,problem", "0.warc,0,no such file", "1.warc,0,no such file"]


@pytest.mark.parametrize(
    ("master", "retried"),
    [
        ("local", "local[1,4]"),
        ("local[*]", "local[*,4]"),
        ("local[3]", "local[3,4]"),
        ("local[3,2]", "local[3,2]"),
        ("local-cluster[2,1,1024]", "local-cluster[2,1,1024]"),
        ("spark://h:7077", "spark://h:7077"),
    ],
)
def test_local_masters_get_attempts(master: str, retried: str) -> None:
    assert with_retries(master) == retried


def test_errors_are_always_news() -> None:
    assert not is_no_news(b"spark: ERROR Executor: Exception in task 0.0\n")
    assert is_no_news(b'Setting default log level to "WARN".\n')
