"""No URL that a page can plant, and no mistake of ours that one finds, ends a fetch."""

import asyncio
from collections.abc import Sequence

import pytest

from tests.unit.bad_servers import Asked, Writer, fixed, http, png, serving
from webdoc.fetch.addresses import is_public
from webdoc.fetch.crawl import fetch_all
from webdoc.fetch.manifest import Cause, Fetched
from webdoc.fetch.settings import FetchSettings
from webdoc.internal_errors import ErrorSettings
from webdoc.permission.gate import PermissionGate
from webdoc.permission.signs import ALLOWED, Decision, PermissionSettings
from webdoc.url_keys import host_of
from webdoc.urls import absolute_url

SETTINGS = FetchSettings(
    contact="tests@example.org",
    allow_private=True,
    first_byte_timeout_s=2,
    timeout_s=5,
    retries=0,
    rate_per_host=1_000,
)
GATE = PermissionGate(PermissionSettings())
GOOD = fixed(http(png(), "Content-Type: image/png\r\n"))
LONG_S, KELVIN = "\u017f", "\u212a"


def rows(
    urls: Sequence[str],
    gate: PermissionGate = GATE,
    errors: ErrorSettings | None = None,
) -> dict[str, Fetched]:
    async def ask() -> dict[str, Fetched]:
        answers = fetch_all(urls, SETTINGS, gate, errors=errors)
        return {answer.row.url: answer.row async for answer in answers}

    return asyncio.run(ask())


@pytest.mark.parametrize(
    ("url", "base", "expected"),
    [
        (f"http{LONG_S}://evil.example/k.jpg", "", ""),
        (f"http://{KELVIN}elvin.example/k.jpg", "", "http://kelvin.example/k.jpg"),
        (f"https://e.org/{KELVIN}.jpg", "", "https://e.org/%E2%84%AA.jpg"),
        ("http://e.org:\u0661\u0662/a", "", ""),
    ],
)
def test_letters_that_fold_to_ascii_are_not_ascii(url: str, base: str, expected: str) -> None:
    assert absolute_url(url, base) == expected


def test_what_begins_with_no_scheme_is_a_path_as_in_a_browser() -> None:
    assert host_of(absolute_url(f"http{LONG_S}://evil.example/k.jpg", "https://e.org/a")) == "e.org"


def test_a_url_without_a_real_scheme_is_a_row_and_the_others_are_fetched() -> None:
    bad = f"http{LONG_S}://evil.example/k.jpg"
    with serving({"*": GOOD}) as server:
        good = [server.url(f"/{number}.png") for number in range(3)]
        found = rows([good[0], bad, *good[1:]])
    assert found[bad].cause == Cause.BAD_URL
    assert [found[url].cause for url in good] == [Cause.OK] * 3


def test_a_redirect_to_such_a_url_is_a_row() -> None:
    async def reply(asked: Asked, writer: Writer) -> None:
        there = f"Location: http{LONG_S}://evil.example/k.jpg\r\n".encode()
        head = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n"
        writer.write(head + there + b"\r\n")
        await writer.drain()

    with serving({"*": reply}) as server:
        url = server.url("/a.png")
        row = rows([url])[url]
    # Without a scheme it is a path of the same host, as in a browser.
    assert row.cause == Cause.MOVED
    assert host_of(row.redirect_url) == "127.0.0.1"


class _Broken(PermissionGate):
    """A gate with a mistake, which some URLs find."""

    def __init__(self, where: str) -> None:
        super().__init__(PermissionSettings())
        self._where = where

    def url(self, url: str) -> Decision:
        if self._where == "url" and "bad" in url:
            raise AttributeError("no such\nattribute")
        return ALLOWED

    def robots(self, status: int, body: bytes):  # type: ignore[no-untyped-def]
        if self._where == "robots":
            raise IndexError("robots")
        return super().robots(status, body)

    def picture(self, sha256: str) -> Decision:  # noqa: ARG002
        if self._where == "picture":
            raise KeyError("picture")
        return ALLOWED


@pytest.mark.parametrize(
    ("where", "name", "failed"),
    [("url", "AttributeError", 1), ("robots", "IndexError", 3), ("picture", "KeyError", 3)],
)
def test_a_mistake_of_ours_is_a_row_of_the_url_that_found_it(
    where: str, name: str, failed: int
) -> None:
    with serving({"*": GOOD}) as server:
        urls = [server.url(path) for path in ("/bad.png", "/b.png", "/c.png")]
        found = rows(urls, _Broken(where))
        again = rows(urls)
    wrong = [row for row in found.values() if row.cause == Cause.INTERNAL_ERROR]
    assert len(found) == 3
    assert len(wrong) == failed
    assert all(row.detail.startswith(f"{name} at tests/hostile/") for row in wrong)
    assert all("\n" not in row.detail for row in wrong)
    assert {row.cause for row in again.values()} == {Cause.OK}


def test_a_mistake_ends_the_fetch_where_the_settings_say_so() -> None:
    with serving({"*": GOOD}) as server, pytest.raises(AttributeError):
        rows([server.url("/bad.png")], _Broken("url"), ErrorSettings(unexpected="stop"))


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("2a00:1450::5efe:7f00:1", False),  # ISATAP around 127.0.0.1
        ("2a00:1450::200:5efe:a00:1", False),  # with the bit for a public address
        ("2a00:1450::5eff:7f00:1", True),
        ("192.31.196.1", False),  # AS112
        ("192.175.48.6", False),
        ("192.52.193.1", False),
        ("2620:4f:8000::6", False),
        ("192.175.49.1", True),
        ("192.31.195.255", True),
        ("2620:4f:8001::1", True),
    ],
)
def test_addresses_of_sites_and_of_private_names_are_not_public(address: str, public: bool) -> None:
    assert is_public(address) is public
