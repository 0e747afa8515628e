"""However a file is split, its captures are the same; and each can be read again alone."""

import gzip
import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.unit.archives import PAGE, gz, http, offsets, pages, read, record
from webdoc.archive.captures import Capture
from webdoc.archive.reader import ReadSettings, read_captures, read_captures_at
from webdoc.reasons import Kind
from webdoc.storage.byte_source import StorageError
from webdoc.storage.inputs import ArchiveFile, Split, expand_inputs, splits_of

KIB = 1024


def whole(file: ArchiveFile) -> list[Capture]:
    return list(read_captures(Split(file, 0, file.size_bytes), ReadSettings()))


def in_splits(file: ArchiveFile, split_bytes: int) -> list[Capture]:
    settings = ReadSettings(split_bytes=split_bytes)
    parts = splits_of([file], split_bytes)
    return [capture for split in parts for capture in read_captures(split, settings)]


@pytest.mark.parametrize("split_bytes", [KIB, 64 * KIB, 4 * KIB * KIB])
def test_real_archives(shared_data: Path, split_bytes: int) -> None:
    files = expand_inputs([str(shared_data / "warc")])
    assert len(files) == 20
    for file in files:
        if split_bytes == KIB and file.size_bytes > 1_000 * KIB:
            continue
        assert in_splits(file, split_bytes) == whole(file), file.name


def test_a_real_site(shared_data: Path) -> None:
    [file] = expand_inputs([str(shared_data / "sites" / "based-cooking.warc.gz")])
    captures = in_splits(file, 1024 * KIB)
    assert captures == whole(file)
    assert sum(capture.kind is Kind.PAGE for capture in captures) == 526
    assert sum(capture.kind is Kind.IMAGE for capture in captures) == 141


PARTS = st.lists(
    st.sampled_from(
        [
            *pages(2),
            record(http(gz(*pages(3)), content_type="application/gzip")),
            record(http(b"".join(pages(3)), content_type="text/plain")),
            record(http(), length=9),
            record(http(), length=700),
            record(b"GET / HTTP/1.1\r\n\r\n", "request"),
            b"",
            b"WARC/1.0\r\n",
            b"\x1f\x8b\x08\x00 no gzip",
            b"junk \r\n\r\n",
        ]
    ),
    max_size=8,
)


@given(PARTS, st.integers(1, 700), st.booleans(), st.data())
@example([*pages(2), record(http(gz(*pages(3))))], 1, True, None)
def test_the_splits_of_any_file(
    parts: list[bytes], split_bytes: int, packed: bool, draw: st.DataObject | None
) -> None:
    """Records, junk and damage in any order, cut anywhere."""
    data = bytearray(
        b"".join(gz(part) if packed and b"junk" not in part else part for part in parts)
    )
    if data and draw is not None and draw.draw(st.booleans()):
        data[draw.draw(st.integers(0, len(data) - 1))] ^= 0x55
    with tempfile.TemporaryDirectory() as folder:
        name = Path(folder) / ("x.warc.gz" if packed else "x.warc")
        name.write_bytes(data)
        [file] = expand_inputs([str(name)])
        file = ArchiveFile(file.path, file.name, len(data))

        expected = whole(file)

        cut = range(0, len(data), split_bytes)
        parts_of_file = [Split(file, at, min(at + split_bytes, len(data))) for at in cut]
        settings = ReadSettings(split_bytes=split_bytes)
        found = [one for split in parts_of_file for one in read_captures(split, settings)]
        assert found == (expected if data else [])
        assert all(one.reject_reason or one.kind is not Kind.OTHER for one in expected)


@pytest.mark.parametrize("damage", ["", "after it", "cut"])
@pytest.mark.parametrize("split_bytes", [500, 3_000, 20_000])
def test_an_archive_inside_an_archive(tmp_path: Path, split_bytes: int, damage: str) -> None:
    """Gzip stores what it cannot press, so the members of such a page are seen in the file.

    With damage after them, or none of the file, they look as real as others.
    """
    noise = random.Random(7)
    inner = [record(http(noise.randbytes(900))) for _ in range(60)]
    outer = record(http(gz(*inner), content_type="application/gzip"), url="http://example.org/")
    members = [*(gz(one) for one in pages(3)), gzip.compress(outer, 0, mtime=0)]
    members += [gz(one) for one in pages(3)]
    assert gz(inner[5]) in members[3]
    if damage == "cut":
        members = [*members[:3], members[3][: len(members[3]) // 2]]
    if damage == "after it":
        members[4] = members[4][:60] + b"\xff" * 20 + members[4][80:]

    captures = read(tmp_path / "x.warc.gz", b"".join(members), split_bytes=split_bytes)

    assert [capture.warc_record_offset for capture in captures] == offsets(members)


def test_a_plain_archive_inside_a_plain_archive(tmp_path: Path) -> None:
    inner = b"\r\n\r\n" + b"".join(pages(10))
    parts = [*pages(1), record(http(inner, content_type="text/plain")), *pages(1)]
    captures = read(tmp_path / "x.warc", b"".join(parts), split_bytes=100)
    assert [capture.warc_record_offset for capture in captures] == offsets(parts)


@pytest.mark.parametrize("name", ["x.warc", "x.warc.gz", "whole.warc.gz"])
def test_captures_are_found_again(tmp_path: Path, name: str) -> None:
    parts = pages(7)
    packed = {"x.warc": b"".join(parts), "x.warc.gz": gz(*parts)}
    captures = read(tmp_path / name, packed.get(name, gzip.compress(b"".join(parts))))
    [file] = expand_inputs([str(tmp_path / name)])
    wanted = [captures[5], captures[2]]
    places = [(one.warc_record_offset, one.warc_record_length) for one in wanted]

    found = read_captures_at(file, [*places, (3, 77)], ReadSettings())

    assert list(found) == [captures[2], captures[5]]
    assert captures[2].body.startswith(PAGE)


def test_a_place_without_a_record_gives_nothing(tmp_path: Path) -> None:
    data = gz(*pages(2))
    (tmp_path / "x.warc.gz").write_bytes(data)
    [file] = expand_inputs([str(tmp_path / "x.warc.gz")])
    first = len(gz(pages(1)[0]))

    def found(file: ArchiveFile, offset: int, length: int) -> int:
        return len(list(read_captures_at(file, [(offset, length)], ReadSettings())))

    assert found(file, first, len(data) - first) == 1
    assert found(file, first + 1, len(data) - first - 1) == 0
    assert found(file, first, len(data) - first - 40) == 0
    assert found(file, 10**9, 10) == 0
    missing = ArchiveFile(str(tmp_path / "no.warc.gz"), "no.warc.gz", 10)
    with pytest.raises(StorageError):
        found(missing, 0, 10)


def test_splits_do_not_overlap_and_leave_nothing_out() -> None:
    gzip_file = ArchiveFile("/a.warc.gz", "a.warc.gz", 1000)
    cut = splits_of([gzip_file], 300)
    assert [(split.start, split.end) for split in cut] == [
        (0, 300),
        (300, 600),
        (600, 900),
        (900, 1000),
    ]


@pytest.mark.parametrize(
    ("file", "count"),
    [
        (ArchiveFile("/a.warc.gz", "a.warc.gz", 0), 1),
        (ArchiveFile("/a.warc.gz", "a.warc.gz", 10**6, splittable=False), 1),
        (ArchiveFile("/a.warc", "a", 10**6), 16),
        (ArchiveFile("s3://b/a.warc", "a", 10**6), 1),
        (ArchiveFile("s3://b/a.warc.gz", "a.warc.gz", 10**6), 1000),
    ],
)
def test_what_is_costly_to_split_is_split_less(file: ArchiveFile, count: int) -> None:
    assert len(splits_of([file], 1000)) == count
