"""A fetcher with bad hosts among its hosts: the others are as quick as without them.

Ratios of paired runs, and no times: the machine may be as slow as it likes.
"""

import asyncio
import os
import resource
import statistics
import time
from collections.abc import Iterator

import pytest

from tests.unit.bad_servers import Asked, Server, Writer, fixed, http, png, serving
from webdoc.fetch.client import Lookup
from webdoc.fetch.crawl import fetch_all
from webdoc.fetch.settings import FetchSettings
from webdoc.permission.gate import PermissionGate
from webdoc.permission.signs import PermissionSettings

pytestmark = [pytest.mark.soak, pytest.mark.timeout(7_200)]
SCALE = float(os.environ.get("SOAK_SCALE", "1"))
HOSTS = max(20, round(1_000 * SCALE))
OF_ONE_HOST = round(100_000 * SCALE)
OF_EACH = 5
PAIRS = 5
SETTINGS = FetchSettings(
    contact="tests@example.org",
    allow_private=True,
    connect_timeout_s=2,
    first_byte_timeout_s=2,
    timeout_s=4,
    retries=0,
    rate_per_host=100_000,
    parallel_per_host=4,
    parallel=256,
)


async def tarpit(asked: Asked, writer: Writer) -> None:
    """Send a byte now and then, for ever."""
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(1)


def number_of(host: str) -> int:
    return int(host.partition(".")[0][1:])


def is_bad(host: str) -> bool:
    return number_of(host) % 10 == 7


def urls(server: Server, tar: Server, *, with_bad: bool) -> Iterator[str]:
    """Every host in its turn, and in between the one that has most."""
    share = OF_ONE_HOST // (HOSTS * OF_EACH)
    for nth in range(OF_EACH):
        for number in range(1, HOSTS):
            host = f"h{number}.test"
            if not is_bad(host):
                yield server.url(f"/{nth}.png", host)
            elif with_bad:
                # tarpits, certificates that are none, names that take long
                kind = number // 10 % 3
                scheme, port = ("https", server) if kind == 1 else ("http", tar)
                yield port.url(f"/{nth}.png", host if kind < 2 else f"h{number}.slow", scheme)
            for more in range(share):
                yield server.url(f"/{nth}-{number}-{more}.png", "h0.test")


def lookup() -> Lookup:
    async def addresses(host: str) -> list[str]:
        number = number_of(host)
        if host.endswith(".slow"):
            await asyncio.sleep(3)
        return [f"127.{1 + number // 250}.1.{1 + number % 250}"]

    return addresses


def good_per_second(server: Server, tar: Server, *, with_bad: bool) -> float:
    """Return how many good URLs ended in a second, until the last of them did."""
    ended, last = 0, 0.0

    async def ask() -> None:
        nonlocal ended, last
        gate = PermissionGate(PermissionSettings())
        wanted = urls(server, tar, with_bad=with_bad)
        async for answer in fetch_all(wanted, SETTINGS, gate, lookup()):
            if answer.row.cause == "ok":
                ended, last = ended + 1, time.monotonic()

    began = time.monotonic()
    asyncio.run(ask())
    assert ended > OF_ONE_HOST * 0.9
    return ended / (last - began)


def test_bad_hosts_do_not_slow_the_others() -> None:
    good = fixed(http(png(), "Content-Type: image/png\r\n"))
    ratios, peaks = [], []
    with serving({"*": good}) as server, serving({"*": tarpit, "/robots.txt": tarpit}) as tar:
        for pair in range(PAIRS):
            order = (False, True) if pair % 2 else (True, False)
            speed = {bad: good_per_second(server, tar, with_bad=bad) for bad in order}
            ratios.append(speed[True] / speed[False])
            for one in (server, tar):  # what the servers remember is not the fetcher's memory
                one.log.clear()
            peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    print(f"ratios {[round(ratio, 3) for ratio in ratios]}, peaks of memory {peaks}")
    assert statistics.median(ratios) > 0.9
    assert peaks[-1] < 1.3 * peaks[0]
