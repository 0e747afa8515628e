"""The body of an HTTP answer: transfer and content encodings undone, with a limit.

Everything is a generator of blocks, so that a body that inflates without end costs the memory of
one block, and whoever reads stops asking. A body that inflates without giving its reader anything
has a budget: of bytes between two encodings, of their ratio, of members, and of time.
"""

import re
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import brotli  # type: ignore[import-untyped]
import zstandard

from webdoc.media_types import looks_like_html, picture_type

_BLOCK_BYTES = 64 * 1024
_ZSTD_WINDOW_BYTES = 8 * 1024 * 1024  # what browsers allow. Source: RFC 9659
_ZSTD_STEP_BYTES = 256
_CHUNK_LINE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\n]*)?\r?\n")
_LINE_END = re.compile(rb"\r?\n")
_MAX_CHUNK_LINE_BYTES = 4096
_MAX_ENCODINGS = 5
_MAX_MEMBERS = 10_000  # gzip members or zstd frames of one body; an empty one takes 20 bytes
_FREE_BYTES = 4 << 20  # that a layer may give, however little it was given
_NO_ENCODING = {"", "identity", "none", "utf-8", "binary", "8bit"}  # seen in the wild


class BodyDamagedError(ValueError):
    """Chunks, gzip, deflate, br or zstd that cannot be undone."""


class BodyCutError(ValueError):
    """The body ends before its encoding does."""


class BodyTooLargeError(ValueError):
    """More decoded bytes than allowed."""


@dataclass(frozen=True, slots=True)
class BodyBudget:
    """What undoing the encodings of one body may take, beside what its reader takes of it."""

    layer_bytes: int = 64 << 20  # out of each encoding that another one is undone after
    ratio: int = 2_000  # of bytes out of a layer to those that were sent; of gzip alone 1,032
    seconds: float = 30.0

    def __post_init__(self) -> None:
        if self.layer_bytes < 1 or self.ratio < 1 or self.seconds <= 0:
            raise ValueError(f"impossible budget: {self}")


class Readable(Protocol):
    """A stream of the encoded body; warcio's raw_stream is one."""

    def read(self, size: int, /) -> bytes: ...  # noqa: D102


def encodings(header: str | None) -> list[str]:
    """Return the encodings that a Transfer- or Content-Encoding header names, in its order."""
    names = (name.strip().lower() for name in (header or "").split(","))
    return [name.removeprefix("x-") for name in names if name not in _NO_ENCODING]


def decoded_blocks(
    stream: Readable,
    transfer: Sequence[str],
    content: Sequence[str],
    budget: BodyBudget | None = None,
) -> Iterator[bytes]:
    """Yield the body, decoded, in blocks that are never empty.

    Crawlers undo encodings and keep the header: an encoding that the bytes plainly do not have
    is passed over.

    Args:
        stream: the body as it was sent.
        transfer: of Transfer-Encoding, as from `encodings`; the last one was applied last.
        content: of Content-Encoding, likewise.
        budget: of the work between the encodings; None is the usual one.

    Raises:
        BodyDamagedError: the bytes do not fit their encoding, or it is unknown.
        BodyCutError: they end too early.
        BodyTooLargeError: they pass the budget.
    """
    names = [*content, *transfer]
    if len(names) > _MAX_ENCODINGS:
        raise BodyDamagedError(f"{len(names)} encodings")
    meter = _Meter(budget or BodyBudget())
    blocks = meter.sent(_read_blocks(stream))
    for name in reversed(names):
        blocks = meter.layer(_undone(blocks, name))
    return blocks


class _Meter:
    """Counts what goes from one encoding to the next."""

    def __init__(self, budget: BodyBudget) -> None:
        self._budget = budget
        self._sent = 0
        self._deadline: float | None = None

    def sent(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        """Pass on the blocks of the body as it was sent."""
        for block in blocks:
            self._sent += len(block)
            yield block

    def layer(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        """Pass on what one encoding gives, within the budget."""
        budget = self._budget
        layer_bytes = 0
        if self._deadline is None:
            self._deadline = time.monotonic() + budget.seconds
        for block in blocks:
            layer_bytes += len(block)
            if layer_bytes > budget.layer_bytes:
                raise BodyTooLargeError(f"more than {budget.layer_bytes} bytes in an encoding")
            if layer_bytes > _FREE_BYTES and layer_bytes > budget.ratio * self._sent:
                raise BodyTooLargeError(f"{self._sent} bytes inflate to more than {layer_bytes}")
            if time.monotonic() > self._deadline:
                raise BodyTooLargeError(f"more than {budget.seconds:g} s of inflating")
            yield block


def whole(blocks: Iterator[bytes], max_bytes: int) -> bytes:
    """Return all blocks as one.

    Raises:
        BodyTooLargeError: they hold more than max_bytes. Reading stops there.
    """
    parts = []
    size_bytes = 0
    for block in blocks:
        size_bytes += len(block)
        if size_bytes > max_bytes:
            raise BodyTooLargeError(f"more than {max_bytes} bytes")
        parts.append(block)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def beginning(blocks: Iterator[bytes], max_bytes: int) -> bytes:
    """Return the first bytes, or all where there are fewer; reading stops there."""
    body = bytearray()
    for block in blocks:
        body += block
        if len(body) >= max_bytes:
            break
    return bytes(body[:max_bytes])


def _read_blocks(stream: Readable) -> Iterator[bytes]:
    while block := stream.read(4 * _BLOCK_BYTES):
        yield block


def _undone(blocks: Iterator[bytes], name: str) -> Iterator[bytes]:
    """Undo one encoding."""
    first = next(blocks, b"")
    while first and len(first) < 16 and (more := next(blocks, b"")):
        first += more
    if not first:
        return
    rest = _with_first(first, blocks)
    if name == "chunked":
        yield from _dechunked(rest) if _CHUNK_LINE.match(first) else rest
    elif name == "gzip":
        yield from _inflated(rest, 16 + zlib.MAX_WBITS) if first[:2] == b"\x1f\x8b" else rest
    elif looks_like_html(first) or picture_type(first):
        yield from rest
    elif name == "deflate":
        yield from _inflated(rest, zlib.MAX_WBITS if _is_zlib(first) else -zlib.MAX_WBITS)
    elif name == "br":
        yield from _unbrotlied(rest)
    elif name == "zstd":
        yield from _unzstded(rest)
    else:
        raise BodyDamagedError(f"unknown encoding {name[:40]!r}")


def _with_first(first: bytes, blocks: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from blocks


def _is_zlib(data: bytes) -> bool:
    """Tell whether data begins with a zlib header. Source: RFC 1950, 2.2."""
    return data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0


def _dechunked(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Undo `chunked`. Source: RFC 9112, 7.1."""
    data, at = b"", 0
    out = bytearray()  # chunks of one byte each are sent too: they leave together
    while True:
        while (line := _CHUNK_LINE.match(data, at)) is None:
            if data.find(b"\n", at) >= 0 or len(data) - at > _MAX_CHUNK_LINE_BYTES:
                raise BodyDamagedError("a chunk has no length")
            more = next(blocks, b"")
            data, at = data[at:] + more, 0
            if not more:
                yield from _not_empty(out)
                raise BodyCutError("no last chunk")
        left, at = int(line[1], 16), line.end()
        if left == 0:
            yield from _not_empty(out)
            return  # trailers hold nothing of the body
        while left > 0:
            part = data[at : at + left]
            out += part
            at += len(part)
            left -= len(part)
            if len(out) >= _BLOCK_BYTES:
                yield bytes(out)
                out.clear()
            if left:
                data, at = next(blocks, b""), 0
                if not data:
                    yield from _not_empty(out)
                    raise BodyCutError(f"{left} bytes of a chunk are missing")
        while len(data) - at < 2 and (more := next(blocks, b"")):
            data, at = data[at:] + more, 0
        if not (end := _LINE_END.match(data, at)):
            yield from _not_empty(out)
            if at == len(data):
                raise BodyCutError("no last chunk")
            raise BodyDamagedError("a chunk is longer than it says")
        at = end.end()


def _not_empty(out: bytearray) -> Iterator[bytes]:
    if out:
        yield bytes(out)


def _inflated(blocks: Iterator[bytes], window_bits: int) -> Iterator[bytes]:
    """Undo gzip or deflate; gzip members may follow each other, other bytes after it are left."""
    is_gzip = window_bits > zlib.MAX_WBITS
    inflater = zlib.decompressobj(window_bits)
    members = 1
    for block in blocks:
        data = block
        while True:
            try:
                out = inflater.decompress(data, _BLOCK_BYTES)
            except zlib.error as error:
                raise BodyDamagedError(str(error)) from error
            if out:
                yield out
            data = inflater.unconsumed_tail
            if inflater.eof:
                data = inflater.unused_data
                # A member may end where a block does, or one byte before.
                while is_gzip and len(data) < 2 and (more := next(blocks, b"")):
                    data += more
                if not (is_gzip and data.startswith(b"\x1f\x8b")):
                    return
                inflater = zlib.decompressobj(window_bits)
                members = _one_more(members)
            elif not data and len(out) < _BLOCK_BYTES:
                break
    raise BodyCutError("the compressed body is cut")


def _one_more(members: int) -> int:
    if members >= _MAX_MEMBERS:
        raise BodyDamagedError(f"more than {_MAX_MEMBERS} members")
    return members + 1


def _unbrotlied(blocks: Iterator[bytes]) -> Iterator[bytes]:
    decoder = brotli.Decompressor()
    for block in blocks:
        data = block
        while True:
            try:
                out = decoder.process(data, output_buffer_limit=_BLOCK_BYTES)
            except brotli.error as error:
                raise BodyDamagedError(f"br: {error}") from error
            if out:
                yield out
            if decoder.is_finished():
                return
            # A full answer may leave more inside, whatever can_accept_more_data says.
            if len(out) < _BLOCK_BYTES and decoder.can_accept_more_data():
                break
            data = b""
    raise BodyCutError("the compressed body is cut")


def _unzstded(blocks: Iterator[bytes]) -> Iterator[bytes]:
    decoder = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW_BYTES)
    inflater = decoder.decompressobj()
    members = 1
    for block in blocks:
        # Four bytes can become 128 KiB, and there is no limit to set: so few at a time.
        for start in range(0, len(block), _ZSTD_STEP_BYTES):
            data = block[start : start + _ZSTD_STEP_BYTES]
            while data:
                if inflater.eof:
                    inflater = decoder.decompressobj()  # frames may follow each other
                    members = _one_more(members)
                try:
                    out = inflater.decompress(data)
                except zstandard.ZstdError as error:
                    raise BodyDamagedError(f"zstd: {error}") from error
                if out:
                    yield out
                data = inflater.unused_data if inflater.eof else b""
    if not inflater.eof:
        raise BodyCutError("the compressed body is cut")
