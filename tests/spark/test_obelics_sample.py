"""The sample web through the whole OBELICS path: what a person expects is what is published."""

import hashlib
import json
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession
from typer.testing import CliRunner

from interleaf import explain_obelics
from interleaf.cli import app
from interleaf.estimate import input_of, table_files
from interleaf.sample import sample_path
from obelics_like.settings import load_settings
from spark_jobs import report_again
from spark_jobs.run.folder import RunFolderError
from spark_jobs.run.tables import RECORDS, stored_table
from tests.spark.conftest import READING, built
from webdoc.arrow import schema_of
from webdoc.page.document import Document
from webdoc.reasons import Kind, Reason
from webdoc.tables.records import Record

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "sample.txt"
NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
SHOWN_CHARS = 60


def documents_of(release: Path) -> list[Document]:
    return sorted(explain_obelics.documents_of(str(release)), key=lambda d: (d.url, d.capture_time))


def rows_of(release: Path) -> list[dict[str, Any]]:
    files = sorted((release / "data").glob("*.parquet"))
    return [row for file in files for row in pq.read_table(file).to_pylist()]


def truth() -> Iterator[dict[str, Any]]:
    for line in (sample_path().parent / "truth.jsonl").read_text("utf-8").splitlines():
        yield json.loads(line)


def test_the_estimate_tells_how_many_files_reading_writes(release: Path) -> None:
    settings = load_settings(options={"inputs": [str(sample_path())], "archives": READING})
    written = list((release / RECORDS).rglob("*.parquet"))
    kinds = {file.parent.name for file in written}
    told = table_files(input_of(settings), kinds, settings, cores=2)
    tasks = {file.name for file in written}
    assert told == len(kinds) * len(tasks)
    assert len(written) <= told  # not every task meets every kind


def test_every_record_is_accounted_for(release: Path) -> None:
    """341 records stand in the sample: docs/sample.md lists them."""
    kinds = pc.field("kind").isin([str(kind) for kind in Kind])
    table = stored_table(str(release / RECORDS), schema_of(Record))
    records = table.to_table(columns=["warc_record_offset"], filter=kinds)
    offsets = records.column("warc_record_offset").to_pylist()
    assert len(offsets) == len(set(offsets)) == 341


def test_the_report_again_is_the_same(spark: SparkSession, release: Path, tmp_path: Path) -> None:
    again = shutil.copytree(release, tmp_path / "again")
    (again / report_again.REPORT).write_text("gone", "utf-8")
    report_again.run(spark, str(again))
    for name in (report_again.REPORT, "SHA256SUMS"):
        assert (again / name).read_bytes() == (release / name).read_bytes()
    with pytest.raises(RunFolderError, match="holds no run"):
        report_again.check(str(tmp_path))
    (again / "SHA256SUMS").unlink()
    with pytest.raises(RunFolderError, match="no finished run"):
        report_again.check(str(again))


def test_each_page_has_the_fate_that_a_person_expects(release: Path) -> None:
    fates = {(d.url, d.capture_time[:10]): d.reject_reason or "kept" for d in documents_of(release)}
    wrong = {}
    for page in truth():
        expected = page["fate"]
        if page["http_status"] != 200 or expected == "any":
            continue
        got = fates[page["url"], page["capture_day"]]
        if str(got) not in expected.split(" or "):
            wrong[page["url"]] = (expected, str(got))
    assert wrong == {}


def test_marks_are_those_that_a_person_expects(release: Path) -> None:
    by_page = {(d.url, d.capture_time[:10]): d for d in documents_of(release)}
    wrong = []
    for page in truth():
        if "kept" not in page["fate"]:
            continue
        for mark in page["marked"]:
            nodes = by_page[page["url"], page["capture_day"]].nodes
            if "text" in mark:
                own = [n for n in nodes if n.text.startswith(mark["text"])]
            else:
                own = [n for n in nodes if n.image and n.image.url in mark["image"]]
            got = {str(n.reject_reason) for n in own}
            if not got <= set(mark["reason"].split(" or ")):
                wrong.append((page["url"], mark, got))
    assert wrong == []


def test_release_opens_with_datasets(release: Path, tmp_path: Path) -> None:
    import datasets  # noqa: PLC0415 - seconds

    data = datasets.load_dataset(str(release), split="train", cache_dir=str(tmp_path))
    assert data.column_names == ["images", "texts", "metadata", "general_metadata"]
    assert len(data) == len(rows_of(release)) > 30
    first = data[0]
    assert len(first["images"]) == len(first["texts"]) == len(json.loads(first["metadata"]))
    pictures = datasets.load_dataset(str(release), "images", split="train", cache_dir=str(tmp_path))
    assert pictures[0]["image"].size == (pictures[0]["width_px"], pictures[0]["height_px"])


def test_pictures_are_stored_once_and_every_reference_finds_its_own(release: Path) -> None:
    stored = {}
    for file in (release / "images").glob("*.parquet"):
        for row in pq.read_table(file).to_pylist():
            assert row["sha256"] not in stored
            stored[row["sha256"]] = row["image"]["bytes"]
    assert all(hashlib.sha256(body).hexdigest() == key for key, body in stored.items())
    shown = {
        image["sha256"]
        for row in rows_of(release)
        for image in json.loads(row["metadata"])
        if image
    }
    assert shown == set(stored)


def test_checksums_name_every_file(release: Path) -> None:
    lines = (release / "SHA256SUMS").read_text().splitlines()
    sums = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    files = {
        str(path.relative_to(release))
        for path in release.rglob("*")
        if path.is_file() and "tables" not in path.relative_to(release).parts
    }
    assert set(sums) == files - {"SHA256SUMS"}
    for name, digest in sums.items():
        assert hashlib.sha256((release / name).read_bytes()).hexdigest() == digest


def test_the_funnel_adds_up(release: Path) -> None:
    counts: dict[str, int] = defaultdict(int)
    for line in (release / "funnel.csv").read_text().splitlines()[1:]:
        level, _, count, *_ = line.split(",")
        counts[level] += int(count)
    documents = documents_of(release)
    nodes = [node for document in documents for node in document.nodes]
    assert counts == {
        "record": 341,
        "document": len(documents),
        "text": sum(node.kind == "text" for node in nodes),
        "image": sum(node.kind == "image" for node in nodes),
    }


def test_row_groups_are_small_enough_for_the_viewer(release: Path) -> None:
    for file in release.glob("*/train-*.parquet"):
        metadata = pq.ParquetFile(file).metadata
        for index in range(metadata.num_row_groups):
            assert metadata.row_group(index).num_rows <= 100
            assert metadata.row_group(index).total_byte_size <= 33 << 20


def test_nothing_private_is_published(release: Path) -> None:
    folder = str(sample_path().parent).encode()
    for path in release.rglob("*"):
        if path.is_file() and "tables" not in path.relative_to(release).parts:
            assert folder not in path.read_bytes(), path
            assert str(release).encode() not in path.read_bytes(), path


def test_other_splits_and_shuffles_give_the_same_bytes(
    spark: SparkSession, release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In many parts, as a large input; only settings.toml may differ: it names the splits."""
    monkeypatch.setattr("spark_jobs.run.sizes.SMALL_BYTES", 0)
    before = spark.conf.get("spark.sql.shuffle.partitions")
    spark.conf.set("spark.sql.shuffle.partitions", "5")
    try:
        other = built(spark, tmp_path / "out", archives={"split_bytes": 50_000})
    finally:
        spark.conf.set("spark.sql.shuffle.partitions", str(before))
    for name in ("data", "images", "clusters", "funnel.csv", "archives.csv"):
        files = [release / name] if name.endswith("csv") else sorted((release / name).iterdir())
        for file in files:
            twin = other / file.relative_to(release)
            assert twin.read_bytes() == file.read_bytes(), file.name


def explained(release: Path, wanted: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["explain", str(release), wanted], env={"COLUMNS": "200"})
    return result.exit_code, " ".join((result.stdout + result.stderr).split())


def test_explain_shows_the_way_of_a_page(release: Path) -> None:
    """rye: its spam paragraph and the campaign picture are marked, docs/sample.md says why."""
    status, said = explained(release, "https://blog.example/2023/05/rye/")
    assert status == 0
    assert "kept" in said
    for reason in ("paragraph_spam_words", "paragraph_repeated_on_domain", "image_too_frequent"):
        assert f"left out: {reason}" in said
    status, said = explained(release, "https://news.example/robots.txt")
    assert (status, "the rules of a host for robots" in said) == (0, True)
    status, said = explained(release, "https://nowhere.example/")
    assert (status, "No record in" in said) == (2, True)


def test_explain_names_the_document_that_stays(release: Path) -> None:
    documents = documents_of(release)
    (repeated,) = [d for d in documents if d.reject_reason == Reason.DOCUMENT_URL_REPEATED]
    kept = [d for d in documents if d.url == repeated.url and d.reject_reason is None]
    assert [d.doc_id for d in kept] == [repeated.reject_detail]
    assert "left out: document_url_repeated" in explained(release, repeated.doc_id)[1]
    assert repeated.reject_detail in explained(release, repeated.doc_id)[1]


def test_of_near_copies_one_stays(release: Path) -> None:
    """The blog post and its mirror: which one is a matter of policy, that it is one is not."""
    documents = documents_of(release)
    (page,) = [page for page in truth() if page["near_copy_of"]]
    pair = [d for d in documents if d.url in (page["url"], page["near_copy_of"])]
    (kept,) = [d for d in pair if d.reject_reason is None]
    (dropped,) = [d for d in pair if d.reject_reason == Reason.DOCUMENT_NEAR_COPY]
    assert dropped.reject_detail == kept.doc_id
    similarity = f"similarity {dropped.reject_value:.2f}"
    assert f"dropped as a near-copy of {kept.url}" in explained(release, dropped.url)[1]
    assert similarity in explained(release, dropped.url)[1]

    clusters = [r for f in release.glob("clusters/*") for r in pq.read_table(f).to_pylist()]
    own = {row["doc_id"]: row["keeper"] for row in clusters}
    assert own == {kept.doc_id: kept.doc_id, dropped.doc_id: kept.doc_id}


def test_the_notebook_runs(release: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its cells, one after the other, on the release of this test."""
    notebook = json.loads((NOTEBOOKS / "first_look.ipynb").read_text("utf-8"))
    names: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RELEASE", str(release))
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                exec("".join(cell["source"]), names)
    said = capsys.readouterr().out
    assert names["row"]["texts"]
    assert "[image] https://" in said
    assert "document_url_repeated" in said


def test_golden(release: Path, golden: Callable[[Path, str], str]) -> None:
    """Every document with every mark, for a person to read in a diff."""
    lines = []
    for document in documents_of(release):
        lines.append(f"{document.url} {document.capture_time}")
        lines.append(f"  {document.reject_reason or 'kept'} [{document.language}] {document.title}")
        for node in document.nodes:
            what = node.image.url if node.image else " ".join(node.text.split())
            mark = f"  <- {node.reject_reason}" if node.reject_reason else ""
            end = " //" if node.ends_document else ""
            lines.append(f"    {node.tag:10} {what[:SHOWN_CHARS]}{end}{mark}")
    now = "\n".join(lines) + "\n"
    assert now == golden(GOLDEN, now), "the sample gives something else: see `make golden`"


def test_the_card_counts_who_said_no(release: Path) -> None:
    assert "| document | `noai` | 1 |" in (release / "README.md").read_text()
