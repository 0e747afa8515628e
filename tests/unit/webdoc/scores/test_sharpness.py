"""How sharp a picture is, by hand, by another implementation, and in odd pictures."""

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from webdoc.scores.pictures import sharpness


def encoded(picture: Image.Image, kind: str = "PNG") -> bytes:
    out = BytesIO()
    picture.save(out, kind)
    return out.getvalue()


def score(body: bytes) -> float | None:
    ((value,),) = sharpness.load().score([body])
    return value


def test_a_dot_by_hand() -> None:
    """One white pixel in a black 3 x 3: its Laplacian is -4 * 255, its four neighbours' 255 or,
    at an edge that is mirrored at the pixel beside it, twice that; corners have none."""
    dot = Image.new("L", (3, 3))
    dot.putpixel((1, 1), 255)

    laplacian = [0, 510, 0, 510, -1020, 510, 0, 510, 0]
    assert score(encoded(dot)) == pytest.approx(np.var(laplacian), abs=0.01)


@given(st.integers(3, 12), st.integers(3, 12), st.integers(0, 2**32 - 1))
def test_against_a_plain_convolution(width: int, height: int, seed: int) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width), dtype=np.uint8)
    wide = np.pad(pixels.astype(float), 1, mode="reflect")
    expected = [
        wide[y - 1, x] + wide[y + 1, x] + wide[y, x - 1] + wide[y, x + 1] - 4 * wide[y, x]
        for y in range(1, height + 1)
        for x in range(1, width + 1)
    ]

    found = score(encoded(Image.fromarray(pixels)))

    assert found == pytest.approx(np.var(expected), abs=0.01)


def test_a_blurred_picture_has_less() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    sharp = Image.fromarray(noise)
    blurred = sharp.filter(ImageFilter.GaussianBlur(3))

    assert (score(encoded(sharp)) or 0) > 100 > (score(encoded(blurred)) or 0)


@pytest.mark.parametrize(
    ("picture", "kind"),
    [
        (Image.new("CMYK", (20, 20), (0, 255, 0, 0)), "JPEG"),
        (Image.new("I;16", (20, 20), 500), "PNG"),
        (Image.new("RGBA", (20, 20), (1, 2, 3, 0)), "WEBP"),
        (Image.new("P", (20, 20)), "GIF"),
    ],
)
def test_flat_pictures_of_every_mode_have_none(picture: Image.Image, kind: str) -> None:
    assert score(encoded(picture, kind)) == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize("body", [b"", b"no picture", encoded(Image.new("L", (2, 9)))])
def test_what_has_no_pixels_or_too_few_has_no_score(body: bytes) -> None:
    assert score(body) is None
