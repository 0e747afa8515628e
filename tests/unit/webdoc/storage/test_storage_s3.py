"""Archives behind real servers on loopback: S3 (moto) and HTTP, with and without ranges."""

import http.server
import io
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from tests.unit.archives import gz, offsets, pages
from webdoc.archive.captures import Capture
from webdoc.archive.reader import ReadSettings, read_captures, read_captures_at
from webdoc.reasons import CaptureReason
from webdoc.storage.byte_source import StorageSettings
from webdoc.storage.inputs import ArchiveFile, Split, expand_inputs, splits_of

MEMBERS = [gz(one) for one in pages(400, 300)]
DATA = b"".join(MEMBERS)
SPLIT_BYTES = 20_000


def read_all(files: list[ArchiveFile], settings: ReadSettings) -> list[Capture]:
    parts = splits_of(files, settings.split_bytes)
    return [capture for split in parts for capture in read_captures(split, settings)]


@pytest.fixture(scope="module")
def s3() -> Iterator[StorageSettings]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
            ("AWS_DEFAULT_REGION", "us-east-1"),
        ):
            patch.setenv(name, value)
        client = boto3.client("s3", endpoint_url=endpoint)
        client.create_bucket(Bucket="crawl")
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as site:
            site.writestr("archive/x.warc.gz", DATA)
        for key, body in (
            ("sites/s.wacz", packed.getvalue()),
            ("data/2024/a.warc.gz", DATA),
            ("data/2024/b.warc.gz", gz(*pages(3))),
            ("data/notes.txt", b"no archive"),
            ("data/warc.paths", b"data/2024/a.warc.gz\ndata/2024/gone.warc.gz\n"),
        ):
            client.put_object(Bucket="crawl", Key=key, Body=body)
        yield StorageSettings(s3_endpoint_url=endpoint, first_wait_s=0.01, block_bytes=8192)
    server.stop()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("s3://crawl/data/2024/b.warc.gz", ["data/2024/b.warc.gz"]),
        ("s3://crawl/data/", ["data/2024/a.warc.gz", "data/2024/b.warc.gz"]),
        ("s3://crawl/data/*/b.*", ["data/2024/b.warc.gz"]),
        ("s3://crawl/data/warc.paths", ["data/2024/a.warc.gz", "data/2024/gone.warc.gz"]),
    ],
)
def test_inputs_on_s3(s3: StorageSettings, text: str, names: list[str]) -> None:
    files = expand_inputs([text], s3)
    assert [file.name for file in files] == names
    assert [file.problem for file in files] == [
        "no such file" if "gone" in name else "" for name in names
    ]


def test_splits_on_s3(s3: StorageSettings) -> None:
    settings = ReadSettings(split_bytes=SPLIT_BYTES, storage=s3)
    files = expand_inputs(["s3://crawl/data/2024/a.warc.gz", "s3://crawl/gone.warc"], s3)
    assert files[0].size_bytes == len(DATA)
    assert len(splits_of(files, SPLIT_BYTES)) > 3

    captures = read_all(files, settings)

    assert [one.warc_record_offset for one in captures[:-1]] == offsets(MEMBERS)
    assert {one.reject_reason for one in captures[:-1]} == {None}
    assert captures[-1].reject_reason == CaptureReason.UNREADABLE_FILE
    place = (captures[7].warc_record_offset, captures[7].warc_record_length)
    assert list(read_captures_at(files[0], [place], settings)) == [captures[7]]


def test_a_wacz_on_s3(s3: StorageSettings) -> None:
    settings = ReadSettings(split_bytes=SPLIT_BYTES, storage=s3)
    files = expand_inputs(["s3://crawl/sites/s.wacz"], s3)
    assert [file.name for file in files] == ["sites/s.wacz/archive/x.warc.gz"]
    assert len(splits_of(files, SPLIT_BYTES)) > 3
    assert [one.warc_record_offset for one in read_all(files, settings)] == offsets(MEMBERS)


def test_a_bucket_that_is_not_there(s3: StorageSettings) -> None:
    [file] = expand_inputs(["s3://nowhere/*.warc.gz"], s3)
    assert file.problem


class Answers(http.server.SimpleHTTPRequestHandler):
    """Serves files, with ranges where asked to, after some failures where asked to."""

    ranges = True
    failures = 0
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if type(self).failures > 0:
            type(self).failures -= 1
            self.send_error(503)
            return
        wanted = self.headers.get("Range")
        if not (self.ranges and wanted):
            super().do_GET()
            return
        try:
            data = Path(self.translate_path(self.path)).read_bytes()
        except OSError:
            self.send_error(404)
            return
        first, _, last = wanted.removeprefix("bytes=").partition("-")
        part = data[int(first) : int(last or len(data)) + 1]
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {first}-{int(first) + len(part) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(part)))
        self.end_headers()
        self.wfile.write(part)

    def end_headers(self) -> None:
        self.send_header("Accept-Ranges", "bytes" if self.ranges else "none")
        super().end_headers()

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def web(tmp_path: Path) -> Iterator[tuple[str, type[Answers]]]:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.warc.gz").write_bytes(DATA)
    (tmp_path / "data" / "a.warc").write_bytes(b"".join(pages(400, 300)))
    (tmp_path / "data" / "warc.paths").write_text("data/a.warc.gz\n")

    class Own(Answers):
        """A class for each test, as the failures are counted in it."""

    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Own, directory=str(tmp_path))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", Own
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("ranges", [True, False])
@pytest.mark.parametrize("name", ["data/a.warc.gz", "data/warc.paths", "data/a.warc"])
def test_a_web_server(web: tuple[str, type[Answers]], ranges: bool, name: str) -> None:
    address, answers = web
    answers.ranges = ranges
    storage = StorageSettings(block_bytes=8192, first_wait_s=0.01)
    settings = ReadSettings(split_bytes=SPLIT_BYTES, storage=storage)

    files = expand_inputs([f"{address}/{name}"], storage)
    captures = read_all(files, settings)

    assert [file.name for file in files] == [name.replace("warc.paths", "a.warc.gz")]
    assert files[0].splittable == ranges
    assert len(captures) == 400
    assert {one.reject_reason for one in captures} == {None}
    if ranges and name.endswith("gz"):
        assert files[0].size_bytes == len(DATA)
        assert len(splits_of(files, SPLIT_BYTES)) > 3


def test_a_web_server_that_is_busy_at_times(web: tuple[str, type[Answers]]) -> None:
    address, answers = web
    storage = StorageSettings(block_bytes=8192, first_wait_s=0.01, attempts=4)
    files = expand_inputs([f"{address}/data/a.warc.gz"], storage)
    settings = ReadSettings(split_bytes=SPLIT_BYTES, storage=storage)

    answers.failures = 3
    assert len(read_all(files, settings)) == 400

    answers.failures = 10**6
    [capture] = read_captures(Split(files[0], 0, 100), settings)
    assert capture.reject_reason == CaptureReason.UNREADABLE_FILE


def test_a_web_server_without_the_file_and_one_that_is_not_there(
    web: tuple[str, type[Answers]],
) -> None:
    storage = StorageSettings(attempts=2, first_wait_s=0.01)
    files = expand_inputs([f"{web[0]}/gone.warc.gz", "http://127.0.0.1:9/x.warc.gz"], storage)
    assert files[0].problem == "no such file"
    assert files[1].problem
