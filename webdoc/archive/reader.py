"""Archive file -> captures: every record of a WARC or ARC file is one, read or not."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import chain
from typing import Any

from webdoc.archive.captures import Capture
from webdoc.archive.gzip_segments import (
    DamagedGzipError,
    GzipSegments,
    first_start,
    is_whole_gzip,
    next_start,
)
from webdoc.archive.record import BodyLimits, capture_of
from webdoc.archive.record_frames import GZIP_MAGIC, Frame, begins_record, frames
from webdoc.archive.record_stream import RecordStream
from webdoc.internal_errors import said_by
from webdoc.reasons import CaptureReason, Kind
from webdoc.settings import section, setting
from webdoc.storage.byte_source import ByteSource, StorageError, StorageSettings, open_source
from webdoc.storage.inputs import ArchiveFile, Split
from webdoc.storage.wacz import Slice

_MIB = 1024 * 1024
_NO_HEADER = "no record header"
_MAX_GAP_BYTES = 16 * 1024  # that are read for nothing: a request costs more than these
_MAX_SPAN_BYTES = 8 * _MIB  # of one request, and so in memory; a larger record is read alone
# What a place looks like that is not where a record stands.
_NOT_FOUND = (CaptureReason.DAMAGED_RECORD, CaptureReason.NOT_AN_ARCHIVE)


@dataclass(frozen=True, slots=True)
class ReadSettings:
    """How archives are read."""

    split_bytes: int = setting(
        4 * _MIB,
        "Of a file, for one task; never depends on the machine.",
        source="ours: any value gives the same captures",
    )
    max_body_bytes: int = setting(
        10 * _MIB,
        "Of a page, decoded; a larger one is left out.",
        source="ours: bounds the memory. Common Crawl cuts at 1 MiB, later at 5",
    )
    max_image_bytes: int = setting(
        20 * _MIB,
        "Of an image, decoded; a larger one is left out.",
        source="ours: bounds the memory",
    )
    max_header_bytes: int = setting(
        1 * _MIB,
        "WARC and HTTP headers of one record together.",
        source="ours: bounds the memory",
    )
    max_unreadable: float = setting(
        0.001,
        "Inputs that cannot be read, until a run ends with status 4 instead of going on: below 1 a "
        "share of all inputs, from 1 on how many.",
        source="ours: one in a thousand may be missing, and is listed",
        private=True,
    )
    storage: StorageSettings = section(
        StorageSettings,
        "How remote files are read. Keys of S3 come from where boto3 looks for them.",
        private=True,
    )

    def __post_init__(self) -> None:
        if self.max_unreadable < 0:
            raise ValueError(f"max_unreadable must be 0 or more, got {self.max_unreadable}")
        for name in ("split_bytes", "max_body_bytes", "max_image_bytes", "max_header_bytes"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)}")


def read_captures(split: Split, settings: ReadSettings) -> Iterator[Capture]:
    """Yield every record of a split as one capture, in file order.

    The splits of a file together give what one split over the whole file gives. Bytes that are
    no record are one capture too, and reading goes on after them. A storage that fails ends the
    split with a capture that says so. Nothing is raised for what the file holds.
    """
    file = split.file
    if file.problem:
        yield _unreadable(file, 0, file.problem)
        return
    position = split.start
    try:
        with open_source(file.path, settings.storage) as source:
            for capture in _captures(source, split, settings):
                position = capture.warc_record_offset + capture.warc_record_length
                yield capture
    except StorageError as error:
        yield _unreadable(file, position, str(error))
    except Exception as error:  # a mistake of ours ends this split, and is counted
        yield _our_mistake(file, position, error)


def read_captures_at(
    file: ArchiveFile, places: Iterable[tuple[int, int]], settings: ReadSettings
) -> Iterator[Capture]:
    """Yield captures again; what stands close together is read by one request.

    Args:
        file: the one they were read from.
        places: their warc_record_offset and warc_record_length.
        settings: those they were read with.

    Those that cannot be found again are missing. In a gzip that is not cut by record a record
    has no place of its own, so there the file is read from its start, once for all of them;
    these come last.

    Raises:
        StorageError: the storage failed, which says nothing of what the file holds.
    """
    missing = set(places)
    if not missing or file.problem:
        return
    for capture in _at_their_places(file, frozenset(missing), settings):
        missing.discard((capture.warc_record_offset, capture.warc_record_length))
        yield capture
    if missing:
        for capture in read_captures(Split(file, 0, file.size_bytes or 2**62), settings):
            if capture.reject_reason is CaptureReason.UNREADABLE_FILE:
                raise StorageError(capture.reject_detail, passing=True)
            if (capture.warc_record_offset, capture.warc_record_length) in missing:
                yield capture


@dataclass(frozen=True, slots=True)
class JoinedSpan:
    """Places that one request reads."""

    start: int
    length: int
    places: tuple[tuple[int, int], ...]  # offset and length in the file, by offset


def joined_spans(places: Iterable[tuple[int, int]]) -> Iterator[JoinedSpan]:
    """Join places that stand close together, each gap and each span bounded.

    >>> [span.length for span in joined_spans([(0, 10), (100, 10), (10**6, 10)])]
    [110, 10]
    """
    waiting: list[tuple[int, int]] = []
    start = end = 0
    for offset, length in sorted(places):
        near = offset - end <= _MAX_GAP_BYTES and offset + length - start <= _MAX_SPAN_BYTES
        if waiting and not near:
            yield JoinedSpan(start, end - start, tuple(waiting))
            waiting = []
        if not waiting:
            start = end = offset
        waiting.append((offset, length))
        end = max(end, offset + length)
    if waiting:
        yield JoinedSpan(start, end - start, tuple(waiting))


def _at_their_places(
    file: ArchiveFile, places: Iterable[tuple[int, int]], settings: ReadSettings
) -> Iterator[Capture]:
    """Yield what stands at places; nothing where the file is gone for good."""
    try:
        with open_source(file.path, settings.storage) as source:
            for span in joined_spans(places):
                body = source.read_at(span.start, span.length)
                for offset, length in span.places:
                    start = offset - span.start
                    part = body[start : start + length]
                    found = (
                        capture_in(file, offset, part, settings) if len(part) == length else None
                    )
                    if found is not None:
                        yield found
    except StorageError as error:
        if error.passing:
            raise StorageError(
                f"{file.name}: {error}. --resume goes on when it is back", passing=True
            ) from error


def capture_in(
    file: ArchiveFile, offset: int, body: bytes, settings: ReadSettings
) -> Capture | None:
    """Return the capture whose record is these bytes; None where they are no whole record.

    Args:
        file: in which they stand.
        offset: where they do.
        body: all bytes of the record, at least 1.
        settings: of reading.
    """
    length = len(body)
    source = ByteSource(BytesIO(body), settings.storage, Slice(0, length), remote=False)
    part = Split(replace(file, size_bytes=length), 0, length)
    found = next(_captures(source, part, settings), None)
    if found is None or found.warc_record_length != length or found.reject_reason in _NOT_FOUND:
        return None
    # A record that was cut when it was captured is whole in the file; half a gzip is not.
    if found.reject_reason is CaptureReason.TRUNCATED and not is_whole_gzip(body):
        return None
    return replace(found, warc_record_offset=offset)


def _captures(source: ByteSource, split: Split, settings: ReadSettings) -> Iterator[Capture]:
    file, head = split.file, source.head()
    if not head.strip(b"\r\n") and len(head) in (0, file.size_bytes):
        if split.start == 0:
            yield _no_record(file, 0, len(head), "the file is empty", is_all=True)
    elif begins_record(head) or not (head.startswith(GZIP_MAGIC) or file.name.endswith(".gz")):
        yield from _plain_captures(source, split, settings)
    else:
        yield from _gzip_captures(source, split, settings)


def _plain_captures(source: ByteSource, split: Split, settings: ReadSettings) -> Iterator[Capture]:
    """Read a file that is not compressed.

    Which lines begin a record is known only from the lengths of all records before, so a split
    hops over those from the start of the file; it reads nothing but their headers.
    """
    seek = source.seek if source.seekable else None
    stream = RecordStream(source.next_block, settings.max_header_bytes, seek=seek)

    def look(stream: RecordStream) -> Capture | None:
        inside = split.start <= stream.tell() < split.end
        return _looked_at(stream, split.file, settings) if inside else None

    for number, frame in enumerate(frames(stream, look)):
        if frame.start >= split.end:
            return
        if frame.start < split.start:
            continue
        if frame.seen is not None:
            yield _placed(frame.seen, frame, frame.start, frame.end - frame.start)
        else:
            is_all = number == 0 and not stream.peek(1)
            yield _no_record(split.file, frame.start, frame.end, _NO_HEADER, is_all=is_all)


def _gzip_captures(source: ByteSource, split: Split, settings: ReadSettings) -> Iterator[Capture]:
    """Read a gzip file, whether cut by record or not.

    Bytes that are no record belong to the split of the segment before them.
    """
    position: int | None = 0
    if split.start > 0:
        position = first_start(source, split.start, split.end, settings.split_bytes)
    segments = GzipSegments(source)
    while position is not None:
        start = reached = position
        problem = "no gzip member that begins with a record"
        try:
            if segments.open(start):
                if start >= split.end:
                    return
                for capture in _segment_captures(segments, start, split.file, settings):
                    reached = capture.warc_record_offset + capture.warc_record_length
                    yield capture
                position = segments.end
                continue
            if source.position == start and not source.next_block():
                return
        except DamagedGzipError as error:
            problem = str(error)
        position = next_start(source, start + 1, None)
        end = max(reached, position or source.size_bytes or start)
        is_all = start == 0 and reached == 0 and position is None
        yield _no_record(split.file, reached, end, problem, is_all=is_all)


def _segment_captures(
    segments: GzipSegments, start: int, file: ArchiveFile, settings: ReadSettings
) -> Iterator[Capture]:
    """Read the records of one segment, nearly always one; its place is that of the segment.

    Bytes around it that are no record, as damage brings them about, stand where its members do not.
    Where there are more records they have no place in the file. Their offsets and lengths then are
    as if the file were inflated from the segment's start on.
    """
    stream = RecordStream(segments.next_block, settings.max_header_bytes)

    def look(stream: RecordStream) -> Capture:
        return _looked_at(stream, file, settings)

    all_frames = frames(stream, look)
    first: list[Frame[Capture]] = []
    for frame in all_frames:
        first.append(frame)
        if sum(one.is_record for one in first) > 1:
            break
    else:
        yield from _single_record(segments, first, start, file)
        return
    for frame in chain(first, all_frames):
        if frame.seen is not None:
            yield _placed(frame.seen, frame, start + frame.start, frame.end - frame.start)
        else:
            yield _no_record(file, start + frame.start, start + frame.end, _NO_HEADER)


def _single_record(
    segments: GzipSegments, found: list[Frame[Capture]], start: int, file: ArchiveFile
) -> Iterator[Capture]:
    """Give the one record of a segment its members, and what is none the bytes before and after."""
    at = start
    for number, frame in enumerate(found):
        is_last = number == len(found) - 1
        if frame.seen is None:  # as of a member that is cut within its header
            end = segments.end if is_last else segments.member_of(frame.end).start
            yield _no_record(file, at, end, _NO_HEADER)
        else:
            end = segments.end if is_last else segments.member_of(frame.end - 1).end
            yield _placed(frame.seen, frame, at, end - at)
        at = end


def _placed(seen: Capture, frame: Frame[Any], offset: int, length: int) -> Capture:
    placed = replace(seen, warc_record_offset=offset, warc_record_length=length)
    if not frame.wrong_length or placed.reject_reason is not None:
        return placed
    return replace(
        placed,
        kind=Kind.ROBOTS if placed.kind is Kind.ROBOTS else Kind.OTHER,
        reject_reason=CaptureReason.TRUNCATED,
        reject_detail="the Content-Length of the record is wrong",
        body=b"",
    )


def _no_record(
    file: ArchiveFile, start: int, end: int, detail: str, *, is_all: bool = False
) -> Capture:
    reason = CaptureReason.NOT_AN_ARCHIVE if is_all else CaptureReason.DAMAGED_RECORD
    return Capture(file.name, start, end - start, reject_reason=reason, reject_detail=detail)


def _unreadable(file: ArchiveFile, position: int, detail: str) -> Capture:
    reason = CaptureReason.UNREADABLE_FILE
    return Capture(file.name, position, 0, reject_reason=reason, reject_detail=detail[:300])


def _looked_at(stream: RecordStream, file: ArchiveFile, settings: ReadSettings) -> Capture:
    try:
        return capture_of(stream, file.name, _limits(settings))
    except (DamagedGzipError, StorageError):
        raise
    except Exception as error:  # one record's mistake is that record's row
        return _our_mistake(file, 0, error)


def _our_mistake(file: ArchiveFile, position: int, error: Exception) -> Capture:
    reason = CaptureReason.INTERNAL_ERROR
    return Capture(file.name, position, 0, reject_reason=reason, reject_detail=said_by(error))


def _limits(settings: ReadSettings) -> BodyLimits:
    return BodyLimits(settings.max_body_bytes, settings.max_image_bytes)
