"""Pages whose main text is known, from folders that are no part of this project."""

import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

from warcio.archiveiterator import ArchiveIterator

FOLDS = 5  # parts of all sites; what is learned is judged by the part it has not seen
_WORD = re.compile(r"\w+")


@dataclass
class Example:
    """One page with its main text."""

    url: str
    kind: str
    markup: bytes
    truth: str


class _Text(HTMLParser):
    """The text of an expected page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def words_of(text: str) -> list[str]:
    """Return the words of a text, lower-cased."""
    return _WORD.findall(text.lower())


def site_of(url: str) -> str:
    """Return the registered domain of a URL, roughly: its last two labels, three under co.uk."""
    labels = (urlsplit(url).hostname or "").split(".")
    long = len(labels) > 2 and len(labels[-2]) <= 3 and len(labels[-1]) == 2
    return ".".join(labels[-3 if long else -2 :])


def fold_of(url: str) -> int:
    """Return the part that a page's site belongs to."""
    return zlib.crc32(site_of(url).encode()) % FOLDS


def labelled_pages(pages: Path) -> Iterator[Example]:
    """Yield the pages of all archives with a truth beside them."""
    for file in sorted(pages.glob("*.truth.jsonl")):
        truth = {}
        for line in file.read_text("utf-8").split("\n"):
            row = json.loads(line or '{"text": null}')
            if row["text"]:
                truth[row["url"]] = row
        archive = file.with_name(file.name.replace(".truth.jsonl", ".warc.gz"))
        with archive.open("rb") as stream:
            for record in ArchiveIterator(stream):
                url = record.rec_headers.get_header("WARC-Target-URI")
                if record.rec_type == "response" and url in truth:
                    row = truth.pop(url)
                    markup = record.content_stream().read()
                    yield Example(url, row["page_type"], markup, row["text"])


def readability_pages(folder: Path) -> Iterator[Example]:
    """Yield the pages of Readability's tests; each counts as a site of its own."""
    for page in sorted(folder.glob("*/source.html")):
        parser = _Text()
        parser.feed((page.parent / "expected.html").read_text("utf-8"))
        name = re.sub(r"-\d+$", "", page.parent.name)  # wikipedia-2 is the site of wikipedia
        url = f"http://{name}.readability/{page.parent.name}"
        yield Example(url, "readability", page.read_bytes(), " ".join(parser.parts))
