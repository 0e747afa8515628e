"""Damaged files: what is damaged is counted once, and reading goes on after it."""

import gzip
import random
from pathlib import Path

import pytest

from tests.unit.archives import CRLF, PAGE, gz, http, offsets, pages, read, record
from webdoc.archive.captures import Capture
from webdoc.reasons import CaptureReason, Kind

DAMAGED = CaptureReason.DAMAGED_RECORD


def urls(captures: list[Capture]) -> list[str]:
    return [capture.url.removeprefix("http://example.org/") for capture in captures]


def reasons(captures: list[Capture]) -> list[CaptureReason | None]:
    return [capture.reject_reason for capture in captures]


@pytest.mark.parametrize("body_bytes", [0, 300_000])
@pytest.mark.parametrize("split_bytes", [64, 700, 1 << 22])
def test_a_damaged_member_costs_one_record(
    tmp_path: Path, body_bytes: int, split_bytes: int
) -> None:
    members = [gz(one) for one in pages(5, body_bytes)]
    broken = bytearray(members[2])
    broken[len(broken) // 2] ^= 0xFF
    members[2] = bytes(broken)

    captures = read(tmp_path / "x.warc.gz", b"".join(members), split_bytes=split_bytes)

    assert reasons(captures) == [None, None, DAMAGED, None, None]
    assert [capture.warc_record_offset for capture in captures] == offsets(members)
    assert [capture.warc_record_length for capture in captures] == [len(one) for one in members]


def test_a_wrong_checksum_is_damage(tmp_path: Path) -> None:
    first, second = (gz(one) for one in pages(2))
    captures = read(tmp_path / "x.warc.gz", first[:-8] + b"\x00" * 8 + second)
    assert reasons(captures) == [DAMAGED, None]


@pytest.mark.parametrize("junk", [b"\x00" * 100, b"junk", b"\x1f\x8b\x08"])
def test_junk_between_members(tmp_path: Path, junk: bytes) -> None:
    first, second = (gz(one) for one in pages(2))
    captures = read(tmp_path / "x.warc.gz", first + junk + second)
    assert reasons(captures) == [None, DAMAGED, None]
    assert captures[1].warc_record_offset == len(first)
    assert captures[1].warc_record_length == len(junk)


def test_a_member_that_holds_no_record_is_junk_after_the_one_before(tmp_path: Path) -> None:
    one, other = pages(2)
    captures = read(tmp_path / "x.warc.gz", gz(one) + gz(b"text") + gz(other))
    assert reasons(captures) == [None, DAMAGED, None]
    members = [gz(one), gz(b"text"), gz(other)]
    assert [capture.warc_record_offset for capture in captures] == offsets(members)
    assert [capture.warc_record_length for capture in captures] == [len(one) for one in members]


def test_bytes_in_the_member_of_a_record_stand_where_it_ends(tmp_path: Path) -> None:
    one, other = pages(2)
    members = [gz(one + b"junk" * 9), gz(other)]
    captures = read(tmp_path / "x.warc.gz", b"".join(members))
    places = [(c.warc_record_offset, c.warc_record_length) for c in captures]
    assert reasons(captures) == [None, DAMAGED, None]
    assert places == [
        (0, len(members[0])),
        (len(members[0]), 0),
        (len(members[0]), len(members[1])),
    ]


def test_a_record_behind_a_member_of_junk_has_its_own_place(tmp_path: Path) -> None:
    """The junk looks like a record as far as its first line, so its member begins a segment."""
    first, other = b"WARC/1.0\r\nno more\r\n", pages(1)[0]
    members = [gz(first), gz(b"\r\n" + other)]
    captures = read(tmp_path / "x.warc.gz", b"".join(members))
    assert reasons(captures) == [DAMAGED, None]
    assert [capture.warc_record_offset for capture in captures] == offsets(members)
    assert [capture.warc_record_length for capture in captures] == [len(one) for one in members]


def test_an_empty_member_at_the_end_is_no_damage(tmp_path: Path) -> None:
    """As bgzip closes its files."""
    captures = read(tmp_path / "x.warc.gz", gz(*pages(2), b""))
    assert reasons(captures) == [None, None]


def test_a_file_cut_in_the_middle_of_a_member(tmp_path: Path) -> None:
    noise = random.Random(1).randbytes(20_000).hex().encode()
    data = gz(pages(1)[0], record(http(PAGE + noise), url="http://example.org/cut"))
    captures = read(tmp_path / "x.warc.gz", data[:-5000])
    assert urls(captures) == ["0", "cut"]
    assert reasons(captures) == [None, CaptureReason.TRUNCATED]


def test_a_file_cut_before_the_body(tmp_path: Path) -> None:
    captures = read(tmp_path / "x.warc", record(http())[: -len(PAGE) - 4])
    assert reasons(captures) == [CaptureReason.TRUNCATED]


def test_a_file_cut_in_the_middle_of_a_header(tmp_path: Path) -> None:
    first, second = (gz(one) for one in pages(2))
    captures = read(tmp_path / "x.warc.gz", first + second[:40])
    assert reasons(captures) == [None, DAMAGED]
    plain = read(tmp_path / "x.warc", b"".join(pages(2))[: len(pages(1)[0]) + 40])
    assert reasons(plain) == [None, DAMAGED]


@pytest.mark.parametrize("cut", [1, 40])
def test_a_plain_file_cut_in_a_body(tmp_path: Path, cut: int) -> None:
    data = b"".join(pages(2))
    captures = read(tmp_path / "x.warc", data[: -len(CRLF * 2) - cut])
    assert reasons(captures) == [None, CaptureReason.TRUNCATED]
    assert captures[1].warc_record_length == len(pages(1)[0]) - 4 - cut


@pytest.mark.parametrize("wrong", [-30, +30, +500, 10**12])
@pytest.mark.parametrize("split_bytes", [100, 1 << 22])
def test_a_wrong_length_costs_one_record(tmp_path: Path, wrong: int, split_bytes: int) -> None:
    """Too short, too long, over the next records, over the end of the file."""
    parts = pages(5)
    block = http()
    parts[1] = record(block, url="http://example.org/1", length=len(block) + wrong)

    captures = read(tmp_path / "x.warc", b"".join(parts), split_bytes=split_bytes)

    assert urls(captures) == ["0", "1", "2", "3", "4"]
    assert reasons(captures) == [None, CaptureReason.TRUNCATED, None, None, None]
    assert [capture.warc_record_offset for capture in captures] == offsets(parts)


@pytest.mark.parametrize("wrong", [-30, +30, +500])
def test_a_wrong_length_in_a_member(tmp_path: Path, wrong: int) -> None:
    block = http()
    parts = pages(3)
    parts[1] = record(block, length=len(block) + wrong)
    captures = read(tmp_path / "x.warc.gz", gz(*parts))
    assert reasons(captures) == [None, CaptureReason.TRUNCATED, None]


def test_a_robots_txt_of_a_wrong_length_is_still_one(tmp_path: Path) -> None:
    parts = pages(3)
    block = http(b"User-agent: *", content_type="text/plain")
    parts[1] = record(block, url="http://example.org/robots.txt", length=len(block) - 5)
    capture = read(tmp_path / "x.warc", b"".join(parts))[1]
    assert (capture.kind, capture.body) == (Kind.ROBOTS, b"")
    assert capture.reject_reason == CaptureReason.TRUNCATED


def test_a_record_without_a_length(tmp_path: Path) -> None:
    parts = pages(3)
    parts[1] = parts[1].replace(b"Content-Length: ", b"Content-Size: ")
    captures = read(tmp_path / "x.warc", b"".join(parts))
    assert reasons(captures) == [None, DAMAGED, None]
    assert captures[1].warc_record_offset == len(parts[0])
    captures = read(tmp_path / "x.warc.gz", gz(*parts))
    assert reasons(captures) == [None, DAMAGED, None]


@pytest.mark.parametrize("junk_bytes", [1, 8190, 8191, 8192, 8193, 16383, 16384, 16385, 300_000])
def test_junk_of_any_length_in_a_plain_file(tmp_path: Path, junk_bytes: int) -> None:
    """Around the sizes of the windows in which the next record is looked for."""
    first, second = pages(2)
    data = first + b"x" * (junk_bytes - 1) + b"\n" + second
    captures = read(tmp_path / "x.warc", data)
    assert [capture.warc_record_offset for capture in captures][-1] == len(first) + junk_bytes
    assert len(captures) == 2 + (junk_bytes > 1)


def test_records_without_blank_lines_between_them(tmp_path: Path) -> None:
    data = b"".join(one.removesuffix(CRLF * 2) for one in pages(3))
    assert reasons(read(tmp_path / "x.warc", data)) == [None] * 3


@pytest.mark.parametrize("split_bytes", [100, 1 << 22])
def test_gzip_not_cut_by_record_is_read(tmp_path: Path, split_bytes: int) -> None:
    parts = pages(4)
    data = gzip.compress(b"".join(parts))
    captures = read(tmp_path / "x.warc.gz", data, split_bytes=split_bytes)
    assert urls(captures) == ["0", "1", "2", "3"]
    assert reasons(captures) == [None] * 4
    assert [capture.warc_record_offset for capture in captures] == offsets(parts)


def test_gzip_cut_anywhere_is_read(tmp_path: Path) -> None:
    """As bgzip and parallel compressors do it."""
    data = b"".join(pages(20))
    cut = [data[start : start + 100] for start in range(0, len(data), 100)]
    captures = read(tmp_path / "x.warc.gz", gz(*cut))
    assert urls(captures) == [str(number) for number in range(20)]
    assert reasons(captures) == [None] * 20


def test_gzip_not_cut_by_record_damaged(tmp_path: Path) -> None:
    noise = [http(PAGE + random.Random(n).randbytes(50_000).hex().encode()) for n in range(10)]
    data = bytearray(gzip.compress(b"".join(record(block) for block in noise)))
    data[len(data) // 2] ^= 0xFF
    captures = read(tmp_path / "x.warc.gz", bytes(data))
    assert 1 < len(captures) <= 10
    assert reasons(captures)[0] is None
    assert reasons(captures)[-1] == DAMAGED


@pytest.mark.parametrize("name", ["x.warc", "x.warc.gz"])
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"GIF89a" + bytes(500),
        b"\n" * 30,
        b"\n\nWARC/1.0\r\n",
        gzip.compress(b"no record", mtime=0),
        b"\x1f\x8b\x08",
    ],
)
@pytest.mark.parametrize("split_bytes", [10, 1 << 22])
def test_a_file_that_is_no_archive(
    tmp_path: Path, name: str, data: bytes, split_bytes: int
) -> None:
    captures = read(tmp_path / name, data, split_bytes=split_bytes)
    assert reasons(captures) == [CaptureReason.NOT_AN_ARCHIVE]
    assert captures[0].kind is Kind.OTHER


def test_a_file_whose_beginning_is_lost(tmp_path: Path) -> None:
    for name, data in (("x.warc", b"".join(pages(3))), ("x.warc.gz", gz(*pages(3)))):
        captures = read(tmp_path / name, data[30:])
        assert urls(captures) == ["", "1", "2"]
        assert reasons(captures) == [DAMAGED, None, None]


def test_a_plain_file_with_a_name_of_a_gzip_file(tmp_path: Path) -> None:
    assert reasons(read(tmp_path / "x.warc.gz", b"".join(pages(3)))) == [None] * 3


def test_a_gzip_file_with_the_name_of_a_plain_one(tmp_path: Path) -> None:
    captures = read(tmp_path / "x.warc", gz(*pages(30)), split_bytes=100)
    assert reasons(captures) == [None] * 30


def test_a_folder_and_a_file_that_vanishes(tmp_path: Path) -> None:
    captures = read(tmp_path / "missing.warc.gz")
    assert reasons(captures) == [CaptureReason.UNREADABLE_FILE]
    assert captures[0].warc_filename == "missing.warc.gz"


def test_records_behind_a_member_that_swallows_them_are_still_read(tmp_path: Path) -> None:
    """Whatever byte of a member is damaged; some let it go on to the end of the file, unseen."""
    members = [
        gz(record(http())),
        gz(record(http())),
        gz(record(b"GET / HTTP/1.1\r\n\r\n", "request")),
    ]
    first, second = len(members[0]), len(members[0] + members[1])
    for damaged in range(first, second):
        data = bytearray(b"".join(members))
        data[damaged] ^= 0x55

        captures = read(tmp_path / f"{damaged}.warc.gz", bytes(data))

        assert captures[0].warc_record_length == first
        assert captures[-1].warc_record_offset == second, damaged
        assert captures[-1].record_type == "request"
