"""Quality of a picture without a reference: BRISQUE, features and weights."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import correlate1d  # type: ignore[import-untyped]
from scipy.special import gamma  # type: ignore[import-untyped]

from webdoc.reasons import Reason
from webdoc.scores.pictures._pixels import pixels
from webdoc.scores.scorer import ScoreColumn

COLUMNS = (
    ScoreColumn(
        "technical_quality",
        "BRISQUE, mostly 0 to 100, the less the better: how unlike the statistics of its grey"
        " levels are to those of undistorted photos. Noise, blur and strong compression raise it;"
        " drawings and screenshots have no meaningful one",
        Reason.IMAGE_TECHNICAL_QUALITY,
    ),
)
Floats = NDArray[np.float64]
# The weights were fitted on photos of about 768 x 512. A larger one is made smaller.
_MAX_SIDE_PX: Final = 1_024
_LEAST_SIDE_PX: Final = 16
_GREY: Final = np.array([0.2125, 0.7154, 0.0721]) / 255  # of red, green and blue
_WINDOW_PX: Final = 7
_SIGMA_PX: Final = 7 / 6
_CONSTANT: Final = 1 / 255  # keeps what is divided by the deviation finite
_HALVING: Final = np.array([-0.09375, 0.59375, 0.59375, -0.09375])  # cubic with a = -0.75, between
_SHAPES: Final = np.arange(0.1, 12.0, 0.001)  # of generalised Gaussians
_RATIOS: Final = gamma(2 / _SHAPES) ** 2 / (gamma(1 / _SHAPES) * gamma(3 / _SHAPES))  # rising
_DECIMALS: Final = 3


@dataclass(frozen=True, slots=True)
class Weights:
    """A support vector regression with a radial basis."""

    least: Floats  # (36,) of each feature: what becomes -1
    most: Floats  # (36,) what becomes 1
    vectors: Floats  # (n, 36)
    factors: Floats  # (n,)
    width: float  # of the basis: exp(-width * squared distance)
    offset: float


class TechnicalQuality:
    """Source: Mittal et al. 2012, weights as in `brisque` 0.2.0; scripts/encode_brisque.py."""

    revision = "1"

    def score(self, bodies: Sequence[bytes]) -> list[tuple[float | None, ...]]:
        """Return the quality of each first frame; None of a tiny one, or of one colour."""
        return [(_quality(body),) for body in bodies]


def load() -> TechnicalQuality:
    """Return the scorer; its weights come with the package."""
    weights()
    return TechnicalQuality()


@cache
def weights() -> Weights:
    """Return the weights of the package, loaded once a process."""
    data = (resources.files("webdoc.scores.pictures") / "brisque.npz").read_bytes()
    with np.load(io.BytesIO(data), allow_pickle=False) as stored:
        arrays = {name: stored[name].astype(np.float64) for name in stored.files}
    width, offset = float(arrays.pop("width")), float(arrays.pop("offset"))
    return Weights(**arrays, width=width, offset=offset)


def _quality(body: bytes) -> float | None:
    frame = pixels(body, _MAX_SIDE_PX)
    if frame is None or min(frame.size) < _LEAST_SIDE_PX:
        return None
    found = features(np.asarray(frame, dtype=np.float64) @ _GREY)
    if not np.isfinite(found).all():
        return None
    return round(predicted(found, weights()), _DECIMALS)


def features(grey: Floats) -> Floats:
    """Return BRISQUE's features.

    Args:
        grey: (height, width), in [0, 1].

    Returns:
        (36,): 18 of the picture, 18 of it at half its size; NaN where all is of one colour.
    """
    return np.concatenate([_of_scale(grey), _of_scale(halved(grey))])


def predicted(found: Floats, model: Weights) -> float:
    """Return what a regression makes of features."""
    scaled = -1 + 2 * (found - model.least) / (model.most - model.least)
    distances = ((model.vectors - scaled) ** 2).sum(axis=1)
    return float(model.factors @ np.exp(-model.width * distances) - model.offset)


def halved(grey: Floats) -> Floats:
    """Return a picture of half the sides, by the cubic kernel that OpenCV has."""
    return _halved_rows(_halved_rows(grey).T).T


def _halved_rows(grey: Floats) -> Floats:
    count = round(len(grey) / 2)  # of two halves the even one, as OpenCV does
    starts = 2 * np.arange(count) - 1
    last = len(grey) - 1
    parts = [weight * grey[np.clip(starts + at, 0, last)] for at, weight in enumerate(_HALVING)]
    result: Floats = np.sum(parts, axis=0)
    return result


def _of_scale(grey: Floats) -> Floats:
    normal = _normalised(grey)
    shape, _, left, right = _fitted(normal)
    found = [shape, (left + right) / 2]
    for one, other in (
        (normal[:, :-1], normal[:, 1:]),
        (normal[:-1], normal[1:]),
        (normal[:-1, :-1], normal[1:, 1:]),
        (normal[1:, :-1], normal[:-1, 1:]),
    ):
        found += _fitted(one * other)
    return np.array(found)


def _normalised(grey: Floats) -> Floats:
    """Return grey levels less the mean around them, divided by their deviation there."""
    steps = np.arange(_WINDOW_PX) - _WINDOW_PX // 2
    window = np.exp(-(steps**2) / (2 * _SIGMA_PX**2))
    window /= window.sum()

    def around(values: Floats) -> Floats:
        rows = correlate1d(values, window, axis=0, mode="constant")
        result: Floats = correlate1d(rows, window, axis=1, mode="constant")
        return result

    mean = around(grey)
    deviation = np.sqrt(np.abs(mean**2 - around(grey**2)))
    return (grey - mean) / (deviation + _CONSTANT)


def _fitted(values: Floats) -> tuple[float, float, float, float]:
    """Fit a generalised Gaussian whose sides differ: shape, mean, variances left and right."""
    squares, is_left = values**2, values < 0
    count = int(is_left.sum())
    total, of_left = float(squares.sum()), float(squares[is_left].sum())
    if not total or not count or count == values.size:
        return (np.nan,) * 4
    left, right = of_left / count, (total - of_left) / (values.size - count)
    if not right:
        return (np.nan,) * 4
    side = np.sqrt(left / right)
    ratio = float(np.abs(values).mean()) ** 2 / (total / values.size)
    ratio *= (side**3 + 1) * (side + 1) / (side**2 + 1) ** 2
    shape = float(np.interp(ratio, _RATIOS, _SHAPES))
    middle = np.sqrt(gamma(1 / shape) / gamma(3 / shape)) * gamma(2 / shape) / gamma(1 / shape)
    return shape, float((np.sqrt(right) - np.sqrt(left)) * middle), left, right
