"""Codes for machines: how many there are, and how much of the picture they cover."""

import numpy as np
import pytest
from PIL import Image

from tests.unit.webdoc.scores.pictures.odd_pictures import encoded, noise
from webdoc.reasons import Reason
from webdoc.scores.limits import limit_finding
from webdoc.scores.pictures import codes
from webdoc.scores.rows import scored
from webdoc.scores.scorer import ScoreSettings

zxingcpp = pytest.importorskip(
    "zxingcpp", reason="needs zxing-cpp: pip install 'interleaf[signals]'"
)


def code(kind: str, text: str, side: int) -> Image.Image:
    """Return a code without its white edge, as large as a side."""
    made = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, kind))
    drawn = np.asarray(zxingcpp.write_barcode_to_image(made, scale=4, add_quiet_zones=False))
    height = max(1, side * drawn.shape[0] // drawn.shape[1])
    return Image.fromarray(drawn).resize((side, height), Image.Resampling.NEAREST)


@pytest.mark.parametrize(("side", "left_out"), [(80, False), (120, True)])
def test_a_large_code_is_outside_the_limit_and_a_small_one_is_not(
    side: int, left_out: bool
) -> None:
    """80² of 400² pixels are 4 %, 120² are 9 %; NeMo Curator's limit is 5 %."""
    page = Image.new("L", (400, 400), 255)
    page.paste(code("QRCode", "https://example.org/", side), (150, 200))
    settings = ScoreSettings(("codes",), max={"code_area": 0.05})

    (row,) = scored("codes", codes.load(), ["a"], [encoded(page)])

    values = {score.name: score.value for score in row.scores}
    assert values["code_count"] == 1
    assert values["code_area"] == pytest.approx(side**2 / 400**2, abs=0.01)
    finding = limit_finding(row.scores, settings)
    assert (finding is not None and finding[0] is Reason.IMAGE_CODES) == left_out


def test_several_codes_of_several_kinds() -> None:
    page = Image.new("L", (600, 400), 255)
    page.paste(code("QRCode", "one", 120), (20, 20))
    page.paste(code("EAN13", "5901234123457", 300), (200, 220))

    assert codes.load().score([encoded(page)])[0][0] == 2


def test_a_picture_without_codes_has_none() -> None:
    assert codes.load().score([encoded(noise(200, 200))]) == [(0.0, 0.0)]
