"""How pleasing a picture is: a linear head, or one of several layers, over its CLIP vector."""

import re
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from webdoc.clip.vectors import matrix_of, unit
from webdoc.reasons import Reason
from webdoc.scores.scorer import ScoreColumn
from webdoc.settings import SettingsError

COLUMNS = (
    ScoreColumn(
        "aesthetics",
        "what a head that the user gives makes of its CLIP vector: of LAION's heads, mostly 1 to"
        " 10, the more the better. OmniCorpus keeps 3.7 and more",
        Reason.IMAGE_AESTHETICS,
    ),
)
MODEL = (
    "a .safetensors file of an aesthetic head, in LAION's form: tensors weight and bias of a linear"
    " one, or N.weight and N.bias of one of several layers"
)
OF_VECTORS = True
_LAYER: Final = re.compile(r"(?:.*?(\d+)\.)?(weight|bias)")
_DECIMALS: Final = 4
Layer = tuple[NDArray[np.float32], NDArray[np.float32]]


class Aesthetics:
    """Source: LAION-Aesthetics V1 (linear) and V2 (layers without activation between them)."""

    def __init__(self, layers: Sequence[Layer], revision: str) -> None:
        """Take the layers, in the order in which they are applied."""
        self._layers = layers
        self.revision = revision

    def score(self, vectors: Sequence[bytes]) -> list[tuple[float | None, ...]]:
        """Return what the head says of each vector, scaled to length 1.

        Raises:
            SettingsError: the head was made for vectors of another length.
        """
        found = unit(matrix_of(vectors))
        wanted = self._layers[0][0].shape[1]
        if len(found) and found.shape[1] != wanted:
            raise SettingsError(
                f"the head of the scorer aesthetics was made for vectors of {wanted} numbers, and"
                f" those that are stored have {found.shape[1]}: give the head of the model that"
                " made them in scores.models.aesthetics"
            )
        # One at a time: a matrix product sums in another order in batches of another size.
        return [(self._score(row),) for row in found]

    def _score(self, row: NDArray[np.float32]) -> float:
        for weight, bias in self._layers:
            row = weight @ row + bias
        return round(float(row[0]), _DECIMALS)


def load(path: str) -> Aesthetics:
    """Return the scorer.

    Raises:
        SettingsError: safetensors is not installed, or the file holds no such head.
    """
    try:
        from safetensors import SafetensorError  # noqa: PLC0415
        from safetensors.numpy import load as read  # noqa: PLC0415 - of an extra
    except ImportError as error:
        raise SettingsError(
            "the scorer aesthetics needs safetensors: pip install 'interleaf[signals]'"
        ) from error
    try:
        data = Path(path).read_bytes()
        layers = _layers(read(data))
    except (OSError, SafetensorError, ValueError) as error:
        raise SettingsError(f"{path} is no aesthetic head: {error}. Give {MODEL}.") from error
    return Aesthetics(layers, sha256(data).hexdigest()[:16])


def _layers(tensors: dict[str, Any]) -> list[Layer]:
    """Return weights and biases by the numbers in their names.

    Raises:
        ValueError: they are not layers that follow one another and end in one number.
    """
    found: dict[int, dict[str, NDArray[np.float32]]] = {}
    for name, values in tensors.items():
        match = _LAYER.fullmatch(name)
        if match is None:
            raise ValueError(f"its tensor {name!r} is neither weight nor bias of a layer")
        found.setdefault(int(match[1] or 0), {})[match[2]] = values.astype(np.float32)
    layers: list[Layer] = []
    for number in sorted(found):
        parts = found[number]
        if parts.keys() != {"weight", "bias"} or parts["weight"].ndim != 2:
            raise ValueError(f"layer {number} needs a matrix `weight` and a vector `bias`")
        if parts["bias"].shape != parts["weight"].shape[:1]:
            raise ValueError(f"weight and bias of layer {number} do not fit")
        if layers and layers[-1][0].shape[0] != parts["weight"].shape[1]:
            raise ValueError(f"layer {number} does not fit the one before")
        layers.append((parts["weight"], parts["bias"]))
    if not layers or layers[-1][0].shape[0] != 1:
        raise ValueError("its last layer does not give one number")
    return layers
