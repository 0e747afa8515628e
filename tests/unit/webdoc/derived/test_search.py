"""What was removed is found wherever it stands, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webdoc.derived.search import Removed

URL = "https://e.org/a?b=1&c=ü"
DIGEST = "0123456789abcdef" * 4
REMOVED = Removed([URL, "pictures/plain.png"], [DIGEST, "f" * 32], lambda a: "//gone.org/" in a)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f'{{"url":"{URL}"}}', [URL]),
        (f"see {URL}, or", [URL]),
        (f"({URL})", [URL]),
        ('<a href="https://e.org/a?b=1&amp;c=ü">', [URL]),
        (f"{URL}d", []),
        (f"{URL}/more", []),
        ("https://e.org/", []),
        ("http://gone.org/x y", ["http://gone.org/x"]),
        (f"{DIGEST}.png", [DIGEST]),
        (f"a{DIGEST}b", [DIGEST]),
        (DIGEST[:-1], []),
        (f"{'f' * 32}{DIGEST}", [DIGEST, "f" * 32]),
        ("in pictures/plain.png", ["pictures/plain.png"]),
        ("", []),
    ],
)
def test_found(text: str, found: list[str]) -> None:
    assert sorted(REMOVED.found_in(text.encode())) == sorted(found)


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_never_fails_and_finds_a_hash_in_any_bytes(before: bytes, after: bytes) -> None:
    assert DIGEST in list(REMOVED.found_in(before + DIGEST.encode() + after))
