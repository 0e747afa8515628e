"""Inputs become archive files: each once, in order, the missing ones among them."""

import gzip
import os
import zipfile
from pathlib import Path

import pytest

from tests.unit.archives import gz, pages, read
from webdoc.archive.captures import capture_id
from webdoc.archive.reader import ReadSettings, read_captures, read_captures_at
from webdoc.reasons import CaptureReason
from webdoc.storage.byte_source import StorageError, StorageSettings, ask_storage
from webdoc.storage.inputs import ArchiveFile, Split, expand_inputs

DATA = gz(*pages(2))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    for name in ("b.warc.gz", "a.warc", "notes.txt", "deep/c.arc.gz", "deep/[d].warc.gz"):
        (tmp_path / "in" / name).write_bytes(DATA)
    return tmp_path / "in"


def names(*inputs: object, settings: StorageSettings | None = None) -> list[str]:
    return [file.name for file in expand_inputs([str(one) for one in inputs], settings)]


def test_a_file(folder: Path) -> None:
    path = str(folder / "b.warc.gz")
    assert expand_inputs([path]) == [ArchiveFile(path, "b.warc.gz", len(DATA))]


def test_a_folder_holds_all_archives_beneath_it(folder: Path) -> None:
    assert names(folder) == ["[d].warc.gz", "a.warc", "b.warc.gz", "c.arc.gz"]


def test_globs(folder: Path) -> None:
    assert names(folder / "*.gz") == ["b.warc.gz"]
    assert names(folder / "**" / "*.gz") == ["[d].warc.gz", "b.warc.gz", "c.arc.gz"]
    assert names(folder / "deep" / "[d].warc.gz") == ["[d].warc.gz"]


def test_the_same_file_counts_once(folder: Path) -> None:
    (folder / "link.warc.gz").symlink_to(folder / "b.warc.gz")
    spellings = [
        folder / "b.warc.gz",
        f"{folder}/deep/../b.warc.gz",
        f"file://{folder}/b.warc.gz",
        folder / "b*",
        folder / "link.warc.gz",
        os.path.relpath(folder / "b.warc.gz"),
    ]
    assert names(*spellings) == ["b.warc.gz"]


def test_a_link_to_a_file_without_an_ending_keeps_its_own_name(folder: Path) -> None:
    """As caches of downloads have it: blobs called by their hash, and links with names."""
    (folder / "b.warc.gz").rename(folder / "4f2a")
    (folder / "b.warc.gz").symlink_to("4f2a")
    expected = [ArchiveFile(str(folder / "b.warc.gz"), "b.warc.gz", len(DATA))]
    for spelling in (folder / "b.warc.gz", folder / "b*", folder / "deep" / ".." / "b.warc.gz"):
        assert expand_inputs([str(spelling)]) == expected
    assert names(folder) == ["[d].warc.gz", "a.warc", "b.warc.gz", "c.arc.gz"]


def test_links_that_lead_back_give_each_file_once(folder: Path) -> None:
    for name in ("one", "two"):  # with two of them there are more paths than anyone can walk
        (folder / "deep" / name).symlink_to("..")
    assert names(folder) == ["[d].warc.gz", "a.warc", "b.warc.gz", "c.arc.gz"]


def test_files_of_one_name_are_told_apart(folder: Path) -> None:
    for name in ("en/0/b.warc.gz", "de/0/b.warc.gz", "fr/s.wacz", "it/s.wacz"):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_bytes(DATA)
    for name in ("fr/s.wacz", "it/s.wacz"):
        wacz(folder / name)

    assert names(folder) == [
        "[d].warc.gz",
        "a.warc",
        "c.arc.gz",
        "de/0/b.warc.gz",
        "en/0/b.warc.gz",
        "fr/s.wacz/archive/a.warc",
        "fr/s.wacz/archive/b.warc.gz",
        "in/b.warc.gz",
        "it/s.wacz/archive/a.warc",
        "it/s.wacz/archive/b.warc.gz",
    ]


def test_copies_of_a_file_give_captures_of_their_own(folder: Path) -> None:
    (folder / "deep" / "b.warc.gz").write_bytes(DATA)

    files = expand_inputs([str(folder / "b.warc.gz"), str(folder / "deep" / "b.warc.gz")])
    captures = [c for f in files for c in read_captures(Split(f, 0, f.size_bytes), ReadSettings())]

    assert len({capture_id(capture) for capture in captures}) == len(captures) == 4


@pytest.mark.parametrize("packed", [False, True])
def test_lists(folder: Path, packed: bool) -> None:
    text = (
        f"\ufeff# ours\n\nb.warc.gz\n{folder}/a.warc\ndeep/*.arc.gz\r\nmissing.warc.gz\n".encode()
    )
    name = folder / ("warc.paths.gz" if packed else "warc.paths")
    name.write_bytes(gzip.compress(text) if packed else text)
    files = expand_inputs([str(name)])
    assert [file.name for file in files] == ["a.warc", "b.warc.gz", "c.arc.gz", "missing.warc.gz"]
    assert [bool(file.problem) for file in files] == [False, False, False, True]


def test_lines_of_common_crawl_stand_where_they_are(folder: Path) -> None:
    (folder / "warc.paths").write_text("crawl-data/x/b.warc.gz\n")
    elsewhere = StorageSettings(paths_base=f"{folder}/mirror/")
    [file] = expand_inputs([str(folder / "warc.paths")], elsewhere)
    assert file.path == f"{folder}/mirror/crawl-data/x/b.warc.gz"
    (folder / "crawl-data" / "x").mkdir(parents=True)
    (folder / "crawl-data" / "x" / "b.warc.gz").write_bytes(DATA)
    [file] = expand_inputs([str(folder / "warc.paths")])
    assert file.size_bytes == len(DATA)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("missing.warc.gz", "no such file"),
        ("missing*.warc.gz", "no such file there"),
        ("empty", "no such file there"),
        ("missing.paths", "no such file"),
        ("broken.paths.gz", "not a list of paths"),
        ("broken.wacz", "not a zip file"),
        ("b.warc.gz/x.warc", "Not a directory"),
    ],
)
def test_what_is_missing_is_in_the_answer(folder: Path, name: str, problem: str) -> None:
    (folder / "empty").mkdir()
    (folder / "broken.paths.gz").write_bytes(gzip.compress(b"a\nb")[:-9])
    (folder / "broken.wacz").write_bytes(b"PK\x03\x04 no more")

    files = expand_inputs([str(folder / name), str(folder / "b.warc.gz")])

    [lost] = [file for file in files if file.problem]
    assert problem in lost.problem
    assert str(folder) not in lost.name
    assert len(files) == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_forbidden_file_is_a_problem(folder: Path) -> None:
    (folder / "b.warc.gz").chmod(0)
    [file] = expand_inputs([str(folder / "b.warc.gz")])
    assert file.problem == "not allowed to read it"


def test_a_problem_is_one_capture(folder: Path) -> None:
    [capture] = read(folder / "missing.warc.gz")
    assert capture.reject_reason == CaptureReason.UNREADABLE_FILE
    assert capture.reject_detail == "no such file"


def wacz(path: Path, compression: int = zipfile.ZIP_STORED) -> None:
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("datapackage.json", "{}")
        info = zipfile.ZipInfo("archive/b.warc.gz")
        info.extra = b"\x99\x99\x02\x00ab"  # stands between the name and the data
        packed.writestr(info, gz(*pages(3)), compression)
        packed.writestr("archive/a.warc", b"".join(pages(2)), compression)
        packed.writestr("indexes/index.cdx.gz", b"x")


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_archives_in_a_wacz(tmp_path: Path, compression: int) -> None:
    path = tmp_path / "site.wacz"
    wacz(path, compression)

    files = expand_inputs([str(tmp_path)])
    captures = read(path, split_bytes=100)

    assert [file.name for file in files] == [
        "site.wacz/archive/a.warc",
        "site.wacz/archive/b.warc.gz",
    ]
    assert [file.splittable for file in files] == [compression == zipfile.ZIP_STORED] * 2
    assert [capture.reject_reason for capture in captures] == [None] * 5
    assert [one.warc_filename for one in captures[:2]] == ["site.wacz/archive/a.warc"] * 2
    assert captures[3].warc_record_offset == len(gz(pages(1)[0]))
    if compression == zipfile.ZIP_STORED:
        assert expand_inputs([files[1].path]) == [files[1]]
    place = (captures[3].warc_record_offset, captures[3].warc_record_length)
    assert list(read_captures_at(files[1], [place], ReadSettings())) == [captures[3]]


def test_an_archive_that_is_no_longer_in_its_wacz(tmp_path: Path) -> None:
    path = tmp_path / "site.wacz"
    wacz(path)
    [first, _] = expand_inputs([str(path)])
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("archive/other.warc", b"")
    captures = list(read_captures(Split(first, 0, first.size_bytes), ReadSettings()))
    assert captures[0].reject_reason == CaptureReason.UNREADABLE_FILE
    assert "no archive/a.warc in it" in captures[0].reject_detail


@pytest.mark.parametrize("wrong", [b"\xff" * 40, b""])
def test_a_wacz_damaged_inside(tmp_path: Path, wrong: bytes) -> None:
    """A member deflated a second time: zlib and zipfile have errors of their own."""
    path = tmp_path / "site.wacz"
    wacz(path, zipfile.ZIP_DEFLATED)
    data = bytearray(path.read_bytes())
    place = data.index(b"archive/a.warc") + len(b"archive/a.warc") + 30
    data[place : place + len(wrong)] = wrong
    checksum = data.rindex(b"archive/a.warc") - 46 + 16
    data[checksum : checksum + 4] = b"none"
    path.write_bytes(data)
    reasons = [capture.reject_reason for capture in read(path)]
    assert reasons[-3:] == [None] * 3
    assert CaptureReason.UNREADABLE_FILE in reasons


def test_storage_is_asked_again_but_not_for_what_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("tenacity.nap.time.sleep", waits.append)
    settings = StorageSettings(attempts=3, first_wait_s=0.5)
    calls = []

    def fails(error: Exception, times: int) -> str:
        calls.append(error)
        if len(calls) <= times:
            raise error
        return "answer"

    assert ask_storage(lambda: fails(RuntimeError("503"), 2), settings) == "answer"
    assert 0.25 <= waits[0] <= 0.5 <= waits[1] <= 1.0  # half of each is chance
    calls.clear()
    with pytest.raises(StorageError, match="RuntimeError: 503"):
        ask_storage(lambda: fails(RuntimeError("503"), 3), settings)
    assert len(calls) == 3
    for error in (FileNotFoundError("x"), PermissionError("x")):
        calls.clear()
        with pytest.raises(StorageError):
            ask_storage(lambda error=error: fails(error, 9), settings)
        assert len(calls) == 1


@pytest.mark.parametrize(
    "change", [{"block_bytes": 0}, {"attempts": 0}, {"first_wait_s": -1}, {"timeout_s": 0}]
)
def test_impossible_settings_are_refused(change: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=next(iter(change))):
        StorageSettings(**change)
