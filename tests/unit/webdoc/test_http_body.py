"""Encodings of a body are undone, or said to be wrong, within a limit."""

import gzip
import io
import tracemalloc
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.archives import PAGE, chunked
from webdoc.http_body import (
    BodyCutError,
    BodyDamagedError,
    BodyTooLargeError,
    beginning,
    decoded_blocks,
    encodings,
    whole,
)

MIB = 1024 * 1024


def raw_deflate(data: bytes) -> bytes:
    deflater = zlib.compressobj(wbits=-15)
    return deflater.compress(data) + deflater.flush()


ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "raw deflate": raw_deflate,
    "br": lambda data: brotli.compress(data, quality=3),
    "zstd": zstandard.compress,
    "chunked": chunked,
}
COMPRESSORS = ["gzip", "deflate", "raw deflate", "br", "zstd"]


def decode(
    sent: bytes, content: list[str], transfer: tuple[str, ...] = (), limit: int = 64 * MIB
) -> bytes:
    names = [name.removeprefix("raw ") for name in content]
    return whole(decoded_blocks(io.BytesIO(sent), transfer, names), limit)


@given(
    st.binary(max_size=300).map(lambda data: data * 700),
    st.lists(st.sampled_from(list(ENCODERS)), max_size=4),
)
def test_what_was_encoded_comes_back(body: bytes, names: list[str]) -> None:
    """Whatever the body, under every stack of encodings."""
    body = b"\x00" + body  # a body that looks like HTML or like another encoding is another test
    sent = body
    for name in names:
        sent = ENCODERS[name](sent)
    assert decode(sent, names) == body


@pytest.mark.parametrize("name", [*COMPRESSORS, "chunked"])
@pytest.mark.parametrize("body", [PAGE, b"\xff\xd8\xff\xe0 picture"])
def test_what_only_says_that_it_is_encoded_is_plain(name: str, body: bytes) -> None:
    """As crawlers store it that undo encodings and keep the headers."""
    assert decode(body, [name]) == body


def test_unknown_encodings_of_plain_pages_are_passed_over() -> None:
    assert decode(PAGE, ["none-such"]) == PAGE
    with pytest.raises(BodyDamagedError, match="none-such"):
        decode(b"\x00\x01", ["none-such"])


@pytest.mark.parametrize("name", COMPRESSORS)
def test_a_bomb_stops_at_the_limit(name: str) -> None:
    bomb = ENCODERS[name](bytes(64 * MIB))
    assert len(bomb) < MIB
    tracemalloc.start()
    with pytest.raises(BodyTooLargeError):
        decode(bomb, [name], limit=MIB)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12 * MIB


@pytest.mark.parametrize("name", COMPRESSORS)
def test_a_bomb_in_a_bomb_stops_at_the_limit(name: str) -> None:
    bomb = gzip.compress(ENCODERS[name](bytes(64 * MIB)))
    with pytest.raises(BodyTooLargeError):
        decode(bomb, [name, "gzip"], limit=MIB)


@pytest.mark.parametrize(("limit", "fits"), [(len(PAGE), True), (len(PAGE) - 1, False)])
def test_the_limit_itself_is_allowed(limit: int, fits: bool) -> None:
    if fits:
        assert decode(gzip.compress(PAGE), ["gzip"], limit=limit) == PAGE
    else:
        with pytest.raises(BodyTooLargeError):
            decode(gzip.compress(PAGE), ["gzip"], limit=limit)


@pytest.mark.parametrize("name", COMPRESSORS)
def test_a_cut_body_is_cut(name: str) -> None:
    with pytest.raises(BodyCutError):
        decode(ENCODERS[name](PAGE * 9)[:-9], [name])


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd"])
def test_a_damaged_body_is_damaged(name: str) -> None:
    sent = bytearray(ENCODERS[name](bytes(range(256)) * 9))
    sent[4:40] = b"\xff" * 36
    with pytest.raises((BodyDamagedError, BodyCutError)):
        decode(bytes(sent), [name])


def test_gzip_members_follow_each_other_and_other_bytes_are_left() -> None:
    assert decode(gzip.compress(b"ab") + gzip.compress(b"cd") + b"\x00" * 9, ["gzip"]) == b"abcd"


@pytest.mark.parametrize(
    ("sent", "body"),
    [
        (b"3\r\nabc\r\n0\r\n\r\n", b"abc"),
        (b"3;name=value\r\nabc\r\n0\r\nTrailer: x\r\n\r\n", b"abc"),
        (b"0003  \r\nabc\r\n1\r\nd\r\n0\r\n\r\n", b"abcd"),
        (b"3\nabc\n0\n\n", b"abc"),
        (b"0\r\n\r\n", b""),
    ],
)
def test_chunks(sent: bytes, body: bytes) -> None:
    assert decode(sent, [], ("chunked",)) == body


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        (b"3\r\nabcd\r\n0\r\n\r\n", BodyDamagedError),
        (b"3\r\nabc\r\nxyz\r\n" + b"x" * 5000, BodyDamagedError),
        (b"4\r\nabc", BodyCutError),
        (b"3\r\nabc\r\n", BodyCutError),
        (b"3\r\nabc", BodyCutError),
    ],
)
def test_wrong_chunks(sent: bytes, error: type[ValueError]) -> None:
    with pytest.raises(error):
        decode(sent, [], ("chunked",))


def test_many_small_chunks_do_not_take_much() -> None:
    """Slicing what is left after each one would take minutes."""
    sent = b"1\r\nx\r\n" * 50_000 + b"0\r\n\r\n"
    blocks = list(decoded_blocks(io.BytesIO(sent), ["chunked"], []))
    assert b"".join(blocks) == b"x" * 50_000
    assert len(blocks) == 1


def test_names_of_encodings() -> None:
    assert encodings(" GZIP,x-deflate , identity,, Br") == ["gzip", "deflate", "br"]
    assert encodings(None) == []


def test_too_many_encodings_are_no_body() -> None:
    with pytest.raises(BodyDamagedError, match="6 encodings"):
        decode(b"\x00", ["gzip"] * 6)


@pytest.mark.parametrize(("max_bytes", "expected"), [(3, b"abc"), (4, b"abcd"), (9, b"abcde")])
def test_the_beginning_of_a_body(max_bytes: int, expected: bytes) -> None:
    assert beginning(iter((b"ab", b"cd", b"e")), max_bytes) == expected


def test_what_follows_the_beginning_is_not_read() -> None:
    blocks = iter((b"ab", b"cd", b"e"))
    assert beginning(blocks, 4) == b"abcd"
    assert list(blocks) == [b"e"]
