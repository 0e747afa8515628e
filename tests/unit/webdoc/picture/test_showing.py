"""A report shows no picture that is unsafe or has too many faces, whatever its reason is."""

import pytest

from webdoc.picture.faces import FaceSettings
from webdoc.picture.facts import Face, PictureFacts
from webdoc.picture.safety import SafetySettings
from webdoc.picture.showing import ShowRules

FACE = Face(0, 0, 1, 1, 0.99)


@pytest.mark.parametrize(
    ("score", "shown"), [(None, False), (0.8, True), (0.81, False), (0.0, True)]
)
def test_where_a_safety_model_looks_only_what_it_lets_pass_is_shown(
    score: float | None, shown: bool
) -> None:
    rules = ShowRules.of(SafetySettings(model="opennsfw", max_score=0.8), FaceSettings())
    assert rules.allow(PictureFacts(nsfw_score=score)) is shown


@pytest.mark.parametrize(("faces", "shown"), [(None, False), (1, True), (2, False)])
def test_where_faces_are_counted_so_is_what_is_shown(faces: int | None, shown: bool) -> None:
    rules = ShowRules.of(SafetySettings(), FaceSettings(model="mtcnn", max_faces=1))
    found = None if faces is None else (FACE,) * faces
    assert rules.allow(PictureFacts(faces=found)) is shown


def test_without_models_every_picture_may_be_shown() -> None:
    assert ShowRules.of(SafetySettings(), FaceSettings()).allow(PictureFacts(nsfw_score=1.0))
