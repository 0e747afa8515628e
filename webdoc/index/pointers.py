"""Pointers: rows of an index that say where a record stands, and which bytes are read for them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import md5

from webdoc.archive.reader import JoinedSpan
from webdoc.index.settings import IndexSettings

_HASH_DIGITS = 8  # of the 32 of an MD5: steps of 2^-32


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where an index says that a record stands. None where its row has a null."""

    url: str | None
    filename: str | None
    offset: int | None  # bytes from the start of the file
    length: int | None  # bytes in the file


def problem_of(pointer: Pointer, max_record_bytes: int) -> str:
    """Return why no record can be looked for, in a few words; "" where one can.

    >>> problem_of(Pointer("http://e.org/", "a.warc.gz", 0, 0), 100)
    'its length is 0'
    >>> problem_of(Pointer("http://e.org/", "a.warc.gz", 0, 7), 100)
    ''
    """
    if not pointer.filename:
        return "it names no file"
    if pointer.offset is None or pointer.length is None:
        return "it has no offset" if pointer.offset is None else "it has no length"
    if pointer.offset < 0:
        return f"its offset is {pointer.offset}"
    if pointer.length < 1:
        return f"its length is {pointer.length}"
    if pointer.length > max_record_bytes:
        return f"its length is {pointer.length}, more than any record's"
    return ""


def in_sample(url: str, share: float) -> bool:
    """Tell whether a URL belongs to a sample, by its hash alone; the job does the same in SQL.

    Args:
        url: of the capture.
        share: of all URLs, in (0, 1].
    """
    digits = md5(url.encode(), usedforsecurity=False).hexdigest()[:_HASH_DIGITS]
    return bool(int(digits, 16) < share * 16**_HASH_DIGITS)


def sample_sql(column: str, share: float) -> str:
    """Return `in_sample` in the words of Spark SQL."""
    hashed = f"conv(substr(md5({column}), 1, {_HASH_DIGITS}), 16, 10)"
    return f"cast({hashed} as bigint) < {share * 16**_HASH_DIGITS!r}D"


def part_of(pointers: Sequence[Pointer], number: int, settings: IndexSettings) -> list[Pointer]:
    """Return one part of the pointers of a file, cut by the bytes of their records.

    Args:
        pointers: of one file, by offset.
        number: of the part, from 0.
        settings: `part_bytes` of records in a part, before the last one of them.
    """
    found = []
    passed = 0
    for pointer in pointers:
        if passed // settings.part_bytes == number:
            found.append(pointer)
        if not problem_of(pointer, settings.max_record_bytes):
            passed += pointer.length or 0
    return found


def parts_in(total_bytes: int, part_bytes: int) -> int:
    """Return into how many parts records of so many bytes are cut, at least 1."""
    return max(1, -(-total_bytes // part_bytes))


@dataclass(slots=True)
class _Growing:
    start: int
    end: int
    places: list[tuple[int, int]] = field(default_factory=list)


def spans_of(places: Iterable[tuple[int, int]], settings: IndexSettings) -> Iterator[JoinedSpan]:
    """Return the requests that read places of one file: few, and little that is not wanted.

    The smallest gaps are read along first, as far as `max_gap_bytes` and `max_waste` allow. Where
    most of the bytes are wanted anyway (`dense_share`) every gap is, so that the file is read in
    sequence. No request is longer than `span_bytes`, but for a single longer record.

    Args:
        places: offset and length, at least 1, in any order.
        settings: the limits.
    """
    ordered = sorted(set(places))
    bridged = _bridged_gaps(ordered, settings)
    growing: _Growing | None = None
    for number, (offset, length) in enumerate(ordered):
        end = offset + length
        if growing is not None:
            fits = max(end, growing.end) - growing.start <= settings.span_bytes
            if not (fits and number in bridged):
                yield JoinedSpan(growing.start, growing.end - growing.start, (*growing.places,))
                growing = None
        if growing is None:
            growing = _Growing(offset, end)
        growing.places.append((offset, length))
        growing.end = max(growing.end, end)
    if growing is not None:
        yield JoinedSpan(growing.start, growing.end - growing.start, (*growing.places,))


def _bridged_gaps(ordered: Sequence[tuple[int, int]], settings: IndexSettings) -> set[int]:
    """Return the numbers of the places before which the gap is read along."""
    gaps: list[tuple[int, int]] = []
    wanted = end = 0
    for number, (offset, length) in enumerate(ordered):
        if number:
            gaps.append((max(offset - end, 0), number))
        wanted += max(offset + length - max(end, offset), 0)
        end = max(end, offset + length)
    if not ordered or wanted >= settings.dense_share * (end - ordered[0][0]):
        return {number for _, number in gaps}
    bridged: set[int] = set()
    left = settings.max_waste * wanted
    for gap, number in sorted(gaps):
        if gap > min(left, settings.max_gap_bytes):
            break
        left -= gap
        bridged.add(number)
    return bridged
