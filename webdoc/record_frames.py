"""Where the records of a stream begin and end."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from webdoc.record_starts import (
    LONG_HEADER_BYTES,
    LOOK_AHEAD_BYTES,
    begins_record,
    find_record,
    record_body,
)
from webdoc.record_stream import RecordStream

_Seen = TypeVar("_Seen")


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
    own header.

    Args:
        stream: standing at a record, or at bytes that may be anything.
        look: called with the stream at the record's first byte; reads from it as much as it
            likes of the record. None when only the places are wanted.
    """
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
        seen = look(stream) if look else None
        left = start + header_bytes + body_bytes - stream.tell()
        whole = stream.skip(left) == left
        end = stream.tell()
        wrong = not whole or not _is_end(stream)
        if wrong:
            if stream.seekable:
                stream.go_to(start + header_bytes)
            _skip_to_record(stream)
            end = stream.tell()
        yield Frame(start, end, seen, wrong_length=wrong, is_record=True)


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
