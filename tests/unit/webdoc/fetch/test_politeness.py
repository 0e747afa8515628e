"""Fetching against real servers on the loopback: robots.txt, limits of a host, retries."""

import asyncio
import gzip
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.bad_servers import Asked, Reply, Server, Writer, fixed, http, serving
from tests.unit.fetch_few import fetch_pictures
from tests.unit.webdoc.fetch.test_crawl import GATE, GOOD, PICTURE, QUICK, names, row, rows
from webdoc.fetch import crawl as fetching
from webdoc.fetch import robots_cache as known_robots
from webdoc.permission.gate import PermissionGate
from webdoc.permission.signs import PermissionSettings


def robots(text: str) -> Reply:
    return fixed(http(text.encode(), "Content-Type: text/plain\r\n"))


def test_robots_txt_is_read_once_and_heeded() -> None:
    rules = robots("User-agent: interleaf\nDisallow: /private/\n\nUser-agent: *\nDisallow: /")
    with serving({"/robots.txt": rules, "*": GOOD}) as server:
        urls = [server.url(f"/{folder}/{i}") for i in range(5) for folder in ("public", "private")]
        found = fetch_pictures(urls, QUICK, GATE)
    for url, answer in found.items():
        assert answer.row.cause == ("robots" if "/private/" in url else "ok")
        if "/private/" in url:
            assert answer.row.permission_source == "robots.txt"
            assert answer.row.attempts == 0
    assert server.paths().count("/robots.txt") == 1
    assert not any("/private/" in path for path in server.paths())


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (fixed(http(b"", status="404 Not Found")), "ok"),
        (fixed(http(b"", status="500 Oh")), "robots_unreachable"),
        (fixed(http(b"", status="503 Busy")), "robots_unreachable"),
        (fixed(b"nonsense\r\n\r\n"), "robots_unreachable"),
        (fixed(http(b"", "Location: http://elsewhere.example/robots.txt\r\n", "301 Moved")),
         "robots_unreachable"),
        (fixed(http(b"", "Location: /robots.txt\r\n", "301 Moved")), "robots_unreachable"),
        (fixed(http(b"", "Location: /rules\r\n", "301 Moved")), "robots"),
        (fixed(http(gzip.compress(b"User-agent: *\nDisallow: /"), "Content-Encoding: gzip\r\n")),
         "robots"),
        (fixed(http(b"\x1f\x8b nonsense in gzip's clothes", "Content-Encoding: gzip\r\n")),
         "robots_unreachable"),
        (fixed(http(b"User-agent: *\nDisallow: /x\n" + b"# filler\n" * 100_000)), "robots"),
    ],
)  # fmt: skip
def test_robots_txt_that_cannot_be_read_means_no(answer: Reply, cause: str) -> None:
    rules = robots("User-agent: *\nDisallow: /")
    with serving({"/robots.txt": answer, "/rules": rules, "/x": GOOD}) as server:
        assert row(server.url("/x")).cause == cause
        assert ("/x" in server.paths()) is (cause == "ok")


@pytest.mark.parametrize("limit", ["MAX_ORIGINS", "MAX_BYTES"])
def test_a_robots_txt_that_was_forgotten_is_read_again(
    monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    """Memory is bounded even where every host has a large one; what it says holds all the same."""
    monkeypatch.setattr(known_robots, limit, 1)
    monkeypatch.setattr(fetching, "_WAITING_URLS", 2)
    with serving({"/robots.txt": robots("User-agent: *\nDisallow: /no"), "*": GOOD}) as server:
        hosts = [f"127.0.0.{number}" for number in (1, 2, 3)]
        urls = [server.url(path, host) for path in ("/a", "/no", "/b") for host in hosts]
        found = {one.url: one.cause for one in rows(urls, QUICK)}
    assert found == {url: "robots" if url.endswith("/no") else "ok" for url in urls}
    assert server.paths().count("/robots.txt") > 3


def test_a_crawl_delay_is_kept() -> None:
    with serving({"/robots.txt": robots("User-agent: *\nCrawl-delay: 0.2"), "*": GOOD}) as server:
        fetch_pictures([server.url(f"/{i}") for i in range(4)], QUICK, GATE)
    moments = spans(server, "127.0.0.1")
    assert len(moments) == 5
    # From the first arrival, which the client knew of before it asked for anything else.
    assert all(moment - moments[0] > number * 0.2 - 0.01 for number, moment in enumerate(moments))


def test_a_crawl_delay_of_hours_means_no() -> None:
    with serving({"/robots.txt": robots("User-agent: *\nCrawl-delay: 7200"), "*": GOOD}) as server:
        seen = row(server.url("/x"))
    assert (seen.cause, seen.detail) == ("robots", "crawl-delay of 7200 s")


def test_an_opted_out_url_and_picture_are_not_kept(tmp_path: Path) -> None:
    digest = fetch_digest()
    (tmp_path / "no.txt").write_text(f"http://127.0.0.1/never\n{digest}\n")
    gate = PermissionGate(PermissionSettings(opt_out_lists=(str(tmp_path / "no.txt"),)))
    with serving({"*": GOOD}) as server:
        url = server.url("/x")
        answer = fetch_pictures([url], QUICK, gate)[url]
        assert (answer.row.cause, answer.body) == ("opted_out", b"")
        assert answer.row.facts.sha256 == digest
    never = "http://127.0.0.1/never"
    assert fetch_pictures([never], QUICK, gate)[never].row.cause == "opted_out"


def fetch_digest() -> str:
    from hashlib import sha256  # noqa: PLC0415

    return sha256(PICTURE).hexdigest()


def spans(server: Server, host: str) -> list[float]:
    return sorted(asked.began for asked in server.log if asked.host == host)


def test_no_host_is_asked_more_often_or_more_at_once_than_set() -> None:
    async def slow(asked: Asked, writer: Writer) -> None:
        await asyncio.sleep(0.05)
        await GOOD(asked, writer)

    settings = replace(QUICK, parallel_per_host=2, rate_per_host=25, parallel=5)
    with serving({"*": slow}) as server:
        hosts = [f"127.0.0.{i}" for i in range(1, 5)]
        urls = [server.url(f"/{i}", host) for i in range(12) for host in hosts]
        start = time.monotonic()
        found = fetch_pictures(urls, settings, GATE)
    assert {answer.row.cause for answer in found.values()} == {"ok"}
    assert max(server.most_at_once.values()) <= 2
    for host in hosts:
        began = spans(server, host)
        assert len(began) == 13
        # None arrives before it may begin, however long its way takes.
        assert all(moment - start > number / 25 for number, moment in enumerate(began))


def test_a_dot_behind_the_name_makes_no_other_host() -> None:
    settings = replace(QUICK, rate_per_host=10)
    with serving({"*": GOOD}) as server:
        urls = [server.url(f"/{i}", host) for i in range(3) for host in ("a.test", "a.test.")]
        start = time.monotonic()
        found = fetch_pictures(
            urls, settings, GATE, names(a="127.0.0.1", **{"a.test.": "127.0.0.1"})
        )
    moments = sorted(asked.began for asked in server.log)
    assert {answer.row.cause for answer in found.values()} == {"ok"}
    assert len(moments) == 8
    assert moments[-1] - start > 7 / 10


def test_a_host_that_says_when_is_asked_then() -> None:
    """429 with Retry-After: nobody asks before, and then the picture comes."""
    answers = [http(b"", "Retry-After: 1\r\n", "429 Too Many"), http(PICTURE), http(PICTURE)]

    async def busy_first(asked: Asked, writer: Writer) -> None:
        writer.write(answers.pop(0))

    settings = replace(QUICK, retries=1, parallel_per_host=1)
    with serving({"*": busy_first}) as server:
        found = fetch_pictures([server.url("/a"), server.url("/b")], settings, GATE)
    assert [answer.row.cause for answer in found.values()] == ["ok", "ok"]
    _, first, second, third = spans(server, "127.0.0.1")
    assert second - first > 0.99
    assert third - first > 1.89  # and more slowly from then on


def test_a_host_that_asks_for_an_hour_is_left_alone() -> None:
    busy = fixed(http(b"", "Retry-After: 3600\r\n", "503 Busy"))
    settings = replace(QUICK, retries=3, parallel_per_host=1)
    with serving({"*": busy}) as server:
        found = fetch_pictures([server.url(f"/{i}") for i in range(5)], settings, GATE)
        assert len(server.log) == 2
    assert sorted(answer.row.cause for answer in found.values()) == [
        "host_resting", "host_resting", "host_resting", "host_resting", "http_503",
    ]  # fmt: skip


def test_failures_are_tried_again_where_the_cause_says_so() -> None:
    seen: dict[str, int] = {}

    async def second_time(asked: Asked, writer: Writer) -> None:
        seen[asked.path] = seen.get(asked.path, 0) + 1
        if seen[asked.path] == 1:
            status = asked.path.strip("/")
            writer.write(http(b"", status=f"{status} Oh"))
        else:
            writer.write(http(PICTURE))

    settings = replace(QUICK, retries=2)
    with serving({"*": second_time}) as server:
        urls = [server.url(f"/{status}") for status in (404, 410, 500, 502)]
        found = [answer.row for answer in fetch_pictures(urls, settings, GATE).values()]
    assert [(one.cause, one.attempts) for one in found] == [
        ("http_404", 1), ("http_410", 1), ("ok", 2), ("ok", 2),
    ]  # fmt: skip


def test_attempts_end() -> None:
    with serving({"*": fixed(http(b"", status="500 Oh"))}) as server:
        seen = row(server.url("/x"), replace(QUICK, retries=2))
        assert server.paths() == ["/robots.txt", "/x", "/x", "/x"]
    assert (seen.cause, seen.attempts) == ("http_500", 3)


def test_a_host_that_keeps_failing_rests() -> None:
    async def reset(asked: Asked, writer: Writer) -> None:
        writer.transport.abort()

    settings = replace(QUICK, host_failures=3, parallel_per_host=1)
    with serving({"*": reset}) as server:
        found = rows([server.url(f"/{i}") for i in range(10)], settings)
        assert len(server.log) <= 2 * 3 + 1  # aiohttp asks again on a connection that went stale
    causes = [one.cause for one in found]
    assert causes.count("reset") == 3
    assert causes.count("host_resting") == 7


def test_one_slow_host_does_not_hold_up_the_others() -> None:
    """One answers only when the other was asked for everything: so that must not wait for it."""
    quick, all_asked = set(), asyncio.Event()

    async def quick_first(asked: Asked, writer: Writer) -> None:
        if asked.host == "127.0.0.9":
            await all_asked.wait()
        quick.add(asked.path)
        if len(quick) == 20:
            all_asked.set()
        await GOOD(asked, writer)

    patient = replace(QUICK, first_byte_timeout_s=20, timeout_s=20, host_failures=2)
    with serving({"*": quick_first}) as server:
        urls = [server.url(f"/{i}", f"127.0.0.{host}") for i in range(20) for host in (9, 8)]
        found = rows(urls, replace(patient, parallel=6, parallel_per_host=2))
    assert [one.cause for one in found] == ["ok"] * 40


def test_many_urls_all_end_and_memory_of_them_is_let_go() -> None:
    with serving({"*": GOOD}) as server:
        urls = (server.url(f"/{i}", f"127.0.0.{i % 50 + 1}") for i in range(500))
        found = rows(urls, QUICK)  # type: ignore[arg-type]
    assert len({one.url for one in found}) == 500
    assert {one.cause for one in found} == {"ok"}


def test_a_long_chain_of_redirects_is_followed_to_its_limit() -> None:
    async def onward(asked: Asked, writer: Writer) -> None:
        step = int(asked.path.strip("/"))
        if step == 0:
            writer.write(http(PICTURE))
        else:
            writer.write(http(b"", f"Location: /{step - 1}\r\n", "307 On"))

    settings = replace(QUICK, max_redirects=3)
    with serving({"*": onward}) as server:
        wanted = {step: server.url(f"/{step}") for step in (0, 1, 3, 4, 9)}
        found = fetch_pictures(wanted.values(), settings, GATE)
    causes = {step: found[url].row.cause for step, url in wanted.items()}
    assert causes == {
        0: "ok", 1: "ok", 3: "ok", 4: "too_many_redirects", 9: "too_many_redirects",
    }  # fmt: skip
    assert found[wanted[3]].row.final_url == wanted[0]
    assert found[wanted[3]].body == PICTURE
    asked = [path for path in server.paths() if path != "/robots.txt"]
    assert len(asked) == len(set(asked))
