"""Real archives, many of them odd: every record of every file is one row."""

from collections import Counter
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from warcio.archiveiterator import ArchiveIterator

from interleaf.explain_obelics import documents_of
from interleaf.sample import sample_path
from obelics_like.settings import load_settings
from spark_jobs import obelics_documents
from spark_jobs.marks.read_kinds import read_records
from spark_jobs.run.obelics import prepare

# What warcio refuses to read to its end, counted by a person in the unpacked bytes.
REFUSED_BY_WARCIO = {"example-bad-non-chunked.warc.gz": 6, "example-wrong-chunks.warc.gz": 2}


def by_warcio(path: Path) -> int:
    """Count the records of a file with the reader that others trust."""
    with path.open("rb") as file:
        return sum(1 for _ in ArchiveIterator(file))


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "warc"


def counted(folder: Path, out: Path, spark: SparkSession, split_bytes: int) -> Counter[str]:
    archives = {"split_bytes": split_bytes}
    settings = load_settings(
        options={"inputs": [str(folder)], "out": str(out), "archives": archives}
    )
    prepare(settings)
    obelics_documents.run(spark, settings)
    rows = read_records(spark, str(out)).collect()
    for row in rows:
        # Whatever is none of these says why.
        assert (row["reject_reason"] is None) == (row["kind"] in ("page", "image", "robots")), row
    pages = {row["url"] for row in rows if row["kind"] == "page"}
    documents = list(documents_of(str(out)))
    assert len(documents) == sum(row["kind"] == "page" for row in rows)
    assert {document.url for document in documents} == pages
    return Counter(row["warc_filename"] for row in rows)


def test_every_record_of_every_file_is_a_row(
    folder: Path, spark: SparkSession, tmp_path: Path
) -> None:
    expected: Counter[str] = Counter()
    files = [path for path in folder.rglob("*") if path.is_file()]
    names = Counter(path.name for path in files)
    for path in files:
        # Files of one name are told apart by their folders.
        name = path.name if names[path.name] == 1 else f"{path.parent.name}/{path.name}"
        expected[name] = REFUSED_BY_WARCIO.get(path.name) or by_warcio(path)
    assert len(expected) == len(files) >= 20
    assert counted(folder, tmp_path / "out", spark, split_bytes=64 * 1024) == expected


def test_bad_files_are_rows_among_the_good_ones(spark: SparkSession, tmp_path: Path) -> None:
    """Empty, not an archive, cut, and missing: one row each, and the run goes on."""
    folder = tmp_path / "in"
    folder.mkdir()
    good = sample_path().read_bytes()
    (folder / "good.warc.gz").write_bytes(good)
    (folder / "empty.warc.gz").write_bytes(b"")
    (folder / "text.warc").write_text("Dear reader, this is no archive.")
    (folder / "cut.warc.gz").write_bytes(good[: len(good) // 2])
    names = [str(path) for path in folder.iterdir()] + [str(folder / "gone.warc.gz")]
    settings = load_settings(options={"inputs": names, "out": str(tmp_path / "out")})
    prepare(settings)
    obelics_documents.run(spark, settings)
    rows = read_records(spark, str(tmp_path / "out")).collect()
    reasons = {name: Counter() for name in ("empty.warc.gz", "text.warc", "gone.warc.gz")}
    count: Counter[str] = Counter()
    for row in rows:
        count[row["warc_filename"]] += 1
        if row["warc_filename"] in reasons:
            reasons[row["warc_filename"]][row["reject_reason"]] += 1
    assert count["good.warc.gz"] == 341
    assert 100 < count["cut.warc.gz"] < 341
    assert reasons == {
        "empty.warc.gz": {"not_an_archive": 1},
        "text.warc": {"not_an_archive": 1},
        "gone.warc.gz": {"unreadable_file": 1},
    }
