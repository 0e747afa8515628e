"""What a picture's bytes are: format by content, size in pixels, hash; and whether they decode."""

import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from typing import Final

import numpy as np
from PIL import Image as Pillow
from PIL import ImageFile, ImageOps, UnidentifiedImageError, features

from webdoc.media_types import picture_type
from webdoc.picture.facts import PictureFacts

OK: Final = "ok"
UNREADABLE: Final = "unreadable"  # no format that Pillow knows, a broken header or broken pixels
CUT: Final = "cut"  # the header is fine, the end is missing
UNSUPPORTED: Final = "unsupported"  # a picture of a format that nothing here decodes
TOO_LARGE: Final = "too_many_pixels"  # more than we would decode; mostly made to hurt

# The formats a web page shows. Pillow knows more (PDF, EPS, ...), whose readers need not meet the
# web.
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "BMP", "TIFF", "ICO")
# Pillow's own limit, at which it begins to warn: 360 MB of memory, four bytes a pixel. A page shows
# no such picture.
MAX_PIXELS: Final = 89_478_485
_ORIENTATION_TAG: Final = 0x0112  # EXIF
_TURNED: Final = (5, 6, 7, 8)  # EXIF orientations that swap width and height
_TURNING: Final = ("jpeg", "png", "webp", "avif")  # formats in which viewers heed it
_UNDECODED: Final = ("heic", "jxl", "jp2") + (() if features.check("avif") else ("avif",))
# What Pillow is known to raise while it reads a header or pixels that were made to hurt it.
_BOMBS: Final = (Pillow.DecompressionBombError, Pillow.DecompressionBombWarning)
_ERRORS: Final = (
    *_BOMBS,
    UnidentifiedImageError,
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    IndexError,
    KeyError,
    OverflowError,
    TypeError,
    AttributeError,
    MemoryError,
    RuntimeError,
    ZeroDivisionError,
    struct.error,
    zlib.error,
)


class PictureError(ValueError):
    """Pixels that could not be had."""

    def __init__(self, status: str):
        super().__init__(status)
        self.status = status  # as of PictureFacts


def measure(body: bytes) -> PictureFacts:
    """Read a picture's header; never raises, whatever the bytes are.

    A picture whose last bytes are missing is CUT: it would show half grey.
    """
    digest = sha256(body).hexdigest()
    try:
        with _opened(body) as picture:
            width, height = picture.size
            kind = (picture.format or "").lower()
            if kind in _TURNING and _orientation(picture) in _TURNED:
                width, height = height, width
    except _ERRORS as error:
        return _without_header(body, digest, error)
    status = OK if _is_whole(body, kind) else CUT
    return PictureFacts(status, digest, len(body), kind, width, height)


def _orientation(picture: Pillow.Image) -> int:
    """Return EXIF's orientation, 1 (upright) where there is none or EXIF is broken."""
    if "exif" not in picture.info:  # a PNG would be decoded to look for it behind the pixels
        return 1
    try:
        return int(picture.getexif().get(_ORIENTATION_TAG, 1))
    except _ERRORS:
        return 1


@contextmanager
def _opened(body: bytes) -> Iterator[ImageFile.ImageFile]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # Also of what an ICO holds, which may be larger than it says and is decoded by opening.
        warnings.simplefilter("error", Pillow.DecompressionBombWarning)
        with Pillow.open(BytesIO(body), formats=FORMATS) as picture:
            yield picture


def _without_header(body: bytes, digest: str, error: Exception) -> PictureFacts:
    kind = picture_type(body).removeprefix("image/").removesuffix("+xml")
    if kind == "svg":  # drawn by lines, without pixels to count
        return PictureFacts(OK, digest, len(body), kind)
    if isinstance(error, _BOMBS):
        return PictureFacts(TOO_LARGE, digest, len(body), kind)
    if kind in _UNDECODED:
        return PictureFacts(UNSUPPORTED, digest, len(body), kind)
    return PictureFacts(UNREADABLE, digest, len(body))


def check(body: bytes, max_pixels: int = MAX_PIXELS) -> PictureFacts:
    """Measure a picture and decode its first frame; never raises, whatever the bytes are.

    Tens of times the work of `measure`. What a header promises and pixels do not hold is found
    here only.
    """
    picture = measure(body)
    if picture.status != OK or picture.format == "svg":
        return picture
    try:
        with guarded(), _opened(body) as file:
            _load(file, max_pixels)
            return picture
    except PictureError as error:
        return replace(picture, status=error.status)


def first_frame(body: bytes, max_pixels: int = MAX_PIXELS, draft_px: int = 0) -> Pillow.Image:
    """Return the decoded pixels of a picture, its first frame, unturned.

    Args:
        body: of any of FORMATS.
        max_pixels: of the picture; a larger one is not decoded.
        draft_px: sides that are enough. A JPEG is then decoded at the least size of at least that,
            which takes a fraction of the time. 0: as it is.

    Raises:
        PictureError: with the status UNREADABLE, CUT or TOO_LARGE.
    """
    with guarded(), _opened(body) as file:
        _load(file, max_pixels, draft_px)
        return file


def _load(file: ImageFile.ImageFile, max_pixels: int, draft_px: int = 0) -> None:
    if file.width * file.height > max_pixels:
        raise PictureError(TOO_LARGE)
    if draft_px:
        file.draft("RGB", (draft_px, draft_px))
    file.load()


@contextmanager
def guarded() -> Iterator[None]:
    """Turn whatever Pillow raises on hostile pixels into a PictureError; silence its warnings."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except PictureError:
        raise
    except _BOMBS as error:
        raise PictureError(TOO_LARGE) from error
    except _ERRORS as error:
        raise PictureError(CUT if "truncated" in str(error) else UNREADABLE) from error


def upright(frame: Pillow.Image) -> Pillow.Image:
    """Return a frame turned as a viewer shows it; as it is where EXIF is broken."""
    return ImageOps.exif_transpose(frame) if _orientation(frame) != 1 else frame


def as_rgb(frame: Pillow.Image) -> Pillow.Image:
    """Return 8-bit RGB as a viewer shows it on white: transparency, 16 bits and CMYK undone."""
    if frame.mode.startswith(("I", "F")):  # convert() would make all above 255 white
        pixels = np.nan_to_num(np.asarray(frame, dtype=np.float32))
        full = 65_535 if frame.mode.startswith("I;16") else max(float(pixels.max()), 1.0)
        frame = Pillow.fromarray(np.rint(pixels * (255 / full)).clip(0, 255).astype(np.uint8))
    if frame.has_transparency_data:
        frame = frame.convert("RGBA")
        white = Pillow.new("RGBA", frame.size, "white")
        frame = Pillow.alpha_composite(white, frame)
    return frame.convert("RGB")


def _is_whole(body: bytes, kind: str) -> bool:
    """Tell whether the file's own end mark or length says that nothing is missing."""
    if kind == "jpeg":  # cameras and editors append bytes after the end mark
        return b"\xff\xd9" in body[-64 * 1024 :]
    if kind == "png":
        return b"IEND" in body[-64 * 1024 :]
    if kind == "gif":
        return b"\x00\x3b" in body[-1024:]
    return True  # a WebP cut short does not even open; the others carry no mark


def thumbnail(body: bytes, max_side_px: int, max_pixels: int = 50_000_000) -> bytes | None:
    """Return a small JPEG of a picture, None when it cannot or should not be decoded.

    Args:
        body: of any of FORMATS.
        max_side_px: of the thumbnail; a smaller picture keeps its size.
        max_pixels: of the picture; a larger one is not decoded.
    """
    try:
        with guarded(), _opened(body) as file:
            _load(file, max_pixels, max_side_px)
            if _orientation(file) != 1:
                ImageOps.exif_transpose(file, in_place=True)
            file.thumbnail((max_side_px, max_side_px))
            out = BytesIO()
            as_rgb(file).save(out, "JPEG", quality=70)
            return out.getvalue()
    except PictureError:
        return None


# A picture cut short must not be filled up silently by anyone who decodes it in this process.
ImageFile.LOAD_TRUNCATED_IMAGES = False
