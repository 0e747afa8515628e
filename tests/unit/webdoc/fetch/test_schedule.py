"""The schedule, against a clock of its own: no host is ever asked more than its settings say."""

import heapq
from collections import defaultdict
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webdoc.fetch.schedule import Schedule
from webdoc.fetch.settings import FetchSettings

SLACK_S = 1e-9


def played(
    schedule: Schedule[int], jobs: list[tuple[str, float]], limit_s: float = 1e6
) -> tuple[list[tuple[str, int, float, float]], float]:
    """Work jobs off, each taking its seconds; return host, job, start and end of each."""
    for number, (host, _) in enumerate(jobs):
        schedule.add(host, number)
    now, running, seen = 0.0, [], []
    while len(schedule):
        while (turn := schedule.take(now)) is not None:
            host, job = turn
            heapq.heappush(running, (now + jobs[job][1], host, job, now))
        wait_s = schedule.wait_s(now)
        ends = running[0][0] if running else None
        starts = now + wait_s if wait_s is not None else None
        moments = [moment for moment in (ends, starts) if moment is not None]
        assert moments, "jobs wait, and nothing will ever start them"
        now = max(now, min(moments))
        while running and running[0][0] <= now:
            end, host, job, start = heapq.heappop(running)
            seen.append((host, job, start, end))
            schedule.done(host)
        assert now < limit_s
    return seen, now


@given(
    jobs=st.lists(st.tuples(st.sampled_from("abcd"), st.floats(0.001, 3)), max_size=40),
    parallel=st.integers(1, 6),
    per_host=st.integers(1, 4),
    rate_per_host=st.floats(0.5, 50),
    rate=st.one_of(st.just(0.0), st.floats(1, 50)),
)
def test_limits_hold_and_every_job_has_its_turn(
    jobs: list[tuple[str, float]], parallel: int, per_host: int, rate_per_host: float, rate: float
) -> None:
    settings = FetchSettings(
        parallel=parallel, parallel_per_host=per_host, rate_per_host=rate_per_host, rate=rate
    )
    seen, _ = played(Schedule(settings), jobs)
    assert sorted(job for _, job, _, _ in seen) == list(range(len(jobs)))
    by_host = defaultdict(list)
    for host, _, start, end in seen:
        by_host[host].append((start, end))
    everything = [(start, end) for _, _, start, end in seen]
    assert most_at_once(everything) <= parallel
    assert not rate or closest_starts(everything) >= 1 / rate - SLACK_S
    for spans in by_host.values():
        assert most_at_once(spans) <= per_host
        assert closest_starts(spans) >= 1 / rate_per_host - SLACK_S


def most_at_once(spans: list[tuple[float, float]]) -> int:
    return max((sum(b <= start < e for b, e in spans) for start, _ in spans), default=0)


def closest_starts(spans: list[tuple[float, float]]) -> float:
    starts = sorted(start for start, _ in spans)
    return min((later - start for start, later in pairwise(starts)), default=float("inf"))


def test_a_slow_host_holds_nobody_up() -> None:
    settings = FetchSettings(parallel=4, parallel_per_host=2, rate_per_host=1_000)
    jobs = [("slow", 100.0)] * 10 + [("quick", 0.1)] * 10
    seen, _ = played(Schedule(settings), jobs)
    assert max(end for host, _, _, end in seen if host == "quick") < 2


def test_a_job_waits_for_its_own_moment_and_lets_others_pass() -> None:
    schedule: Schedule[str] = Schedule(FetchSettings(rate_per_host=1_000))
    schedule.add("a", "later", not_before=50)
    schedule.add("a", "now")
    assert schedule.take(0) == ("a", "now")
    assert schedule.take(49.9) is None
    assert schedule.wait_s(20) == 30
    assert schedule.take(50) == ("a", "later")


def test_busy_hosts_are_asked_half_as_often_up_to_a_limit_and_recover() -> None:
    schedule: Schedule[int] = Schedule(
        FetchSettings(rate_per_host=10, parallel_per_host=9, max_interval_s=3)
    )

    def interval_s(now: float) -> float:
        for _ in range(2):
            schedule.add("a", 0)
        assert schedule.take(now) is not None
        wait_s = schedule.wait_s(now)
        assert wait_s is not None
        assert schedule.take(now + wait_s) is not None
        schedule.done("a")
        schedule.done("a")
        return round(wait_s, 3)

    assert interval_s(0) == 0.1
    schedule.slow_down("a")
    assert interval_s(100) == 1
    schedule.slow_down("a")
    assert interval_s(200) == 2
    schedule.slow_down("a")
    schedule.slow_down("a")
    assert interval_s(300) == 3
    for _ in range(50):
        schedule.went_well("a")
    assert interval_s(400) == 0.1


def test_a_host_rests_after_so_many_failures_in_a_row_and_gives_its_jobs_back() -> None:
    schedule: Schedule[int] = Schedule(FetchSettings(host_failures=3, host_rest_s=60))
    for job in (5, 3, 4):
        schedule.add("a", job)
    schedule.add("b", 9)
    assert schedule.failed("a", 10) == []
    assert schedule.failed("a", 11) == []
    schedule.went_well("a")
    assert schedule.failed("a", 12) == []
    assert schedule.failed("a", 13) == []
    assert not schedule.rests("a", 14)
    assert schedule.failed("a", 14) == [5, 3, 4]
    assert schedule.rests("a", 73.9)
    assert not schedule.rests("a", 74)
    assert not schedule.rests("b", 14)
    assert len(schedule) == 1
    assert schedule.take(14) == ("b", 9)


def test_crawl_delay_means_one_at_a_time_and_so_far_apart() -> None:
    schedule: Schedule[int] = Schedule(FetchSettings(rate_per_host=100, parallel_per_host=4))
    for job in range(3):
        schedule.add("a", job)
    schedule.set_crawl_delay("a", 7, now=100)
    assert schedule.take(106.9) is None
    assert schedule.take(107) == ("a", 0)
    assert schedule.take(120) is None
    schedule.done("a")
    assert schedule.take(120) == ("a", 1)
    schedule.done("a")
    assert schedule.take(126.9) is None
    assert schedule.take(127) == ("a", 2)


def test_hosts_of_which_nothing_is_known_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webdoc.fetch.schedule.MANY_HOSTS", 100)
    schedule: Schedule[int] = Schedule(FetchSettings(rate_per_host=1))
    for number in range(1_000):
        schedule.add(f"h{number}", number)
        assert schedule.take(now=number) is not None
        schedule.done(f"h{number}")
    schedule.slow_down("h999")
    assert len(schedule._hosts) <= 200
    assert schedule._hosts["h999"].interval_s > 1
