"""QR codes, barcodes and the like in a picture, found by zxing-cpp."""

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any, Final

import numpy as np

from webdoc.reasons import Reason
from webdoc.scores.pictures._pixels import pixels
from webdoc.scores.scorer import ScoreColumn
from webdoc.settings import SettingsError

COLUMNS = (
    ScoreColumn(
        "code_count",
        "how many QR codes, barcodes and other codes for machines zxing-cpp reads in it",
        Reason.IMAGE_CODES,
    ),
    ScoreColumn(
        "code_area",
        "share of the picture that they cover, in [0, 1]; 0 without any. NeMo Curator's filter of"
        " QR codes leaves out images above 0.05",
        Reason.IMAGE_CODES,
    ),
)
_MAX_SIDE_PX: Final = 1_600  # a code that is read with a telephone covers enough of them
_DECIMALS: Final = 4


class Codes:
    """Source: NeMo Curator's interleaved filters, limit .05; there, OpenCV's finder of QR codes."""

    def __init__(self, read: Any) -> None:
        """Take the library's function."""
        self.find = read
        self.revision = f"1-{version('zxing-cpp')}"

    def score(self, bodies: Sequence[bytes]) -> list[tuple[float | None, ...]]:
        """Return number and area of the codes in each picture."""
        return [self._codes(body) for body in bodies]

    def _codes(self, body: bytes) -> tuple[float | None, ...]:
        frame = pixels(body, _MAX_SIDE_PX)
        if frame is None:
            return None, None
        found = self.find(np.asarray(frame.convert("L")))
        covered = sum(_area(code.position) for code in found) / (frame.width * frame.height)
        return float(len(found)), round(min(covered, 1.0), _DECIMALS)


def load() -> Codes:
    """Return the scorer.

    Raises:
        SettingsError: zxing-cpp is not installed.
    """
    try:
        import zxingcpp  # noqa: PLC0415 - of an extra
    except ImportError as error:
        raise SettingsError(
            "the scorer codes needs zxing-cpp: pip install 'interleaf[signals]'"
        ) from error
    return Codes(zxingcpp.read_barcodes)


def _area(position: Any) -> float:
    """Return the pixels within a code's four corners; those of a barcode span all its bars."""
    names = ("top_left", "top_right", "bottom_right", "bottom_left")
    corners = [getattr(position, name) for name in names]
    x = np.array([corner.x for corner in corners], dtype=np.float64)
    y = np.array([corner.y for corner in corners], dtype=np.float64)
    # The shoelace formula.
    return abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2
