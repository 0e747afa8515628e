"""Real archives, many of them odd: every record of every file is one row."""

from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from obelics_like.settings import load_settings
from spark_jobs import obelics_documents
from spark_jobs.run_folder import prepare
from spark_jobs.tables import RECORDS
from webdoc.storage import Split, expand_inputs
from webdoc.warc import ReadSettings, read_captures

# Records that other readers find in these files, or that a person counted where those give up.
# Source: warcio's index and, for what it refuses, the record headers in the unpacked bytes.
KNOWN = {
    "archivesunleashed+aut/example.warc.gz": 822,
}


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "warc"


def counted(folder: Path, out: Path, spark: SparkSession, split_bytes: int) -> Counter[str]:
    reading = {"split_bytes": split_bytes}
    settings = load_settings(given={"inputs": [str(folder)], "out": str(out), "reading": reading})
    prepare(settings)
    obelics_documents.run(spark, settings)
    columns = ["warc_filename", "warc_record_offset", "kind", "reject_reason", "document"]
    rows = pq.read_table(out / RECORDS, columns=columns).to_pylist()
    for row in rows:
        # Whatever is neither page nor image says why; a page has its document.
        assert (row["reject_reason"] is None) == (row["kind"] in ("page", "image")), row
        assert (row["document"] is not None) == (row["kind"] == "page")
    return Counter(row["warc_filename"] for row in rows)


def test_every_record_of_every_file_is_a_row(
    folder: Path, spark: SparkSession, tmp_path: Path
) -> None:
    expected: Counter[str] = Counter()
    for file in expand_inputs([str(folder)]):
        whole = Split(file, 0, 2**62)
        expected[file.name] += sum(1 for _ in read_captures(whole, ReadSettings()))
    assert counted(folder, tmp_path / "out", spark, split_bytes=64 * 1024) == expected
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert sum(expected.values()) >= len(files) > 20
    for name, count in KNOWN.items():
        (file,) = expand_inputs([str(folder / name)])
        assert sum(1 for _ in read_captures(Split(file, 0, 2**62), ReadSettings())) == count
