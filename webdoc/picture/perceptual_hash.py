"""The 64-bit perceptual hash of a picture: near pictures differ in few bits."""

import warnings
from io import BytesIO
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from webdoc.picture.measure import FORMATS

BITS: Final = 64
_SIDE: Final = 32  # pixels of the reduced picture
_KEPT: Final = 8  # lowest frequencies kept in each direction
# Where a frequency is the median itself, only the rounding of the machine would say which side
# it falls on. Coefficients go up to a million and carry errors of about 1e-9.
_DECIMALS: Final = 3
# A picture with more pixels is not decoded: a page shows none, and it would take 300 MB.
_MAX_PIXELS: Final = 100_000_000


def _cosines() -> NDArray[np.float64]:
    """Return the (8, 32) matrix of the lowest frequencies of the discrete cosine transform II."""
    frequency, place = np.arange(_KEPT)[:, None], np.arange(_SIDE)[None, :]
    table: NDArray[np.float64] = 2.0 * np.cos(np.pi * frequency * (2 * place + 1) / (2 * _SIDE))
    return table


_COSINES: Final = _cosines()


def perceptual_hash(picture: Pillow.Image) -> str:
    """Return 16 hex digits: for each of 8 x 8 low frequencies, whether it is above their median.

    As `str(imagehash.phash(picture))`, but for pictures with frequencies that are equal to the
    median, such as plain or exactly symmetric ones: there imagehash's bits are rounding errors,
    and ours are 0.

    Source: Krawetz, "Looks Like It", 2011, in the version of the package imagehash.
    """
    small = picture.convert("L").resize((_SIDE, _SIDE), Pillow.Resampling.LANCZOS)
    pixels = np.asarray(small, dtype=np.float64)
    frequencies = np.round(_COSINES @ pixels @ _COSINES.T, _DECIMALS)
    bits = frequencies > np.median(frequencies)
    return np.packbits(bits).tobytes().hex()


def perceptual_hash_of(body: bytes) -> str:
    """Return the perceptual hash of a picture's bytes, its first frame; "" where none can be read.

    Never raises, whatever the bytes are.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Pillow.open(BytesIO(body), formats=FORMATS) as picture:
                if picture.width * picture.height > _MAX_PIXELS:
                    return ""
                return perceptual_hash(picture)
    except Exception:  # Pillow's decoders raise nearly anything on bytes made to hurt them
        return ""


def distance(a: str, b: str) -> int:
    """Return the bits in which two perceptual hashes differ, 0 to 64."""
    return (int(a, 16) ^ int(b, 16)).bit_count()
