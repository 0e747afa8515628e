"""Entropy and flat areas, by hand."""

import numpy as np
import pytest
from PIL import Image

from tests.unit.webdoc.scores.pictures.odd_pictures import encoded
from webdoc.reasons import Reason
from webdoc.scores.limits import limit_finding
from webdoc.scores.pictures import entropy
from webdoc.scores.rows import scored
from webdoc.scores.scorer import ScoreSettings

COLOUR = encoded(Image.new("RGB", (20, 20), "teal"))
ALL_LEVELS = encoded(Image.fromarray(np.arange(256, dtype=np.uint8).reshape(16, 16)))


@pytest.mark.parametrize(
    ("levels", "bits", "flat"),
    [
        ([[7] * 4] * 4, 0.0, 1.0),
        ([[0, 255] * 2] * 4, 1.0, 0.0),
        ([[0, 85, 170, 255]] * 4, 2.0, 0.0),
        # Of nine pixels that have both neighbours, those of the middle column differ to the right.
        ([[10, 10, 12, 12]] * 4, 1.0, 0.6667),
        ([[10, 10, 11, 11]] * 4, 1.0, 1.0),
    ],
)
def test_by_hand(levels: list[list[int]], bits: float, flat: float) -> None:
    picture = encoded(Image.fromarray(np.array(levels, dtype=np.uint8)))
    assert entropy.load().score([picture]) == [(bits, flat)]


def test_every_grey_level_once_is_eight_bits() -> None:
    assert entropy.load().score([ALL_LEVELS])[0][0] == 8.0


def test_a_limit_leaves_out_plain_pictures() -> None:
    settings = ScoreSettings(("entropy",), min={"entropy": 3.0})
    plain, rich = scored("entropy", entropy.load(), ["a", "b"], [COLOUR, ALL_LEVELS])
    assert limit_finding(plain.scores, settings) == (Reason.IMAGE_FLAT, 0.0)
    assert limit_finding(rich.scores, settings) is None
