"""BRISQUE against the original, and what distortions do to it."""

import numpy as np
import pytest
from PIL import Image
from scipy.ndimage import gaussian_filter

from tests.unit.webdoc.scores.pictures.odd_pictures import encoded
from webdoc.reasons import Reason
from webdoc.scores.limits import limit_finding
from webdoc.scores.pictures import technical_quality
from webdoc.scores.rows import scored
from webdoc.scores.scorer import ScoreSettings

# What brisque 0.2.0 (numpy 2.0, libsvm-official) says of these scenes.
ORIGINAL = {"plain": 68.887, "noise": 66.975, "blur": 78.253}


def scene(kind: str) -> Image.Image:
    dice = np.random.default_rng(11)
    grey = gaussian_filter(dice.normal(size=(121, 163)), 3) * 400 + np.linspace(60, 190, 163)
    if kind == "noise":
        grey += dice.normal(0, 25, grey.shape)
    if kind == "blur":
        grey = gaussian_filter(grey, 4)
    return Image.fromarray(np.clip(np.rint(grey), 0, 255).astype(np.uint8)).convert("RGB")


@pytest.mark.parametrize("kind", ORIGINAL)
def test_the_score_is_that_of_the_original(kind: str) -> None:
    ((value,),) = technical_quality.load().score([encoded(scene(kind))])
    assert value == pytest.approx(ORIGINAL[kind], abs=0.1)


def test_a_limit_leaves_out_blur() -> None:
    settings = ScoreSettings(("technical_quality",), max={"technical_quality": 75.0})
    bodies = [encoded(scene("blur")), encoded(scene("plain"))]
    blurred, plain = scored("technical_quality", technical_quality.load(), ["a", "b"], bodies)

    finding = limit_finding(blurred.scores, settings)

    assert finding is not None
    assert finding[0] is Reason.IMAGE_TECHNICAL_QUALITY
    assert limit_finding(plain.scores, settings) is None


def test_pictures_without_statistics_have_no_score() -> None:
    colour, tiny = Image.new("RGB", (60, 60), "red"), scene("plain").crop((0, 0, 15, 15))
    bodies = [encoded(colour), encoded(tiny)]
    assert technical_quality.load().score(bodies) == [(None,), (None,)]


def test_halving_is_the_cubic_kernel_between_pixels() -> None:
    """Of a step from 0 to 1 between two pairs, each side keeps its own but for what overshoots."""
    grey = np.tile(np.repeat([0.0, 1.0], 4), (8, 1))
    row = technical_quality.halved(grey)[0]
    assert row == pytest.approx([0, -0.09375, 1.09375, 1.0])
