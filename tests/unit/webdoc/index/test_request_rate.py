"""A share of the budget is kept by all threads of a task, and less is asked of what fails."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from webdoc.index.request_rate import RequestRate, share_of_rate
from webdoc.storage.byte_source import StorageError


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class HttpError(Exception):
    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def rate_of(per_second: float) -> tuple[RequestRate, Clock]:
    clock = Clock()
    return RequestRate(per_second, clock, clock.sleep), clock


def test_requests_begin_at_the_rate_and_none_is_saved_up() -> None:
    rate, clock = rate_of(10)
    begun = []
    for number in range(5):
        rate.wait()
        begun.append(clock.now)
        if number == 2:
            clock.now += 60  # a long time without a request
    assert begun == pytest.approx([0.1, 0.2, 0.3, 60.3, 60.4])


def test_threads_share_one_rate() -> None:
    waits: list[float] = []
    rate = RequestRate(100, lambda: 0.0, waits.append)
    with ThreadPoolExecutor(8) as threads:
        [*threads.map(lambda _: rate.wait(), range(50))]
    assert sorted(waits) == pytest.approx([number / 100 for number in range(1, 51)])


@pytest.mark.parametrize("status", [403, 404, 429, 500, 503])
def test_a_failure_halves_the_rate_and_good_answers_bring_it_back(status: int) -> None:
    rate, clock = rate_of(64)
    clock.now = 1
    rate.failed(HttpError(status))
    assert rate.per_second == 32
    rate.failed(HttpError(status))  # it was on the way when the first one came back
    assert rate.per_second == 32
    clock.now = 2
    rate.failed(HttpError(status))
    assert rate.per_second == 16
    for _ in range(100):
        rate.went_well()
    assert rate.per_second == 64


def test_the_rate_never_falls_to_nothing() -> None:
    rate, clock = rate_of(64)
    for _ in range(50):
        clock.now += 10
        rate.failed(HttpError(503))
    assert rate.per_second == 1


@pytest.mark.parametrize(
    ("status", "stops"), [(403, True), (429, True), (404, False), (503, False)]
)
def test_a_storage_that_refuses_again_and_again_is_left_alone(status: int, stops: bool) -> None:
    rate, _ = rate_of(64)
    for _ in range(19):
        rate.failed(HttpError(status))
    rate.check()
    rate.failed(HttpError(status))
    if stops:
        with pytest.raises(StorageError, match="refused 20 requests in a row"):
            rate.check()
    else:
        rate.check()


def test_a_good_answer_begins_the_count_anew() -> None:
    rate, _ = rate_of(64)
    for _ in range(3):
        for _ in range(19):
            rate.failed(HttpError(403))
        rate.went_well()
    rate.check()


def test_shares_of_all_tasks_make_the_budget() -> None:
    assert [share_of_rate(200, tasks) for tasks in (1, 8, 0)] == [200, 25, 200]
