"""What an index selects is what reading everything gives, at the price of its own bytes."""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from interleaf.sample import sample_path
from obelics_like.heads import LIVE, REJECTED, StoredDocument
from obelics_like.record_rows import rows_of
from obelics_like.rules.mark_document import Rules
from obelics_like.settings import ObelicsSettings, load_settings
from spark_jobs import obelics_documents, obelics_select
from spark_jobs.run.obelics import prepare
from spark_jobs.run.tables import RECORDS, stored_table
from tests.unit.index_tables import SCHEMA, captures_in, index_row, write_index, write_rows
from tests.unit.range_server import RangeServer, serving
from webdoc.archive.captures import Capture
from webdoc.archive.reader import read_captures
from webdoc.arrow import schema_of, to_batch
from webdoc.index.pointers import in_sample
from webdoc.page.document import Document
from webdoc.reasons import Kind
from webdoc.settings import SettingsError
from webdoc.storage.inputs import Split, expand_inputs
from webdoc.tables.records import Record

HOSTS = ("news.example", "blog.example")
WHERE = "url_host_name in ('news.example', 'blog.example') and fetch_status = 200"


@pytest.fixture(scope="module")
def captures() -> list[Capture]:
    return captures_in(sample_path())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, captures: list[Capture]) -> Path:
    """The sample with its index, as Common Crawl's server holds both."""
    root = tmp_path_factory.mktemp("crawl")
    (root / "crawl-data").mkdir()
    shutil.copy(sample_path(), root / "crawl-data" / "sample.warc.gz")
    write_index(captures, "crawl-data/sample.warc.gz", root / "cc-index")
    return root


@pytest.fixture
def web(folder: Path) -> Iterator[RangeServer]:
    with serving(folder) as server:
        yield server


def selected(spark: SparkSession, out: Path, index: dict[str, Any], **more: Any) -> ObelicsSettings:
    """Do the first two jobs of a run."""
    settings = load_settings(options={"out": str(out), "index": index, **more})
    prepare(settings)
    obelics_select.run(spark, settings)
    obelics_documents.run(spark, settings)
    return settings


def rows_in(out: Path, *columns: str) -> list[tuple[Any, ...]]:
    """Return columns of RECORDS."""
    return values_of(out, Record, [str(kind) for kind in Kind], columns)


def documents_in(out: Path) -> list[tuple[Any, ...]]:
    """Return what documents hold, without names that come from their file."""
    return values_of(out, StoredDocument, [LIVE, REJECTED], ("url", "nodes", "reject_reason"))


def values_of(
    out: Path, record: type, kinds: list[str], columns: Sequence[str]
) -> list[tuple[Any, ...]]:
    table = stored_table(f"{out}/{RECORDS}", schema_of(record))
    rows = table.to_table(columns=[*columns], filter=pc.field("kind").isin(kinds)).to_pylist()
    return sorted((tuple(row.values()) for row in rows), key=repr)


def paths(folder: Path, *files: str) -> str:
    """Write a list, as an HTTP server needs one."""
    (folder / "index.paths").write_text("\n".join(files))
    return "index.paths"


def test_a_selection_is_what_reading_all_and_filtering_gives(
    spark: SparkSession, web: RangeServer, folder: Path, captures: list[Capture], tmp_path: Path
) -> None:
    files = [str(file.relative_to(folder)) for file in folder.glob("cc-index/**/*.parquet")]
    listed = paths(folder, *(f"{web.url}/{file}" for file in files))
    index = {"path": f"{web.url}/{listed}", "where": WHERE}
    settings = selected(spark, tmp_path / "out", index)
    asked = web.archive_bytes()
    columns = ("url", "warc_record_offset", "kind", "reject_reason", "robots_txt")
    urls = {c.url for c in captures if any(f"://{host}/" in c.url for host in HOSTS)}
    all_rows = rows_of_all(settings)
    whole = [
        tuple(row[name] for name in columns)
        for row in all_rows
        if row["url"] in urls and row["record_type"] == "response"
        if row["http_status"] == 200 or row["kind"] == "robots"
    ]
    found = rows_in(tmp_path / "out", *columns)
    assert len(found) > 10
    assert found == sorted(whole, key=repr)
    pages = [
        tuple(row["document"][name] for name in ("url", "nodes", "reject_reason"))
        for row in all_rows
        if row["document"] and row["url"] in {one[0] for one in found}
    ]
    assert documents_in(tmp_path / "out") == sorted(pages, key=repr)
    assert {row[2] for row in found} >= {"page", "robots"}
    lengths = {c.warc_record_offset: c.warc_record_length for c in captures}
    own = sum(lengths[row[1]] for row in found)
    assert own <= asked <= 1.3 * own


def rows_of_all(settings: ObelicsSettings) -> list[dict[str, Any]]:
    """Read the whole sample by the pure steps alone."""
    (file,) = expand_inputs([str(sample_path())])
    captures = read_captures(Split(file, 0, file.size_bytes), settings.archives)
    rules = Rules.load(settings)
    rows = [*rows_of(captures, file.path, settings.extraction, rules, settings.errors)]
    documents = [asdict_of(row.document) if row.document else None for row in rows]
    values = to_batch(rows, Record).to_pylist()
    return [{**row, "document": document} for row, document in zip(values, documents, strict=True)]


def asdict_of(document: Document) -> dict[str, Any]:
    row: dict[str, Any] = to_batch([document], Document).to_pylist()[0]
    return row


def test_a_sample_joined_with_annotations(
    spark: SparkSession, folder: Path, captures: list[Capture], tmp_path: Path
) -> None:
    """From disk: half of the URLs by their hash, of hosts that an annotation likes."""
    liked = tmp_path / "liked.parquet"
    hosts = ["example,news", "example,blog", "example,shop"]
    table = {"surt_host_name": [*hosts, hosts[0]], "liked": [0.9, 0.9, 0.1, 0.9]}
    pq.write_table(pa.table(table), liked)
    index = {
        "path": str(folder / "cc-index"),
        "annotations": [str(liked)],
        "where": "liked > 0.5",
        "sample": 0.5,
        "robots": False,
    }
    storage = {"storage": {"paths_base": str(folder)}}
    selected(spark, tmp_path / "out", index, archives=storage)

    expected = {
        c.warc_record_offset
        for c in captures
        if c.record_type == "response" and c.http_status == 200 and c.kind is not Kind.ROBOTS
        if any(f"://{host}/" in c.url for host in HOSTS) and in_sample(c.url, 0.5)
    }
    assert expected
    found = rows_in(tmp_path / "out", "warc_record_offset")
    assert [row[0] for row in found] == sorted(expected, key=lambda one: repr((one,)))


def test_bad_rows_of_an_index_are_counted_and_two_of_one_record_are_one(
    spark: SparkSession, captures: list[Capture], tmp_path: Path
) -> None:
    shutil.copy(sample_path(), tmp_path / "sample.warc.gz")
    page = next(c for c in captures if c.kind is Kind.PAGE)
    good = index_row(page, "sample.warc.gz")
    rows = [
        good,
        dict(good),
        good | {"warc_record_offset": 2_000_000_000, "url": "http://e.org/past"},
        good | {"warc_record_length": 0, "url": "http://e.org/empty"},
        good | {"warc_filename": None, "url": "http://e.org/no-file"},
        good | {"warc_filename": "gone.warc.gz", "url": "http://e.org/gone"},
        good | {"warc_filename": "../out/other.warc.gz", "url": "http://e.org/out"},
    ]
    write_rows(rows, tmp_path / "index.parquet", SCHEMA)
    out = tmp_path / "out"
    selected(spark, out, {"path": str(tmp_path / "index.parquet")})
    found = rows_in(out, "warc_filename", "url", "reject_reason")
    assert found == sorted(
        [
            ("sample.warc.gz", page.url, None),
            ("sample.warc.gz", "http://e.org/past", "not_at_pointer"),
            ("sample.warc.gz", "http://e.org/empty", "bad_pointer"),
            ("", "http://e.org/no-file", "bad_pointer"),
            ("gone.warc.gz", "", "unreadable_file"),
            ("other.warc.gz", "", "unreadable_file"),
        ],
        key=repr,
    )
    assert len(rows_in(out, "reject_reason")) == 6


def test_nothing_selected_is_said(spark: SparkSession, folder: Path, tmp_path: Path) -> None:
    index = {"path": str(folder / "cc-index"), "where": "url_host_tld = 'museum'"}
    with pytest.raises(SettingsError, match=r"No record of .* is selected"):
        selected(spark, tmp_path, index)
