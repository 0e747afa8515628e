"""Answers read from bytes, however they are cut on their way."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webdoc.fetch.answer import AnswerReader, FetchError

ANSWERS = {
    b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello": (200, b"hello", True),
    b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello": (
        200, b"hello", False,
    ),
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n": (
        200, b"hello", True,
    ),
    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi": (
        200, b"hi", True,
    ),
    b"HTTP/1.1 204 No Content\r\n\r\n": (204, b"", True),
    b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n": (200, b"", False),
}  # fmt: skip


def everything(status: int, headers: object) -> bool:
    return True


def nothing(status: int, headers: object) -> bool:
    return False


@given(st.sampled_from(sorted(ANSWERS)), st.lists(st.integers(0, 120)))
def test_the_cuts_of_the_network_do_not_matter(data: bytes, cuts: list[int]) -> None:
    reader = AnswerReader(everything, 100)
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    for start, end in pairwise(edges):
        assert not reader.is_whole or start == len(data)
        if start < end:
            reader.feed(data[start:end])
    assert reader.is_whole
    assert (reader.status, reader.body, reader.may_go_on) == ANSWERS[data]


@given(st.binary())
def test_any_bytes_are_an_answer_or_an_error(data: bytes) -> None:
    reader = AnswerReader(everything, 10)
    cause = ""
    try:
        reader.feed(b"HTTP/1.1 200 OK\r\n" + data)
        reader.end(None)
    except FetchError as error:
        cause = error.cause
    assert cause in ("", "bad_http", "reset", "bad_length", "too_large")
    assert reader.is_whole or cause


def test_a_body_without_a_length_ends_with_the_connection() -> None:
    reader = AnswerReader(everything, 100)
    reader.feed(b"HTTP/1.1 200 OK\r\n\r\nhel")
    reader.feed(b"lo")
    assert not reader.is_whole
    reader.end(None)
    assert (reader.is_whole, reader.body, reader.may_go_on) == (True, b"hello", False)


@pytest.mark.parametrize(("size", "fits"), [(10, True), (11, False)])
def test_the_limit_itself_is_kept(size: int, fits: bool) -> None:
    for head in (f"Content-Length: {size}\r\n", ""):
        reader = AnswerReader(everything, 10)
        data = f"HTTP/1.1 200 OK\r\n{head}\r\n".encode() + bytes(size)
        if fits:
            reader.feed(data)
            assert reader.body == bytes(size)
        else:
            with pytest.raises(FetchError) as error:
                reader.feed(data)
            assert error.value.cause == "too_large"


def test_a_body_can_be_cut_instead() -> None:
    reader = AnswerReader(everything, 10, cut=True)
    reader.feed(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n" + bytes(12))
    assert (reader.is_whole, reader.body, reader.may_go_on) == (True, bytes(10), False)


@pytest.mark.parametrize(("size", "read_past"), [(100, True), (1 << 20, False)])
def test_a_small_body_that_nobody_wants_is_read_past(size: int, read_past: bool) -> None:
    """So that the connection can be used again; a large one is not waited for."""
    reader = AnswerReader(nothing, 1 << 30)
    reader.feed(f"HTTP/1.1 404 No\r\nContent-Length: {size}\r\n\r\n".encode())
    assert reader.is_whole is not read_past
    if read_past:
        reader.feed(bytes(size))
    assert (reader.is_whole, reader.body, reader.may_go_on) == (True, b"", read_past)
