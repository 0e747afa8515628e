"""Many URLs, fetched politely: each host in its turn, robots.txt first, failures tried again.

A redirect ends a URL's row as `moved`: its target may be another host's, which perhaps another
task speaks to. Who wants to know where it leads asks for the target too, as `fetch_few` does.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Unpack

from webdoc.fetch.answer import FetchError, Headers, Reply
from webdoc.fetch.client import Client, Lookup, open_client
from webdoc.fetch.job import Job, Known, asked_host, job_of, row_of, target_of
from webdoc.fetch.manifest import Answer, Cause, Fetched
from webdoc.fetch.retry import backoff_s, is_of_the_host, is_passing, retry_after_s, says_busy
from webdoc.fetch.robots_cache import KnownRobots
from webdoc.fetch.schedule import Schedule
from webdoc.fetch.settings import FetchSettings
from webdoc.internal_errors import ErrorSettings
from webdoc.permission.gate import Gate, Robots
from webdoc.permission.signs import ALLOWED, ROBOTS_UNREACHABLE
from webdoc.picture.measure import OK, UNREADABLE, measure
from webdoc.url_keys import registered_domain

_WAITING_URLS = 10_000  # taken from the input ahead of their turn
_ROBOTS_BYTES = 500 << 10  # Source: RFC 9309, 2.5
_ROBOTS_REDIRECTS = 5  # Source: RFC 9309, 2.3.1.2
_REDIRECTS = (301, 302, 303, 307, 308)
# Failures on the way to robots.txt that say the same of every URL of that host.
_NOBODY_THERE = frozenset(
    {
        *(Cause.BAD_URL, Cause.DNS, Cause.REFUSED_ADDRESS),
        *(Cause.CONNECT, Cause.TLS, Cause.TIMEOUT_CONNECT),
    }
)


async def fetch_all(
    urls: Iterable[str],
    settings: FetchSettings,
    gate: Gate,
    lookup: Lookup | None = None,
    errors: ErrorSettings | None = None,
) -> AsyncIterator[Answer]:
    """Fetch URLs and yield one answer for each, in the order in which they end.

    Args:
        urls: distinct; read as they are needed, about 10,000 ahead. URLs of one host should not
            stand all in a row, or little is done at once.
        settings: limits, timeouts, sizes.
        gate: permissions.
        lookup: gives a host's addresses; None asks the system.
        errors: what an unexpected exception on one URL does; None makes a row of it.

    Nothing new begins while the caller keeps an answer, so a slow writer slows the fetch down.
    """
    async with open_client(settings, lookup) as client:
        run = _Run(client, settings, gate, errors or ErrorSettings())
        try:
            async for answer in run.answers(iter(urls)):
                yield answer
        finally:
            await run.stop()


class _Run:
    """The state of one `fetch_all`."""

    def __init__(
        self, client: Client, settings: FetchSettings, gate: Gate, errors: ErrorSettings
    ) -> None:
        self._client = client
        self._settings = settings
        self._errors = errors
        self._gate = gate
        self._schedule: Schedule[Job] = Schedule(settings)
        self._robots = KnownRobots()
        self._parked: dict[str, list[Job]] = {}  # by origin, until its robots.txt is read
        self._ended: deque[Answer] = deque()
        self._open = 0  # URLs taken from the input whose answer is still to come
        self._tasks: set[asyncio.Task[None]] = set()
        self._bug: BaseException | None = None
        self._changed = asyncio.Event()

    async def answers(self, urls: Iterator[str]) -> AsyncIterator[Answer]:
        more = True
        while more or self._open:
            while more and self._open < _WAITING_URLS:
                url = next(urls, None)
                more = url is not None
                if url is not None:
                    self._open += 1
                    self._accept(url)
            self._start()
            while self._ended:
                self._open -= 1
                yield self._ended.popleft()
                self._start()
            if self._open:
                await self._something_happens()
            if self._bug is not None:
                raise self._bug

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self) -> None:
        """Start every job whose turn it is."""
        while (turn := self._schedule.take(time.monotonic())) is not None:
            host, job = turn
            task = asyncio.create_task(self._work(job))
            self._tasks.add(task)
            task.add_done_callback(partial(self._task_ended, host))

    async def _work(self, job: Job) -> None:
        """Ask for what a job asks for; what goes wrong in us is the end of that job only."""
        if job.has_ended:
            return
        try:
            await (self._read_robots(job) if job.is_robots else self._fetch(job))
        except Exception as error:
            self._failed(job, error)

    def _failed(self, job: Job, error: Exception) -> None:
        """End a job, and all that waited for it, with a mistake of our own."""
        detail = self._errors.detail(error)
        waiting = self._parked.pop(job.origin, []) if job.is_robots else [job]
        if job.is_robots:
            self._robots.keep(job.origin, FetchError(Cause.INTERNAL_ERROR, detail), 0)
        for each in waiting:
            if not each.has_ended:  # the error may have come after the row was made
                row = Fetched(each.url, Cause.INTERNAL_ERROR, detail, attempts=each.attempts)
                self._add(each, Answer(row))

    def _task_ended(self, host: str, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._schedule.done(host)
        if not task.cancelled() and task.exception() is not None:
            self._bug = task.exception()
        self._changed.set()

    async def _something_happens(self) -> None:
        wait_s = self._schedule.wait_s(time.monotonic())
        timer = None
        if wait_s is not None:
            timer = asyncio.get_running_loop().call_later(wait_s, self._changed.set)
        await self._changed.wait()
        self._changed.clear()
        if timer is not None:
            timer.cancel()

    def _accept(self, url: str) -> None:
        """Take a new URL: refuse it, or let it wait for its turn."""
        job = Job(url)
        try:
            job, problem = job_of(url)
            if problem:
                self._end(job, Cause.BAD_URL, problem)
                return
            decision = self._gate.url(url)
        except Exception as error:
            self._failed(job, error)
            return
        if decision.allowed:
            self._line_up(job)
        else:
            self._end(job, Cause.OPTED_OUT, decision=decision)

    def _line_up(self, job: Job) -> None:
        """Let a job wait: for its host's turn, or first for its host's robots.txt."""
        try:
            self._wait_for_turn(job)
        except Exception as error:
            self._failed(job, error)

    def _wait_for_turn(self, job: Job) -> None:
        if self._schedule.rests(job.host, time.monotonic()):
            self._end(job, Cause.HOST_RESTING)
            return
        robots = self._robots.get(job.origin)
        if robots is not None:
            if isinstance(robots, FetchError):
                self._end(job, robots.cause, robots.detail)
                return
            decision = robots.decide(job.address)
            if decision.allowed:
                self._schedule.add(job.host, job, job.not_before)
            else:
                unread = decision.reason == ROBOTS_UNREACHABLE
                cause = Cause.ROBOTS_UNREACHABLE if unread else Cause.ROBOTS
                self._end(job, cause, decision=decision)
        elif job.origin in self._parked:
            self._parked[job.origin].append(job)
        else:
            self._parked[job.origin] = [job]
            address = f"{job.origin}/robots.txt"
            ask = Job(address, address, job.host, job.origin, is_robots=True)
            self._schedule.add(job.host, ask)

    async def _read_robots(self, job: Job) -> None:
        """Ask for robots.txt; then let the URLs that wait for it go on."""
        job.attempts += 1
        try:
            reply = await self._client.get(job.address, _is_success, _ROBOTS_BYTES, cut=True)
        except FetchError as error:
            if not self._tries_again(job, error.cause):
                self._know(job, _without_robots(error))
            return
        if reply.status in _REDIRECTS:
            self._follow_robots(job, reply)
        elif not self._tries_again(job, f"http_{reply.status}", reply):
            robots = self._gate.robots(reply.status, reply.body)
            self._know(job, robots, len(reply.body))

    def _follow_robots(self, job: Job, reply: Reply) -> None:
        """Ask where robots.txt has moved to, unless that may be another task's host."""
        target = target_of(job, reply)
        host = asked_host(target)
        may = host != "" and registered_domain(host) == registered_domain(job.host)
        may = may and not self._schedule.rests(host, time.monotonic())
        if may and job.redirects < _ROBOTS_REDIRECTS:
            next_job = replace(
                job, address=target, host=host, attempts=0, redirects=job.redirects + 1
            )
            self._schedule.add(host, next_job)
        else:
            self._know(job, FetchError(Cause.ROBOTS_UNREACHABLE, f"moved to {host}"))

    def _know(self, job: Job, robots: Robots | FetchError, size_bytes: int = 0) -> None:
        """Keep what robots.txt says, and let the URLs go on that waited for it."""
        if not isinstance(robots, FetchError):
            delay_s = robots.crawl_delay_s or 0.0
            if delay_s > self._settings.max_crawl_delay_s:
                robots = FetchError(Cause.ROBOTS, f"crawl-delay of {delay_s:g} s")
            elif delay_s > 0:
                host = asked_host(job.origin)
                self._schedule.set_crawl_delay(host, delay_s, time.monotonic())
        self._robots.keep(job.origin, robots, size_bytes)
        for parked in self._parked.pop(job.origin, []):
            self._line_up(parked)

    async def _fetch(self, job: Job) -> None:
        """Ask for a picture."""
        job.attempts += 1
        decision = ALLOWED

        def wanted(status: int, headers: Headers) -> bool:
            nonlocal decision
            if status == 200:
                decision = self._gate.answer(headers)
            return status == 200 and decision.allowed

        try:
            reply = await self._client.get(job.address, wanted, self._settings.max_bytes)
        except FetchError as error:
            if not self._tries_again(job, error.cause):
                self._end(job, error.cause, error.detail)
            return
        if reply.status in _REDIRECTS:
            self._schedule.went_well(job.host)
            target = target_of(job, reply)
            cause: str = Cause.MOVED if target else Cause.BAD_REDIRECT
            self._end(job, cause, reply=reply, redirect_url=target)
        elif not decision.allowed:
            self._schedule.went_well(job.host)
            self._end(job, Cause.OPTED_OUT, decision=decision, reply=reply)
        elif reply.status != 200:
            cause = f"http_{reply.status}"
            if not self._tries_again(job, cause, reply):
                self._end(job, cause, reply=reply)
        else:
            self._schedule.went_well(job.host)
            self._keep(job, reply)

    def _keep(self, job: Job, reply: Reply) -> None:
        """Judge the bytes of a good answer."""
        if not reply.body:
            self._end(job, Cause.EMPTY, reply=reply)
            return
        picture = measure(reply.body)
        if picture.status != OK:
            cause = Cause.NOT_IMAGE if picture.status == UNREADABLE else f"picture_{picture.status}"
            self._end(job, cause, reply=reply, picture=picture)
            return
        decision = self._gate.picture(picture.sha256)
        cause = Cause.OK if decision.allowed else Cause.OPTED_OUT
        self._end(job, cause, decision=decision, reply=reply, picture=picture)

    def _tries_again(self, job: Job, cause: str, reply: Reply | None = None) -> bool:
        """Note a failure, its host's part in it, and let the job wait if it may try again."""
        now = time.monotonic()
        if is_of_the_host(cause):
            self._give_up(self._schedule.failed(job.host, now))
        else:
            self._schedule.went_well(job.host)
        if not is_passing(cause):
            return False
        wait_s = backoff_s(job.url, job.attempts, self._settings)
        if reply is not None:
            asked_s = retry_after_s(reply.header("retry-after"), datetime.now(UTC))
            wait_s = max(wait_s, asked_s or 0.0)
            if says_busy(reply.status):
                self._schedule.slow_down(job.host)
                self._schedule.hold(job.host, now + min(wait_s, self._settings.max_backoff_s))
        if wait_s > self._settings.max_backoff_s:
            self._give_up(self._schedule.rest(job.host, now + wait_s))
        if self._schedule.rests(job.host, now) or job.attempts > self._settings.retries:
            return False
        job.not_before = now + wait_s
        self._schedule.add(job.host, job, job.not_before)
        return True

    def _give_up(self, jobs: Iterable[Job]) -> None:
        """End jobs whose host rests from now on, and all that wait for them."""
        for job in jobs:
            waited = self._parked.pop(job.origin, []) if job.is_robots else [job]
            for each in waited:
                self._end(each, Cause.HOST_RESTING)

    def _end(self, job: Job, cause: str, detail: str = "", **known: Unpack[Known]) -> None:
        """Make the answer of a URL that is not asked again in this run."""
        reply = known.get("reply")
        body = reply.body if reply is not None and cause == Cause.OK else b""
        self._add(job, Answer(row_of(job, cause, detail, **known), body))

    def _add(self, job: Job, answer: Answer) -> None:
        job.has_ended = True
        self._ended.append(answer)
        self._changed.set()


def _is_success(status: int, headers: Headers) -> bool:  # noqa: ARG001 - as Client.get calls it
    return 200 <= status <= 299


def _without_robots(error: FetchError) -> FetchError:
    """Return why a URL is not asked for when its robots.txt gave no answer."""
    if error.cause in _NOBODY_THERE:
        return error
    return FetchError(Cause.ROBOTS_UNREACHABLE, f"{error.cause}: {error.detail}")
