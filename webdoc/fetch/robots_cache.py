"""The robots.txt of many hosts, as many as fit into bounded memory."""

from collections import OrderedDict

from webdoc.fetch.answer import FetchError
from webdoc.permission.gate import Robots

MAX_ORIGINS = 10_000
MAX_BYTES = 64 << 20  # of all their files


class KnownRobots:
    """What robots.txt says by origin, or why nobody could say; what was not used goes first."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[Robots | FetchError, int]] = OrderedDict()
        self._bytes = 0

    def get(self, origin: str) -> Robots | FetchError | None:
        """Return what is known of an origin, None when it was never known or is forgotten."""
        found = self._known.get(origin)
        if found is None:
            return None
        self._known.move_to_end(origin)
        return found[0]

    def keep(self, origin: str, robots: Robots | FetchError, size_bytes: int) -> None:
        """Remember an origin, and forget others where they become too many; never this one."""
        self._known[origin] = (robots, size_bytes)
        self._bytes += size_bytes
        while len(self._known) > 1 and (len(self._known) > MAX_ORIGINS or self._bytes > MAX_BYTES):
            _, (_, gone_bytes) = self._known.popitem(last=False)
            self._bytes -= gone_bytes
