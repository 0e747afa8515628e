"""What a run tells other tools, and how far it is."""

import json
import logging
from pathlib import Path

import pytest

from spark_jobs.run.journal import LOG, METRICS, Journal, restarts_of
from spark_jobs.run.progress import Progress, RunProgress
from spark_jobs.run.supervised import KILLS


def lines(out: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (out / LOG).read_text().splitlines()]


def test_steps_are_logged_and_measured(tmp_path: Path) -> None:
    totals = iter([{"tasks": 5, "failed_tasks": 0}, {"tasks": 12, "failed_tasks": 1}])
    journal = Journal(str(tmp_path), lambda: next(totals))
    with journal.step("reading", archive_bytes=10**9):
        log = logging.getLogger("spark_jobs.duplicates.components")
        log.info("components: round %d", 1)
        log.info("components: round %d", 2)
    began, first, second, ended = lines(tmp_path)
    assert [one["event"] for one in (began, ended)] == ["step began", "step ended"]
    assert first["message"] == "components: round 1"
    assert second["step"] == "reading"
    assert (ended["tasks"], ended["failed_tasks"], ended["archive_bytes"]) == (7, 1, 10**9)
    metrics = (tmp_path / METRICS).read_text().splitlines()
    assert 'interleaf_step_tasks{step="reading"} 7' in metrics
    assert 'interleaf_step_rounds{step="reading"} 2' in metrics
    assert "# TYPE interleaf_step_archive_bytes gauge" in metrics


def test_what_was_begun_anew_is_counted_and_said(tmp_path: Path) -> None:
    totals = iter([{"failed_tasks": 0}, {"failed_tasks": 2}, {"failed_tasks": 2}])
    before = {"failed_tasks": 0}
    kills = tmp_path / KILLS
    assert restarts_of(str(tmp_path)) == ""
    with Journal(str(tmp_path), lambda: before).step("reading"):
        pass
    assert restarts_of(str(tmp_path)) == ""
    with Journal(str(tmp_path), lambda: next(totals)).step("reading"):
        kills.mkdir()
        for number in range(3):
            (kills / f"{number}.json").write_text("{}")
    assert lines(tmp_path)[-1]["restarted_processes"] == 3
    said = restarts_of(str(tmp_path))
    assert said.startswith("Begun anew: 2 tasks of Spark that failed, 3 processes that ended")


def test_a_failed_step_is_in_the_log_and_a_second_start_behind_it(tmp_path: Path) -> None:
    def fail() -> None:
        with Journal(str(tmp_path), dict).step("reading"):
            raise RuntimeError("no space left")

    with pytest.raises(RuntimeError):
        fail()
    with Journal(str(tmp_path), dict).step("reading"):
        pass
    events = [one["event"] for one in lines(tmp_path)]
    assert events == ["step began", "step failed", "step began", "step ended"]
    assert lines(tmp_path)[1]["error"] == "RuntimeError: no space left"


def test_how_far_a_run_is() -> None:
    now = [0.0]
    run = RunProgress(["reading", "rest"], [3, 1], [1, 4], [8_000_000, 0], clock=lambda: now[0])
    assert (run.share, run.left_s, run.line()) == (0.0, None, "starting Spark: 0 %")
    run.on_step(1)
    now[0] = 2.0
    run.on_tasks(Progress(5, 10, stage=0))
    assert run.share == pytest.approx(3 / 8)  # half of three quarters
    assert run.left_s == pytest.approx(2 * 5 / 3)
    assert run.line() == "[1/2] reading: 38 %, 2.0 MB/s, about 3 s left"
    run.on_step(2)
    assert run.share == pytest.approx(3 / 4)
    run.on_tasks(Progress(10, 10, stage=1))
    run.on_tasks(Progress(5, 10, stage=2))
    assert run.share == pytest.approx(3 / 4 + 1.5 / 4 / 4)
    run.on_tasks(Progress(0, 10, stage=2))  # never back
    assert run.share == pytest.approx(3 / 4 + 1.5 / 4 / 4)
    for stage in range(3, 40):
        run.on_tasks(Progress(10, 10, stage=stage))
    assert run.share < 1.0
