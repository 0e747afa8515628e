"""A connection to a web server: one request and its answer after the other, each in its time."""

import asyncio
from collections.abc import Callable

from webdoc.fetched import Cause
from webdoc.http_answer import AnswerReader, FetchError


class Connection(asyncio.Protocol):
    """A socket, and the answer that is being read from it."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._reader: AnswerReader | None = None
        self._done: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._heard_at = 0.0
        self.is_open = True
        self.on_lost: Callable[[Connection], None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way out."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Hand on what came; say when the answer is whole."""
        if self._reader is None or self._done is None or self._done.done():
            self.close()  # nobody asked for anything
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
        self.rest_from(None)
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
        self.rest_from(None)
        self._reader, self._done = reader, loop.create_future()
        self._heard_at = loop.time()
        self._listen(silence_s, deadline)
        self._transport.write(request)
        try:
            await self._done
        finally:
            self.rest_from(None)
            self._reader = None
            if not (reader.is_whole and reader.may_go_on):
                self.close()

    def _listen(self, silence_s: float, deadline: float) -> None:
        """Give up when nothing was heard for too long or time is over, else listen on."""
        if self._reader is None or self._done is None or self._done.done():
            return
        loop = asyncio.get_running_loop()
        now, until = loop.time(), min(self._heard_at + silence_s, deadline)
        if now < until:
            self._timer = loop.call_at(until, self._listen, silence_s, deadline)
        elif until == deadline:
            self._done.set_exception(FetchError(Cause.TIMEOUT, "the answer took too long"))
        else:
            cause = Cause.TIMEOUT if self._reader.has_headers else Cause.TIMEOUT_FIRST_BYTE
            self._done.set_exception(FetchError(cause, f"silent for {silence_s:g} s"))

    def rest_from(self, idle_s: float | None) -> None:
        """Close after so long, unless it is used again: None."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if idle_s is not None:
            self._timer = asyncio.get_running_loop().call_later(idle_s, self.close)

    def close(self) -> None:
        """Hang up at once: what is left unread is not wanted."""
        self.is_open = False
        if self._transport is not None:
            self._transport.abort()
