"""What is asked of an index is checked by its columns, before anything is read."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.unit.index_tables import index_row, write_index, write_rows
from webdoc.archive.captures import Capture
from webdoc.archive.reader import ReadSettings
from webdoc.index.index_files import index_batches, index_file
from webdoc.index.plan import Selection, archive_place, check_selection
from webdoc.index.settings import IndexSettings
from webdoc.reasons import Kind
from webdoc.settings import SettingsError
from webdoc.storage.byte_source import StorageSettings
from webdoc.storage.inputs import expand_inputs

PAGE = Capture(
    "a.warc.gz",
    0,
    100,
    "response",
    "",
    "http://a.org/x",
    "2024-05-18T01:58:10Z",
    200,
    kind=Kind.PAGE,
)


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return write_index([PAGE], "a.warc.gz", tmp_path / "index")


def checked(path: Path | str, **given: object) -> Selection:
    return check_selection(IndexSettings(path=str(path), **given), ReadSettings())  # type: ignore[arg-type]


def test_only_needed_columns_are_read(index: Path) -> None:
    plan = checked(index, where="fetch_status = 200 and url_host_tld = 'org'")
    assert set(plan.index.columns.names) == {
        "url", "warc_filename", "warc_record_offset", "warc_record_length",
        "fetch_status", "url_host_tld", "subset", "crawl", "url_host_name",
    }  # fmt: skip
    assert plan.pages_only
    assert plan.robots


def test_a_condition_on_the_subset_takes_the_place_of_pages_only(index: Path) -> None:
    assert not checked(index, where="subset = 'crawldiagnostics'").pages_only


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("fetch_stats = 200", "fetch_status"),
        ("reflect('java.lang.System', 'exit', 1) = 1", "reflect"),
        ("fetch_status", "not true or false"),
        ("url_host_name = (select 1)", "select|subquery|condition"),
    ],
)
def test_a_condition_that_cannot_be_is_refused(index: Path, where: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        checked(index, where=where)


@pytest.mark.parametrize(
    ("column", "hint"),
    [
        ("url", "url"),
        ("warc_filename", r"warc_filename \(or filename\)"),
        ("warc_record_offset", r"warc_record_offset \(or offset\)"),
        ("warc_record_length", r"warc_record_length \(or length\)"),
    ],
)
def test_an_index_without_a_pointer_column_is_refused(
    tmp_path: Path, column: str, hint: str
) -> None:
    row = index_row(PAGE, "a.warc.gz")
    del row[column]
    file = tmp_path / "bad.parquet"
    pq.write_table(pa.Table.from_pylist([row]), file)
    with pytest.raises(SettingsError, match=f"no column {hint}"):
        checked(file)


def test_what_is_no_parquet_or_not_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_text("no table")
    with pytest.raises(SettingsError, match="no Parquet file"):
        checked(tmp_path / "a.parquet")
    with pytest.raises(SettingsError, match="no such file"):
        checked(tmp_path / "gone.parquet")


def test_a_crawl_that_the_index_does_not_hold_is_refused(index: Path) -> None:
    with pytest.raises(SettingsError, match="no files of CC-MAIN-2020-05"):
        checked(index, crawl="CC-MAIN-2020-05")


def test_columns_of_several_crawls_are_put_together(tmp_path: Path) -> None:
    """Another crawl lacks a column, has one more, and holds a number in another type."""
    folder = write_index([PAGE], "a.warc.gz", tmp_path / "index")
    old = index_row(PAGE, "old.warc.gz") | {"older": "yes"}
    del old["content_languages"]
    schema = pa.schema([(name, pa.int64() if isinstance(v, int) else pa.string())
                        for name, v in old.items() if name != "fetch_time"])  # fmt: skip
    place = folder / "crawl=CC-MAIN-2017-04" / "subset=warc" / "part.parquet"
    write_rows([{k: v for k, v in old.items() if k != "fetch_time"}], place, schema)
    plan = checked(folder, where="older = 'yes' or content_languages = 'eng' or fetch_time is null")
    rows = [
        row
        for one in plan.index.files
        for batch in index_batches(one, 0, plan.index.columns, lambda *_: b"")
        for row in batch.to_pylist()
    ]
    rows.sort(key=lambda row: str(row["crawl"]))
    assert [(row["crawl"], row["older"]) for row in rows] == [
        ("CC-MAIN-2017-04", "yes"),
        ("CC-MAIN-2024-22", None),
    ]
    assert [row["fetch_time"] is None for row in rows] == [True, False]
    assert {type(row["warc_record_offset"]) for row in rows} == {int}


def test_a_plain_table_is_an_index(tmp_path: Path) -> None:
    file = tmp_path / "plain.parquet"
    row = {"url": "http://a.org/", "filename": "a.warc.gz", "offset": 7, "length": 9, "score": 0.5}
    pq.write_table(pa.Table.from_pylist([row]), file)
    plan = checked(file, where="score >= 0.5")
    assert not plan.robots
    (batch,) = index_batches(
        index_file(expand_inputs([str(file)], suffixes=(".parquet",))[0]), 0, plan.index.columns,
        lambda *_: b"",
    )  # fmt: skip
    assert batch.to_pylist() == [
        {"url": "http://a.org/", "warc_filename": "a.warc.gz", "warc_record_offset": 7,
         "warc_record_length": 9, "score": 0.5}
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "keys"),
    [
        ({"url": "http://a.org/x", "score": 1.0}, ("url",)),
        ({"url_surtkey": "org,a)/x", "crawl": "c", "score": 1.0}, ("url_surtkey", "crawl")),
        ({"surt_host_name": "org,a", "score": 1.0}, ("surt_host_name",)),
        ({"url_host_registered_domain": "a.org", "score": 1.0}, ("url_host_registered_domain",)),
    ],
)
def test_annotations_are_joined_by_what_both_have(
    tmp_path: Path, index: Path, table: dict[str, object], keys: tuple[str, ...]
) -> None:
    file = tmp_path / "annotations.parquet"
    pq.write_table(pa.Table.from_pylist([table]), file)
    plan = checked(index, annotations=(str(file),), where="score > 0.5")
    assert [one.keys for one in plan.annotations] == [keys]
    assert set(plan.annotations[0].table.columns.names) == {*keys, "score"}


def test_annotations_without_a_key_are_refused(tmp_path: Path, index: Path) -> None:
    file = tmp_path / "annotations.parquet"
    pq.write_table(pa.table({"page": ["x"], "score": [1.0]}), file)
    with pytest.raises(SettingsError, match="cannot be joined"):
        checked(index, annotations=(str(file),))


CRAWLED = "crawl-data/CC-MAIN-2024-22/a.warc.gz"


@pytest.mark.parametrize(
    ("filename", "index", "base", "place"),
    [
        (CRAWLED, "", "", f"https://data.commoncrawl.org/{CRAWLED}"),
        (CRAWLED, "", "s3://commoncrawl/", f"s3://commoncrawl/{CRAWLED}"),
        (CRAWLED, "https://e.org/index/a.parquet", "", f"https://e.org/{CRAWLED}"),
        (CRAWLED, "s3://bucket/cc-index/", "", f"s3://bucket/{CRAWLED}"),
        (CRAWLED, "/idx/*.parquet", "", f"https://data.commoncrawl.org/{CRAWLED}"),
        ("https://e.org/a.warc.gz", "/idx", "", "https://e.org/a.warc.gz"),
        ("/data/a.warc.gz", "/idx", "", "/data/a.warc.gz"),
        # A remote index says nothing about files of this machine, nor does any about those around.
        ("/etc/passwd", "https://e.org/a.parquet", "", ""),
        ("file:///etc/passwd", "s3://bucket/index/", "", ""),
        ("/etc/passwd", "", "", ""),
        ("../a.warc.gz", "/idx", "", ""),
    ],
)
def test_where_the_files_of_an_index_lie(filename: str, index: str, base: str, place: str) -> None:
    assert archive_place(filename, index, StorageSettings(paths_base=base)) == place


def test_files_beside_a_local_index(tmp_path: Path) -> None:
    (tmp_path / "i.parquet").write_bytes(b"")
    for index in ("", "i.parquet", "*.parquet"):
        at = archive_place("w/a.warc.gz", f"{tmp_path}/{index}", StorageSettings())
        assert at == f"{tmp_path}/w/a.warc.gz"


@pytest.mark.parametrize(
    "given",
    [
        {"crawl": "2024-22"},
        {"where": "a = 1"},
        {"sample": 0.5},
        {"path": "x", "sample": 0.0},
        {"path": "x", "sample": 1.1},
        {"path": "x", "requests_per_second": 0.0},
        {"path": "x", "dense_share": 0.0},
        {"path": "x", "parallel": 0},
    ],
)
def test_impossible_settings_are_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        IndexSettings(**given)  # type: ignore[arg-type]
