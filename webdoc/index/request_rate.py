"""How often a task may ask a storage: its share of the run's budget, less where the storage fails.

docs/decisions/selecting.md says why the budget is dealt out, and not kept by one server.
"""

import threading
import time
from collections.abc import Callable

from webdoc.storage.byte_source import StorageError
from webdoc.storage.patience import http_status

_SLOWEST = 1 / 64  # of the share: so far a storage that fails brings the rate down
_RISE = 1 / 64  # of the share, that each good answer adds to a rate that was brought down
_REFUSED = (403, 429)  # by which a storage says that it has had enough of us
_REFUSALS = 20  # in a row, after which nothing more is asked


class RequestRate:
    """One task's requests: begun at least 1 / rate apart, whichever of its threads makes them.

    Args:
        per_second: the task's share; above 0.
        clock: seconds, from any beginning.
        sleep: waits so many seconds.
    """

    def __init__(
        self,
        per_second: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._most = self._rate = per_second
        self._clock, self._sleep = clock, sleep
        self._lock = threading.Lock()
        # The first request waits for its turn too: else tasks that begin together ask together.
        self._next = clock() + 1 / per_second
        self._slowed = clock()
        self._refused = 0

    @property
    def per_second(self) -> float:
        """The rate of now."""
        return self._rate

    def check(self) -> None:
        """Refuse to ask a storage that has had enough of us.

        Raises:
            StorageError: it refused too many requests in a row.
        """
        if self._refused >= _REFUSALS:
            raise StorageError(
                f"its storage refused {self._refused} requests in a row, so no more were made"
            )

    def wait(self) -> None:
        """Wait until one more request may be made."""
        with self._lock:
            now = self._clock()
            turn = max(self._next, now)
            self._next = turn + 1 / self._rate
        if turn > now:
            self._sleep(turn - now)

    def went_well(self) -> None:
        """Take note of a good answer: the rate rises again, by a step."""
        with self._lock:
            self._refused = 0
            self._rate = min(self._most, self._rate + self._most * _RISE)

    def failed(self, error: BaseException) -> None:
        """Take note of a failure: halve the rate, once for all requests that were on the way."""
        with self._lock:
            refused = any(http_status(one) in _REFUSED for one in (error, error.__cause__) if one)
            self._refused += refused
            now = self._clock()
            if now - self._slowed >= 1 / self._rate:
                self._rate = max(self._rate / 2, self._most * _SLOWEST)
                self._slowed = now


def share_of_rate(per_second: float, tasks: int) -> float:
    """Return the rate of one of so many tasks that run at once, at most."""
    return per_second / max(tasks, 1)
