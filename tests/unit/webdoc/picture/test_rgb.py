"""Decoding for a model: upright, on white, and never more than the limit."""

from io import BytesIO
from random import Random

import numpy as np
import pytest
from PIL import Image

from webdoc.picture.rgb import rgb

LIMIT = 10_000


def file_of(picture: Image.Image, form: str, **options: object) -> bytes:
    out = BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "1", "L", "CMYK", "I;16"])
def test_every_mode_becomes_rgb(mode: str) -> None:
    form = "TIFF" if mode == "CMYK" else "PNG"
    picture, status = rgb(file_of(Image.new(mode, (5, 4)), form), LIMIT)
    assert status == "ok"
    assert picture is not None
    assert (picture.mode, picture.size) == ("RGB", (5, 4))


def test_transparent_pixels_are_white() -> None:
    """Their hidden colour, here red, is seen by nobody."""
    drawn = Image.new("RGBA", (2, 1), (255, 0, 0, 0))
    drawn.putpixel((1, 0), (0, 0, 255, 255))
    palette = Image.new("P", (1, 1))
    palette.putpalette([255, 0, 0])

    layered, _ = rgb(file_of(drawn, "PNG"), LIMIT)
    indexed, _ = rgb(file_of(palette, "GIF", transparency=0), LIMIT)

    assert layered is not None
    assert indexed is not None
    assert [layered.getpixel((x, 0)) for x in (0, 1)] == [(255, 255, 255), (0, 0, 255)]
    assert indexed.getpixel((0, 0)) == (255, 255, 255)


def test_a_picture_stands_upright() -> None:
    """EXIF orientation 6: the camera lay on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6
    picture, _ = rgb(file_of(Image.new("RGB", (40, 20)), "JPEG", exif=exif), LIMIT)
    assert picture is not None
    assert picture.size == (20, 40)


@pytest.mark.parametrize(("width", "status"), [(100, "ok"), (101, "too_large")])
def test_the_limit_itself_is_decoded(width: int, status: str) -> None:
    assert rgb(file_of(Image.new("L", (width, 100)), "PNG"), LIMIT)[1] == status


def test_a_bomb_is_not_decoded() -> None:
    """Far above what Pillow itself refuses, in a few bytes of header."""
    body = bytearray(file_of(Image.new("L", (9, 9)), "GIF"))
    body[6:10] = b"\xff\xff\xff\xff"
    assert rgb(bytes(body), 10**12) == (None, "too_large")


@pytest.mark.parametrize(
    "body", [b"", b"x" * 99, b"\x89PNG\r\n\x1a\n", b"<svg xmlns='http://www.w3.org/2000/svg'/>"]
)
def test_what_is_no_picture_is_unreadable(body: bytes) -> None:
    assert rgb(body, LIMIT) == (None, "unreadable")


def test_a_picture_cut_short_is_unreadable() -> None:
    noise = Image.frombytes("RGB", (60, 60), Random(1).randbytes(10_800))
    for form in ("JPEG", "PNG"):
        whole = file_of(noise, form)
        assert rgb(whole, LIMIT)[1] == "ok"
        assert rgb(whole[: len(whole) // 2], LIMIT) == (None, "unreadable")


def test_a_large_jpeg_is_decoded_smaller_and_looks_the_same() -> None:
    """Never below four times the side that the model sees: 256, so 400 and not 200."""
    steps = np.linspace(0, 255, 800).astype(np.uint8)
    waves = np.stack([np.tile(steps, (800, 1)), np.tile(steps[:, None], (1, 800))], -1)
    blue = (np.indices((800, 800)).sum(axis=0) // 40 % 2 * 255).astype(np.uint8)
    body = file_of(Image.fromarray(np.dstack([waves, blue])), "JPEG", quality=90)

    small, _ = rgb(body, 800 * 800, side_px=64)
    full, _ = rgb(body, 800 * 800)

    assert small is not None
    assert full is not None
    assert (small.size, full.size) == ((400, 400), (800, 800))
    near, far = (
        np.asarray(one.resize((64, 64), Image.Resampling.BICUBIC)) for one in (small, full)
    )
    assert np.abs(near.astype(int) - far.astype(int)).mean() < 2
