"""CPU of a page: ours, trafilatura, resiliparse, and the floor that nobody can go below.

    python -m benchmarks.extract                     readability and wcxb-dev-300, in ../shared/data
    python -m benchmarks.extract FILE.warc.gz ...    the pages of these files, taken together
    python -m benchmarks.extract --profile           where our time goes, function by function

One process, one core; each round sends every page through every contender, and the best of the
rounds counts, so that a busy machine disturbs all alike. Prints milliseconds a page and ratios.

    floor        warcio reads the record, Lexbor parses it, each node of the tree is visited
    ours         WARC bytes -> captures -> charset -> document -> language and rules, marked
    trafilatura  extraction alone, from text in memory
    resiliparse  main content alone, from text in memory

Before it measures, it calms Python's garbage collector as our workers do (`calm_collector`); this
helps everyone who makes Python objects, trafilatura and the floor too.
"""

import argparse
import cProfile
import io
import pstats
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import trafilatura
from resiliparse.extract.html2text import extract_plain_text
from selectolax.lexbor import LexborHTMLParser
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from obelics_like.record_rows import rows_of
from obelics_like.rules.judge import Rules
from obelics_like.rules.mark_document import mark_page
from obelics_like.settings import load_settings
from webdoc.archive.captures import Capture
from webdoc.archive.reader import read_captures
from webdoc.page.read_capture import calm_collector, document_of
from webdoc.reasons import Kind
from webdoc.storage.inputs import expand_inputs, splits_of

DATA = Path(__file__).resolve().parents[2] / "shared/data"
SETTINGS = load_settings()
RULES = Rules.load(SETTINGS)


def captures(path: Path) -> Iterator[Capture]:
    """Read the pages of a file as our job does."""
    for split in splits_of(expand_inputs([str(path)]), SETTINGS.archives.split_bytes):
        for capture in read_captures(split, SETTINGS.archives):
            if capture.kind is Kind.PAGE:
                yield capture


def floor(path: Path) -> None:
    """Read, parse, and visit every node."""
    with path.open("rb") as file:
        for record in ArchiveIterator(file):
            if record.rec_type == "response":
                parser = LexborHTMLParser(record.content_stream().read())
                if parser.root is not None:
                    for _ in parser.root.traverse(include_text=True):
                        pass


def marked(path: Path) -> None:
    """Everything that the job does with a page."""
    for _ in rows_of(captures(path), str(path), SETTINGS.extraction, RULES):
        pass


def contenders(path: Path) -> dict[str, Callable[[], object]]:
    """Return what is measured; all but the floor and ours start from pages in memory."""
    pages = list(captures(path))
    texts = [page.body.decode("utf-8", "replace") for page in pages]
    documents = [document_of(page, SETTINGS.extraction) for page in pages]
    return {
        "floor": lambda: floor(path),
        "ours": lambda: marked(path),
        "  of it: reading": lambda: list(captures(path)),
        "  of it: extraction": lambda: [document_of(p, SETTINGS.extraction) for p in pages],
        "  of it: language and rules": lambda: [mark_page(d, RULES) for d in documents],
        "trafilatura": lambda: [trafilatura.extract(text) for text in texts],
        "resiliparse": lambda: [extract_plain_text(text, main_content=True) for text in texts],
    }


def measure(path: Path, rounds: int) -> dict[str, float]:
    """Return milliseconds of CPU a page, the best of all rounds."""
    count = sum(1 for _ in captures(path))
    if not count:
        sys.exit(f"{path} holds no pages")
    best: dict[str, float] = {}
    for number in range(rounds):
        for name, run in contenders(path).items():
            if name == "trafilatura" and number > 1:
                continue  # the slowest by far; two rounds are enough
            start = time.process_time()
            run()
            used = (time.process_time() - start) / count * 1e3
            best[name] = min(used, best.get(name, used))
    return best


def show(title: str, best: dict[str, float]) -> None:
    """Print one table."""
    print(f"\n{title}\n{'':28s} {'ms/page':>8s} {'x floor':>8s} {'of trafilatura':>15s}")
    for name, used in best.items():
        share = used / best["trafilatura"]
        print(f"{name:28s} {used:8.2f} {used / best['floor']:8.2f} {share:15.3f}")


def warc_of(folder: Path, target: Path) -> Path:
    """Write the pages of a folder of page/source.html as one WARC file."""
    with target.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for source in sorted(folder.glob("*/source.html")):
            headers = StatusAndHeaders(
                "200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1"
            )
            url = f"http://pages.example/{source.parent.name}"
            body = io.BytesIO(source.read_bytes())
            writer.write_record(
                writer.create_warc_record(url, "response", payload=body, http_headers=headers)
            )
    return target


def main() -> None:
    """Measure the files that are named, else both sets of pages."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("warc", nargs="*", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--profile", action="store_true")
    asked = parser.parse_args()
    calm_collector()
    with tempfile.TemporaryDirectory() as folder:
        files = asked.warc
        if not files:
            if not DATA.is_dir():
                sys.exit(f"no pages to measure: name a WARC file, or put real inputs at {DATA}")
            files = [warc_of(DATA / "readability", Path(folder) / "readability.warc.gz")]
            files.append(DATA / "pages/wcxb-dev-300.warc.gz")
        for path in files:
            if asked.profile:
                profile = cProfile.Profile()
                profile.runcall(marked, path)
                pstats.Stats(profile).sort_stats("tottime").print_stats(30)
            else:
                show(path.name, measure(path, asked.rounds))


if __name__ == "__main__":
    main()
