"""What a picture's bytes are: format by content, size in pixels, hash. Only headers are decoded."""

import warnings
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import Final

from PIL import Image as Pillow
from PIL import ImageFile, UnidentifiedImageError

from webdoc.media_types import picture_type

OK: Final = "ok"
UNREADABLE: Final = "unreadable"  # no format that Pillow knows, or a broken header
CUT: Final = "cut"  # the header is fine, the end is missing

# The formats a web page shows. Pillow knows more (PDF, EPS, ...), whose readers need not meet the
# web.
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "BMP", "TIFF", "ICO")
_ORIENTATION_TAG: Final = 0x0112  # EXIF
_TURNED: Final = (5, 6, 7, 8)  # EXIF orientations that swap width and height
# What Pillow is known to raise while it reads a header that was made to hurt it.
_HEADER_ERRORS: Final = (
    UnidentifiedImageError,
    Pillow.DecompressionBombError,
    Pillow.DecompressionBombWarning,
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
)


@dataclass(frozen=True, slots=True)
class Picture:
    """Facts about the bytes of one image."""

    status: str  # OK, UNREADABLE or CUT
    sha256: str  # 64 hex digits, of the bytes as they are
    size_bytes: int
    format: str = ""  # jpeg, png, webp, gif, avif, bmp, tiff, ico, svg; "" when unreadable
    width_px: int = 0  # as a viewer shows it: EXIF orientation applied; 0 for svg
    height_px: int = 0


def measure(body: bytes) -> Picture:
    """Read a picture's header; never raises, whatever the bytes are.

    A picture whose last bytes are missing is CUT: it would show half grey.
    """
    digest = sha256(body).hexdigest()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Pillow.open(BytesIO(body), formats=FORMATS) as picture:
                width, height = picture.size
                kind = (picture.format or "").lower()
                if kind == "jpeg" and picture.getexif().get(_ORIENTATION_TAG) in _TURNED:
                    width, height = height, width
    except _HEADER_ERRORS:
        if picture_type(body) == "image/svg+xml":  # drawn by lines, without pixels to count
            return Picture(OK, digest, len(body), "svg")
        return Picture(UNREADABLE, digest, len(body))
    status = OK if _is_whole(body, kind) else CUT
    return Picture(status, digest, len(body), kind, width, height)


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
    out = BytesIO()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Pillow.open(BytesIO(body), formats=FORMATS) as picture:
                if picture.size[0] * picture.size[1] > max_pixels:
                    return None
                picture.draft("RGB", (max_side_px, max_side_px))
                picture.thumbnail((max_side_px, max_side_px))
                picture.convert("RGB").save(out, "JPEG", quality=70)
    except _HEADER_ERRORS:
        return None
    return out.getvalue()


# A picture cut short must not be filled up silently by anyone who decodes it in this process.
ImageFile.LOAD_TRUNCATED_IMAGES = False
