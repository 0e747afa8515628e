"""One HTTP answer, read from bytes as they come: status, headers, body; no sockets here.

llhttp parses; here stand the limits, and what an end of the connection means.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from webdoc.fetch.manifest import Cause

Headers = Sequence[tuple[str, str]]

_MAX_HEAD_BYTES = 64 << 10
_MAX_HEADERS = 128
_UNWANTED_BYTES = 16 << 10  # that are read past, so that the connection can be used again
_SWITCHING = 101


_KEPT_CHARS = 200  # of what a server or an error says
_LOCATION_CHARS = 10_000  # more than `webdoc.urls` takes for an address


class FetchError(Exception):
    """A request that gave no answer, or not one to be read to its end."""

    def __init__(self, cause: str, detail: str = "") -> None:
        super().__init__(f"{cause}: {detail}")
        self.cause = cause
        self.detail = printable(detail)


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer."""

    status: int
    headers: Headers
    body: bytes = b""  # content encoding undone; b"" when nobody wanted it

    def header(self, name: str) -> str:
        """Return a header's first value, "" when it is missing; short and printable."""
        for key, value in self.headers:
            if len(key) == len(name) and key.lower() == name:
                return printable(value, _LOCATION_CHARS if name == "location" else _KEPT_CHARS)
        return ""


def printable(text: str, max_chars: int = _KEPT_CHARS) -> str:
    """Return a text of a stranger on one line, without controls and lone surrogates."""
    text = text[:max_chars]
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return text.strip()


class AnswerReader:
    """Takes the bytes of one answer. `is_whole` says when it is there."""

    def __init__(
        self, wanted: Callable[[int, Headers], bool], max_bytes: int, *, cut: bool = False
    ) -> None:
        """Begin.

        Args:
            wanted: told status and headers, says whether the body is kept at all.
            max_bytes: of the body as it is sent.
            cut: keep so much of a larger body instead of raising.
        """
        self.status = 0
        self.headers: list[tuple[str, str]] = []
        self.coding = ""  # every Content-Encoding, in one
        self.is_whole = False
        self.may_go_on = False  # the connection, with another request
        self.began = False  # any byte came
        self.has_headers = False
        self._wanted = wanted
        self._keeps = False
        self._max_bytes = max_bytes
        self._cut = cut
        self._parts: list[bytes] = []
        self._size = 0
        self._head_bytes = 0
        self._length: int | None = None
        self._is_chunked = False
        self._problem: FetchError | None = None
        self._parser = HttpResponseParser(self)

    @property
    def body(self) -> bytes:
        """The body so far, encoded as it was sent."""
        whole = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        return whole[: self._max_bytes]

    def feed(self, data: bytes) -> None:
        """Take what came.

        Raises:
            FetchError: it is no HTTP, or too large.
        """
        self.began = True
        try:
            self._parser.feed_data(data)
        except HttpParserUpgrade:
            self._finish(may_go_on=False)
        except HttpParserError as error:
            if self._problem is not None:
                raise self._problem from None
            if self.is_whole:  # the answer is whole already; what follows it cannot change it
                self.may_go_on = False
            else:
                raise FetchError(Cause.BAD_HTTP, str(error)) from error
        if not self.has_headers:
            self._head_bytes += len(data)
            if self._head_bytes > _MAX_HEAD_BYTES:
                raise FetchError(Cause.BAD_HTTP, "headers without an end")

    def end(self, error: Exception | None) -> None:
        """Take the end of the connection, which an error may have brought about.

        Raises:
            FetchError: the answer is not whole.
        """
        if self.is_whole:
            return
        if error is not None or not self.has_headers:
            raise FetchError(Cause.RESET, str(error or "the server hung up"))
        if self._length is not None or self._is_chunked:
            raise FetchError(Cause.BAD_LENGTH, f"{self._size} bytes of {self._length} came")
        self._finish(may_go_on=False)

    # What llhttp calls, by names of its own. Its only way to hear of our errors is any exception.

    def on_message_begin(self) -> None:
        """Begin an answer; a second one nobody asked for."""
        if self.is_whole:
            self.may_go_on = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take one header."""
        if len(self.headers) >= _MAX_HEADERS:
            self._stop(Cause.BAD_HTTP, f"more than {_MAX_HEADERS} headers")
        self.headers.append((name.decode("latin-1"), value.decode("utf-8", "replace")))

    def on_headers_complete(self) -> None:
        """Decide about the body."""
        if self.is_whole:
            return
        self.status = self._parser.get_status_code()
        if self.status < 200 and self.status != _SWITCHING:
            return
        self.has_headers = True
        named = {name.lower(): value for name, value in self.headers}
        if "content-encoding" in named:
            codings = (value for name, value in self.headers if name.lower() == "content-encoding")
            self.coding = ",".join(codings)
        self._is_chunked = "transfer-encoding" in named
        length = named.get("content-length", "").strip()
        self._length = int(length) if length.isascii() and length.isdigit() else None
        self._keeps = self._wanted(self.status, tuple(self.headers))
        if self._keeps and not self._cut and (self._length or 0) > self._max_bytes:
            self._stop(Cause.TOO_LARGE, f"{self._length} bytes announced")
        if not self._keeps and self._length != 0 and (self._length or 1 << 62) > _UNWANTED_BYTES:
            self._finish(may_go_on=False)

    def on_body(self, data: bytes) -> None:
        """Take a part of the body."""
        if self.is_whole:
            return
        self._size += len(data)
        if self._keeps:
            self._parts.append(data)
            if self._size > self._max_bytes:
                if not self._cut:
                    self._stop(Cause.TOO_LARGE, f"more than {self._max_bytes} bytes")
                self._finish(may_go_on=False)

    def on_message_complete(self) -> None:
        """End the answer, unless it only says that another one will come."""
        if not self.has_headers:
            self.headers.clear()
        elif not self.is_whole:
            self._finish(may_go_on=self._parser.should_keep_alive())

    def _finish(self, *, may_go_on: bool) -> None:
        self.is_whole = True
        self.may_go_on = may_go_on

    def _stop(self, cause: Cause, detail: str) -> None:
        self._problem = FetchError(cause, detail)
        raise self._problem
