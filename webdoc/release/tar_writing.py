"""Writing a tar front to back, the same bytes each time, without holding it."""

import tarfile
from typing import Any, Final

_MODE: Final = 0o644


class TarSink:
    """Writes members one after the other; no clock and no user gets into the file.

    Args:
        sink: has `write`.
    """

    def __init__(self, sink: Any) -> None:
        self._sink = sink
        self.offset = 0  # of the next member

    def add(self, name: str, body: bytes) -> int:
        """Write a member, and return where its bytes begin.

        Args:
            name: ASCII, at most 100 characters.
            body: its bytes.
        """
        info = tarfile.TarInfo(name)
        info.size, info.mode = len(body), _MODE
        head = info.tobuf(tarfile.USTAR_FORMAT, "ascii", "strict")
        filling = bytes(-len(body) % tarfile.BLOCKSIZE)
        start = self.offset + len(head)
        for data in (head, body, filling):
            self._sink.write(data)
        self.offset = start + len(body) + len(filling)
        return start

    def close(self) -> None:
        """Write the end: empty blocks up to a whole record."""
        end = self.offset + 2 * tarfile.BLOCKSIZE
        self._sink.write(bytes(end - self.offset + -end % tarfile.RECORDSIZE))
