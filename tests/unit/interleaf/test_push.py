"""`interleaf push` against a Hub on loopback, through the real client."""

import base64
import hashlib
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

CARD = "---\npretty_name: tides\nlicense: other\n---\n\n# tides\n"


@dataclass
class Hub:
    """What a stub of the Hub's API was asked, and what it holds."""

    files: dict[str, bytes] = field(default_factory=dict)
    created: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    refuse_commits: int = 0
    sent: int = 0  # files whose bytes came
    endpoint: str = ""

    def answer(self, path: str, body: bytes) -> tuple[int, Any]:  # noqa: PLR0911 - one a call
        self.asked.append(path)
        if path == "/api/repos/create":
            self.created.append(json.loads(body))
            return 200, {"url": f"{self.endpoint}/datasets/me/tides"}
        if path == "/api/validate-yaml":
            return 200, {"errors": [], "warnings": []}
        if "/preupload/" in path:
            names = [one["path"] for one in json.loads(body)["files"]]
            return 200, {"files": [self.mode(name) for name in names]}
        if "/commit/" in path:
            if self.refuse_commits:
                self.refuse_commits -= 1
                return 400, {"error": "the disk of the Hub is full"}
            for line in body.splitlines():
                one = json.loads(line)
                if one["key"] == "file":
                    self.sent += 1
                    self.files[one["value"]["path"]] = base64.b64decode(one["value"]["content"])
            url = f"{self.endpoint}/datasets/me/tides/commit/1"
            return 200, {"commitUrl": url, "commitOid": "1" * 40}
        if path.startswith("/api/datasets/me/tides"):
            return 200, {"id": "me/tides", "sha": "1" * 40, "siblings": []}
        return 404, {"error": path}

    def mode(self, name: str) -> dict[str, Any]:
        known = self.files.get(name)
        oid = None if known is None else blob_id(known)
        return {"path": name, "uploadMode": "regular", "shouldIgnore": False, "oid": oid}


def blob_id(body: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(body) + body).hexdigest()


@pytest.fixture
def hub() -> Iterator[Hub]:
    state = Hub()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            status, answer = state.answer(self.path.partition("?")[0], body)
            data = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.endpoint = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield state
    server.shutdown()
    server.server_close()


@pytest.fixture
def release(tmp_path: Path) -> Path:
    folder = tmp_path / "tides"
    (folder / "data").mkdir(parents=True)
    (folder / "tables").mkdir()
    (folder / "tables/secret.parquet").write_bytes(b"no part of the release")
    files = {"README.md": CARD.encode(), "data/train-00000-of-00001.parquet": b"PAR1 rows"}
    for name, body in files.items():
        (folder / name).write_bytes(body)
    lines = [f"{hashlib.sha256(body).hexdigest()}  {name}\n" for name, body in files.items()]
    (folder / "SHA256SUMS").write_text("".join(lines))
    return folder


def push(hub: Hub, release: Path, *options: str) -> tuple[int, str]:
    home = release.parent / "home"
    environment = {
        "HF_ENDPOINT": hub.endpoint, "HF_TOKEN": "hf_test", "HF_HOME": str(home),
        "HOME": str(home), "PATH": "/usr/bin:/bin", "NO_PROXY": "*", "COLUMNS": "200",
    }  # fmt: skip
    command = [sys.executable, "-m", "interleaf", "push", str(release), "me/tides", *options]
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, cwd=root, timeout=300
    )
    return done.returncode, " ".join((done.stdout + done.stderr).split())


def test_nothing_leaves_without_yes(hub: Hub, release: Path) -> None:
    status, said = push(hub, release)
    assert status == 0, said
    assert "3 files" in said
    assert "Nothing was uploaded" in said
    assert hub.asked == []


def test_an_upload_goes_on_where_the_hub_refused(hub: Hub, release: Path) -> None:
    hub.refuse_commits = 1  # after the client asked what is new
    refused, said = push(hub, release, "--yes")
    assert refused == 1
    assert "goes on from there" in said
    assert hub.files == {}

    status, said = push(hub, release, "--yes")

    assert status == 0, said
    assert hub.created[-1]["visibility"] == "private"
    assert hub.files.keys() == {"README.md", "SHA256SUMS", "data/train-00000-of-00001.parquet"}
    assert hub.files["README.md"] == CARD.encode()
    sent = hub.sent
    assert push(hub, release, "--yes")[0] == 0
    assert hub.sent == sent  # what is there already is not sent again


def test_a_changed_file_is_not_published(hub: Hub, release: Path) -> None:
    (release / "README.md").write_text(CARD + "more")
    status, said = push(hub, release, "--yes")
    assert status == 2
    assert "README.md differs from SHA256SUMS" in said
    assert hub.asked == []
