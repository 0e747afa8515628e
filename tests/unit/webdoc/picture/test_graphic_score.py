"""Logos score high and photos low, on drawn pictures and on real ones."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from webdoc.archive.reader import ReadSettings, read_captures
from webdoc.picture.graphic_score import graphic_score
from webdoc.picture.measure import OK, first_frame, measure
from webdoc.reasons import Kind
from webdoc.storage.inputs import expand_inputs, splits_of


def logo(size: tuple[int, int], mode: str = "RGB") -> Image.Image:
    picture = Image.new(mode, size, (255, 255, 255) + (0,) * (mode == "RGBA"))
    draw = ImageDraw.Draw(picture)
    width, height = size
    draw.ellipse((width // 8, height // 8, width // 2, height * 7 // 8), fill=(200, 20, 40))
    draw.rectangle((width * 5 // 8, height // 4, width * 7 // 8, height * 3 // 4), fill=(0, 0, 90))
    return picture


def photo(size: tuple[int, int]) -> Image.Image:
    """Soft light and the noise of a sensor."""
    width, height = size
    x, y = np.meshgrid(np.linspace(0, 6, width), np.linspace(0, 4, height))
    light = np.stack((np.sin(x + y), np.cos(x * 0.7), np.sin(y * 1.3 + x)), axis=-1) * 90 + 128
    noise = np.random.default_rng(0).normal(0, 6, light.shape)
    return Image.fromarray((light + noise).clip(0, 255).astype(np.uint8))


def score(picture: Image.Image) -> float:
    return graphic_score(picture, *picture.size)


@pytest.mark.parametrize("size", [(88, 31), (200, 150), (400, 300), (900, 700)])
def test_a_logo_scores_above_a_photo(size: tuple[int, int]) -> None:
    assert score(logo(size)) > score(photo(size)) + 0.25


def test_a_photo_of_usual_size_scores_low() -> None:
    assert score(photo((640, 480))) < 0.2


def test_a_logo_is_one_as_a_jpeg_too() -> None:
    out = BytesIO()
    logo((400, 300)).save(out, "JPEG", quality=85)
    assert score(first_frame(out.getvalue())) > 0.6


def test_transparency_raises_the_score() -> None:
    clear = photo((300, 200)).convert("RGBA")
    clear.putalpha(Image.new("L", clear.size, 0))
    assert score(clear) > 0.9
    assert score(photo((300, 200)).convert("RGBA")) < 0.3


@pytest.mark.parametrize(("side_px", "tiny"), [(32, 1.0), (128, 0.0)])
def test_tiny_pictures_are_icons(side_px: int, tiny: float) -> None:
    noise = Image.effect_noise((side_px, side_px), 90).convert("RGB")
    assert (score(noise) >= 0.9) == bool(tiny)


@pytest.mark.parametrize(("side_px", "share"), [(256, 1.0), (512, 0.8), (1024, 0.6), (4096, 0.6)])
def test_large_graphics_are_rather_figures(side_px: int, share: float) -> None:
    plain = Image.new("RGB", (256, 256))  # its three shares are 1, 1 and 0
    assert graphic_score(plain, side_px, 10) == pytest.approx(share * 2 / 3)


@given(
    st.tuples(st.integers(1, 40), st.integers(1, 40)),
    st.sampled_from(["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "I", "F"]),
)
def test_any_picture_has_a_score(size: tuple[int, int], mode: str) -> None:
    assert 0 <= score(Image.new(mode, size)) <= 1


def has_pixels(body: bytes) -> bool:
    picture = measure(body)
    return picture.status == OK and picture.width_px > 0


def scores(archive: Path, part: str) -> list[float]:
    """Return the scores of the archive's pictures whose address holds a part, each one once."""
    bodies = {}
    for split in splits_of(expand_inputs([str(archive)]), 2**40):
        for capture in read_captures(split, ReadSettings()):
            if capture.kind is Kind.IMAGE and part in capture.url:
                bodies[capture.url] = capture.body
    # What stands beside the photos of dishes are two QR codes.
    wanted = [body for url, body in bodies.items() if "-cooking.png" not in url]
    return [score(first_frame(body)) for body in wanted if has_pixels(body)]


def test_real_logos_and_photos(shared_data: Path) -> None:
    """Seen by eye: all of one site are photos of food, all of the other are logos."""
    photos = scores(shared_data / "sites" / "based-cooking.warc.gz", "/pix/b")
    logos = scores(
        shared_data / "warc" / "harvard-lil+js-wacz" / "lil-projects.warc.gz", "/assets/"
    )
    assert len(photos) > 10
    assert len(logos) > 10
    better = sum(a > b for a in logos for b in photos)
    assert better / (len(logos) * len(photos)) > 0.98
    assert max(photos) < 0.6
