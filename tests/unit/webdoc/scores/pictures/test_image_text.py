"""Words drawn into pictures are read, where they stand and how much they cover."""

from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from tests.unit.webdoc.scores.pictures.odd_pictures import encoded
from webdoc.reasons import Reason
from webdoc.scores.limits import limit_finding
from webdoc.scores.pictures import image_text
from webdoc.scores.rows import scored
from webdoc.scores.scored_caption import ReadWord
from webdoc.scores.scorer import ScoreSettings

pytest.importorskip("rapidocr", reason="needs rapidocr: pip install 'interleaf[signals]'")


@pytest.fixture(scope="module")
def reader() -> Any:
    return image_text.load()


def font(size: int) -> Any:
    return ImageFont.load_default(size)


def sign() -> Image.Image:
    """A gradient, and on it two lines of text."""
    ground = np.tile(np.linspace(120, 220, 360, dtype=np.uint8), (200, 1))
    picture = Image.fromarray(ground).convert("RGB")
    draw = ImageDraw.Draw(picture)
    draw.text((30, 40), "Fresh bread today", font=font(32), fill="navy")
    draw.text((30, 130), "open until seven", font=font(24), fill="black")
    return picture


def test_words_are_read_where_they_stand(reader: Any) -> None:
    picture = sign()
    settings = ScoreSettings(("image_text",), max={"text_area": 0.05})

    (row,) = scored("image_text", reader, ["a"], [encoded(picture)])

    assert [line.text for line in row.words] == ["Fresh bread today", "open until seven"]
    values = {score.name: score.value for score in row.scores}
    assert values["text_words"] == 6
    assert values["text_confidence"] > 0.8
    boxes = ((30, 40, 32, "Fresh bread today"), (30, 130, 24, "open until seven"))
    draw = ImageDraw.Draw(picture)
    true = 0.0
    for x, y, size, text in boxes:
        left, top, right, bottom = draw.textbbox((x, y), text, font=font(size))
        true += (right - left) * (bottom - top) / (360 * 200)
    assert values["text_area"] == pytest.approx(true, abs=0.05)
    x, y = row.words[0].corners[:2]
    assert (x, y) == pytest.approx((30 / 360, 40 / 200), abs=0.06)
    finding = limit_finding(row.scores, settings)
    assert finding is not None
    assert finding[0] is Reason.IMAGE_TEXT


def test_a_picture_turned_by_exif_is_read_upright(reader: Any) -> None:
    picture = sign()
    exif = Image.Exif()
    exif[0x0112] = 6  # shown turned by a quarter to the right
    body = encoded(picture.transpose(Image.Transpose.ROTATE_90), "JPEG", quality=95, exif=exif)

    assert [line.text for line in reader.read_words([body])[0]] == [
        "Fresh bread today",
        "open until seven",
    ]


def test_a_picture_without_text_has_none(reader: Any) -> None:
    ground = np.tile(np.linspace(0, 255, 300, dtype=np.uint8), (200, 1))
    bodies = [encoded(Image.fromarray(ground))]
    assert reader.score(bodies) == [(0.0, 0.0, None)]


@pytest.mark.parametrize(
    ("text", "confidence", "is_text"),
    [
        ("0", 0.95, False),
        ("ab", 0.6, True),
        ("ab", 0.59, False),
        ("\u6d77", 0.9, True),
        ("--", 0.99, False),
    ],
)
def test_a_lone_letter_is_an_eye_or_a_wheel(text: str, confidence: float, is_text: bool) -> None:
    assert image_text.is_text(ReadWord(text, confidence)) == is_text


def test_what_two_boxes_cover_counts_once() -> None:
    half = (0.0, 0.0, 0.5, 0.0, 0.5, 1.0, 0.0, 1.0)
    middle = (0.25, 0.0, 0.75, 0.0, 0.75, 1.0, 0.25, 1.0)
    assert image_text.covered_share([half, middle]) == pytest.approx(0.75, abs=0.01)
    assert image_text.covered_share([]) == 0.0


def test_a_line_takes_the_middle_of_its_box() -> None:
    line = image_text.line_box((0.0, 0.2, 1.0, 0.2, 1.0, 0.4, 0.0, 0.4))
    assert line == pytest.approx((0.0, 0.226, 1.0, 0.226, 1.0, 0.374, 0.0, 0.374))
    column = image_text.line_box((0.2, 0.0, 0.4, 0.0, 0.4, 1.0, 0.2, 1.0))
    assert column == pytest.approx((0.226, 0.0, 0.374, 0.0, 0.374, 1.0, 0.226, 1.0))
