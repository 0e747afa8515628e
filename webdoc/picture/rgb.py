"""A picture's bytes as red, green and blue pixels, ready for a model."""

import warnings
from io import BytesIO
from typing import Final

from PIL import Image as Pillow
from PIL import ImageOps

from webdoc.picture.measure import FORMATS, OK, UNREADABLE

TOO_LARGE: Final = "too_large"  # more pixels than the limit: not decoded
# JPEG can be decoded at a half, a quarter, an eighth; never below four times the side that a model
# sees. On 25 textbook figures the vectors' cosine was .9990 and more (median .99996, the drawn
# model), and 12 megapixels take 48 ms instead of 113.
_DRAFT_SCALE: Final = 4


def rgb(body: bytes, max_pixels: int, side_px: int = 0) -> tuple[Pillow.Image | None, str]:
    """Decode the first frame of a picture, upright, on white where it is transparent.

    Args:
        body: of any of webdoc.picture.measure.FORMATS; whatever else it is, nothing is raised.
        max_pixels: a picture with more is not decoded.
        side_px: what the picture will be shrunk to; a JPEG much larger may be decoded smaller.
            0: as it is.

    Returns:
        The picture and OK, or None and why not: UNREADABLE or TOO_LARGE.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Pillow.open(BytesIO(body), formats=FORMATS) as picture:
                if picture.width * picture.height > max_pixels:
                    return None, TOO_LARGE
                if side_px:
                    wanted = side_px * _DRAFT_SCALE
                    picture.draft("RGB", (wanted, wanted))
                return _on_white(ImageOps.exif_transpose(picture)), OK
    except Pillow.DecompressionBombError:
        return None, TOO_LARGE
    except Exception:  # Pillow's decoders raise nearly anything on bytes made to hurt them
        return None, UNREADABLE


def _on_white(picture: Pillow.Image) -> Pillow.Image:
    """Return the picture as a white page shows it; a model would see the hidden colours else."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layered = picture.convert("RGBA")
    white = Pillow.new("RGB", layered.size, (255, 255, 255))
    white.paste(layered, mask=layered.getchannel("A"))
    return white
