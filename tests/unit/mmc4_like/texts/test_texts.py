import gzip
import json
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from mmc4_like.records import TextDocument
from mmc4_like.texts.texts import TextSettings, read_texts
from webdoc.reasons import Reason
from webdoc.settings import SettingsError
from webdoc.storage.byte_source import SourceStream, StorageSettings, open_source
from webdoc.storage.inputs import ArchiveFile, expand_inputs

PAGE = {"url": "https://e.org/a", "text": "One. Two.", "timestamp": "2019-04-25T12:57:54Z"}
PACKERS = {
    "": bytes,
    ".gz": gzip.compress,
    ".zst": zstandard.ZstdCompressor().compress,
}


def read(
    folder: Path, name: str, body: bytes, settings: TextSettings | None = None
) -> list[TextDocument]:
    (folder / name).write_bytes(body)
    file = ArchiveFile(str(folder / name), name, len(body))
    return list(read_texts(file, settings or TextSettings()))


def lines(*records: object) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def reasons(documents: list[TextDocument]) -> list[tuple[int, Reason | None]]:
    return [(document.source_row, document.reject_reason) for document in documents]


@pytest.mark.parametrize("packed", PACKERS)
def test_lines_of_json(tmp_path: Path, packed: str) -> None:
    body = PACKERS[packed](lines(PAGE, {**PAGE, "url": None, "text": "Drei — vier."}))

    first, second = read(tmp_path, f"c4.json{packed}", body)

    assert (first.url, first.text) == ("https://e.org/a", "One. Two.")
    assert first.timestamp == "2019-04-25T12:57:54Z"
    assert first.url_key == "e.org/a"
    assert (first.source_name, first.source_row) == (f"c4.json{packed}", 1)
    assert (second.url, second.url_key, second.text) == ("", "", "Drei — vier.")
    assert second.reject_reason is None


@pytest.mark.parametrize("packed", [".gz", ".zst"])
def test_files_packed_in_parts_are_read_to_the_end(tmp_path: Path, packed: str) -> None:
    pack = PACKERS[packed]

    documents = read(tmp_path, f"a.jsonl{packed}", pack(lines(PAGE)) + pack(lines(PAGE)))

    assert reasons(documents) == [(1, None), (2, None)]
    assert documents[0].doc_id != documents[1].doc_id
    assert documents[0].content_key == documents[1].content_key


def test_packing_is_told_by_content_not_by_name(tmp_path: Path) -> None:
    assert reasons(read(tmp_path, "a.jsonl", gzip.compress(lines(PAGE)))) == [(1, None)]


def test_lines_that_are_no_documents_are_rows_with_their_place(tmp_path: Path) -> None:
    body = lines(PAGE) + b"{broken\n\n[1]\n\xff\xfe{}\n" + b"[" * 100_000 + b"\n"
    body += lines({**PAGE, "text": None}, {**PAGE, "text": " \n"}, {**PAGE, "text": 3}, PAGE)

    documents = read(tmp_path, "a.jsonl", body)

    assert reasons(documents) == [
        (1, None),
        (2, Reason.DOCUMENT_NOT_JSON),
        (4, Reason.DOCUMENT_NOT_JSON),
        (5, Reason.DOCUMENT_NOT_JSON),
        (6, Reason.DOCUMENT_NOT_JSON),
        (7, Reason.DOCUMENT_NO_TEXT),
        (8, Reason.DOCUMENT_NO_TEXT),
        (9, Reason.DOCUMENT_NO_TEXT),
        (10, None),
    ]
    assert {document.source_name for document in documents} == {"a.jsonl"}
    assert len({document.doc_id for document in documents}) == len(documents)
    assert "property name" in documents[1].reject_detail


@pytest.mark.parametrize(("spare", "reason"), [(0, None), (-1, Reason.DOCUMENT_TOO_LONG)])
def test_a_line_too_long_is_skipped(tmp_path: Path, spare: int, reason: Reason | None) -> None:
    line = lines(PAGE)
    settings = TextSettings(max_document_bytes=len(line) - 1 + spare)
    body = line + lines({**PAGE, "text": "x" * 3_000_000}) + line[:-1]

    documents = read(tmp_path, "a.jsonl", body, settings)

    assert reasons(documents) == [(1, reason), (2, Reason.DOCUMENT_TOO_LONG), (3, reason)]


@pytest.mark.parametrize("name", ["a.jsonl", "a.parquet"])
def test_a_missing_column_is_named_and_so_are_those_there(tmp_path: Path, name: str) -> None:
    body = lines({"content": "x", "uri": "y"})
    if name.endswith("parquet"):
        pq.write_table(pa.table({"content": ["x"], "uri": ["y"]}), tmp_path / name)
        body = (tmp_path / name).read_bytes()

    with pytest.raises(SettingsError, match=r"no column 'text' .* and 'url' .*: content, uri"):
        read(tmp_path, name, body)

    settings = TextSettings(text_column="content", url_column="")
    (document,) = read(tmp_path, name, body, settings)
    assert (document.text, document.url) == ("x", "")


def test_parquet_by_its_column_names_also_nested_ones(tmp_path: Path) -> None:
    moment = datetime(2024, 5, 18, 3, 58, 10, 999, tzinfo=UTC)
    rows = [
        {"body": f"Text {i}.", "meta": {"url": f"https://e.org/{i}"}, "date": moment, "lang": "de"}
        for i in range(200)
    ]
    rows[7]["body"] = None
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "a.parquet", row_group_size=30)
    settings = TextSettings(
        text_column="body",
        url_column="meta.url",
        timestamp_column="date",
        language_column="lang",
    )

    documents = read(tmp_path, "a.parquet", (tmp_path / "a.parquet").read_bytes(), settings)

    assert [document.source_row for document in documents] == list(range(1, 201))
    assert documents[7].reject_reason == Reason.DOCUMENT_NO_TEXT
    assert documents[199].text == "Text 199."
    assert documents[199].url == "https://e.org/199"
    assert documents[199].timestamp == "2024-05-18T03:58:10Z"
    assert documents[199].language == "de"


@pytest.mark.parametrize(
    ("column", "moment"),
    [
        (pa.array([2**62, 0], pa.timestamp("ms")), "1970-01-01T00:00:00Z"),  # past year 9999
        (pa.array([0, 0], pa.timestamp("s", "Mars/Base")), ""),
    ],
)
def test_values_that_python_cannot_hold(tmp_path: Path, column: pa.Array, moment: str) -> None:
    """One such cell is no reason to stop a run: the text is marked, a time is unknown."""
    texts = pa.array([b"\xff no UTF-8", b"Fine."], pa.binary()).view(pa.string())
    table = pa.table({"text": texts, "url": ["", "https://e.org/"], "timestamp": column})
    pq.write_table(table, tmp_path / "a.parquet")

    first, second = read(tmp_path, "a.parquet", (tmp_path / "a.parquet").read_bytes())

    assert (first.reject_reason, first.timestamp) == (Reason.DOCUMENT_UNDECODABLE, "")
    assert first.reject_detail.startswith("'utf-8' codec")
    assert (second.reject_reason, second.text, second.timestamp) == (None, "Fine.", moment)


def test_a_text_of_a_table_can_be_too_long(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": ["x" * 11, "x" * 10]}), tmp_path / "a.parquet")
    settings = TextSettings(url_column="", max_document_bytes=10)

    documents = read(tmp_path, "a.parquet", (tmp_path / "a.parquet").read_bytes(), settings)

    assert reasons(documents) == [(1, Reason.DOCUMENT_TOO_LONG), (2, None)]
    assert documents[0].text == ""


@pytest.mark.parametrize("packed", PACKERS)
def test_a_plain_text_file_is_one_document(tmp_path: Path, packed: str) -> None:
    body = PACKERS[packed]("\ufeffOne.\n\nTwo.".encode())

    (document,) = read(tmp_path, f"a.txt{packed}", body)

    assert document.text == "One.\n\nTwo."
    assert document.url == ""


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"x" * 11, Reason.DOCUMENT_TOO_LONG),
        (b"x" * 10, None),
        (b"caf\xe9", Reason.DOCUMENT_UNDECODABLE),
        (b"", Reason.DOCUMENT_NO_TEXT),
    ],
)
def test_plain_texts_that_cannot_be_read(
    tmp_path: Path, body: bytes, reason: Reason | None
) -> None:
    settings = TextSettings(max_document_bytes=10)

    assert reasons(read(tmp_path, "a.txt", body, settings)) == [(1, reason)]


def cut(body: bytes) -> bytes:
    return body[: len(body) // 2]


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.jsonl.zst", "a.parquet"])
def test_a_damaged_file_is_one_row_behind_what_was_read(tmp_path: Path, name: str) -> None:
    many = [{**PAGE, "text": f"{i * i} {i}" * 50} for i in range(5_000)]
    if name.endswith("parquet"):
        pq.write_table(pa.Table.from_pylist(many), tmp_path / name, row_group_size=100)
        body = bytearray((tmp_path / name).read_bytes())
        body[len(body) // 2 : len(body) // 2 + 5000] = bytes(5000)
    else:
        body = bytearray(cut(PACKERS[name[7:]](lines(*many))))

    *sound, last = read(tmp_path, name, bytes(body))

    assert last.reject_reason == Reason.DOCUMENT_FILE_UNREADABLE
    assert last.reject_detail
    assert 0 < len(sound) == last.source_row - 1
    assert sound[-1].text in {record["text"] for record in many}


def test_files_that_cannot_be_read_at_all(tmp_path: Path) -> None:
    missing = ArchiveFile(str(tmp_path / "no.jsonl"), "no.jsonl", 0)
    (row,) = read_texts(missing, TextSettings())
    assert (row.reject_reason, row.reject_detail) == (
        Reason.DOCUMENT_FILE_UNREADABLE,
        "no such file",
    )
    (row,) = read_texts(ArchiveFile("x", "x", 0, problem="forbidden"), TextSettings())
    assert (row.source_row, row.reject_detail) == (0, "forbidden")
    (row,) = read(tmp_path, "a.pdf", b"%PDF")
    assert "neither JSONL" in row.reject_detail
    (row,) = read(tmp_path, "a.parquet", b"PAR1")
    assert row.reject_reason == Reason.DOCUMENT_FILE_UNREADABLE


@pytest.mark.parametrize(
    ("written", "understood"),
    [
        ("2019-04-25T14:57:54+02:00", "2019-04-25T12:57:54Z"),
        ("2019-04-25 12:57:54.123", "2019-04-25T12:57:54Z"),
        ("2019-04-25", "2019-04-25T00:00:00Z"),
        ("last spring", ""),
        ("0001-01-01T00:00:00+01:00", ""),
        (1556197074, ""),
        (None, ""),
    ],
)
def test_timestamps(tmp_path: Path, written: object, understood: str) -> None:
    (document,) = read(tmp_path, "a.jsonl", lines({**PAGE, "timestamp": written}))

    assert document.timestamp == understood


def test_half_of_a_pair_of_surrogates_becomes_a_mark(tmp_path: Path) -> None:
    (document,) = read(tmp_path, "a.jsonl", b'{"url": "u", "text": "a\\ud800b"}\n')

    assert document.text == "a\ufffdb"


@given(st.binary(max_size=300))
def test_whatever_the_bytes_are_they_become_rows(body: bytes) -> None:
    """Nothing is raised for what a file holds, but for the columns of a sound first record."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("a.jsonl", "a.txt", "a.parquet"):
            try:
                read(Path(folder), name, body)
            except SettingsError:
                assert name == "a.jsonl"


def test_real_documents(shared_data: Path) -> None:
    file = expand_inputs([str(shared_data / "text" / "c4like-wcxb-dev-300.jsonl")])[0]

    documents = list(read_texts(file, TextSettings()))

    assert len(documents) == 296
    assert all(document.reject_reason is None for document in documents)
    assert len({document.doc_id for document in documents}) == 296
    assert all(document.timestamp.endswith("Z") for document in documents)
    assert documents[0].url_key.startswith("scratchculinary.com/2025/09/04/top-nutrition")


def test_a_source_as_a_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(bytes(range(200)) * 2_000)  # several blocks
    with open_source(str(tmp_path / "a"), StorageSettings()) as source:
        stream = SourceStream(source)
        begin = stream.read(10)
        assert (begin, stream.tell()) == (bytes(range(10)), 10)
        assert stream.seek(-5, os.SEEK_CUR) == 5
        assert stream.read(3) == b"\5\6\7"
        assert stream.seek(-2, os.SEEK_END) == 399_998
        assert stream.read(9) == bytes([198, 199])
        assert stream.read(9) == b""
        stream.seek(100)
        assert stream.readall() == (bytes(range(200)) * 2_000)[100:]


@pytest.mark.parametrize("wrong", [{"text_column": ""}, {"max_document_bytes": 0}])
def test_impossible_settings_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="must"):
        TextSettings(**wrong)  # type: ignore[arg-type]
