"""Archives whose lengths lie: each record is accounted for, and none is read again for ever."""

from itertools import pairwise
from pathlib import Path

import pytest

from tests.unit.archives import http, pages, read, record
from webdoc.archive import record_frames
from webdoc.archive.captures import Capture
from webdoc.archive.reader import ReadSettings
from webdoc.reasons import CaptureReason, Kind
from webdoc.storage import byte_source

MIB = 1 << 20


def liars(count: int, length: int, body: bytes = b"A page.") -> bytes:
    """Records that each claim so many bytes."""
    answer = http(b"<p>" + body)
    return b"".join(
        record(answer, url=f"http://liar.example/{number}", length=length)
        for number in range(count)
    )


def covered(captures: list[Capture]) -> list[tuple[int, int]]:
    return [(c.warc_record_offset, c.warc_record_offset + c.warc_record_length) for c in captures]


@pytest.fixture
def blocks_read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many bytes were read from local files, one entry a block."""
    sizes: list[int] = []
    real = byte_source.ByteSource.next_block

    def counting(source: byte_source.ByteSource) -> bytes:
        block = real(source)
        sizes.append(len(block))
        return block

    monkeypatch.setattr(byte_source.ByteSource, "next_block", counting)
    return sizes


@pytest.mark.parametrize("length", [999_999_999, 700_000])
def test_a_file_of_wrong_lengths_is_read_only_so_often(
    tmp_path: Path, blocks_read: list[int], length: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unmended, 8,000 records of 180 bytes were read 8,000 times: 6 GB for 1.5 MB."""
    monkeypatch.setattr(record_frames, "_FREE_BYTES", 4 * MIB)
    data = liars(8_000, length)
    captures = read(tmp_path / "liar.warc", data, split_bytes=1 << 30)
    assert len(captures) == 8_000
    assert {c.reject_reason for c in captures} <= {
        CaptureReason.TRUNCATED,
        CaptureReason.BODY_TOO_LARGE,
    }
    assert len({c.url for c in captures}) == 8_000
    assert sum(blocks_read) < 4 * MIB + 40 * len(data)
    places = covered(captures)
    assert places[0][0] == 0
    assert places[-1][1] == len(data)
    assert all(0 <= b[0] - a[1] <= 4 for a, b in pairwise(places))


def test_right_records_of_a_file_that_is_not_believed_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_frames, "_FREE_BYTES", 0)
    monkeypatch.setattr(record_frames, "_TIMES_READ", 0)
    data = liars(3, 10**9) + b"".join(pages(4, body_bytes=300_000)) + liars(1, 10**9)
    captures = read(tmp_path / "mixed.warc", data, split_bytes=1 << 30)
    assert [c.kind for c in captures] == [Kind.OTHER] * 3 + [Kind.PAGE] * 4 + [Kind.OTHER]
    assert [c.reject_reason for c in captures[:3]] == [CaptureReason.TRUNCATED] * 3
    assert all(len(c.body) > 300_000 for c in captures[3:7])


@pytest.mark.parametrize("split_bytes", [1_000, 20_000, 1 << 30])
def test_splits_agree_on_a_file_that_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, split_bytes: int
) -> None:
    monkeypatch.setattr(record_frames, "_FREE_BYTES", 1 * MIB)
    data = liars(60, 5_000) + b"".join(pages(9)) + liars(60, 10**9) + b"".join(pages(9))
    whole = read(tmp_path / "a.warc", data, split_bytes=1 << 30)
    assert read(tmp_path / "a.warc", settings=ReadSettings(split_bytes=split_bytes)) == whole
    assert sum(c.kind is Kind.PAGE for c in whole) >= 17
