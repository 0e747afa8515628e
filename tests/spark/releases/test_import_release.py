"""interleaf import through Spark: files of rows become a release that the other commands read."""

import csv
import json
import subprocess
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from spark_jobs.derived.import_release import ImportSettings, check, run
from spark_jobs.derived.release import check as check_release
from spark_jobs.release.published import documents_of
from tests.unit.webdoc.importers.test_forms import MMC4
from webdoc.importers.importer import form_named, imported
from webdoc.settings import SettingsError

pytestmark = pytest.mark.spark


def test_a_release_of_imported_rows(spark: SparkSession, tmp_path: Path) -> None:
    inputs, out = tmp_path / "in", tmp_path / "out"
    inputs.mkdir()
    bad = {**MMC4, "similarity_matrix": []}
    lines = [[MMC4, bad, {**MMC4, "url": "http://e.org/y"}], [{**MMC4, "image_info": []}]]
    for number, rows in enumerate(lines):
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (inputs / f"docs_shard_{number}_v2.jsonl").write_text(text + "{" * number)

    done = run(spark, ImportSettings((str(inputs),), "mmc4", str(out)))

    form = form_named("mmc4")
    expected = [imported(form, MMC4, "docs_shard_0_v2.jsonl", 1).row]
    expected += [imported(form, lines[0][2], "docs_shard_0_v2.jsonl", 3).row]
    assert (done.documents, done.images) == (2, 2)
    assert dict(done.rejected) == {"document_row_invalid": 2, "document_not_json": 1}
    data = pq.read_table(out / "data").to_pylist()
    assert sorted(row["general_metadata"] for row in data) == sorted(
        row.general_metadata for row in expected if row
    )
    assert pq.read_table(out / "mmc4")["similarity_matrix"].to_pylist() == [[[0.19, 0.27, 0.1]]] * 2
    assert len((out / "jsonl" / "docs_shard-00000-of-00001.jsonl").read_text().splitlines()) == 2
    funnel = {
        (row["level"], row["reason"]): row["count"]
        for row in csv.DictReader((out / "funnel.csv").read_text().splitlines())
    }
    assert funnel["document", "kept"] == "2"
    assert funnel["document", "document_row_invalid"] == "2"
    assert "these are null" in (out / "README.md").read_text()
    command = ["sha256sum", "--quiet", "-c", "SHA256SUMS"]
    assert subprocess.run(command, cwd=out, check=False).returncode == 0
    check_release([str(out)], str(tmp_path / "next"))
    assert documents_of(spark, str(out)).count() == 2


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (ImportSettings((), "mmc4", "x"), "No input"),
        (ImportSettings(("nowhere/*.parquet",), "mmc4", "x"), "None of the inputs can be read"),
        (ImportSettings(("a.parquet",), "laion", "x"), "is no form that can be imported"),
        (ImportSettings(("a.parquet",), "mmc4"), "No output folder"),
    ],
)
def test_what_is_wrong_is_said_before_spark_starts(given: ImportSettings, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        check(given)
