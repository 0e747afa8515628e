"""Bodies made to keep an inflater busy, or to lose a part of themselves in silence."""

import asyncio
import gzip
import io
import struct
import time
import zlib
from collections.abc import Iterator

import brotli
import pytest
import zstandard

from tests.unit.bad_servers import fixed, http, serving
from webdoc.fetch import client
from webdoc.fetch.crawl import fetch_all
from webdoc.fetch.manifest import Cause
from webdoc.fetch.settings import FetchSettings
from webdoc.http_body import (
    BodyBudget,
    BodyDamagedError,
    BodyTooLargeError,
    decoded_blocks,
    whole,
)
from webdoc.permission.gate import PermissionGate
from webdoc.permission.signs import PermissionSettings

MIB = 1 << 20
READ_BYTES = (
    256 * 1024
)  # of the encoded body at once; what followed a member that ended there was lost
GZIP_HEAD = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
EMPTY_STORED = b"\0\0\0\xff\xff"


def endless(n_blocks: int) -> bytes:
    """A gzip member that inflates for ever and gives nothing: stored blocks without bytes."""
    return GZIP_HEAD + EMPTY_STORED * n_blocks


def twice_and_br(n_blocks: int) -> bytes:
    """Nothing at all, in hundreds of bytes that inflate to megabytes."""
    return brotli.compress(gzip.compress(endless(n_blocks), 9), quality=9)


def decode(sent: bytes, content: list[str], limit: int = 20 * MIB, **budget: float) -> bytes:
    blocks = decoded_blocks(io.BytesIO(sent), (), content, BodyBudget(**budget))  # type: ignore[arg-type]
    return whole(blocks, limit)


def test_a_body_that_inflates_to_nothing_passes_its_budget() -> None:
    sent = twice_and_br(20 * MIB)  # 100 MiB inside
    assert len(sent) < 4_000
    with pytest.raises(BodyTooLargeError, match="inflate to more than"):
        decode(sent, ["gzip", "gzip", "br"])


def test_between_two_encodings_stand_only_so_many_bytes() -> None:
    noise = zlib.compress(bytes(3 * MIB), 0)  # as large as what it holds: no ratio to speak of
    sent = gzip.compress(noise, 0)
    assert len(decode(sent, ["deflate", "gzip"], layer_bytes=4 * MIB)) == 3 * MIB
    with pytest.raises(BodyTooLargeError, match="bytes in an encoding"):
        decode(sent, ["deflate", "gzip"], layer_bytes=2 * MIB)


def test_a_body_has_only_so_many_seconds() -> None:
    with pytest.raises(BodyTooLargeError, match="s of inflating"):
        decode(gzip.compress(bytes(8 * MIB)), ["gzip"], seconds=1e-9)


def test_the_best_that_gzip_can_do_is_no_bomb() -> None:
    """1,032 to 1 is the most that deflate can; a plain page of blanks must still be read."""
    body = b" " * (9 * MIB)
    assert decode(gzip.compress(body, 9), ["gzip"]) == body


@pytest.mark.parametrize("name", ["gzip", "zstd"])
@pytest.mark.parametrize(("members", "fits"), [(10_000, True), (10_001, False)])
def test_members_without_bytes_are_counted(name: str, members: int, fits: bool) -> None:
    frame = zstandard.compress(b"x") if name == "zstd" else gzip.compress(b"x")
    if fits:
        assert decode(frame * members, [name]) == b"x" * members
    else:
        with pytest.raises(BodyDamagedError, match="members"):
            decode(frame * members, [name])


def members_ending_at(end: int) -> tuple[bytes, bytes]:
    """Two gzip members, of which the first takes exactly so many bytes, and what they hold."""
    stored = end - len(GZIP_HEAD) - 8
    blocks, left = [], stored
    body = b""
    while left > 0:
        size = min(left - 5, 65_535)
        if 0 < left - 5 - size <= 5:  # a block takes five bytes itself
            size -= 6
        part = b"x" * size
        last = left - 5 - size == 0
        blocks.append(struct.pack("<BHH", last, size, size ^ 0xFFFF) + part)
        body += part
        left -= 5 + size
    tail = struct.pack("<II", zlib.crc32(body), len(body))
    first = GZIP_HEAD + b"".join(blocks) + tail
    assert len(first) == end
    return first + gzip.compress(b"the rest"), body + b"the rest"


@pytest.mark.parametrize("end", [READ_BYTES + n for n in (-3, -2, -1, 0, 1, 2, 3)])
def test_what_follows_a_member_that_ends_near_a_block_is_not_lost(end: int) -> None:
    sent, body = members_ending_at(end)
    assert decode(sent, ["gzip"]) == body


class _Slow:
    """A body that takes seconds of the processor, whatever its budget."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
        self.threads: list[bool] = []

        def slow(blocks: Iterator[bytes], max_bytes: int) -> bytes:
            try:
                asyncio.get_running_loop()
                self.threads.append(False)
            except RuntimeError:  # no loop runs in this thread, as it should be
                self.threads.append(True)
            time.sleep(seconds)
            return whole(blocks, max_bytes)

        monkeypatch.setattr(client, "whole", slow)


def test_one_body_that_takes_long_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = FetchSettings(
        contact="tests@example.org", allow_private=True, retries=0, timeout_s=1, rate_per_host=1_000
    )
    slow = _Slow(monkeypatch, seconds=1.6)
    body = gzip.compress(b"\xff\xd8\xff\xe0 picture")
    coded = fixed(http(body, "Content-Encoding: gzip\r\n"))
    plain = fixed(http(b"\xff\xd8\xff\xe0 picture"))

    async def ask(urls: list[str]) -> list[tuple[str, str]]:
        gate = PermissionGate(PermissionSettings())
        return [(a.row.url, a.row.cause) async for a in fetch_all(urls, settings, gate)]

    with serving({"/slow": coded, "/quick": plain}) as server:
        ended = asyncio.run(ask([server.url("/slow"), server.url("/quick")]))
    assert slow.threads == [True]
    assert [url.rpartition("/")[2] for url, _ in ended] == ["quick", "slow"]
    assert ended[1][1] == Cause.TIMEOUT
