"""Fetching against real servers on the loopback: guards, permission, politeness, retries."""

import asyncio
import datetime
import gzip
import ssl
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.unit.bad_servers import Asked, Reply, Server, Writer, fixed, http, png, serving
from webdoc.fetch import client as fetch
from webdoc.fetch import crawl as fetching
from webdoc.fetch import robots_cache as known_robots
from webdoc.fetch.answer import FetchError
from webdoc.fetch.client import Lookup
from webdoc.fetch.crawl import fetch_all
from webdoc.fetch.few import fetch_pictures
from webdoc.fetch.manifest import Answer, Fetched
from webdoc.fetch.settings import FetchSettings
from webdoc.permission.gate import PermissionGate
from webdoc.permission.signs import PermissionSettings

QUICK = FetchSettings(
    contact="tests@example.org",
    allow_private=True,
    connect_timeout_s=0.5,
    first_byte_timeout_s=0.5,
    timeout_s=1,
    retries=0,
    backoff_s=0.05,
    rate_per_host=1_000,
    parallel_per_host=8,
)
GATE = PermissionGate(PermissionSettings())
PICTURE = png()
GOOD = fixed(http(PICTURE, 'Content-Type: image/PNG; a=b\r\nETag: "e"\r\nLast-Modified: then\r\n'))


def names(**addresses: str) -> Lookup:
    async def lookup(host: str) -> list[str]:
        name = host.removesuffix(".test")
        if name not in addresses:
            raise OSError("no such name")
        return addresses[name].split()

    return lookup


def row(url: str, settings: FetchSettings = QUICK, lookup: Lookup | None = None) -> Fetched:
    return fetch_pictures([url], settings, GATE, lookup)[url].row


def rows(urls: Sequence[str], settings: FetchSettings) -> list[Fetched]:
    """Return the rows in the order in which they ended."""

    async def collect() -> list[Answer]:
        return [answer async for answer in fetch_all(urls, settings, GATE)]

    return [answer.row for answer in asyncio.run(collect())]


def test_a_picture_arrives_as_it_is_with_all_that_is_known_of_it() -> None:
    with serving({"/a b.png": GOOD, "/a%20b.png": GOOD}) as server:
        url = server.url("/a b.png#part")
        answer = fetch_pictures([url], QUICK, GATE)[url]
        asked = server.log[-1]
    assert answer.body == PICTURE
    seen = answer.row
    assert (seen.url, seen.cause, seen.http_status) == (url, "ok", 200)
    assert seen.final_url == server.url("/a%20b.png")
    assert (seen.etag, seen.last_modified, seen.media_type) == ('"e"', "then", "image/png")
    assert (seen.format, seen.width_px, seen.height_px) == ("png", 8, 8)
    assert (seen.size_bytes, seen.attempts) == (len(PICTURE), 1)
    assert seen.time.endswith("Z")
    assert asked.headers["user-agent"].endswith(" (+tests@example.org)")
    assert asked.headers["accept-encoding"] == "identity"
    assert "cookie" not in asked.headers


def test_a_connection_is_kept_for_the_next_request_and_closed_when_none_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Long before the time that an answer might have taken is over."""
    monkeypatch.setattr(fetch, "_IDLE_S", 0.2)
    patient = replace(QUICK, first_byte_timeout_s=60, timeout_s=60)

    async def ask(url: str) -> None:
        async with fetch.open_client(patient) as client:
            kept = []
            for _ in range(2):
                await client.get(url, lambda *_: True, 10_000)
                kept += next(iter(client._idle.values()))
            assert kept[0] is kept[1]
            async with asyncio.timeout(20):
                while client._idle:
                    await asyncio.sleep(0.02)
            assert not kept[0].is_open

    with serving({"/a.png": GOOD}) as server:
        asyncio.run(ask(server.url("/a.png")))


def test_capitals_and_missing_paths_are_addresses_too() -> None:
    with serving({"/": GOOD, "/?q=1": GOOD}) as server:
        home = server.url("/").rstrip("/")
        urls = [home.replace("http", "HTTP"), f"{home}?q=1", f"{home}/#x"]
        found = fetch_pictures(urls, QUICK, GATE)
        paths = sorted(path for path in server.paths() if path != "/robots.txt")
    assert [found[url].row.cause for url in urls] == ["ok"] * 3
    assert paths == ["/", "/", "/?q=1"]


@pytest.mark.parametrize(
    "url",
    [
        "", "x", "/a.png", "ftp://e.org/a.png", "file:///etc/passwd", "data:image/png;base64,xx",
        "http://", "http://e.org:99999/", "http://[::1/", "http://user:secret@127.0.0.1/a.png",
        "http://127.0.0.1:22/a.png", "http://127.0.0.1:6379/", "gopher://127.0.0.1/",
        "http://e.org/" + "x" * 9_000, "http://\ud800.org/a",
    ],
)  # fmt: skip
def test_what_is_no_address_of_the_web_is_not_asked(url: str) -> None:
    assert row(url).cause == "bad_url"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0.0.0.0", "localhost",
        "127.1", "2130706433", "0x7f.1", "inward.test", "inward6.test", "meta.test", "nat64.test",
        "mixed.test",
    ],
)  # fmt: skip
def test_private_addresses_are_refused_however_they_are_written(host: str) -> None:
    lookup = names(
        inward="127.0.0.1", inward6="::1", meta="169.254.169.254", nat64="64:ff9b::7f00:1",
        mixed="10.0.0.1 127.0.0.1", localhost="127.0.0.1",
    )  # fmt: skip
    guarded = replace(QUICK, allow_private=False)
    with serving({"*": GOOD}) as server:
        seen = row(server.url("/x", host), guarded, lookup)
        assert server.log == []
    assert seen.cause in ("refused_address", "bad_url", "dns")
    if host.startswith(("127.0", "inward", "meta", "nat64", "mixed", "localhost")):
        assert seen.cause == "refused_address"


def test_of_several_addresses_only_the_public_ones_are_spoken_to() -> None:
    lookup = names(both="2606:4700::1111 10.0.0.1 93.184.216.34 ::1", inward="10.0.0.1")
    client = fetch.Client(replace(QUICK, allow_private=False), lookup)
    found = asyncio.run(client._addresses("both.test"))
    assert found == ["93.184.216.34", "2606:4700::1111"]
    with pytest.raises(FetchError) as refused:
        asyncio.run(client._addresses("inward.test"))
    assert refused.value.cause == "refused_address"


def test_the_socket_itself_refuses_an_address_that_was_let_pass(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The last look is at the number that is connected to, whatever came before it."""

    async def trusting(self: fetch.Client, host: str) -> list[str]:
        return ["127.0.0.1"]

    monkeypatch.setattr(fetch.Client, "_addresses", trusting)
    with serving({"*": GOOD}) as server:
        seen = row(server.url("/x", "inward.test"), replace(QUICK, allow_private=False))
        assert server.log == []
    assert seen.cause == "refused_address"


def test_a_name_that_turns_inward_later_is_refused_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rebinding: the first answer of the name server is public, the next is not."""
    monkeypatch.setattr(fetch, "is_public", lambda address: address == "127.0.0.1")
    monkeypatch.setattr(fetch, "_NAMES_KEPT_S", 0)
    asked: list[str] = []

    async def lookup(host: str) -> list[str]:
        asked.append(host)
        return ["127.0.0.1" if len(asked) == 1 else "127.0.0.2"]

    with serving({"*": GOOD, "/robots.txt": parting}) as server:
        seen = row(server.url("/x", "rebinding.test"), replace(QUICK, allow_private=False), lookup)
        assert server.paths() == ["/robots.txt"]
    assert seen.cause == "refused_address"


async def parting(asked: Asked, writer: Writer) -> None:
    """Answer and hang up, so that the next request needs a new connection."""
    writer.write(http(b"", "Connection: close\r\n"))


def test_a_redirect_to_a_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "is_public", lambda address: address == "127.0.0.1")
    with serving({"/secret": GOOD}) as server:
        inward = server.url("/secret", "127.0.0.2")
        moved = fixed(http(b"", f"Location: {inward}\r\n", "301 Moved"))
        with serving({"/x": moved}) as outer:
            seen = row(outer.url("/x"), replace(QUICK, allow_private=False))
        assert server.log == []
    assert seen.cause == "refused_address"


def test_a_name_that_leads_nowhere() -> None:
    assert row("http://nowhere.test/x", lookup=names()).cause == "dns"
    assert row("http://nothing.test/x", lookup=names(nothing="")).cause == "dns"


def test_a_port_where_nobody_listens() -> None:
    with serving({}) as server:
        url = server.url("/x")
    assert row(url).cause == "connect"


def certificate(folder: Path, name: str, days: int) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=100))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@pytest.mark.parametrize(
    ("name", "days"), [("local.test", 100), ("other.test", 100), ("local.test", -1)]
)
def test_a_bad_certificate_ends_the_request(tmp_path: Path, name: str, days: int) -> None:
    """Signed by nobody, for another name, or run out."""
    with serving({"*": GOOD}, tls=certificate(tmp_path, name, days)) as server:
        url = server.url("/x", "local.test", "https")
        assert row(url, lookup=names(local="127.0.0.1")).cause == "tls"
        assert server.log == []


def test_a_server_that_never_shakes_hands() -> None:
    """It waits for HTTP where TLS begins."""
    with serving({"*": GOOD}) as server:
        assert row(server.url("/x", scheme="https")).cause == "timeout_connect"


# robots.txt


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
        assert answer.row.sha256 == digest
    never = "http://127.0.0.1/never"
    assert fetch_pictures([never], QUICK, gate)[never].row.cause == "opted_out"


def fetch_digest() -> str:
    from hashlib import sha256  # noqa: PLC0415

    return sha256(PICTURE).hexdigest()


# politeness and retries


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
