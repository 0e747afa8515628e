"""Gzip members give all they hold, however their bytes arrive."""

import gzip
import io
import zlib

import pytest

from tests.unit.archives import gz, pages
from webdoc.archive.gzip_segments import GzipMember, GzipSegments, next_start
from webdoc.storage.byte_source import ByteSource, StorageSettings
from webdoc.storage.wacz import Slice


def source_of(data: bytes, block_bytes: int = 1024) -> ByteSource:
    settings = StorageSettings(block_bytes=block_bytes)
    return ByteSource(io.BytesIO(data), settings, Slice(0, len(data)), remote=True)


def test_a_cut_member_gives_what_is_there() -> None:
    """Also what zlib still holds when its input is used up."""
    data = gzip.compress(bytes(1_000_000), mtime=0)
    for size in range(20, len(data), 7):
        member = GzipMember(source_of(data[:size]), b"", 0)
        given = 0
        while part := member.read():
            given += len(part)
        assert given == len(zlib.decompressobj(31).decompress(data[:size]))
        assert member.cut


def test_a_segment_ends_where_the_next_begins() -> None:
    first, second = (gz(one) for one in pages(2))
    segments = GzipSegments(source_of(first + second))
    assert segments.open(0)
    assert segments.next_block() == pages(1)[0]
    assert segments.next_block() == b""
    assert segments.end == len(first)
    assert not segments.open(1)
    assert segments.open(len(first))


@pytest.mark.parametrize(
    ("start", "stop", "found"),
    [(0, None, 9), (9, None, 9), (10, None, None), (0, 9, None), (0, 10, 9)],
)
@pytest.mark.parametrize("before", [b"\x1f\x8b\x08 junk ", b"\x1f\x8b\x08\xff\xff\xff\xff\xff\xff"])
def test_the_next_member_with_a_record(
    before: bytes, start: int, stop: int | None, found: int | None
) -> None:
    data = before[:9] + gz(pages(1)[0])
    assert next_start(source_of(data), start, stop) == found


@pytest.mark.parametrize("at", range(1018, 1030))
def test_a_member_that_begins_between_two_blocks(at: int) -> None:
    data = bytes(at) + gz(pages(1)[0])
    assert next_start(source_of(data), 0, None) == at
