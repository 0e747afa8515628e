"""A connection to a web server: one request and its answer after the other, each in its time."""

import asyncio
from collections.abc import Callable

from webdoc.fetch.answer import AnswerReader, FetchError
from webdoc.fetch.manifest import Cause


class Connection(asyncio.Protocol):
    """A socket, and the answer that is being read from it."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._reader: AnswerReader | None = None
        self._done: asyncio.Future[None] | None = None
        # One alarm for every purpose, set anew only where it would ring too late: most answers
        # come long before, and a timer for each costs more than reading it.
        self._alarm: asyncio.TimerHandle | None = None
        self._heard_at = self._silence_s = self._deadline = 0.0
        self._idle_until: float | None = None
        self.is_open = True
        self.on_lost: Callable[[Connection], None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way out."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Hand on what came; say when the answer is whole."""
        if self._reader is None or self._done is None or self._done.done():
            self.close()  # bytes came though no request was sent
            return
        self._heard_at = asyncio.get_running_loop().time()
        try:
            self._reader.feed(data)
        except FetchError as error:
            self._done.set_exception(error)
        else:
            if self._reader.is_whole:
                self._done.set_result(None)

    def connection_lost(self, error: Exception | None) -> None:
        """Say what the end of the connection means for the answer."""
        self.is_open = False
        if self._alarm is not None:
            self._alarm.cancel()
        if self.on_lost is not None:
            self.on_lost(self)
        if self._reader is None or self._done is None or self._done.done():
            return
        try:
            self._reader.end(error)
        except FetchError as cut:
            self._done.set_exception(cut)
        else:
            self._done.set_result(None)

    async def ask(
        self, request: bytes, reader: AnswerReader, silence_s: float, deadline: float
    ) -> None:
        """Send a request and read its answer.

        Args:
            request: all of it.
            reader: takes the answer.
            silence_s: seconds without any byte, after which nobody waits any longer.
            deadline: of the loop's clock, for the whole answer.

        Raises:
            FetchError: the answer is not whole, or not in time.
        """
        assert self._transport is not None
        loop = asyncio.get_running_loop()
        self._reader, self._done = reader, loop.create_future()
        self._heard_at, self._silence_s, self._deadline = loop.time(), silence_s, deadline
        self._idle_until = None
        self._ring_by(min(self._heard_at + silence_s, deadline))
        self._transport.write(request)
        try:
            await self._done
        finally:
            self._reader = None
            if not (reader.is_whole and reader.may_go_on):
                self.close()

    def rest(self, idle_s: float) -> None:
        """Close after so many seconds, unless it is used again."""
        self._idle_until = asyncio.get_running_loop().time() + idle_s
        self._ring_by(self._idle_until)

    def _ring_by(self, when: float) -> None:
        if self._alarm is not None:
            if self._alarm.when() <= when:
                return
            self._alarm.cancel()
        self._alarm = asyncio.get_running_loop().call_at(when, self._look)

    def _look(self) -> None:
        """Give up or close where it is time for that, else wait on."""
        self._alarm = None
        now = asyncio.get_running_loop().time()
        if self._reader is not None and self._done is not None and not self._done.done():
            until = min(self._heard_at + self._silence_s, self._deadline)
            if now < until:
                self._ring_by(until)
            else:
                self._done.set_exception(self._too_late(until))
        elif self._idle_until is not None:
            if now < self._idle_until:
                self._ring_by(self._idle_until)
            else:
                self.close()

    def _too_late(self, until: float) -> FetchError:
        if until == self._deadline:
            return FetchError(Cause.TIMEOUT, "the answer took too long")
        heard = self._reader is not None and self._reader.has_headers
        cause = Cause.TIMEOUT if heard else Cause.TIMEOUT_FIRST_BYTE
        return FetchError(cause, f"silent for {self._silence_s:g} s")

    def close(self) -> None:
        """Hang up at once: what is left unread is not wanted."""
        self.is_open = False
        if self._transport is not None:
            self._transport.abort()
