"""Text in a picture: how much of it there is, and which words, read by RapidOCR."""

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any, Final

import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw

from webdoc.reasons import Reason
from webdoc.scores.pictures._pixels import pixels
from webdoc.scores.scored_caption import ReadWord
from webdoc.scores.scorer import ScoreColumn
from webdoc.settings import SettingsError

COLUMNS = (
    ScoreColumn(
        "text_area",
        "share of the picture, in [0, 1], that the lines of text in it cover, as RapidOCR"
        " (PP-OCRv6) finds them; 0 without text",
        Reason.IMAGE_TEXT,
    ),
    ScoreColumn(
        "text_words",
        "words that are read in it, divided by spaces; each Chinese character is one",
        Reason.IMAGE_TEXT,
    ),
    ScoreColumn(
        "text_confidence",
        "mean confidence of the recognition, in [0, 1], weighted by the length of the lines; none"
        " where no text is",
        Reason.IMAGE_TEXT,
    ),
)
_MAX_SIDE_PX: Final = 1_280
_SEARCHED_PX: Final = 960  # the longer side, at which lines are looked for; they are read at all
_SMALL_PX: Final = 480  # a picture whose longer side is shorter is searched at twice its size
_LEAST_SIDE_PX: Final = 8
_MAX_LINES: Final = 500
# A single letter or digit is mostly an eye, a wheel or a window, so it takes more to be believed.
_LEAST_CONFIDENCE: Final = 0.6
# Of the height of a box that its line takes. PP-OCR draws boxes wider than what it finds: on 18
# lines of several kinds and two fonts they were 1.13 to 1.53 times as high, 1.36 in the mean.
_LINE_SHARE: Final = 0.74
_GRID_PX: Final = 512  # on which boxes are drawn to be counted
_DECIMALS: Final = 4
_CORNERS: Final = 4
Corners = tuple[float, ...]  # of `ReadWord`


class ImageText:
    """Source: PP-OCRv6 by RapidOCR, whose wheel holds the models; T-MARS' measure of text."""

    def __init__(self, engine: Any, revision: str) -> None:
        """Take a loaded engine."""
        self.engine = engine
        self.revision = revision

    def score(self, bodies: Sequence[bytes]) -> list[tuple[float | None, ...]]:
        """Return area, number of words and confidence of each picture's first frame."""
        return self.measured(self.read_words(bodies))

    def read_words(self, bodies: Sequence[bytes]) -> list[tuple[ReadWord, ...] | None]:
        """Return the lines of each picture; None where nothing is decoded, or it is tiny."""
        return [self._lines(body) for body in bodies]

    def measured(
        self, words: Sequence[tuple[ReadWord, ...] | None]
    ) -> list[tuple[float | None, ...]]:
        """Return the scores of each picture by its lines."""
        return [(None, None, None) if of_one is None else _measures(of_one) for of_one in words]

    def _lines(self, body: bytes) -> tuple[ReadWord, ...] | None:
        frame = searched(body)
        if frame is None:
            return None
        found = self.engine(np.asarray(frame)[:, :, ::-1])  # OpenCV's order of colours
        if found.boxes is None or found.txts is None:
            return ()
        lines = zip(found.txts, found.scores, found.boxes, strict=True)
        read = (
            ReadWord(text.strip(), round(float(score), _DECIMALS), _shares(box, frame.size))
            for text, score, box in list(lines)[:_MAX_LINES]
        )
        return tuple(line for line in read if is_text(line))


def searched(body: bytes) -> Pillow.Image | None:
    """Return a picture as the engine gets it; None where nothing is decoded, or it is tiny."""
    frame = pixels(body, _MAX_SIDE_PX)
    if frame is None or min(frame.size) < _LEAST_SIDE_PX:
        return None
    if max(frame.size) < _SMALL_PX:
        return frame.resize((2 * frame.width, 2 * frame.height), Pillow.Resampling.BICUBIC)
    return frame


def load() -> ImageText:
    """Return the scorer.

    Raises:
        SettingsError: RapidOCR or ONNX Runtime is not installed.
    """
    try:
        from rapidocr import RapidOCR  # noqa: PLC0415 - of an extra
    except ImportError as error:
        raise SettingsError(
            "the scorer image_text needs rapidocr and onnxruntime: pip install 'interleaf[signals]'"
        ) from error
    # Spark gives each task one core, so each engine has one thread.
    params = {
        "Global.log_level": "critical",
        "Global.use_cls": False,
        "Global.max_side_len": _MAX_SIDE_PX,
        "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        "Det.limit_type": "max",
        "Det.limit_side_len": _SEARCHED_PX,
    }
    return ImageText(RapidOCR(params=params), f"1-{version('rapidocr')}")


def is_text(line: ReadWord) -> bool:
    """Tell whether a line is sure enough, and more than a lone letter or digit."""
    letters = [c for c in line.text if c.isalnum()]
    if not letters or line.confidence < _LEAST_CONFIDENCE:
        return False
    return len(letters) > 1 or _is_ideograph(letters[0])


def _is_ideograph(character: str) -> bool:
    return "\u3040" <= character <= "\u9fff" or "\uac00" <= character <= "\ud7af"


def _shares(box: Any, size: tuple[int, int]) -> tuple[float, ...]:
    corners = np.asarray(box, dtype=np.float64).reshape(_CORNERS, 2) / size
    return tuple(round(float(value), _DECIMALS) for value in corners.clip(0, 1).ravel())


def _measures(lines: Sequence[ReadWord]) -> tuple[float | None, ...]:
    if not lines:
        return 0.0, 0.0, None
    length = sum(len(line.text) for line in lines)
    confidence = sum(line.confidence * len(line.text) for line in lines) / length
    words = sum(word_count(line.text) for line in lines)
    area = covered_share([line_box(line.corners) for line in lines])
    return round(area, _DECIMALS), float(words), round(confidence, _DECIMALS)


def word_count(text: str) -> int:
    """Return the words of a line; each ideograph or Korean syllable is one.

    >>> word_count("SALE now 50%"), word_count("今日特价 cheap")
    (3, 5)
    """
    ideographs = sum(map(_is_ideograph, text))
    rest = "".join(" " if _is_ideograph(c) else c for c in text)
    return ideographs + len(rest.split())


def line_box(corners: Corners) -> Corners:
    """Return the part of a box that its line takes: in the middle of the shorter sides."""
    box = np.reshape(corners, (_CORNERS, 2))
    across, down = box[1] - box[0], box[3] - box[0]
    is_column = np.hypot(*across) < np.hypot(*down)
    opposite = box[[1, 0, 3, 2]] if is_column else box[[3, 2, 1, 0]]
    inner = box + (1 - _LINE_SHARE) / 2 * (opposite - box)
    return tuple(float(value) for value in inner.ravel())


def covered_share(boxes: Sequence[Corners]) -> float:
    """Return the share of a picture that boxes cover; what two of them cover counts once."""
    mask = Pillow.new("1", (_GRID_PX, _GRID_PX))
    draw = ImageDraw.Draw(mask)
    for box in boxes:
        points = np.reshape(box, (_CORNERS, 2)) * _GRID_PX
        draw.polygon([(float(x), float(y)) for x, y in points], fill=1)
    return float(np.asarray(mask).mean())
