import threading
from collections.abc import Iterator
from itertools import count, islice
from time import sleep

import pytest

from webdoc.clip.prefetch import prepared_ahead


def test_results_come_in_the_order_of_the_items() -> None:
    """However long each takes."""

    def slow(number: int) -> int:
        sleep(0.002 * (number % 3))
        return number * number

    assert list(prepared_ahead(range(40), slow, threads=4, most=7)) == [n * n for n in range(40)]
    assert list(prepared_ahead([], slow, threads=1, most=1)) == []


@pytest.mark.parametrize("most", [1, 5])
def test_no_more_is_read_ahead_than_allowed(most: int) -> None:
    """Also from a source without end; and nothing is left running afterwards."""
    read: list[int] = []

    def source() -> Iterator[int]:
        for number in count():
            read.append(number)
            yield number

    before = threading.active_count()
    ahead = prepared_ahead(source(), str, threads=2, most=most)

    assert list(islice(ahead, 10)) == [str(number) for number in range(10)]
    sleep(0.05)
    assert len(read) <= 10 + most
    ahead.close()
    assert threading.active_count() == before


def test_reading_goes_on_while_nobody_asks() -> None:
    read = threading.Event()

    def source() -> Iterator[int]:
        yield 1
        yield 2
        read.set()
        yield 3

    ahead = prepared_ahead(source(), str, threads=1, most=3)
    assert next(ahead) == "1"
    assert read.wait(timeout=5)
    ahead.close()


def test_what_the_source_raises_comes_after_what_it_gave() -> None:
    def source() -> Iterator[int]:
        yield 1
        raise OSError("gone")

    ahead = prepared_ahead(source(), str, threads=1, most=3)
    assert next(ahead) == "1"
    with pytest.raises(OSError, match="gone"):
        next(ahead)


def test_what_preparing_raises_comes_in_its_place() -> None:
    ahead = prepared_ahead([2, 0, 1], lambda number: 6 // number, threads=2, most=3)
    assert next(ahead) == 3
    with pytest.raises(ZeroDivisionError):
        next(ahead)
