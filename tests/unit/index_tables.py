"""An index of archives in the schema that Common Crawl publishes, made by the archive reader."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.parquet as pq

from webdoc.archive.captures import Capture
from webdoc.archive.reader import ReadSettings, read_captures
from webdoc.reasons import Kind
from webdoc.storage.inputs import Split, expand_inputs

# The columns that are used here, with the types of cc-index-table.
SCHEMA = pa.schema(
    [
        ("url_surtkey", pa.string()),
        ("url", pa.string()),
        ("url_host_name", pa.string()),
        ("url_host_tld", pa.string()),
        ("url_host_registered_domain", pa.string()),
        ("url_path", pa.string()),
        ("fetch_time", pa.timestamp("ms")),
        ("fetch_status", pa.int16()),
        ("content_digest", pa.string()),
        ("content_mime_type", pa.string()),
        ("content_mime_detected", pa.string()),
        ("content_languages", pa.string()),
        ("content_truncated", pa.string()),
        ("warc_filename", pa.string()),
        ("warc_record_offset", pa.int32()),
        ("warc_record_length", pa.int32()),
        ("warc_segment", pa.string()),
    ]
)


def captures_in(archive: Path) -> list[Capture]:
    files = expand_inputs([str(archive)])
    return [
        capture
        for file in files
        for capture in read_captures(Split(file, 0, file.size_bytes), ReadSettings())
    ]


def index_row(capture: Capture, filename: str) -> dict[str, Any]:
    parts = urlsplit(capture.url)
    host = parts.hostname or ""
    return {
        "url_surtkey": f"{','.join(reversed(host.split('.')))}){parts.path}",
        "url": capture.url,
        "url_host_name": host,
        "url_host_tld": host.rpartition(".")[2],
        "url_host_registered_domain": ".".join(host.split(".")[-2:]),
        "url_path": parts.path,
        "fetch_time": datetime.fromisoformat(capture.capture_time).replace(tzinfo=None)
        if capture.capture_time
        else None,
        "fetch_status": capture.http_status,
        "content_digest": capture.payload_digest.removeprefix("sha1:"),
        "content_mime_type": capture.media_type,
        "content_mime_detected": capture.media_type,
        "content_languages": None,
        "content_truncated": None,
        "warc_filename": filename,
        "warc_record_offset": capture.warc_record_offset,
        "warc_record_length": capture.warc_record_length,
        "warc_segment": "1",
    }


def write_rows(rows: Iterable[dict[str, Any]], path: Path, schema: pa.Schema = SCHEMA) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist([*rows], schema=schema), path, row_group_size=20)
    return path


def write_index(
    captures: Iterable[Capture], filename: str, folder: Path, crawl: str = "CC-MAIN-2024-22"
) -> Path:
    """Write the index of one archive as a crawl's folder with the subsets of Common Crawl."""
    subsets: dict[str, list[dict[str, Any]]] = {"warc": [], "robotstxt": [], "crawldiagnostics": []}
    for capture in captures:
        if capture.record_type in ("response", "revisit"):
            good = capture.http_status == 200 and capture.record_type == "response"
            subset = "warc" if good else "crawldiagnostics"
            name = "robotstxt" if capture.kind is Kind.ROBOTS else subset
            subsets[name].append(index_row(capture, filename))
    for name, rows in subsets.items():
        if rows:
            write_rows(rows, folder / f"crawl={crawl}" / f"subset={name}" / "part-0.parquet")
    return folder
