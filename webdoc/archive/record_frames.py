"""Where the records of a stream begin and end."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from webdoc.archive.record_stream import RecordStream

_Seen = TypeVar("_Seen")
# A file of wrong lengths is read again so often, each time as far as a body may go.
_TIMES_READ = 8
_FREE_BYTES = 64 << 20
_MOST_READ = 20 << 20
_BLOCK_BYTES = 256 << 10
_BLANK_BYTES = 4  # behind a record


@dataclass(frozen=True, slots=True)
class Frame(Generic[_Seen]):
    """One record of a stream, or bytes between records that are none."""

    start: int  # position in the stream
    end: int  # position after the body, before the blank lines
    seen: _Seen | None  # what `look` returned; None for bytes that are no record
    wrong_length: bool  # its Content-Length does not lead to where the record ends
    is_record: bool


def frames(
    stream: RecordStream, look: Callable[[RecordStream], _Seen] | None = None
) -> Iterator[Frame[_Seen]]:
    """Yield all records of a stream, and what lies between them.

    A record ends where its Content-Length says, so text in a body that looks like a record is
    none. Only where neither two line breaks, nor a record, nor the end follows is the length
    wrong; the record then ends where the next line that begins a whole record header stands. A
    stream that cannot go back looks for it after the wrong length, any other after the record's
    own header. Going back reads bytes again: a file that brings that about again and again is no
    longer believed, and its records end where the next one begins, whatever their length says.

    Args:
        stream: standing at a record, or at bytes that may be anything.
        look: called with the stream at the record's first byte; reads from it as much as it
            likes of the record. None when only the places are wanted.
    """
    again = 0  # bytes that were read in vain, at most
    while True:
        _skip_blank(stream)
        start = stream.tell()
        sizes = _sizes(stream)
        if sizes is None:
            if not stream.peek(1):
                return
            stream.skip(1)
            _skip_to_record(stream)
            yield Frame(start, stream.tell(), None, wrong_length=False, is_record=False)
            continue
        header_bytes, body_bytes = sizes
        if again > _FREE_BYTES + _TIMES_READ * start:
            yield _up_to_the_next(stream, start, header_bytes, body_bytes, look)
            continue
        seen = look(stream) if look else None
        left = start + header_bytes + body_bytes - stream.tell()
        whole = stream.skip(left) == left
        end = stream.tell()
        wrong = not whole or not _is_end(stream)
        if wrong:
            if stream.seekable:
                stream.go_to(start + header_bytes)
                again += min(body_bytes, _MOST_READ) + _BLOCK_BYTES
            _skip_to_record(stream)
            end = stream.tell()
        yield Frame(start, end, seen, wrong_length=wrong, is_record=True)


def _up_to_the_next(
    stream: RecordStream,
    start: int,
    header_bytes: int,
    body_bytes: int,
    look: Callable[[RecordStream], _Seen] | None,
) -> Frame[_Seen]:
    """Return the record here as far as the next one; its length is right if it leads there."""
    stream.skip(header_bytes)
    _skip_to_record(stream)
    following = stream.tell()
    wrong = not 0 <= following - (start + header_bytes + body_bytes) <= _BLANK_BYTES
    end = following if wrong else start + header_bytes + body_bytes
    seen = None
    if look:
        stream.go_to(start)
        seen = look(stream.part(end - start))
        stream.go_to(following)
    return Frame(start, end, seen, wrong_length=wrong, is_record=True)


def _sizes(stream: RecordStream) -> tuple[int, int] | None:
    """Return the sizes of header and body of the record here; None for bytes that are none."""
    head = stream.peek(LOOK_AHEAD_BYTES)
    sizes = record_body(head)
    if sizes is None and len(head) == LOOK_AHEAD_BYTES and begins_record(head):
        sizes = record_body(stream.peek(LONG_HEADER_BYTES))
    return sizes


def _is_end(stream: RecordStream) -> bool:
    """Tell whether a record can end here: two line breaks, another record, or the end follow."""
    if stream.peek(4) == b"\r\n\r\n":
        return True
    _skip_blank(stream)
    head = stream.peek(LOOK_AHEAD_BYTES)
    return not head or begins_record(head)


def _skip_blank(stream: RecordStream) -> None:
    while ahead := stream.peek(64):
        blank = len(ahead) - len(ahead.lstrip(b"\r\n"))
        stream.skip(blank)
        if blank < len(ahead):
            return


def _skip_to_record(stream: RecordStream) -> None:
    """Move to the next line that begins a whole record header, or to the end."""
    while ahead := stream.peek(2 * LOOK_AHEAD_BYTES):
        found = find_record(ahead, 0)
        while 0 <= found <= LOOK_AHEAD_BYTES:
            if record_body(ahead[found:]) is not None:
                stream.skip(found)
                return
            found = find_record(ahead, found + 1)
        stream.skip(min(LOOK_AHEAD_BYTES, len(ahead)))


_WARC_LINE = re.compile(rb"WARC/\d\.\d+[ \t]*\r?\n")


# URL, address, 14 digits, type, length. Source: ARC file format, version 1 (Internet Archive).
_ARC_LINE = re.compile(
    rb"[A-Za-z][\w+.-]*:[^\r\n]{0,4096} \S{1,64} \d{14} [^\s]{1,256} \d{1,15}\r?\n"
)


_WARC_HEADER = re.compile(rb"WARC/\d\.\d+[ \t]*\r?\n(?:[^\r\n]+\r?\n){2,200}\r?\n")


_LENGTH_FIELD = re.compile(rb"\ncontent-length[ \t]*:[ \t]*(\d{1,15})[ \t]*\r?\n", re.IGNORECASE)


_TYPE_FIELD = re.compile(rb"\nwarc-type[ \t]*:", re.IGNORECASE)


_LINE_START = re.compile(rb"(?<=\n)(?=WARC/\d\.\d|[A-Za-z][\w+.-]{1,15}:[^\r\n]{1,4096} \d{14} )")


LOOK_AHEAD_BYTES = 8192  # enough for nearly every header


LONG_HEADER_BYTES = 64 * 1024  # browsers' URLs, and crawlers' own JSON, can be long


GZIP_MAGIC = b"\x1f\x8b\x08"


def begins_record(data: bytes) -> bool:
    """Tell whether data begins with the first line of a WARC record or an ARC record."""
    return _WARC_LINE.match(data) is not None or _ARC_LINE.match(data) is not None


def record_body(data: bytes) -> tuple[int, int] | None:
    """Return how long the header at the start of data is and how long its body says it is.

    None when data does not begin with a whole header that has a type and a length. ARC files
    have both in their one line. This is the strict look, for bytes that may be anything.
    """
    header = _WARC_HEADER.match(data)
    if header is not None:
        length = _LENGTH_FIELD.search(header[0])
        if length is not None and _TYPE_FIELD.search(header[0]):
            return header.end(), int(length[1])
        return None
    line = _ARC_LINE.match(data)
    if line is not None:
        return line.end(), int(line[0].rsplit(b" ", 1)[1])
    return None


def find_record(data: bytes, start: int) -> int:
    """Return where a line that looks like the first of a record begins, or -1.

    It is at `start` or later, and after a line break. `record_body` then looks closer.
    """
    found = _LINE_START.search(data, start)
    return -1 if found is None else found.start()
