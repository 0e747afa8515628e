"""Archives cut short or with a bit flipped: every byte is accounted for, and nothing is raised."""

import random
from pathlib import Path

import pytest

from tests.unit.archives import gz, http, pages, read, record
from webdoc.archive.captures import Capture
from webdoc.archive.reader import ReadSettings
from webdoc.reasons import CaptureReason

_BLANK_BYTES = 8  # between plain records, and after the last one


def damaged(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(1, len(data))
    if chance.random() < 0.5:
        return data[:at]
    changed = bytearray(data)
    changed[at] ^= 1 << chance.randrange(8)
    return bytes(changed)


def problems(captures: list[Capture], size: int, *, blank: int) -> list[str]:
    """Return which bytes no capture stands for, and which places are none."""
    found, end = [], 0
    for capture in sorted(captures, key=lambda c: (c.warc_record_offset, -c.warc_record_length)):
        start, length = capture.warc_record_offset, capture.warc_record_length
        if not end <= start <= end + blank:
            found.append(f"{start} after {end}")
        end = max(end, start + length)
        if capture.reject_reason == CaptureReason.INTERNAL_ERROR:
            found.append(capture.reject_detail)
    if not end <= size <= end + blank:
        found.append(f"{end} of {size}")
    return found


def archives() -> dict[str, bytes]:
    plain = [
        *pages(9, body_bytes=700),
        record(http(b"\x89PNG" + bytes(range(256)) * 9, content_type="image/png")),
        record(b"a request", kind="request"),
        *pages(3),
    ]
    return {"a.warc": b"".join(plain), "a.warc.gz": gz(*plain)}


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
@pytest.mark.parametrize("count", [60, pytest.param(500, marks=pytest.mark.soak)])
def test_every_byte_is_accounted_for(name: str, count: int, tmp_path: Path) -> None:
    data, chance = archives()[name], random.Random(13)
    blank = 0 if name.endswith(".gz") else _BLANK_BYTES
    for number in range(count):
        changed = damaged(data, chance)
        captures = read(tmp_path / name, changed, split_bytes=1 << 20)
        assert problems(captures, len(changed), blank=blank) == [], number


@pytest.mark.soak
@pytest.mark.timeout(1_800)
def test_every_byte_of_real_archives_is_accounted_for(shared_data: Path, tmp_path: Path) -> None:
    """500 cuts and flips of archives that others use as tests.

    Not those gzip files that are not cut by record: there a record has no place of its own.
    """
    files = [
        file
        for file in sorted(shared_data.glob("warc/**/*"))
        if file.name.endswith((".warc", ".warc.gz", ".arc", ".arc.gz"))
        and file.is_file()
        and file.stat().st_size < 3_000_000
    ]
    chance, settings, tried = random.Random(7), ReadSettings(split_bytes=1 << 20), 0
    whole = {}
    for file in files:
        data = file.read_bytes()
        blank = 0 if data[:2] == b"\x1f\x8b" else _BLANK_BYTES
        captures = read(tmp_path / file.name, data, settings)
        if not problems(captures, len(data), blank=blank):
            whole[file] = data, blank
    assert len(whole) > 5
    while tried < 500:
        file = chance.choice(sorted(whole))
        data, blank = whole[file]
        changed = damaged(data, chance)
        captures = read(tmp_path / file.name, changed, settings)
        assert problems(captures, len(changed), blank=blank) == [], (file.name, tried)
        tried += 1
