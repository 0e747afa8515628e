"""The score itself: a logistic regression, its file, and its fit."""

from math import exp, nan
from pathlib import Path

import numpy as np
import pytest

from spark_jobs.scores.documents import check_vectors
from webdoc.release.published import PublishedDocument, PublishedPart
from webdoc.scores.documents.document_quality import COLUMNS, load
from webdoc.scores.quality.fit import fitted
from webdoc.scores.quality.measure import all_features
from webdoc.scores.quality.weights import (
    Fault,
    ForeignModelError,
    QualityWeights,
    Scale,
    quality_weights,
    read_weights,
    weights_text,
)
from webdoc.scores.scorer import ScoredDocument, ScoreSettings
from webdoc.settings import SettingsError

BY_HAND = QualityWeights(
    {"a": Scale(1.0, 2.0)}, {"bad": Fault(-1.0, {"a": -0.5})}, "two documents", "clip-1"
)


def test_quality_by_hand() -> None:
    """(5 - 1) / 2 = 2 deviations, log odds of the fault -1 - 0.5 * 2 = -2."""
    assert BY_HAND.quality({"a": 5.0}) == pytest.approx(1 / (1 + exp(-2)), abs=1e-4)
    assert BY_HAND.quality({}) == pytest.approx(1 / (1 + exp(-1)), abs=1e-4)
    assert BY_HAND.quality({"a": 1e9}) == pytest.approx(1 / (1 + exp(-3.5)), abs=1e-4)


@pytest.mark.parametrize("value", [nan, float("inf")])
def test_a_feature_that_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="the feature a is"):
        BY_HAND.quality({"a": value})


def test_vectors_of_another_model_are_refused_naming_both() -> None:
    with pytest.raises(ForeignModelError, match=r"clip-1.*clip-2"):
        BY_HAND.quality({"a": 1.0}, model="clip-2")
    assert BY_HAND.quality({"a": 1.0}, model="clip-1") > 0


def test_weights_are_read_as_they_were_written() -> None:
    assert read_weights(weights_text(BY_HAND)) == BY_HAND


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        weights_text(BY_HAND).replace("2.0", "0.0"),
        weights_text(BY_HAND).replace("-1.0", "NaN"),
        weights_text(BY_HAND).replace('"a": -0.5', '"b": -0.5'),
    ],
)
def test_what_is_no_weights_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no weights of document_quality"):
        read_weights(text)


def test_a_fit_tells_faults_apart() -> None:
    """Good documents have a and b near 0; one fault has less of a, the other less of b."""
    dice = np.random.default_rng(0)
    kinds = {"good": (0, 0), "no_a": (-4, 0), "no_b": (0, -4)}
    labels = [kind for kind in kinds for _ in range(80)]
    rows = [
        {"a": kinds[k][0] + dice.normal(), "b": kinds[k][1] + dice.normal(), "same": 1.0}
        for k in labels
    ]
    weights = fitted(rows, labels, ["a", "b", "same", "unknown"], fitted_on="chance")
    assert set(weights.scales) == {"a", "b"}
    assert weights.quality({"a": 0.0, "b": 0.0}) > 0.8
    assert weights.quality({"a": -4.0, "b": 0.0}) < 0.2
    likely = weights.probabilities({"a": 0.0, "b": -4.0})
    assert max(likely, key=lambda name: likely[name]) == "no_b"
    assert sum(likely.values()) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("labels", [["good", "good"], ["bad", "bad"], []])
def test_a_fit_needs_both_sorts(labels: list[str]) -> None:
    with pytest.raises(ValueError, match="good"):
        fitted([{"a": 1.0}] * len(labels), labels, ["a"], fitted_on="")


def test_the_weights_of_the_package_know_features_that_there_are() -> None:
    weights = quality_weights()
    assert set(weights.scales) <= {one.name for one in all_features()}
    assert weights.fitted_on
    assert len(weights.faults) == 6


def test_the_scorer_gives_every_column() -> None:
    text = PublishedPart("The red fox hunts mice in the forest at night. It sleeps by day.")
    found = load().score(
        [ScoredDocument(PublishedDocument((text,), {})), ScoredDocument(PublishedDocument((), {}))]
    )
    assert [len(row) for row in found] == [len(COLUMNS)] * 2
    assert 0 <= found[0][0] <= 1  # type: ignore[operator]
    assert set(found[1]) == {None}


def test_a_fault_looks_at_what_it_moves_alone() -> None:
    """The second feature is the same of good documents and spoiled ones, and gets no weight."""
    dice = np.random.default_rng(2)
    rows, labels = [], []
    for n in range(400):
        bad = n % 2
        rows.append({"a": float(dice.normal(3 * bad)), "b": float((n // 2) % 7)})
        labels.append("bad" if bad else "good")

    found = fitted(rows, labels, ["a", "b"], fitted_on="dice")

    assert found.faults["bad"].weights.keys() == {"a"}
    assert found.scales.keys() == {"a", "b"}


def test_weights_of_a_file_are_taken_and_refuse_other_vectors(tmp_path: Path) -> None:
    file = tmp_path / "weights.json"
    file.write_text(weights_text(QualityWeights({}, {"bad": Fault(0.0, {})}, "one", "clip-1")))
    document = PublishedDocument((PublishedPart("A text."),), {})

    scorer = load(str(file))

    assert scorer.vectors_of == "clip-1"
    assert scorer.revision != load().revision
    assert scorer.score([ScoredDocument(document, vectors_of="clip-1")])[0][0] == 0.5
    with pytest.raises(ForeignModelError, match=r"clip-1.*clip-2"):
        scorer.score([ScoredDocument(document, vectors_of="clip-2")])
    settings = ScoreSettings(
        documents=("document_quality",), models={"document_quality": str(file)}
    )
    with pytest.raises(SettingsError, match=r"clip-1.*clip-2"):
        check_vectors(settings, "clip-2")
    with pytest.raises(SettingsError, match=r"clip-1.*no vectors"):
        check_vectors(settings, "")
    check_vectors(settings, "clip-1")
    file.write_text("{}")
    with pytest.raises(SettingsError, match="no weights of document_quality"):
        load(str(file))


def test_weights_of_the_package_go_by_the_model_of_the_vectors() -> None:
    assert quality_weights().model == ""
    assert quality_weights("a model that nobody knows") == quality_weights()
