"""Pictures as the web has them and no scorer expects: every one is scored, or has no score."""

from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image

_DICE = np.random.default_rng(5)


def encoded(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def noise(width: int, height: int, mode: str = "RGB") -> Image.Image:
    bands = len(Image.new(mode, (1, 1)).getbands())
    shape = (height, width) if bands == 1 else (height, width, bands)
    return Image.frombytes(mode, (width, height), _DICE.integers(0, 256, shape, np.uint8).tobytes())


_FRAMES = [noise(40, 40), noise(40, 40)]
DECODED = {
    "animated": encoded(_FRAMES[0], "GIF", save_all=True, append_images=_FRAMES[1:]),
    "cmyk": encoded(noise(40, 40, "CMYK"), "JPEG"),
    "16-bit": encoded(Image.fromarray(_DICE.integers(0, 65_536, (40, 40), np.uint16))),
    "transparent": encoded(noise(40, 40, "RGBA")),
    "palette": encoded(noise(40, 40).convert("P")),
    "one pixel": encoded(Image.new("RGB", (1, 1))),
    "one row": encoded(noise(300, 1)),
    "large": encoded(Image.new("L", (6_000, 1_500), 90)),
}
_HUGE = encoded(Image.new("1", (12_000, 12_000)))  # 144 megapixels, in a few kilobytes
UNDECODED = {
    "huge": _HUGE,
    "cut": encoded(noise(40, 40))[:200],
    "no picture": b"<html></html>",
    "nothing": b"",
}
