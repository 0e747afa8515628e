"""T-MARS: how alike picture and caption are once the text in the picture is painted over."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from math import ceil
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFilter

from webdoc.clip.model import ClipModel, ClipSettings
from webdoc.reasons import Reason
from webdoc.scores.pictures._pixels import pixels
from webdoc.scores.scored_caption import Need, ReadWord, ScoredCaption
from webdoc.scores.scorer import ScoreColumn

COLUMNS = (
    ScoreColumn(
        "clip_masked",
        "cosine, in [-1, 1], of its caption (or else its alternative text) and the picture whose"
        " text is painted over in the colour around it, by the CLIP model of the scorer; what the"
        " picture itself says. T-MARS keeps the better half",
        Reason.IMAGE_TEXT_ALONE,
    ),
    ScoreColumn(
        "clip_drop",
        "by how much that cosine is less than the one of the picture as it is; 0 where no text is"
        " read, much where only its text fits the caption",
        Reason.IMAGE_TEXT_ALONE,
    ),
)
MODEL = "a CLIP model: NAME:PRETRAINED of open_clip, a file of weights or local-dir:FOLDER"
NEEDS: Final[tuple[Need, ...]] = ("picture", "words", "caption", "alt_text")
_MAX_SIDE_PX: Final = 1_280  # as where the text is read
_AROUND: Final = 0.3  # of a box's shorter side: how wide the frame is whose colour fills it
_LEAST_AROUND_PX: Final = 3
_EDGE_PX: Final = 5  # a box is this much wider than what was read, twice the reach, odd
_GREY: Final = 127  # where nothing is around
_DECIMALS: Final = 4
Vector = NDArray[np.float16]
Pixels = NDArray[np.uint8]
Place = tuple[slice, slice]


class ClipMasked:
    """Source: T-MARS, Maini et al. 2023, arXiv:2307.03132; text is found by `image_text`."""

    def __init__(self, model: Any) -> None:
        """Take a loaded model (`webdoc.clip.model.ClipModel`)."""
        self.model = model
        self.revision = f"1-{model.revision}"

    def score(self, captions: Sequence[ScoredCaption]) -> list[tuple[float | None, ...]]:
        """Return both scores of each; None without texts, or of a picture that does not decode."""
        texts = [next(iter(one.texts), "") for one in captions]
        plain = self._pictures([one.picture for one in captions])
        hidden = [masked(one.picture, one.words) if one.words else b"" for one in captions]
        changed = iter(self._pictures([body for body in hidden if body]))
        after = [
            next(changed) if body else before for body, before in zip(hidden, plain, strict=True)
        ]
        wanted = self.model.encode_texts([text for text in texts if text])
        vectors = (found.vector for found in wanted)
        of_texts = [next(vectors) if text else None for text in texts]
        return [_scores(*three) for three in zip(of_texts, plain, after, strict=True)]

    def _pictures(self, bodies: Iterable[bytes]) -> list[Vector | None]:
        return [found.vector for found in self.model.encode_images(bodies)]


def load(path: str) -> ClipMasked:
    """Return the scorer.

    Raises:
        SettingsError: open_clip is not installed, or there is no such model.
    """
    return ClipMasked(ClipModel(ClipSettings(path), threads=1))  # Spark gives each task one core


def _scores(
    text: Vector | None, plain: Vector | None, after: Vector | None
) -> tuple[float | None, ...]:
    if text is None or plain is None or after is None:
        return None, None
    before, left = (float(text.astype(np.float32) @ of.astype(np.float32)) for of in (plain, after))
    return round(left, _DECIMALS), round(before - left, _DECIMALS)


def masked(body: bytes, words: Sequence[ReadWord]) -> bytes:
    """Return a picture whose lines of text are painted over, as BMP; b"" if it does not decode."""
    frame = pixels(body, _MAX_SIDE_PX)
    if frame is None:
        return b""
    out = BytesIO()
    Pillow.fromarray(filled(np.array(frame), words)).save(out, "BMP")
    return out.getvalue()


def filled(colours: Pixels, words: Sequence[ReadWord]) -> Pixels:
    """Return pixels whose boxes of text have the mean colour of what is around each.

    Args:
        colours: (height, width, 3); it is not changed.
        words: whose boxes are filled.
    """
    boxes = [_box(word, colours.shape[:2]) for word in words]
    covered = np.zeros(colours.shape[:2], dtype=bool)
    for place, box, _ in boxes:
        covered[place] |= box
    result = colours.copy()
    for place, box, reach in boxes:
        rows, columns = place
        frame = (
            slice(max(rows.start - reach, 0), rows.stop + reach),
            slice(max(columns.start - reach, 0), columns.stop + reach),
        )
        around = colours[frame][~covered[frame]]
        colour = around.mean(axis=0) if len(around) else np.full(3, _GREY)
        result[place][box] = np.rint(colour).astype(np.uint8)
    return result


def _box(word: ReadWord, size: tuple[int, ...]) -> tuple[Place, NDArray[np.bool_], int]:
    """Return where the box of a word lies, which pixels of that place it covers, and its reach."""
    height, width = size
    corners = np.reshape(word.corners, (-1, 2)) * (width, height)
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    rows = slice(max(int(top) - _EDGE_PX, 0), min(ceil(bottom) + _EDGE_PX, height))
    columns = slice(max(int(left) - _EDGE_PX, 0), min(ceil(right) + _EDGE_PX, width))
    mask = Pillow.new("L", (columns.stop - columns.start, rows.stop - rows.start))
    points = [(float(x) - columns.start, float(y) - rows.start) for x, y in corners]
    ImageDraw.Draw(mask).polygon(points, fill=255)
    box = np.asarray(mask.filter(ImageFilter.MaxFilter(_EDGE_PX))) > 0
    sides = np.hypot(*(corners[1] - corners[0])), np.hypot(*(corners[2] - corners[1]))
    return (rows, columns), box, max(_LEAST_AROUND_PX, round(_AROUND * min(sides)))
