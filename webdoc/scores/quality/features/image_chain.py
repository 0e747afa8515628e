"""Images one after another: whether they tell one story, and whether they repeat each other."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from webdoc.scores.quality.measure import Feature
from webdoc.scores.quality.parts import Figure
from webdoc.scores.quality.reading import DocumentReading, cosines

FEATURES = (
    Feature(
        "image_chain",
        "mean cosine of consecutive images minus that of all pairs, in [-2, 2]",
        "CoMM, arXiv:2406.10462, section on image sequences: mean Sim(x_i, x_i-1) minus mean of all"
        " pairs",
        needs_clip=True,
    ),
    Feature(
        "image_alike",
        "mean cosine of all pairs of images, in [-1, 1]",
        "InSI-SIM of the Multimodal Textbook, arXiv:2501.00958, its CLIP part",
        needs_clip=True,
    ),
    Feature(
        "images_redundant",
        "share of images that repeat an earlier one: the same bytes or address, or perceptual"
        " hashes that differ in 4 bits of 64 or fewer, in [0, 1]",
    ),
)
_MAX_BITS: Final = 4


def measure(reading: DocumentReading) -> tuple[float | None, ...]:
    """Return the features; None with fewer than two images."""
    figures = reading.figures
    if len(figures) < 2:
        return None, None, None
    vectors = [one.vector for one in figures if one.vector is not None]
    found = cosines(vectors, vectors)
    if found is None or len(vectors) < 2:
        return None, None, _redundant(figures)
    pairs = float(found[np.triu_indices(len(found), 1)].mean())
    chain = float(np.diagonal(found, offset=1).mean()) - pairs
    return chain, pairs, _redundant(figures)


def _redundant(figures: Sequence[Figure]) -> float:
    keys: set[str] = set()
    hashes: list[int] = []
    repeated = 0
    for one in figures:
        bits = _bits(one.perceptual_hash)
        near = bits is not None and any((bits ^ other).bit_count() <= _MAX_BITS for other in hashes)
        repeated += near or (one.key in keys and one.key != "")
        keys.add(one.key)
        if bits is not None:
            hashes.append(bits)
    return repeated / len(figures)


def _bits(text: str) -> int | None:
    """Return a perceptual hash; None for what is none, or one of a picture without any pattern."""
    try:
        return int(text, 16) or None
    except ValueError:
        return None
