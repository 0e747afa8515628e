"""Fetching against real servers on the loopback: guards, permission, politeness, retries."""

import asyncio
import datetime
import ssl
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.unit.bad_servers import Asked, Writer, fixed, http, png, serving
from tests.unit.fetch_few import fetch_pictures
from webdoc.fetch import client as fetch
from webdoc.fetch.answer import FetchError
from webdoc.fetch.client import Lookup
from webdoc.fetch.crawl import fetch_all
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
    assert (seen.facts.format, seen.facts.width_px, seen.facts.height_px) == ("png", 8, 8)
    assert (seen.facts.size_bytes, seen.attempts) == (len(PICTURE), 1)
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


# politeness and retries
