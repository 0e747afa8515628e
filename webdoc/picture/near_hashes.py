"""Finding all pairs of 64-bit hashes that differ in few bits, without comparing all with all."""

from itertools import combinations, pairwise
from math import comb
from typing import Final

from webdoc.picture.perceptual_hash import BITS

_MOST_MASKS: Final = 1000


def masks(distance: int, agreeing: int) -> list[int]:
    """Return masks such that two hashes within the distance are equal under at least one.

    The bits are cut into distance + agreeing blocks as even as can be. Bits that differ touch at
    most `distance` blocks, so at least `agreeing` are equal; each choice of that many blocks is
    a mask. More agreeing blocks make more masks, each of which fewer unlike hashes share: with
    distance 5, 6 masks of about 10 bits for agreeing = 1, 21 of 18 for 2, 56 of 24 for 3.

    Args:
        distance: bits, 0 to 63.
        agreeing: blocks in a mask, at least 1.

    Raises:
        ValueError: more blocks than bits, or more than 1,000 masks.

    Source: Manku et al., Detecting Near-Duplicates for Web Crawling, WWW 2007; the pigeonhole.

    >>> [f"{mask:016x}" for mask in masks(distance=1, agreeing=1)]
    ['00000000ffffffff', 'ffffffff00000000']
    """
    blocks = distance + agreeing
    if distance < 0 or agreeing < 1 or blocks > BITS:
        raise ValueError(f"distance {distance} with {agreeing} agreeing blocks: impossible")
    if comb(blocks, agreeing) > _MOST_MASKS:
        raise ValueError(f"distance {distance} with {agreeing} agreeing blocks: too many masks")
    cuts = [BITS * block // blocks for block in range(blocks + 1)]
    parts = [(1 << end) - (1 << start) for start, end in pairwise(cuts)]
    return [sum(chosen) for chosen in combinations(parts, agreeing)]
