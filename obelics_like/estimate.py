"""What a whole run will take and give, judged by a sample of its input. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from math import sqrt
from typing import Final

_GOLDEN: Final = 0.6180339887498949  # multiples of it, modulo 1, fill [0, 1) evenly at every stop
_ERRORS: Final = 2.0  # standard errors on either side: about 95 of 100 samples hold the truth


@dataclass(frozen=True, slots=True)
class SplitSample:
    """What one part of an archive took and gave."""

    read_bytes: int  # of the archive, as stored
    cpu_s: float  # from bytes to marked rows, on one core
    records: int
    pages: int
    documents: int  # that no rule on a page alone leaves out
    table_bytes: int  # of RECORDS, as Parquet
    release_bytes: int  # of data/, as Parquet
    image_bytes: int  # of pictures that the archive holds
    kinds: frozenset[str] = frozenset()  # of the rows that it gave: each has a file of its own


@dataclass(frozen=True, slots=True)
class Range:
    """An estimate, and between what it lies; low and high are None where nobody can tell."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the whole input will take and give: the fields of SplitSample."""

    cpu_s: Range
    records: Range
    pages: Range
    documents: Range
    table_bytes: Range
    release_bytes: Range
    image_bytes: Range


def sample_order(n_splits: int) -> Iterator[int]:
    """Yield all parts of the input in an order whose every beginning is spread over the whole.

    >>> list(sample_order(5))
    [0, 3, 1, 4, 2]
    """
    seen: set[int] = set()
    for turn in range(4 * n_splits):
        index = int(turn * _GOLDEN % 1 * n_splits)
        if index not in seen:
            seen.add(index)
            yield index
    yield from (index for index in range(n_splits) if index not in seen)


def estimate(samples: Sequence[SplitSample], total_bytes: int) -> Estimate:
    """Return what the whole will take and give, by what each byte of the sample took and gave.

    Args:
        samples: parts of the input, spread over the whole; at least one with bytes.
        total_bytes: of the whole input, the sample too.

    Returns:
        Ranges hold the truth for about 95 of 100 samples, if parts differ by chance; one part
        alone has none, and all parts together are the truth.

    Raises:
        ValueError: no byte was read, or more than there are.

    Source: Cochran, Sampling Techniques, 3rd edition, 6.3: the ratio estimator.
    """
    read = sum(sample.read_bytes for sample in samples)
    if not 0 < read <= total_bytes:
        raise ValueError(f"a sample of {read} bytes of {total_bytes}")
    return Estimate(
        **{
            f.name: _total([getattr(s, f.name) for s in samples], samples, total_bytes)
            for f in fields(Estimate)
        }
    )


def _total(values: Sequence[float], samples: Sequence[SplitSample], total_bytes: int) -> Range:
    sizes = [sample.read_bytes for sample in samples]
    read, found, n = sum(sizes), sum(values), len(samples)
    rate = found / read
    value = rate * total_bytes
    if n == 1 and read < total_bytes:
        return Range(value)
    unread = 1 - read / total_bytes
    errors = (own - rate * size for own, size in zip(values, sizes, strict=True))
    spread = sum(error**2 for error in errors) / max(n - 1, 1)
    error = _ERRORS * total_bytes * sqrt(unread * spread * n) / read
    return Range(value, max(float(found), value - error), value + error)
