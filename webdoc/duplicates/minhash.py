"""MinHash signatures, bit for bit those of datasketch, and the bands that find candidates."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from webdoc.duplicates.shingles import Hashes, ShingleSettings
from webdoc.settings import as_table, section, setting

Signature = NDArray[np.uint32]

# How datasketch 2 permutes: a * h + b modulo 2^32, after one mix of h. Part of the fingerprint.
SCHEME: Final = "affine32"
_EMPTY: Final = 0xFFFFFFFF
# Hashes permuted at a time, and values of one block: 512 KB stay in a core's cache.
_CHUNK: Final = 4096
_BLOCK: Final = 1 << 17
# Elements of numpy's buffer: where two rows fit it, numpy copies a factor along each row first.
_SHORT_BUFFER: Final = 512


@dataclass(frozen=True, slots=True)
class MinHashSettings:
    """How signatures are made and which of them become candidates.

    Source: OBELICS, arXiv:2306.16527, has 16 permutations over 5-grams and does not state bands
    or threshold; 128 and 0.8 are what datasketch's documentation and most corpora use.
    """

    shingles: ShingleSettings = section(ShingleSettings, "What counts as the same run of words.")
    permutations: int = setting(
        128,
        "Values in a signature.",
        source="OBELICS paper, appendix A.1; 128 is datasketch's default",
        differs="16 values tell similarities apart by sixteenths only.",
    )
    seed: int = setting(1, "Of datasketch's permutations.", source="datasketch's default")
    threshold: float = setting(
        0.8,
        "Jaccard similarity in (0, 1]; from here on two texts are near.",
        source="not stated by OBELICS; the usual one (SlimPajama, NeMo Curator)",
    )
    bands: int | None = setting(
        None,
        "With rows; none: what datasketch's optimiser gives.",
        source="not stated by OBELICS; ours",
        differs="The S-curve: 16 bands of 8 find 0.95 of pairs at 0.8 and 1.00 at 0.9; 4 of 4 find"
        " 0.88 and 0.99. datasketch's optimum for 128 values (9 of 13) finds 0.40 and 0.93, for 16"
        " (2 of 8) 0.31 and 0.68. Every candidate is verified, so more of them cost time, not"
        " precision.",
    )
    rows: int | None = setting(
        None,
        "Values that must agree in one band.",
        source="as `near_duplicates.minhash.bands`",
        differs="As `near_duplicates.minhash.bands`.",
    )

    def __post_init__(self) -> None:
        if self.permutations < 2 or not 0 <= self.seed < 2**32:
            raise ValueError("permutations must be 2 or more, seed between 0 and 2^32 - 1")
        if not 0 < self.threshold <= 1:
            raise ValueError(f"threshold must be above 0 and at most 1, got {self.threshold}")
        if (self.bands is None) != (self.rows is None):
            raise ValueError("give both bands and rows, or neither")
        bands, rows = (1 if count is None else count for count in (self.bands, self.rows))
        if min(bands, rows) < 1:
            raise ValueError("bands and rows must be 1 or more")
        if bands * rows > self.permutations:
            raise ValueError(
                f"{bands} bands of {rows} rows do not fit {self.permutations} permutations"
            )


def fingerprint(settings: MinHashSettings) -> str:
    """Return all that changes signatures, as `name=value` parts divided by spaces."""
    parts = {"scheme": SCHEME, "permutations": settings.permutations, "seed": settings.seed}
    parts |= as_table(settings.shingles)
    return " ".join(f"{name}={value}" for name, value in parts.items())


def differences(ours: str, theirs: str) -> list[str]:
    """Return what two fingerprints disagree about, each as `permutations: 128, there 16`."""
    a, b = (dict(part.partition("=")[::2] for part in print_.split()) for print_ in (ours, theirs))
    return [
        f"{name}: {a.get(name, 'nothing')}, there {b.get(name, 'nothing')}"
        for name in {**a, **b}
        if a.get(name) != b.get(name)
    ]


def bands_and_rows(settings: MinHashSettings) -> tuple[int, int]:
    """Return how many bands there are, and how many values each has.

    Raises:
        ValueError: datasketch finds no bands for this threshold and number of permutations.
    """
    if settings.bands is not None and settings.rows is not None:
        return settings.bands, settings.rows
    return _optimum(settings.threshold, settings.permutations)


@lru_cache(maxsize=8)
def _optimum(threshold: float, permutations: int) -> tuple[int, int]:
    from datasketch import MinHashLSH  # noqa: PLC0415 - a second, and settings need none of it

    found = MinHashLSH(threshold=threshold, num_perm=permutations)
    return found.b, found.r


def band_starts(settings: MinHashSettings) -> list[int]:
    """Return the place in a signature where each band starts.

    Values that datasketch's optimiser leaves over end one band more: with 128 permutations and
    threshold 0.8 that is 2.7 points of recall at a similarity of 0.85, for a tenth more rows.
    """
    bands, rows = bands_and_rows(settings)
    starts = [band * rows for band in range(bands)]
    left_over = settings.bands is None and bands * rows < settings.permutations
    return [*starts, settings.permutations - rows] if left_over else starts


def candidate_chance(similarity: float, settings: MinHashSettings) -> float:
    """Return the least chance that two texts of this Jaccard similarity share a band: the S-curve.

    It counts the bands of `bands_and_rows`.
    """
    bands, rows = bands_and_rows(settings)
    return 1.0 - (1.0 - similarity**rows) ** bands


def with_recall(settings: MinHashSettings, threshold: float, recall: float) -> MinHashSettings:
    """Return settings with the fewest bands that find this share of the pairs at a threshold.

    Args:
        settings: whose signatures stay as they are.
        threshold: Jaccard similarity, (0, 1]; pairs above it are found more surely.
        recall: share in [0, 1); where even bands of one row find fewer, these are taken.
    """
    finer = settings
    for rows in range(settings.permutations, 0, -1):
        bands = settings.permutations // rows
        finer = replace(settings, threshold=threshold, bands=bands, rows=rows)
        if candidate_chance(threshold, finer) >= recall:
            break
    return finer


def signature(hashes: Hashes, settings: MinHashSettings) -> Signature:
    """Return the MinHash of a text: `datasketch.MinHash.hashvalues`, scheme affine32.

    Args:
        hashes: (n_shingles,) uint64, of which the lower 32 bits count. Order and repetition
            do not matter.
        settings: as for all signatures that it will be compared with.

    Returns:
        (permutations,) uint32; all bits set where there are no shingles.
    """
    lowest = np.full(settings.permutations, _EMPTY, dtype=np.uint32)
    mixed = _mix(hashes.astype(np.uint32))
    usual = np.setbufsize(_SHORT_BUFFER)
    try:
        for start in range(0, len(mixed), _CHUNK):
            _lower(lowest, mixed[start : start + _CHUNK], settings.seed)
    finally:
        np.setbufsize(usual)
    return lowest


def _lower(lowest: Signature, mixed: Signature, seed: int) -> None:
    """Lower each value to that of the least permuted hash; (n,) uint32 with n at least 1."""
    factors, offsets = _permutations(len(lowest), seed)
    group = max(1, _BLOCK // len(mixed))
    block = np.empty((min(group, len(lowest)), len(mixed)), dtype=np.uint32)
    for first in range(0, len(lowest), group):
        rows = slice(first, first + group)
        permuted = block[: len(lowest) - first]
        np.multiply(factors[rows], mixed, out=permuted)
        np.add(permuted, offsets[rows], out=permuted)
        np.minimum(lowest[rows], np.minimum.reduce(permuted, axis=1), out=lowest[rows])


def estimates(a: Signature, b: Signature) -> NDArray[np.float64]:
    """Return the estimated Jaccard similarity of each pair, [0, 1], as datasketch does.

    Args:
        a: (n_pairs, permutations) uint32.
        b: (n_pairs, permutations) uint32.

    Returns:
        (n_pairs,) float64.
    """
    equal: NDArray[np.float64] = np.mean(a == b, axis=1)
    return equal


@lru_cache(maxsize=2)
def _permutations(count: int, seed: int) -> tuple[Signature, Signature]:
    """Return datasketch's factors and offsets, each (count, 1)."""
    from datasketch import MinHash  # noqa: PLC0415

    factors, offsets = MinHash(num_perm=count, seed=seed, scheme=SCHEME).permutations
    return factors[:, None], offsets[:, None]


def _mix(hashes: Signature) -> Signature:
    """Spread every bit over all: the finalizer of MurmurHash3, a bijection on 32 bits."""
    mixed = hashes ^ (hashes >> np.uint32(16))
    for factor, places in ((0x85EBCA6B, 13), (0xC2B2AE35, 16)):
        mixed *= np.uint32(factor)
        mixed ^= mixed >> np.uint32(places)
    return mixed
