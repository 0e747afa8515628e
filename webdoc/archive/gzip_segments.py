"""Gzip members of an archive, put together to segments.

A segment is a gzip member that begins with a record, and the members after it that do not: in
an archive cut by record each member is a segment of one record, in one that is not cut by record
the whole file is a single segment.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from isal import isal_zlib  # zlib's interface, and inflates in .4 of its time

from webdoc.archive.record_frames import GZIP_MAGIC, begins_record
from webdoc.storage.byte_source import ByteSource

_OUT_BYTES = 256 * 1024  # inflated at once, so that a bomb stays small
_HEAD_BYTES = 4096  # inflated of a member to see whether it begins with a record
_GLANCE_BYTES = 256
_InflateError = cast(type[Exception], isal_zlib.error)  # typed as an instance there
_GZIP_WINDOW = 16 + isal_zlib.MAX_WBITS
# A deflate block that holds its bytes as they are holds at most so many. Source: RFC 1951, 3.2.4.
_STORED_BLOCK_BYTES = 65535
_MAGIC_OVERLAP = len(GZIP_MAGIC)


class DamagedGzipError(ValueError):
    """Bytes that should be a gzip member are none."""


class GzipMember:
    """One gzip member, inflated block by block."""

    def __init__(self, source: ByteSource, raw: bytes, start: int) -> None:
        """Begin at file position `start`; raw holds the bytes there, as far as already read."""
        self._source = source
        self._inflater = isal_zlib.decompressobj(_GZIP_WINDOW)
        self._raw = raw
        self.start = start
        self._held = False
        self.cut = False  # the file ended first

    def read(self, limit: int = _OUT_BYTES) -> bytes:
        """Return the next inflated bytes, at most `limit`; b"" at the end of member or file.

        Raises:
            DamagedGzipError: the bytes are no gzip.
            StorageError: the storage failed.
        """
        while not self._inflater.eof:
            if not self._raw and not self._held:
                self._raw = self._source.next_block()
                if not self._raw:
                    self.cut = True
                    return b""
            try:
                data = self._inflater.decompress(self._raw, limit)
            except _InflateError as error:
                raise DamagedGzipError(str(error)) from error
            self._raw = self._inflater.unconsumed_tail
            # A full answer may leave more inside the inflater although its input is used up.
            self._held = len(data) == limit
            if data:
                return data
        return b""

    def after(self) -> tuple[bytes, int]:
        """Return the bytes read but not used, and their file position; once at the end."""
        rest = self._inflater.unused_data
        return rest, self._source.position - len(rest)


def is_whole_gzip(body: bytes) -> bool:
    """Tell whether bytes end where a gzip member of them does; True where they are no gzip."""
    left = body
    while left.startswith(GZIP_MAGIC):
        inflater = isal_zlib.decompressobj(_GZIP_WINDOW)
        try:
            while not inflater.eof:
                made = inflater.decompress(left, _OUT_BYTES)
                left = inflater.unconsumed_tail
                if not (made or left or inflater.eof):
                    return False
        except _InflateError:
            return False
        left = inflater.unused_data
    return True


@dataclass(frozen=True, slots=True)
class MemberPlace:
    """Where a member of a segment stands in the file."""

    inflated_end: int  # in the segment as it is inflated
    start: int
    end: int


class GzipSegments:
    """Segments of a source, one after the other."""

    def __init__(self, source: ByteSource) -> None:
        self._source = source
        self._member: GzipMember | None = None
        self._head = b""  # of the current member, inflated but not handed out
        self._next: tuple[GzipMember, bytes] | None = None  # opened: it begins a segment
        # File position after the last whole member; where the file ends inside the last one, of the
        # next member that can be trusted, or of the end of the file.
        self.end = 0
        self._members: list[MemberPlace] = []  # of the current segment, as far as they ended
        self._inflated = 0  # bytes of it that were handed out

    def member_of(self, position: int) -> MemberPlace:
        """Return the member that holds a byte of the segment that was read to its end.

        Args:
            position: of the byte, as the segment is inflated.
        """
        return next((m for m in self._members if m.inflated_end > position), self._members[-1])

    def open(self, start: int) -> bool:
        """Begin at a file position; False when no member with a record begins there."""
        self._members, self._inflated = [], 0
        if self._next is not None and self._next[0].start == start:
            (self._member, self._head), self._next = self._next, None
            return True
        self._next = None
        member, head = _open_at(self._source, start)
        if not begins_record(head):
            return False
        self._member, self._head = member, head
        return True

    def next_block(self) -> bytes:
        """Return the next inflated bytes of the segment; b"" at its end.

        Raises:
            DamagedGzipError: its member is damaged.
        """
        block = self._block()
        self._inflated += len(block)
        return block

    def _block(self) -> bytes:
        if self._head:
            head, self._head = self._head, b""
            return head
        while self._member is not None:
            data = self._member.read()
            if data:
                return data
            rest, self.end = self._member.after()
            if self._member.cut:
                self.end = _after_cut(self._source, self._member.start, self.end)
            self._members.append(MemberPlace(self._inflated, self._member.start, self.end))
            is_cut, self._member = self._member.cut, None
            if is_cut:
                break
            member, head = _begin(self._source, rest, self.end)
            if member is None:
                break
            if begins_record(head):
                self._next = (member, head)
                break
            self._member = member
            if head:
                return head
        return b""


def _begin(source: ByteSource, raw: bytes, start: int) -> tuple[GzipMember | None, bytes]:
    """Open a member and inflate its first bytes; None where no sound member begins.

    Whether it is sound is judged by those bytes alone, however the source cuts its blocks:
    the splits of a file have to agree on it.
    """
    while len(raw) < len(GZIP_MAGIC):
        block = source.next_block()
        if not block:
            return None, b""
        raw += block
    if not raw.startswith(GZIP_MAGIC):
        return None, b""
    member = GzipMember(source, raw, start)
    head = b""
    try:
        while len(head) < _HEAD_BYTES:
            more = member.read(_HEAD_BYTES - len(head))
            if not more:
                break
            head += more
    except DamagedGzipError:
        return None, b""
    return (None, b"") if member.cut and not begins_record(head) else (member, head)


def next_start(source: ByteSource, start: int, stop: int | None) -> int | None:
    """Return the first position in [start, stop) where a member that begins with a record begins.

    Args:
        source: must be seekable.
        start: first position looked at.
        stop: None looks on to the end of the file.
    """
    position, data = start, b""
    while stop is None or position < stop:
        source.seek(position + len(data))
        block = source.next_block()
        data += block
        found = data.find(GZIP_MAGIC)
        while found >= 0 and (stop is None or position + found < stop):
            if _may_be_gzip(data[found : found + _GLANCE_BYTES]):
                _, head = _open_at(source, position + found)
                if begins_record(head):
                    return position + found
            found = data.find(GZIP_MAGIC, found + 1)
        if not block:
            return None
        keep = len(data) - _MAGIC_OVERLAP
        position, data = position + max(keep, 0), data[max(keep, 0) :]
    return None


def _may_be_gzip(data: bytes) -> bool:
    """Tell whether a few bytes inflate as far as they go: cheaper than to seek and read there."""
    try:
        isal_zlib.decompressobj(_GZIP_WINDOW).decompress(data, _GLANCE_BYTES)
    except _InflateError:
        return False
    return True


def first_start(source: ByteSource, start: int, end: int, step: int) -> int | None:
    """Return where the first segment at `start` or later begins; None for none before `end`.

    This is where a reader of the whole file would find it too. Bytes inside a member can look
    like a member: a .warc.gz served as a page is stored, not deflated once more. Such bytes are
    cut into blocks of 64 KiB at most, so members that follow each other over more than that
    are real. Where that cannot be told (damage is near), the file is walked from an earlier
    place that can be trusted.

    Args:
        source: must be seekable.
        start: first position of the split.
        end: first position after the split.
        step: bytes to go back at a time in search of such a place, at least 1.
    """
    found = next_start(source, start, end)
    if found is None or _is_trusted(source, found):
        return found
    origin = None
    back = start
    while origin is None and back > 0:
        back = max(back - step, 0)
        candidate = next_start(source, back, start) if back else 0
        if candidate is not None and (candidate == 0 or _is_trusted(source, candidate)):
            origin = candidate
    for segment_start in _walk(source, origin or 0):
        if segment_start >= start:
            return segment_start
    return None


def _walk(source: ByteSource, origin: int) -> Iterator[int]:
    """Yield where segments begin, as a reader that starts at `origin` meets them."""
    segments = GzipSegments(source)
    position: int | None = origin
    while position is not None:
        if not segments.open(position):
            position = next_start(source, position + 1, None)
            continue
        yield position
        try:
            while segments.next_block():
                pass
            position = segments.end
        except DamagedGzipError:
            position = next_start(source, position + 1, None)


def _after_cut(source: ByteSource, start: int, end: int) -> int:
    """Return where reading goes on after a member that goes on to the end of the file.

    The file may be cut. Or a flipped bit let the member swallow those behind it: then one of these
    can be trusted, and none could inside a member that is cut.

    Args:
        source: where it cannot be searched, reading ends.
        start: of the member.
        end: of the file.
    """
    position = next_start(source, start + 1, None) if source.seekable else None
    while position is not None:
        unsound = _unsound(source, position)
        if unsound is None:
            return position
        position = next_start(source, unsound + 1, None)
    return end


def _is_trusted(source: ByteSource, start: int) -> bool:
    """Tell whether sound members follow each other from here over more than a stored block."""
    return _unsound(source, start) is None


def _unsound(source: ByteSource, start: int) -> int | None:
    """Return the first unsound member within a stored block of bytes; None where there is none."""
    source.seek(start)
    position, raw = start, b""
    while position - start <= _STORED_BLOCK_BYTES:
        raw = raw or source.next_block()
        if not raw:
            return None  # the end of the file, just after a member
        member = GzipMember(source, raw, position)
        try:
            while member.read():
                pass
        except DamagedGzipError:
            return position
        if member.cut:
            return position
        raw, position = member.after()
    return None


def _open_at(source: ByteSource, start: int) -> tuple[GzipMember | None, bytes]:
    source.seek(start)
    return _begin(source, b"", start)
