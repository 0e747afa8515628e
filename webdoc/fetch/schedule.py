"""Whose turn it is: jobs wait by host, and no host is asked more often than it should be.

No clock and no sockets here: every method takes the time, in seconds of any steady clock.
"""

import heapq
from dataclasses import dataclass, field
from itertools import count
from typing import Generic, TypeVar

from webdoc.fetch.settings import FetchSettings

Job = TypeVar("Job")

_SLOWER = 2.0  # times the interval after each answer that says "busy"
_FIRST_SLOW_INTERVAL_S = 1.0
_FASTER = 0.9  # times the interval after each good answer, until it is the set one again
MANY_HOSTS = 50_000  # of which those that nothing is known of are forgotten


@dataclass(slots=True)
class _Host(Generic[Job]):
    base_interval_s: float
    parallel: int
    interval_s: float
    waiting: list[tuple[float, int, Job]] = field(default_factory=list)  # heap: not before, order
    active: int = 0
    next_at: float = 0.0
    failures: int = 0  # in a row
    rests_until: float = 0.0
    turn: int = -1  # of its entry in the heap of turns; -1 when it has none
    turn_at: float = 0.0


class Schedule(Generic[Job]):
    """Jobs of many hosts, given out so that the limits of `FetchSettings` hold."""

    def __init__(self, settings: FetchSettings) -> None:
        self._settings = settings
        self._hosts: dict[str, _Host[Job]] = {}
        self._turns: list[tuple[float, int, str]] = []  # heap: when, token, host
        self._tokens = count()
        self._active = 0
        self._waiting = 0
        self._next_at = 0.0  # of the whole task
        self._many_hosts = MANY_HOSTS

    def __len__(self) -> int:
        """Return how many jobs wait or are being worked on."""
        return self._waiting + self._active

    def add(self, host: str, job: Job, not_before: float = 0.0) -> None:
        """Let a job wait for its host."""
        state = self._host(host)
        heapq.heappush(state.waiting, (not_before, next(self._tokens), job))
        self._waiting += 1
        self._line_up(host, state)

    def take(self, now: float) -> tuple[str, Job] | None:
        """Return the next job that may start now, None when none may; it then counts as active."""
        if self._active >= self._settings.parallel or now < self._next_at:
            return None
        self._forget_idle(now)
        found = self._first()
        if found is None or found[0] > now:
            return None
        host, state = found[1], self._hosts[found[1]]
        heapq.heappop(self._turns)
        job = heapq.heappop(state.waiting)[2]
        self._waiting -= 1
        self._active += 1
        state.active += 1
        state.next_at = now + state.interval_s
        if self._settings.rate:
            self._next_at = now + 1 / self._settings.rate
        state.turn = -1
        self._line_up(host, state)
        return host, job

    def done(self, host: str) -> None:
        """Say that a job of this host is no longer active."""
        state = self._hosts[host]
        state.active -= 1
        self._active -= 1
        self._line_up(host, state)

    def wait_s(self, now: float) -> float | None:
        """Return the seconds until `take` may give a job, None when only `done` or `add` help."""
        found = self._first()
        if found is None or self._active >= self._settings.parallel:
            return None
        return max(0.0, found[0] - now, self._next_at - now)

    def went_well(self, host: str) -> None:
        """Note an answer: the host's failures in a row end, and it slowly gets its speed back."""
        state = self._host(host)
        state.failures = 0
        state.interval_s = max(state.base_interval_s, state.interval_s * _FASTER)

    def failed(self, host: str, now: float) -> list[Job]:
        """Note a failure of the host; return its waiting jobs when it shall rest from now on."""
        state = self._host(host)
        state.failures += 1
        if state.failures < self._settings.host_failures:
            return []
        return self.rest(host, now + self._settings.host_rest_s)

    def rest(self, host: str, until: float) -> list[Job]:
        """Do not ask a host at all before that time; return the jobs that waited for it."""
        state = self._host(host)
        state.failures = 0
        state.rests_until = max(state.rests_until, until)
        return self.drop(host)

    def drop(self, host: str) -> list[Job]:
        """Take all waiting jobs of a host away and return them, in the order they came."""
        state = self._host(host)
        given_up = sorted(state.waiting, key=lambda entry: entry[1])
        self._waiting -= len(given_up)
        state.waiting = []
        state.turn = -1
        return [job for _, _, job in given_up]

    def rests(self, host: str, now: float) -> bool:
        """Tell whether a host is not to be asked at all."""
        return now < self._host(host).rests_until

    def slow_down(self, host: str) -> None:
        """Ask a host half as often as before."""
        state = self._host(host)
        slower = max(state.interval_s * _SLOWER, _FIRST_SLOW_INTERVAL_S)
        state.interval_s = max(state.interval_s, min(slower, self._settings.max_interval_s))

    def hold(self, host: str, until: float) -> None:
        """Do not ask a host before that time."""
        state = self._host(host)
        state.next_at = max(state.next_at, until)
        self._line_up(host, state)

    def set_crawl_delay(self, host: str, delay_s: float, now: float) -> None:
        """Ask a host one thing at a time, this many seconds apart."""
        state = self._host(host)
        state.parallel = 1
        state.base_interval_s = max(state.base_interval_s, delay_s)
        state.interval_s = max(state.interval_s, delay_s)
        self.hold(host, now + delay_s)

    def _host(self, host: str) -> _Host[Job]:
        state = self._hosts.get(host)
        if state is None:
            interval_s = 1 / self._settings.rate_per_host
            state = _Host(interval_s, self._settings.parallel_per_host, interval_s)
            self._hosts[host] = state
        return state

    def _line_up(self, host: str, state: _Host[Job]) -> None:
        """Give a host its place among the turns; an earlier entry of it loses its worth."""
        if not state.waiting or state.active >= state.parallel:
            state.turn = -1
            return
        at = max(state.next_at, state.waiting[0][0])
        if state.turn < 0 or at != state.turn_at:
            state.turn, state.turn_at = next(self._tokens), at
            heapq.heappush(self._turns, (at, state.turn, host))

    def _first(self) -> tuple[float, str] | None:
        """Return the earliest turn that still counts."""
        while self._turns:
            at, token, host = self._turns[0]
            state = self._hosts.get(host)
            if state is not None and state.turn == token:
                return at, host
            heapq.heappop(self._turns)
        return None

    def _forget_idle(self, now: float) -> None:
        """Forget hosts of which nothing is known but that they were asked once."""
        if len(self._hosts) < self._many_hosts:
            return
        usual_s = 1 / self._settings.rate_per_host
        self._hosts = {
            host: state
            for host, state in self._hosts.items()
            if state.waiting
            or state.active
            or state.failures
            or state.interval_s != usual_s
            or max(state.next_at, state.rests_until) > now
        }
        self._many_hosts = max(MANY_HOSTS, 2 * len(self._hosts))
