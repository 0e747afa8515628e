"""Scorers are tried before a run begins, where this machine does the work."""

import sys

import pytest

from spark_jobs.run.scorers import check_scorers
from webdoc.run_settings import SparkSettings
from webdoc.scores.scorer import ScoreSettings
from webdoc.settings import SettingsError

NO_HEAD = ScoreSettings(("aesthetics",), models={"aesthetics": "nowhere.safetensors"})


def test_a_model_that_is_not_there_is_refused_at_once() -> None:
    pytest.importorskip("safetensors", reason="needs interleaf[signals]")
    with pytest.raises(SettingsError, match=r"nowhere.safetensors is no aesthetic head"):
        check_scorers(NO_HEAD, SparkSettings())


def test_on_a_cluster_only_the_workers_know() -> None:
    check_scorers(NO_HEAD, SparkSettings(master="yarn"))


def test_who_wants_words_wants_the_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    with pytest.raises(SettingsError, match=r"image_text needs rapidocr"):
        check_scorers(ScoreSettings(captions=("text_spotting",)), SparkSettings())
