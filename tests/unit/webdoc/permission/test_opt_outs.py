"""Opt-out lists: every form is read, and what they name is refused."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from webdoc.permission.opt_outs import OptOuts
from webdoc.permission.signs import ALLOWED, Decision

SHA256 = "0f" * 32
HASH = "00000000000000ff"


def no(kind: str) -> Decision:
    return Decision(False, "opt_out", f"opt-out list: {kind}")


def written(folder: Path, name: str, text: str) -> str:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return str(file)


@pytest.fixture
def lists(tmp_path: Path) -> OptOuts:
    lines = (
        "\ufeff# asked by mail\r\n\r\nhttp://Example.org/a.png#x\r\nexample.com\r\n"
        f"*.example.net\r\nmüller.example\r\nplain.example/b?c=1\r\n{SHA256.upper()}\r\n{HASH}\r\n"
    )
    return OptOuts.load([written(tmp_path, "list.txt", lines)], max_distance=2)


@pytest.mark.parametrize(
    ("url", "decision"),
    [
        ("https://example.org/a.png", no("url")),
        ("http://example.org:80/a.png", no("url")),
        ("https://example.org/a.png?x=1", ALLOWED),
        ("https://example.org/", ALLOWED),
        ("https://plain.example/b?c=1", no("url")),
        ("https://example.com/any", no("domain")),
        ("https://EXAMPLE.com./any", no("domain")),
        ("https://img.cdn.example.com:8080/x", no("domain")),
        ("https://notexample.com/", ALLOWED),
        ("https://com/", ALLOWED),
        ("https://a.example.net/", no("domain")),
        ("https://xn--mller-kva.example/", no("domain")),
        ("no url at all", ALLOWED),
    ],
)
def test_addresses(lists: OptOuts, url: str, decision: Decision) -> None:
    assert lists.decide_url(url) == decision


@pytest.mark.parametrize(
    ("sha256", "perceptual_hash", "decision"),
    [
        (SHA256, "", no("sha256")),
        ("ff" * 32, "", ALLOWED),
        ("ff" * 32, "00000000000000ff", no("perceptual_hash")),
        ("ff" * 32, "80000000000000fe", no("perceptual_hash")),  # two bits away
        ("ff" * 32, "80000000000001fe", ALLOWED),  # three
    ],
)
def test_pictures(lists: OptOuts, sha256: str, perceptual_hash: str, decision: Decision) -> None:
    assert lists.decide_image(sha256, perceptual_hash) == decision


def test_tables(tmp_path: Path) -> None:
    comma = written(tmp_path, "a.csv", f'URL,note,sha256\n"http://a.example/x,y",n,\n,,{SHA256}\n')
    parquet = str(tmp_path / "b.parquet")
    pq.write_table(pa.table({"domain": ["b.example", None], "phash": [None, HASH]}), parquet)
    lists = OptOuts.load([comma, parquet])
    assert lists.decide_url("http://a.example/x,y") == no("url")
    assert lists.decide_url("http://www.b.example/") == no("domain")
    assert lists.decide_image(SHA256) == no("sha256")
    assert lists.decide_image("", HASH) == no("perceptual_hash")
    assert lists.decide_image("", "00000000000000fe") == ALLOWED


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.txt", "example.org\nnot a domain\n", "line 2"),
        ("a.csv", "sha256\nabc\n", "line 2"),
        ("a.csv", "name\nabc\n", "none of the columns"),
        ("a.csv", "phash\n" + "0" * 17, "perceptual_hash"),
    ],
)
def test_what_is_no_entry_is_an_error(tmp_path: Path, name: str, text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        OptOuts.load([written(tmp_path, name, text)])


def test_a_missing_list_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        OptOuts.load([str(tmp_path / "nowhere.txt")])


def test_no_list_refuses_nothing() -> None:
    assert OptOuts.load([]).decide_url("https://example.org/") == ALLOWED
    assert OptOuts().decide_image(SHA256, HASH) == ALLOWED


bits = st.integers(0, 2**64 - 1)


@given(st.lists(bits, min_size=1, max_size=5), st.sets(st.integers(0, 63), max_size=8))
def test_all_hashes_within_the_distance_are_found(listed: list[int], flipped: set[int]) -> None:
    lists = OptOuts(max_distance=4)
    for value in listed:
        lists._add("perceptual_hash", f"{value:016x}", "here")
    asked = listed[0] ^ sum(1 << bit for bit in flipped)
    nearest = min(bin(asked ^ value).count("1") for value in listed)
    assert lists.decide_image("", f"{asked:016x}").allowed == (nearest > 4)
