"""What warcio parses records from: bytes block by block, with bounded header lines."""

from collections.abc import Callable

_PART_BYTES = 64 * 1024


class HeaderTooLongError(ValueError):
    """A record's header lines take more bytes than allowed."""


class RecordStream:
    """A stream of records. Positions count from wherever its first block stands."""

    def __init__(
        self,
        next_block: Callable[[], bytes],
        max_header_bytes: int,
        position: int = 0,
        seek: Callable[[int], None] | None = None,
    ) -> None:
        """Read from a source.

        Args:
            next_block: returns the bytes that follow, b"" at the end, and again b"" after it.
            max_header_bytes: that one record may give out through `readline`.
            position: of the first byte.
            seek: moves the source, so that next_block returns what stands there; None when
                it can only be read forward.
        """
        self._next_block = next_block
        self._max_header_bytes = max_header_bytes
        self._seek = seek
        self._buffer = b""
        self._at = 0  # in the buffer
        self._end = position  # of the buffer, in the source
        self._header_bytes = 0

    def tell(self) -> int:
        """Return the position of the next byte."""
        return self._end - len(self._buffer) + self._at

    @property
    def seekable(self) -> bool:
        """Whether `go_to` works."""
        return self._seek is not None

    def begin_record(self) -> None:
        """Count header bytes from here."""
        self._header_bytes = 0

    def peek(self, length: int) -> bytes:
        """Return the next bytes without moving; fewer than asked for only at the end."""
        while len(self._buffer) - self._at < length and self._more():
            pass
        return self._buffer[self._at : self._at + length]

    def read(self, length: int) -> bytes:
        """Return the next bytes; fewer than asked for only at the end."""
        parts = []
        while length > 0:
            part = self._buffer[self._at : self._at + length]
            if part:
                parts.append(part)
                self._at += len(part)
                length -= len(part)
            elif not self._replace():
                break
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def readline(self, length: int | None = None) -> bytes:
        r"""Return the next line with its \n; at most `length` bytes of it.

        Raises:
            HeaderTooLongError: more bytes than one record's headers may take.
        """
        left = self._max_header_bytes - self._header_bytes
        while True:
            end = self._buffer.find(b"\n", self._at) + 1
            if end or len(self._buffer) - self._at > left or not self._more():
                break
        stop = end or len(self._buffer)
        if length is not None:
            stop = min(stop, self._at + length)
        line = self._buffer[self._at : stop]
        if len(line) > left:
            raise HeaderTooLongError(f"headers of more than {self._max_header_bytes} bytes")
        self._header_bytes += len(line)
        self._at = stop
        return line

    def skip(self, length: int) -> int:
        """Move on, and return by how many bytes: fewer than asked for only at the end."""
        buffered = len(self._buffer) - self._at
        if length > buffered and self._seek is not None:
            # A source does not say where it ends, so the last byte is read to know.
            target = self.tell() + length
            self.go_to(target - 1)
            return length if self.read(1) else 0
        skipped = 0
        while skipped < length:
            step = min(length - skipped, len(self._buffer) - self._at)
            self._at += step
            skipped += step
            if skipped < length and not self._replace():
                break
        return skipped

    def go_to(self, position: int) -> None:
        """Move to a position; only where `seekable`."""
        if self._seek is None:
            raise ValueError("this stream can only be read forward")
        start = self._end - len(self._buffer)
        if start <= position <= self._end:
            self._at = position - start
            return
        self._seek(position)
        self._buffer, self._at, self._end = b"", 0, position

    def part(self, length: int) -> "RecordStream":
        """Return a stream of the next bytes alone, positions as here; this one moves with it."""
        left = length

        def next_block() -> bytes:
            nonlocal left
            block = self.read(min(left, _PART_BYTES))
            left -= len(block)
            return block

        return RecordStream(next_block, self._max_header_bytes, self.tell())

    def _replace(self) -> bool:
        """Put the next block in place of a used-up buffer; False at the end."""
        self._buffer, self._at = self._next_block(), 0
        self._end += len(self._buffer)
        return bool(self._buffer)

    def _more(self) -> bool:
        """Add the next block to what is left of the buffer; False at the end."""
        block = self._next_block()
        self._buffer, self._at = self._buffer[self._at :] + block, 0
        self._end += len(block)
        return bool(block)
