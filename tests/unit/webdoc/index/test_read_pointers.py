"""Records read by ranges are those of the whole file; what leads to none is a row with a reason."""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from tests.unit.archives import gz, http, record
from tests.unit.index_tables import captures_in
from tests.unit.range_server import RangeServer, serving
from webdoc.archive.captures import Capture
from webdoc.archive.reader import ReadSettings
from webdoc.index.pointers import Pointer, in_sample
from webdoc.index.read_pointers import RecordReader
from webdoc.index.request_rate import RequestRate
from webdoc.index.settings import IndexSettings
from webdoc.reasons import CaptureReason
from webdoc.storage.byte_source import StorageSettings
from webdoc.storage.inputs import ArchiveFile

COUNT = 400
QUICK = StorageSettings(attempts=6, first_wait_s=0.01, max_wait_s=0.02)


def page(number: int) -> bytes:
    text = "".join(sha256(f"{number} {part}".encode()).hexdigest() for part in range(30))
    headers = {"WARC_Truncated": "length"} if number % 50 == 7 else {}
    return record(http(f"<html><p>{text}</html>".encode()), url=url(number), **headers)


def url(number: int) -> str:
    return f"http://e.org/{number}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    (folder / "a.warc.gz").write_bytes(b"".join(gz(page(number)) for number in range(COUNT)))
    return folder


@pytest.fixture(scope="module")
def captures(folder: Path) -> list[Capture]:
    return captures_in(folder / "a.warc.gz")


@pytest.fixture
def web(folder: Path) -> Iterator[RangeServer]:
    with serving(folder) as server:
        yield server


def pointer(capture: Capture) -> Pointer:
    place = (capture.warc_record_offset, capture.warc_record_length)
    return Pointer(capture.url, capture.warc_filename, *place)


def read(
    at: str, pointers: list[Pointer], storage: StorageSettings = QUICK, **index: float
) -> list[Capture]:
    settings = IndexSettings(path="x", **index)  # type: ignore[arg-type]
    rate = RequestRate(settings.requests_per_second)
    reader = RecordReader(settings, ReadSettings(storage=storage), rate)
    return [*reader.captures(ArchiveFile(at, "a.warc.gz", 0), pointers)]


def test_a_sample_is_what_the_whole_file_gives(
    folder: Path, captures: list[Capture], web: RangeServer
) -> None:
    wanted = [one for one in captures if in_sample(one.url, 0.05)]
    assert 5 < len(wanted) < 40
    pointers = [pointer(one) for one in wanted]

    assert read(f"{web.url}/a.warc.gz", pointers, requests_per_second=1e6) == wanted
    assert read(str(folder / "a.warc.gz"), pointers) == wanted

    own = sum(one.length or 0 for one in pointers)
    assert own <= web.archive_bytes() <= 1.3 * own
    assert {one.method for one in web.log} == {"GET"}  # nothing is asked beside the ranges
    assert len(web.log) <= len(pointers)


def test_all_records_are_read_in_sequence_by_few_requests(
    captures: list[Capture], web: RangeServer
) -> None:
    pointers = [pointer(one) for one in captures]
    assert {one.reject_reason for one in captures} == {None, CaptureReason.TRUNCATED}
    found = read(f"{web.url}/a.warc.gz", pointers[::-1] * 2, span_bytes=100_000)
    assert found == captures
    assert len(web.log) < 12


BAD = [
    (Pointer(url(1), "a.warc.gz", 0, 0), CaptureReason.BAD_POINTER),
    (Pointer(url(2), "a.warc.gz", None, 7), CaptureReason.BAD_POINTER),
    (Pointer(url(3), "a.warc.gz", 10**12, 7), CaptureReason.NOT_AT_POINTER),
    (Pointer(url(4), "a.warc.gz", 5, 70), CaptureReason.NOT_AT_POINTER),
]


def test_rows_that_lead_to_no_record_are_rows(
    folder: Path, captures: list[Capture], web: RangeServer
) -> None:
    good = pointer(captures[20])
    short = replace(pointer(captures[30]), length=700)
    other = replace(pointer(captures[40]), url="http://e.org/another")
    for at in (f"{web.url}/a.warc.gz", str(folder / "a.warc.gz")):
        found = read(at, [*(one for one, _ in BAD), good, short, other], requests_per_second=1e6)
        reasons = {one.url: one.reject_reason for one in found}
        assert len(found) == len(BAD) + 3
        assert reasons == {
            **{one.url: reason for one, reason in BAD},
            captures[20].url: None,
            captures[30].url: CaptureReason.NOT_AT_POINTER,
            "http://e.org/another": CaptureReason.NOT_AT_POINTER,
        }
        assert captures[20] in found


def test_a_file_that_was_changed_since_gives_no_foreign_record(
    tmp_path: Path, captures: list[Capture]
) -> None:
    """Two records were put in front: at most places begins no record, at some another one."""
    changed = tmp_path / "a.warc.gz"
    changed.write_bytes(b"".join(gz(page(number)) for number in (900, 901, *range(COUNT))))
    found = read(str(changed), [pointer(one) for one in captures])
    assert {one.reject_reason for one in found} == {CaptureReason.NOT_AT_POINTER}
    assert [one.url for one in found] == [one.url for one in captures]


@pytest.mark.parametrize(("status", "passes"), [(503, True), (403, False), (404, False)])
def test_a_storage_that_fails_in_the_middle(
    captures: list[Capture], web: RangeServer, status: int, passes: bool
) -> None:
    """An outage is waited for; what is refused or gone ends the file with a row that says so."""
    times = 3 if passes else 10**6
    web.refuse = lambda _path, number: status if 4 <= number < 4 + times else None
    pointers = [pointer(one) for one in captures[::40]]

    found = read(f"{web.url}/a.warc.gz", pointers, parallel=1, requests_per_second=1e6)

    if passes:
        assert found == captures[::40]
        return
    assert found[:4] == captures[::40][:4]
    assert [one.reject_reason for one in found[4:]] == [CaptureReason.UNREADABLE_FILE]
    assert found[4].warc_record_offset == pointers[4].offset
    assert (
        f"answered {status}" in found[4].reject_detail or "no such file" in found[4].reject_detail
    )
    assert "; 6 records of the selection, from here on, were not read" in found[4].reject_detail


def test_the_log_of_the_server_shows_the_budget(captures: list[Capture], web: RangeServer) -> None:
    """60 requests in sequence or eight at once: begun at the rate that was asked for."""
    pointers = [pointer(one) for one in captures[::6]]
    read(f"{web.url}/a.warc.gz", pointers, requests_per_second=200, max_waste=0)
    times = sorted(one.at for one in web.log)
    assert len(times) == len(pointers)
    for first in range(len(times) - 20):
        assert times[first + 20] - times[first] > 0.75 * 20 / 200
