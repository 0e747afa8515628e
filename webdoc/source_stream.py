"""A byte source as a file object, for libraries that read one."""

import io
import os
from typing import Any

from webdoc.byte_source import ByteSource


class SourceStream(io.RawIOBase):
    """Reads a source block by block; wrap it in `io.BufferedReader`. Closing it leaves the source.

    Reading and seeking raise StorageError as the source does.
    """

    def __init__(self, source: ByteSource) -> None:
        self._source = source
        self._rest = memoryview(b"")  # of the last block

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return whether the source can seek."""
        return self._source.seekable

    def tell(self) -> int:
        """Return the position of the next byte."""
        return self._source.position - len(self._rest)

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer as far as one block reaches; 0 at the end."""
        if not self._rest:
            self._rest = memoryview(self._source.next_block())
        taken = self._rest[: len(buffer)]
        buffer[: len(taken)] = taken
        self._rest = self._rest[len(taken) :]
        return len(taken)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to a position.

        Raises:
            io.UnsupportedOperation: from the end, whose place the storage does not say.
        """
        if whence == os.SEEK_CUR:
            offset += self.tell()
        elif whence == os.SEEK_END:
            if self._source.size_bytes is None:
                raise io.UnsupportedOperation("the storage does not say how long the file is")
            offset += self._source.size_bytes
        self._source.seek(offset)
        self._rest = memoryview(b"")
        return offset
