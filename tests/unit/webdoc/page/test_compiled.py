"""Compiled modules and their plain sources give the same documents."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from interleaf.sample import sample_path
from webdoc.page import reader

ROOT = Path(__file__).resolve().parents[4]

# Reads the archives that it is given; prints a line for each page and scope.
READ = """
import hashlib, sys
from importlib.machinery import FileFinder, SourceFileLoader
from pathlib import Path

def plain(path):
    if not Path(path).is_relative_to(Path(sys.argv[1], "webdoc")):
        raise ImportError
    return FileFinder(path, (SourceFileLoader, [".py"]))

if sys.argv[2] == "plain":
    sys.path_hooks.insert(0, plain)

from webdoc.archive.reader import ReadSettings, read_captures
from webdoc.page import reader
from webdoc.page.extract import ExtractSettings
from webdoc.page.read_capture import document_of
from webdoc.reasons import Kind
from webdoc.storage.inputs import expand_inputs, splits_of

print("source" if reader.__file__.endswith(".py") else "compiled")
for split in splits_of(expand_inputs(sys.argv[3:]), 1 << 30):
    for capture in read_captures(split, ReadSettings()):
        if capture.kind is Kind.PAGE:
            for scope in ("main", "page", "document"):
                document = document_of(capture, ExtractSettings(scope=scope, keep_html=True))
                told = repr(document).encode("utf-8", "surrogatepass")
                print(capture.url, scope, hashlib.sha256(told).hexdigest())
"""


def documents(how: str, archives: list[str]) -> list[str]:
    """Return what a fresh process prints about the pages of some archives."""
    done = subprocess.run(
        [sys.executable, "-c", READ, str(ROOT), how, *archives],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.splitlines()


@pytest.mark.skipif(reader.__file__.endswith(".py"), reason="nothing is compiled here")
def test_compiled_modules_do_what_their_sources_do() -> None:
    archives = [str(sample_path())]
    real = ROOT.parent / "shared/data/warc"
    if real.is_dir():
        archives.append(str(real / "chatnoir-eu+chatnoir-resiliparse/warcfile.warc.gz"))

    compiled, plain = documents("compiled", archives), documents("plain", archives)

    assert (compiled[0], plain[0]) == ("compiled", "source")
    assert len(plain) > 100
    assert compiled[1:] == plain[1:]
