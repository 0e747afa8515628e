"""How much a picture looks like a logo, an icon or a button: a score from its pixels."""

from math import log2
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from webdoc.picture.measure import as_rgb

_SIDE_PX: Final = 256  # pixels are looked at in a sample of that many a side
_COLOURS: Final = 8  # a drawing has few; a photo spreads over thousands
_HARD_STEP: Final = 64  # of 255, between neighbours: the edge of a letter or a shape
_NOISE: Final = 16  # of 255; what cameras leave on a plain wall, and JPEG around an edge
_OPAQUE: Final = 250  # of 255
_TINY_PX, _SMALL_PX = 32, 128  # longest sides: surely an icon, and no longer one
_PLAIN_PX, _LARGE_PX = 256, 1024  # from here a graphic is rather a figure, and mostly one
_LARGE_SHARE: Final = 0.6  # of the score that is left to a large picture


def graphic_score(frame: Pillow.Image, width_px: int, height_px: int) -> float:
    """Return how much decoded pixels look like a graphic.

    The mean of three shares, each near 1 in a logo and near 0 in a photo: pixels of the eight
    commonest colours, neighbours that are equal, and of those that are not, the ones far apart.
    Transparency and a tiny size raise it. Size lowers it, because a large graphic is mostly a
    figure that belongs to its text.

    Args:
        frame: of webdoc.picture.measure.first_frame, also as a draft of 256 pixels or more.
        width_px: of the picture itself; so height_px.

    Returns:
        A score in [0, 1]. Measured in docs/decisions/permission.md: 89 % of logos score above 0.6,
        0.5 % of photos, 2 % of a textbook's figures, but most plain charts.
    """
    sample = _sample(frame)
    drawn = (_common_share(sample) + sum(_step_shares(sample))) / 3
    side = max(width_px, height_px, 1)
    tiny = _between((_SMALL_PX - side) / (_SMALL_PX - _TINY_PX))
    large = _between(log2(side / _PLAIN_PX) / log2(_LARGE_PX / _PLAIN_PX))
    clear = (1 - drawn) * (1 - _transparent_share(frame)) * (1 - tiny)
    return float((1 - clear) * (1 - (1 - _LARGE_SHARE) * large))


def _between(share: float) -> float:
    return min(max(share, 0.0), 1.0)


def _sample(frame: Pillow.Image) -> NDArray[np.int16]:
    """Return (3, height, width) colours, at most 256 a side, none of them mixed."""
    # One plane a colour: the largest of three neighbouring numbers takes ten times as long.
    planes = as_rgb(_smaller(frame)).split()
    return np.stack([np.asarray(plane, dtype=np.int16) for plane in planes])


def _smaller(frame: Pillow.Image) -> Pillow.Image:
    factor = max(frame.size) / _SIDE_PX
    if factor <= 1:
        return frame
    size = (max(1, round(frame.width / factor)), max(1, round(frame.height / factor)))
    return frame.resize(size, Pillow.Resampling.NEAREST)


def _transparent_share(frame: Pillow.Image) -> float:
    if not frame.has_transparency_data:
        return 0.0
    alpha = np.asarray(_smaller(frame).convert("RGBA"))[..., 3]
    return float((alpha < _OPAQUE).mean())


def _common_share(sample: NDArray[np.int16]) -> float:
    """Return the share of pixels that have one of the commonest colours, of 32 levels each."""
    red, green, blue = sample >> 3
    colours = (red << 10) | (green << 5) | blue
    counts = np.bincount(colours.ravel())
    # Without the zeros, which are most and slow down any sorting.
    return float(np.sort(counts[counts > 0])[-_COLOURS:].sum() / colours.size)


def _step_shares(sample: NDArray[np.int16]) -> tuple[float, float]:
    """Return the share of neighbours that are equal, and of unlike ones those far apart."""
    across = np.abs(np.diff(sample, axis=2)).max(axis=0)
    down = np.abs(np.diff(sample, axis=1)).max(axis=0)
    steps = np.concatenate((across.ravel(), down.ravel()))
    if not steps.size:  # one pixel
        return 1.0, 0.0
    unlike = int((steps > _NOISE).sum())
    return float((steps == 0).mean()), float((steps >= _HARD_STEP).sum() / max(unlike, 1))
