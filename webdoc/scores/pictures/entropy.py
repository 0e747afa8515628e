"""How much there is to see: entropy of the grey levels, and the share of flat areas."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from webdoc.reasons import Reason
from webdoc.scores.pictures._pixels import pixels
from webdoc.scores.scorer import ScoreColumn

COLUMNS = (
    ScoreColumn(
        "entropy",
        "Shannon entropy of its grey levels, in bits, in [0, 8]; a picture of one colour has 0,"
        " photos mostly 6 and more",
        Reason.IMAGE_FLAT,
    ),
    ScoreColumn(
        "flat_area",
        "share of its pixels, in [0, 1], that differ from the pixels to their right and below by"
        " at most 1 of 255 grey levels; drawings, screenshots and empty areas have much of it",
        Reason.IMAGE_FLAT,
    ),
)
_MAX_SIDE_PX: Final = 1_024
_LEVELS: Final = 256
_STEP: Final = 1  # between neighbours that look alike
_DECIMALS: Final = 4


class Entropy:
    """Source: Shannon 1948, of the histogram of grey levels; the flat share is ours."""

    revision = "1"

    def score(self, bodies: Sequence[bytes]) -> list[tuple[float | None, ...]]:
        """Return both measures of each picture's first frame."""
        return [_measured(body) for body in bodies]


def load() -> Entropy:
    """Return the scorer; there is no model."""
    return Entropy()


def _measured(body: bytes) -> tuple[float | None, ...]:
    frame = pixels(body, _MAX_SIDE_PX)
    if frame is None:
        return None, None
    grey = np.asarray(frame.convert("L"))
    return round(grey_entropy(grey), _DECIMALS), _flat_share(grey)


def grey_entropy(grey: NDArray[np.uint8]) -> float:
    """Return the entropy of grey levels in bits.

    Args:
        grey: (height, width), at least one pixel.
    """
    shares = np.bincount(grey.ravel(), minlength=_LEVELS) / grey.size
    shares = shares[shares > 0]
    return abs(float(-(shares * np.log2(shares)).sum()))


def _flat_share(grey: NDArray[np.uint8]) -> float | None:
    if min(grey.shape) < 2:
        return None
    levels = grey.astype(np.int16)
    here = levels[:-1, :-1]
    right, below = np.abs(levels[:-1, 1:] - here), np.abs(levels[1:, :-1] - here)
    return round(float(((right <= _STEP) & (below <= _STEP)).mean()), _DECIMALS)
