"""A storage that is away for a while is waited for; pictures are read again by few requests."""

import http.server
import socket
import threading
import time
from collections.abc import Iterator
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from spark_jobs.sources.image_places import ARCHIVE, ChangedArchiveError, bodies_at
from tests.unit.archives import gz, offsets, record
from tests.unit.archives import http as answer
from webdoc.archive.reader import ReadSettings, joined_spans, read_captures
from webdoc.storage.byte_source import StorageError, StorageSettings, ask_storage
from webdoc.storage.inputs import ArchiveFile, Split, expand_inputs
from webdoc.storage.patience import is_passing
from webdoc.tables.images import ImagePlace

PICTURE_BYTES = 30_000


def noise(name: str, size_bytes: int) -> bytes:
    """Bytes that cannot be compressed, so that a member is as large as what it holds."""
    parts = range(-(-size_bytes // 32))
    return b"".join(sha256(f"{name} {part}".encode()).digest() for part in parts)[:size_bytes]


PICTURES = [noise(f"picture {number}", PICTURE_BYTES) for number in range(12)]
RECORDS = [
    part
    for number, body in enumerate(PICTURES)
    for part in (
        record(answer(body, content_type="image/png"), url=f"http://e.org/{number}.png"),
        record(answer(noise("page", 40_000 if number % 4 == 3 else 300)), url="http://e.org/"),
    )
]
MEMBERS = [gz(one) for one in RECORDS]
DATA = b"".join(MEMBERS)
QUICK = StorageSettings(attempts=30, first_wait_s=0.02, max_wait_s=0.1)
BRIEF = StorageSettings(attempts=2, first_wait_s=0.01)


class Server:
    """Serves one file by ranges; away from time to time; counts what it gave."""

    def __init__(self) -> None:
        self.data = DATA
        self.away_until = 0.0
        self.requests: list[str] = []
        self.sent_bytes = 0
        self.url = ""


@pytest.fixture
def web() -> Iterator[Server]:
    state = Server()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.answered(body=True)

        def do_HEAD(self) -> None:
            self.answered(body=False)

        def answered(self, body: bool) -> None:
            state.requests.append(self.command)
            if time.monotonic() < state.away_until:
                self.send_error(503)
                return
            if not self.path.endswith("a.warc.gz"):
                self.send_error(404)
                return
            wanted, data = self.headers.get("Range"), state.data
            first, last = 0, len(data) - 1
            if wanted:
                begin, _, end = wanted.removeprefix("bytes=").partition("-")
                first, last = int(begin), min(int(end or last), last)
            part = data[first : last + 1]
            self.send_response(206 if wanted else 200)
            if wanted:
                self.send_header("Content-Range", f"bytes {first}-{last}/{len(data)}")
            self.send_header("Accept-Ranges", "bytes")
            self.send_header("Content-Length", str(len(part)))
            self.end_headers()
            if body:
                state.sent_bytes += len(part)
                self.wfile.write(part)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    state.url = f"http://127.0.0.1:{server.server_address[1]}/a.warc.gz"
    yield state
    server.shutdown()
    server.server_close()


def away(web: Server, seconds: float) -> None:
    web.away_until = time.monotonic() + seconds


def test_planning_waits_for_a_storage_that_is_away(web: Server) -> None:
    away(web, 0.5)
    [file] = expand_inputs([web.url], QUICK)
    assert file == ArchiveFile(web.url, "a.warc.gz", len(DATA))


def test_away_is_not_missing(web: Server) -> None:
    away(web, 60)
    [file] = expand_inputs([web.url], BRIEF)
    assert file.problem == "its storage answered 503"


def test_a_list_that_nobody_can_see_is_no_plan(web: Server) -> None:
    """A run would keep to an empty plan for ever."""
    away(web, 60)
    with pytest.raises(StorageError, match="answered 503"):
        expand_inputs([web.url.replace("a.warc.gz", "warc.paths")], BRIEF)


def test_what_is_missing_is_asked_for_once(web: Server) -> None:
    [file] = expand_inputs([web.url.replace("a.warc", "b.warc")], QUICK)
    assert file.problem == "no such file"
    assert web.requests == ["HEAD", "GET"]


def test_reading_goes_on_after_an_outage(web: Server) -> None:
    [file] = expand_inputs([web.url], QUICK)
    away(web, 0.5)
    captures = list(read_captures(Split(file, 0, len(DATA)), ReadSettings(storage=QUICK)))
    assert [capture.warc_record_offset for capture in captures] == offsets(MEMBERS)
    assert {capture.reject_reason for capture in captures} == {None}


def places(web: Server, wanted: range) -> list[ImagePlace]:
    starts = offsets(MEMBERS)
    return [
        ImagePlace(
            sha256(PICTURES[number]).hexdigest(),
            ARCHIVE,
            web.url,
            starts[2 * number],
            len(MEMBERS[2 * number]),
            "a.warc.gz",
        )
        for number in wanted
    ]


def test_pictures_cost_about_their_own_bytes(web: Server) -> None:
    wanted = places(web, range(12))
    found = dict(bodies_at(wanted, ReadSettings(storage=QUICK)))
    assert [found[place] for place in wanted] == PICTURES
    assert web.sent_bytes < 1.2 * sum(place.length for place in wanted)
    # The pages between are small, but for every fourth: three spans, and one look at the size.
    assert web.requests == ["HEAD", "GET", "GET", "GET"]


def test_a_few_pictures_do_not_cost_a_block_each(web: Server) -> None:
    wanted = places(web, range(0, 12, 4))
    found = dict(bodies_at(wanted, ReadSettings(storage=QUICK)))
    assert [found[place] for place in wanted] == PICTURES[::4]
    assert web.sent_bytes == sum(place.length for place in wanted)


def test_an_outage_is_waited_for_while_pictures_are_read(web: Server) -> None:
    away(web, 0.5)
    assert len(list(bodies_at(places(web, range(12)), ReadSettings(storage=QUICK)))) == 12


def test_a_long_outage_is_no_changed_archive_and_reads_nothing(web: Server) -> None:
    away(web, 60)
    with pytest.raises(StorageError, match="answered 503"):
        list(bodies_at(places(web, range(12)), ReadSettings(storage=BRIEF)))
    assert web.sent_bytes == 0


def test_an_outage_that_begins_in_the_middle_reads_no_more(web: Server) -> None:
    reading = bodies_at(places(web, range(12)), ReadSettings(storage=BRIEF))
    next(reading)
    away(web, 60)
    with pytest.raises(StorageError, match="answered 503"):
        list(reading)
    assert web.sent_bytes < len(DATA) / 2


def test_an_archive_that_did_change_is_called_so(web: Server) -> None:
    wanted = places(web, range(12))
    web.data = DATA[:200] + b"\x00" * 200 + DATA[400:]
    with pytest.raises(ChangedArchiveError, match="has changed"):
        list(bodies_at(wanted, ReadSettings(storage=BRIEF)))


def test_places_are_joined_up_to_the_limits() -> None:
    """A gap of 16 KiB is read, a larger one is not; a span ends at 8 MiB."""
    near, far = [(0, 10), (10 + 16384, 10)], [(0, 10), (10 + 16385, 10)]
    assert [span.places for span in joined_spans(near)] == [tuple(near)]
    assert [span.places for span in joined_spans(far)] == [(place,) for place in far]
    half = 4 << 20
    assert [s.length for s in joined_spans([(0, half), (half, half)])] == [2 * half]
    assert [s.length for s in joined_spans([(0, half), (half, half + 1)])] == [half, half + 1]
    assert [s.length for s in joined_spans([(0, 3 * half), (3 * half, 1)])] == [3 * half, 1]


def test_a_server_that_is_not_up_yet_is_waited_for() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    started: list[http.server.ThreadingHTTPServer] = []

    def late() -> None:
        folder = str(Path(__file__).parent)
        handler = partial(http.server.SimpleHTTPRequestHandler, directory=folder)
        started.append(http.server.ThreadingHTTPServer(("127.0.0.1", port), handler))
        started[0].serve_forever()

    timer = threading.Timer(0.4, late)
    timer.start()
    try:
        [file] = expand_inputs([f"http://127.0.0.1:{port}/{Path(__file__).name}"], QUICK)
        assert file.problem == ""
    finally:
        timer.join(1)
        started[0].shutdown()
        started[0].server_close()


class NoCredentialsError(Exception):
    """As botocore calls it."""


class RefusedError(Exception):
    def __init__(self, status: int):
        super().__init__(str(status))
        self.status = status


def caused(by: Exception) -> FileNotFoundError:
    error = FileNotFoundError("x")
    error.__cause__ = by
    return error


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (ConnectionResetError(), True),
        (TimeoutError(), True),
        (OSError(5, "Input/output error"), True),
        (caused(RefusedError(503)), True),
        (caused(ConnectionRefusedError()), True),
        (RefusedError(429), True),
        (RefusedError(408), True),
        (RefusedError(500), True),
        (caused(RefusedError(404)), False),
        (RefusedError(403), False),
        (RefusedError(499), False),
        (socket.gaierror(socket.EAI_NONAME, "no such host"), False),
        (socket.gaierror(socket.EAI_AGAIN, "the server of names is away"), True),
        (NoCredentialsError(), False),
        (FileNotFoundError(), False),
        (PermissionError(), False),
        (ValueError("Protocol not known"), False),
    ],
)
def test_what_may_pass(error: Exception, passes: bool) -> None:
    assert is_passing(error) is passes


def test_patience_is_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("tenacity.nap.time.sleep", waits.append)

    def fails() -> None:
        raise ConnectionResetError

    with pytest.raises(StorageError):
        ask_storage(fails, StorageSettings())
    assert len(waits) == StorageSettings().attempts - 1
    assert 200 < sum(waits) < 430
    assert max(waits) <= 60
    assert len({round(wait, 3) for wait in waits}) == len(waits)  # chance tells tasks apart
