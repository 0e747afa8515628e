"""json_lines: one document a line of JSON, unpacked, for reading by eye and by small scripts."""

import json
from dataclasses import dataclass
from typing import Any, Final

from webdoc.release.exporter import Exporter
from webdoc.release.published import PublishedDocument


@dataclass(frozen=True, slots=True)
class JsonDocument:
    """One document, its parts in reading order, its facts unpacked."""

    doc_id: str
    url: str
    parts: tuple[dict[str, Any], ...]  # {"text": ...} or {"image": URL, and facts of the picture}
    facts: dict[str, Any]


def _row(document: PublishedDocument) -> JsonDocument:
    parts = tuple(
        {"image": part.url, **part.facts} if part.text is None else {"text": part.text}
        for part in document.parts
    )
    return JsonDocument(document.doc_id, document.url, parts, dict(document.facts))


def _line(row: JsonDocument) -> str:
    table = {"doc_id": row.doc_id, "url": row.url, "parts": row.parts, "facts": row.facts}
    return json.dumps(table, ensure_ascii=False, separators=(",", ":"))


JSON_LINES: Final = Exporter(
    name="json_lines",
    folder="data",
    record=JsonDocument,
    columns=(),
    one_row="One line is one document.",
    said="One line is one document: `parts` are its texts (`text`) and images (`image`, the URL,"
    " with what is known of them) in reading order, `facts` what is known of the document.",
    reading=('documents = [json.loads(line) for line in open("data/train-00000-of-00001.jsonl")]',),
    form="lines",
    line=_line,
    row=_row,
)
