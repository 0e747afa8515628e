"""`interleaf page`: single pages through extraction, and the rules if asked; no Spark."""

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TextIO

from obelics_like.rules.mark_document import Rules, mark_page
from obelics_like.settings import ObelicsSettings
from webdoc.archive.captures import Capture
from webdoc.page.document import Document
from webdoc.page.read_capture import document_of
from webdoc.page.readable import markdown, plain_text
from webdoc.reasons import Kind


@dataclass(frozen=True, slots=True)
class PageReader:
    """Reads HTML files with the settings of a run; judges them only if it has rules."""

    settings: ObelicsSettings
    rules: Rules | None = None

    def read(self, path: str, url: str) -> dict[str, Any]:
        """Return one page as JSON-ready values.

        Raises:
            OSError: the file cannot be read.
        """
        return as_json(self.document(path, url))

    def document(self, path: str, url: str) -> Document:
        """Return one page.

        Raises:
            OSError: the file cannot be read.
        """
        body = Path(path).read_bytes()
        capture = Capture(Path(path).name, 0, len(body), url=url, kind=Kind.PAGE, body=body)
        document = document_of(capture, self.settings.extraction)
        if self.rules is not None:
            document = mark_page(self.rules.permissions.marked(document, capture), self.rules)
        return document


def as_json(document: Document) -> dict[str, Any]:
    """Return {url, texts, images, nodes, ...}; texts and images hold live nodes only, aligned."""
    whole = asdict(document)
    return {
        "url": document.url,
        "title": document.title,
        "texts": list(document.texts),
        "images": list(document.images),
        "language": document.language,
        "language_score": document.language_score,
        "charset": document.charset,
        "reject_reason": document.reject_reason,
        "reject_value": document.reject_value,
        "reject_detail": document.reject_detail,
        "html": document.html,
        "nodes": whole["nodes"],
    }


def read_list(reader: PageReader, lines: TextIO) -> Iterator[dict[str, Any]]:
    """Yield one object for each "path TAB url" line, in order; a bad line gives an `error`."""
    for number, line in enumerate(lines, start=1):
        path, tab, url = line.rstrip("\r\n").partition("\t")
        if not path and not tab:
            continue
        try:
            if not tab:
                raise ValueError("want a path, a tab and a URL")
            yield reader.read(path, url.strip())
        except (OSError, ValueError) as error:
            empty = {"url": url, "texts": [], "images": [], "nodes": []}
            yield {**empty, "error": f"line {number}: {error}"}


def print_json(values: Iterable[dict[str, Any]], out: TextIO | None = None) -> int:
    """Print one object a line, each at once; return how many had an error."""
    out = out or sys.stdout
    errors = 0
    for value in values:
        errors += "error" in value
        out.write(json.dumps(value, ensure_ascii=False) + "\n")
        out.flush()
    return errors


def readable(document: Document, form: str) -> str:
    """Return what stays of a page as text or markdown."""
    return markdown(document) if form == "markdown" else plain_text(document)
