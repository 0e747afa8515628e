"""The shingles of a text: its runs of n words or characters, as numbers that can be compared."""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha1
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from webdoc.settings import setting
from webdoc.text.characters import HAN, SPECIAL, class_table, code_points
from webdoc.text.nfkc import compatible
from webdoc.text.span_keys import FACTOR, Spans

Hashes = NDArray[np.uint64]

# Scripts that put no space between words: Han, Kana, Thai and Lao, Myanmar, Khmer.
_SPACELESS: Final = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x3040, 0x30FF),
    (0x31F0, 0x31FF),
)
_SPACE: Final = 32
_LAST_SPACE: Final = 0x3000
_LAST_UPPER_CASE: Final = 0x1FFFF
_WORD_64: Final = (1 << 64) - 1
_HALF: Final = np.uint64(33)
_MIXERS: Final = (np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53))
# Windows hashed at a time: what bounds the memory that a long text takes.
_CHUNK: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class ShingleSettings:
    """What counts as the same run of words. Source of n: OBELICS, arXiv:2306.16527, 5-grams.

    A text with fewer than n units is one shingle; one without any has none.
    """

    n: int = setting(5, "Units in one shingle.", source="OBELICS paper, appendix A.1")
    unit: Literal["auto", "word", "character"] = setting(
        "auto",
        "auto: a word, and in scripts without spaces a character.",
        source="ours: words, and characters in scripts without spaces",
    )
    lower: bool = setting(True, "Whether upper and lower case are the same.", source="ours")
    compatibility: bool = setting(
        True,
        "Whether full-width, ligature and other forms are the same (Unicode NFKC).",
        source="ours",
    )
    punctuation: bool = setting(
        False, "If not, marks and symbols divide words as a space does.", source="ours"
    )
    hash: Literal["fast", "sha1"] = setting(
        "fast",
        "fast: `shingle_hash`; sha1: datasketch's own default, about six times the cost.",
        source="ours",
    )

    def __post_init__(self) -> None:
        if self.n < 1:
            raise ValueError(f"a shingle has at least 1 unit, got n = {self.n}")


def shingles(text: str | None, settings: ShingleSettings) -> Hashes:
    """Return the distinct shingles of a text as 64-bit hashes, in rising order.

    The lower 32 bits are what `webdoc.duplicates.minhash.signature` takes. That two different
    shingles of a corpus of a billion share all 64 bits has a chance of 3 %; no text can make it
    larger for others.

    Returns:
        (n_shingles,) uint64; empty for a text without words and for None.
    """
    points, starts, ends = _windows(text or "", settings)
    if settings.hash == "sha1":
        cut = _cut(points, starts, ends)
        heads = b"".join(sha1(_bytes(shingle)).digest()[:8] for shingle in cut)
        hashes = np.frombuffer(heads, dtype="<u8")
    else:
        hashes = _window_hashes(points, starts, ends)
    hashes = np.sort(hashes)
    new = np.ones(len(hashes), dtype=np.bool_)
    np.not_equal(hashes[1:], hashes[:-1], out=new[1:])
    return hashes[new]


def shingle_texts(text: str | None, settings: ShingleSettings) -> list[str]:
    """Return the shingles in reading order, as they are hashed: normalised, one space a gap.

    >>> shingle_texts("To be, or NOT to be.", ShingleSettings(n=4))
    ['to be or not', 'be or not to', 'or not to be']
    """
    return _cut(*_windows(text or "", settings))


def shingle_hash(shingle: bytes) -> int:
    """Return the 32 bits that the fast hash gives a shingle in UTF-8.

    `datasketch.MinHash(hashfunc=shingle_hash)` makes the signatures that we make.
    """
    total, power = 0, 1
    for point in shingle.decode("utf-8", "surrogatepass"):
        total = (total + ord(point) * power) & _WORD_64
        power = (power * FACTOR) & _WORD_64
    return int(_mix(np.array([total], dtype=np.uint64))[0]) & 0xFFFFFFFF


def exact_jaccard(a: Hashes, b: Hashes) -> float:
    """Return the share of shingles of either text that both have, [0, 1]; 0 where both are empty.

    Args:
        a: (n_a,) uint64, from `shingles`.
        b: (n_b,) uint64, likewise.
    """
    both = np.sort(np.concatenate([a, b]))
    common = int(np.count_nonzero(both[1:] == both[:-1]))
    union = len(both) - common
    return common / union if union else 0.0


def _bytes(shingle: str) -> bytes:
    return shingle.encode("utf-8", "surrogatepass")


def _cut(points: NDArray[np.uint32], starts: NDArray[np.intp], ends: NDArray[np.intp]) -> list[str]:
    whole = points.tobytes().decode("utf-32-le", "surrogatepass")
    return [whole[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]


@lru_cache(maxsize=4)
def _forms(lower: bool, punctuation: bool) -> NDArray[np.uint32]:
    """Return what each code point counts as: itself, its lower case, or a space."""
    table = np.arange(0x110000, dtype=np.uint32)
    if lower:
        lowered = ((point, chr(point).lower()) for point in range(_LAST_UPPER_CASE + 1))
        for point, low in lowered:
            table[point] = ord(low) if len(low) == 1 else point
    if punctuation:
        table[[point for point in range(_LAST_SPACE + 1) if chr(point).isspace()]] = _SPACE
    else:
        classes = class_table(special_spaces=True, special_digits=False, marks="")
        table[(classes & SPECIAL) > 0] = _SPACE
    return table


@lru_cache(maxsize=1)
def _lone() -> NDArray[np.bool_]:
    """Return which code points are units by themselves in the mode auto."""
    table = np.zeros(0x110000, dtype=np.bool_)
    for first, last in _SPACELESS:
        table[first : last + 1] = True
    han = class_table(special_spaces=True, special_digits=False, marks="", lone=HAN)
    plain = class_table(special_spaces=True, special_digits=False, marks="")
    table |= han != plain
    return table


def _normalised(text: str, settings: ShingleSettings) -> NDArray[np.uint32]:
    """Return the code points of a text, each run of separators as one space, none at the ends."""
    read = compatible(text) if settings.compatibility else code_points(text)
    forms = _forms(settings.lower, settings.punctuation)
    points: NDArray[np.uint32] = forms.take(read, mode="wrap")  # "raise" checks each index first
    gap = points == _SPACE
    left_out = np.empty(len(points), dtype=np.bool_)
    left_out[:1] = gap[:1]
    np.logical_and(gap[1:], gap[:-1], out=left_out[1:])  # all but the first after a word
    points = points[~left_out]
    return points[:-1] if len(points) and points[-1] == _SPACE else points


def _windows(
    text: str, settings: ShingleSettings
) -> tuple[NDArray[np.uint32], NDArray[np.intp], NDArray[np.intp]]:
    """Return the normalised code points, and where each shingle starts and ends in them."""
    points = _normalised(text, settings)
    starts, ends = _units(points, settings)
    if len(starts) <= settings.n:
        return points, starts[:1], ends[-1:]
    return points, starts[: len(starts) - settings.n + 1], ends[settings.n - 1 :]


def _units(
    points: NDArray[np.uint32], settings: ShingleSettings
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return where each word or lone character of normalised code points starts and ends."""
    gap = points == _SPACE
    if settings.unit == "character":
        lone = ~gap
    elif settings.unit == "auto" and points.max(initial=0) >= _SPACELESS[0][0]:
        lone = _lone().take(points, mode="wrap")
    else:
        spaces = gap.nonzero()[0]
        bounds = np.empty(len(spaces) + 2, dtype=np.intp)
        bounds[0], bounds[1:-1], bounds[-1] = -1, spaces, len(points)
        words = slice(None if len(points) else 0)
        return bounds[:-1][words] + 1, bounds[1:][words]
    first = np.ones(len(points), dtype=np.bool_)
    first[1:] = gap[:-1]
    first |= lone
    first[1:] |= lone[:-1] & ~gap[1:]
    starts = first.nonzero()[0]
    ends = np.append(starts[1:] - gap.take(starts[1:] - 1), len(points))
    return starts, ends[: len(starts)]


def _window_hashes(
    points: NDArray[np.uint32], starts: NDArray[np.intp], ends: NDArray[np.intp]
) -> Hashes:
    """Hash every window: its key, mixed."""
    if len(starts) <= _CHUNK:
        return _mix(Spans(points).keys(starts, ends))
    found = []
    for chunk in range(0, len(starts), _CHUNK):
        left, right = starts[chunk : chunk + _CHUNK], ends[chunk : chunk + _CHUNK]
        first = left[0]
        found.append(_mix(Spans(points[first : right[-1]]).keys(left - first, right - first)))
    return np.concatenate(found)


def _mix(hashes: Hashes) -> Hashes:
    """Spread every bit over all: the finalizer of MurmurHash3, a bijection on 64 bits."""
    moved = hashes >> _HALF
    mixed = hashes ^ moved
    for factor in _MIXERS:
        mixed *= factor
        mixed ^= np.right_shift(mixed, _HALF, out=moved)
    return mixed
