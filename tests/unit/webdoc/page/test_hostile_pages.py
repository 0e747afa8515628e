"""Pages made to hurt, through everything that a worker does with them: rows, and little memory."""

import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.archives import gz, http, record

LIMIT_BYTES = 1_500_000_000  # of one Python worker
MIB = 1 << 20
UTF8 = "text/html; charset=utf-8"
PROSE = b"The quick brown fox jumps over the lazy dog and runs into the old forest. "


def page(body: bytes, content_type: str = UTF8, **headers: str) -> bytes:
    return http(body, content_type=content_type, **headers)


def hostile() -> Iterator[tuple[str, bytes, str]]:
    """Yield a name, an HTTP answer, and the reason expected of it; "any" when it may be read."""
    too_complex = "document_too_complex"
    yield "nested", page(b"<div>" * 100_000 + b"deep"), too_complex
    yield "large", page(b"<p>more</p>" * (50 * MIB // 11)), "body_too_large"
    yield "many-blocks", page(b"<p>x" * (9 * MIB // 4)), too_complex
    yield "attributes", page(b"<div " + b"a=1 " * 1_000_000 + b">text"), too_complex
    yield "unclosed", page(b"".join(b"<p><b c=%d>x" % i for i in range(20_000))), too_complex
    yield "one-word", page(b"<p>" + b"x" * (9 * MIB)), "document_characters"
    yield "spaces", page(b"<p>" + b" \n" * (4 * MIB)), "document_empty"
    yield "prose", page(b"<p>" + PROSE * (9 * MIB // len(PROSE))), "document_characters"
    yield "one-attribute", page(b'<img src="data:,' + b"A" * (9 * MIB) + b'"><p>text'), "any"
    yield "entities", page(b"<p>" + b"&amp;" * (9 * MIB // 5)), "any"
    yield "images", page(b"".join(b"<img src=/%d.jpg>" % i for i in range(60_000))), too_complex
    yield "fewer-images", page(b"".join(b"<img src=/%d.jpg>" % i for i in range(9_999))), "any"
    yield "tables", page(b"<table><tr><td>" * 3_000 + b"cell"), "any"
    yield "zeros", page(b"\0" * MIB + b"<p>" + PROSE), "any"
    yield "binary", page(bytes(range(256)) * 4_000), "document_undecodable"
    yield "charset", page(("<p>" + "é" * 99).encode("latin-1"), "text/html; charset=utf-8"), "any"
    bomb = gzip.compress(bytes(600 * MIB), 9)
    yield "bomb", page(bomb, Content_Encoding="gzip"), "body_too_large"
    yield "empty", page(b""), "empty_body"


READ = """
import json, sys
from obelics_like.record_rows import rows_of
from obelics_like.rules.judge import Rules
from obelics_like.settings import load_settings
from webdoc.storage.inputs import expand_inputs, splits_of
from webdoc.archive.reader import read_captures

settings = load_settings()
rules = Rules.load(settings)
rows = {}
for split in splits_of(expand_inputs([sys.argv[1]]), settings.archives.split_bytes):
    captures = read_captures(split, settings.archives)
    for row in rows_of(captures, "", settings.extraction, rules):
        reason = row.document.reject_reason if row.document else row.reject_reason
        rows[row.url] = [str(reason), row.document.reject_detail if row.document else ""]
# Not getrusage: its peak begins with that of the process that started this one.
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
peak = int(status["VmHWM"].split()[0]) * 1024
print(json.dumps({"rows": rows, "peak": peak}))
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc to read a peak from")
def test_each_hostile_page_is_a_row_and_no_memory_grows(tmp_path: Path) -> None:
    """In a process of its own, so that its peak of memory is that of these pages."""
    pages = list(hostile())
    file = tmp_path / "hostile.warc.gz"
    file.write_bytes(
        gz(*(record(answer, url=f"http://h.example/{name}") for name, answer, _ in pages))
    )
    done = subprocess.run(
        [sys.executable, "-c", READ, str(file)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout)
    rows = {url.rpartition("/")[2]: row for url, row in found["rows"].items()}
    assert set(rows) == {name for name, _, _ in pages}
    assert not [name for name, (reason, _) in rows.items() if reason == "document_parser_failed"]
    assert {n: rows[n][0] for n, _, r in pages if r != "any"} == {
        n: r for n, _, r in pages if r != "any"
    }
    assert found["peak"] < LIMIT_BYTES
