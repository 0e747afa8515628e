"""URLs that mean the same share a key; others do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webdoc.url_keys import host_of, origin_of, registered_domain, url_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://e.org/a", "https://e.org/a"),
        ("http://e.org:80/a", "http://e.org/a"),
        ("http://E.ORG/a", "http://e.org/a"),
        ("http://e.org/a#top", "http://e.org/a"),
        ("http://e.org", "http://e.org/"),
    ],
)
def test_same_thing_same_key(one: str, other: str) -> None:
    assert url_key(one) == url_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://e.org/a", "http://e.org/A"),
        ("http://e.org/a?b=1", "http://e.org/a?b=2"),
        ("http://e.org:8080/a", "http://e.org/a"),
        ("http://www.e.org/a", "http://e.org/a"),
        ("http://e.org/a/", "http://e.org/a"),
    ],
)
def test_other_thing_other_key(one: str, other: str) -> None:
    assert url_key(one) != url_key(other)


@given(st.text())
def test_anything_has_a_key(text: str) -> None:
    assert isinstance(url_key(text), str)
    assert isinstance(registered_domain(host_of(text)), str)
    assert isinstance(origin_of(text), str)


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.bbc.co.uk", "bbc.co.uk"),
        ("a.b.example.com", "example.com"),
        ("127.0.0.1", "127.0.0.1"),
        ("localhost", "localhost"),
        ("", ""),
    ],
)
def test_registered_domain(host: str, domain: str) -> None:
    assert registered_domain(host) == domain


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("http://e.org/a?b#c", "http://e.org"),
        ("https://e.org/a", "https://e.org"),
        ("HTTP://E.org:80", "http://e.org"),
        ("http://e.org:443/", "http://e.org:443"),
        ("https://me:secret@e.org.:8443/", "https://e.org:8443"),
        ("http://[2001:DB8::1]:80/", "http://[2001:db8::1]"),
        ("http://e.org:port/", ""),
        ("http://[e.org/", ""),
        ("ftp://e.org/", ""),
        ("http:///a", ""),
        ("e.org/a", ""),
    ],
)
def test_origin(url: str, origin: str) -> None:
    assert origin_of(url) == origin
