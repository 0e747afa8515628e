"""`interleaf fit-quality` on features that `interleaf score --model` has left in scores/."""

import json
from pathlib import Path

import pytest

from interleaf.releases.fit_quality_run import run_fit_quality, stored_features
from tests.spark.releases.small_releases import doc_id, picture, row, small_release, write
from webdoc.exporters.documents import ReleaseRow
from webdoc.exporters.scores import ScoresRow
from webdoc.scores.quality.weights import read_weights
from webdoc.scores.scorer import Score
from webdoc.settings import SettingsError

DOCUMENTS = 24


@pytest.fixture
def scored(tmp_path: Path) -> Path:
    """Half of the documents are spoiled, and their images fit worse by vectors."""
    rows, scores = [], []
    for n in range(DOCUMENTS):
        made, bad = row(n, [picture(1)]), n % 2
        about = json.loads(made.general_metadata)
        about["spoiled"] = "images_foreign" if bad else "good"
        rows.append(ReleaseRow(made.images, made.texts, made.metadata, json.dumps(about)))
        fit = 0.01 * n - bad
        own = (Score("document_quality", 0.5), Score("image_fit_clip", fit), Score("other", 1.0))
        scores.append(ScoresRow(doc_id(n), own, ()))
    folder = small_release(tmp_path / "a", [rows], [[1]])
    write(folder / "scores/train-00000-of-00001.parquet", scores)
    return folder


def test_features_of_vectors_are_taken_and_their_model_named(scored: Path, tmp_path: Path) -> None:
    (scored / "tables").mkdir()
    (scored / "tables/model.json").write_text('{"name": "clip", "revision": "abc"}')

    run_fit_quality(str(scored), tmp_path / "w.json", None, 100)

    weights = read_weights((tmp_path / "w.json").read_text())
    assert weights.model == "abc"
    assert weights.scales.keys() == {"image_fit_clip"}  # what is no feature is none here either
    assert weights.faults["images_foreign"].weights["image_fit_clip"] < 0
    assert stored_features(str(scored))[doc_id(3)] == {"image_fit_clip": pytest.approx(-0.97)}


def test_features_of_vectors_of_nobody_knows_whom_are_refused(scored: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"no tables/model.json"):
        run_fit_quality(str(scored), tmp_path / "w.json", None, 100)
