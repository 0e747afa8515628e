from urllib.parse import quote, urljoin, urlsplit, urlunsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webdoc.urls import absolute_url

PAGE = "https://example.org/a/b.html?x=1"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("https://cdn.example/i.png", "https://cdn.example/i.png"),
        ("i.png", "https://example.org/a/i.png"),
        ("/i.png", "https://example.org/i.png"),
        ("../../i.png", "https://example.org/i.png"),
        ("//cdn.example/i.png", "https://cdn.example/i.png"),
        ("?y=2", "https://example.org/a/b.html?y=2"),
        ("a b.png", "https://example.org/a/a%20b.png"),
        ("w_300,h_200/i.png", "https://example.org/a/w_300,h_200/i.png"),
        ("a%20b.png", "https://example.org/a/a%20b.png"),
        ("bücher.png", "https://example.org/a/b%C3%BCcher.png"),
        ("https://bücher.example/i.png", "https://xn--bcher-kva.example/i.png"),
        ("http://example.org:8080/i.png", "http://example.org:8080/i.png"),
        ("http://127.0.0.1/i.png", "http://127.0.0.1/i.png"),
        ("http://[::1]:8000/i.png", "http://[::1]:8000/i.png"),
        ("  \n i\n.png ", "https://example.org/a/i.png"),
        ("HTTPS://Example.org/a/../i.png", "https://example.org/i.png"),
        ("img\\i.png", "https://example.org/a/img/i.png"),
    ],
)
def test_means_what_a_browser_asks_for(written: str, expected: str) -> None:
    assert absolute_url(written, PAGE) == expected


@pytest.mark.parametrize(
    "written",
    [
        "data:image/gif;base64,R0lGOD",
        "javascript:void(0)",
        "ftp://example.org/i.png",
        "http://[::1/i.png",
        "http://example.org:port/i.png",
        "http://a b/i.png",
        "http://ü b/i.png",
        "https://example.org/" + "a" * 9000,
    ],
)
def test_what_is_no_web_address_is_nothing(written: str) -> None:
    assert absolute_url(written, PAGE) == ""


PIECES = [
    "/",
    "a",
    "B-1",
    "..",
    ".",
    "?",
    "x=1",
    "%20",
    "~",
    ":",
    ",",
    "é",
    " ",
    "#",
    ";",
    "[",
    '"',
]


@given(st.lists(st.sampled_from(PIECES), max_size=6).map("".join))
def test_path_on_the_same_host_is_that_of_the_standard_library(written: str) -> None:
    """No shorter way gives another address, whatever base the path is relative to."""
    try:
        parts = urlsplit(urljoin("https://example.org/a/b.html", f"/{written}".strip()))
    except ValueError:  # some versions look for an IPv6 host behind any bracket
        return
    if not parts.path.startswith("//") and parts.hostname == "example.org":
        path = parts.path
        if "/." in path:
            path = urlsplit(urljoin("http://host/", path)).path
        expected = urlunsplit(parts._replace(path=path))
        expected = quote(expected, safe="!#$%&'()*+,/:;=?@[]~|")
        assert absolute_url(f"/{written}", "https://Example.org/a/b.html") == expected


@given(st.text(max_size=80), st.text(max_size=80))
def test_never_raises(written: str, base: str) -> None:
    """Whatever stands in the attribute, the answer is "" or plain ASCII."""
    found = absolute_url(written, base)
    assert found == "" or (found.isascii() and found.lower().startswith("http"))
