"""Sharpness: variance of the Laplacian of a picture's grey levels."""

from collections.abc import Sequence

import numpy as np

from webdoc.picture.measure import PictureError, as_rgb, first_frame, guarded
from webdoc.reasons import Reason
from webdoc.scores.scorer import ScoreColumn

COLUMNS = (
    ScoreColumn(
        "sharpness",
        "variance of the Laplacian of its grey levels (0 to 255), 0 or more; blurred pictures have"
        " little. NeMo Curator's blur filter leaves out those below 100",
        Reason.IMAGE_BLURRED,
    ),
)
_LEAST_SIDE_PX = 3  # with fewer there is no neighbour on both sides
_DECIMALS = 2


class Sharpness:
    """Source: Pech-Pacheco et al. 2000 (LAPV); OpenCV's 3 x 3 kernel and mirrored edges."""

    revision = "1"

    def score(self, bodies: Sequence[bytes]) -> list[tuple[float | None, ...]]:
        """Return the sharpness of each picture's first frame."""
        return [(_sharpness(body),) for body in bodies]


def load() -> Sharpness:
    """Return the scorer; there is no model."""
    return Sharpness()


def _sharpness(body: bytes) -> float | None:
    try:
        with guarded():
            grey = np.asarray(as_rgb(first_frame(body)).convert("L"), dtype=np.float32)
    except PictureError:
        return None
    if min(grey.shape) < _LEAST_SIDE_PX:
        return None
    wide = np.pad(grey, 1, mode="reflect")
    around = wide[:-2, 1:-1] + wide[2:, 1:-1] + wide[1:-1, :-2] + wide[1:-1, 2:]
    return round(float((around - 4 * grey).var(dtype=np.float64)), _DECIMALS)
