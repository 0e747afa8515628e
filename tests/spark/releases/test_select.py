"""interleaf select on the release of the sample: what stays is what Python says of each row."""

import json
import subprocess
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from spark_jobs.derived.select import SelectSettings, check, run
from spark_jobs.run.folder import RunFolderError
from webdoc.settings import SettingsError

pytestmark = pytest.mark.spark
WHERE = "original_width > 500 and language = 'en'"


def rows(folder: Path) -> dict[str, list[str]]:
    """Return the addresses of the images of each document."""
    table = pq.read_table(folder / "data").to_pylist()
    ids = [json.loads(row["general_metadata"])["doc_id"] for row in table]
    return {
        doc_id: [url for url in row["images"] if url is not None]
        for doc_id, row in zip(ids, table, strict=True)
    }


def test_a_release_of_what_a_condition_keeps(
    spark: SparkSession, release: Path, tmp_path: Path
) -> None:
    out = tmp_path / "selected"

    done = run(spark, SelectSettings(str(release), WHERE, str(out)))

    expected: dict[str, list[str]] = {}
    shown = set()
    for row in pq.read_table(release / "data").to_pylist():
        about, facts = json.loads(row["general_metadata"]), json.loads(row["metadata"])
        wide = [fact for fact in facts if fact and fact["original_width"] > 500]
        if about["language"] == "en" and wide:
            expected[about["doc_id"]] = [fact["src"] for fact in wide]
            shown |= {fact["sha256"] for fact in wide}
    assert rows(out) == expected
    assert 0 < done.documents == len(expected) < len(rows(release))
    assert set(pq.read_table(out / "images")["sha256"].to_pylist()) == shown
    assert WHERE.split(" and ")[1] in (out / "history.csv").read_text()
    card = (out / "README.md").read_text()
    assert "Only images of which this is true stay" in card
    command = ["sha256sum", "--quiet", "-c", "SHA256SUMS"]
    sums = subprocess.run(command, cwd=out, check=False, capture_output=True)
    assert sums.returncode == 0


@pytest.mark.parametrize(
    ("where", "says"),
    [("", "No condition"), ("sharpness > 3", "no column 'sharpness'"), ("reflect('a')", "reflect")],
)
def test_what_is_wrong_is_said_before_spark_starts(
    release: Path, tmp_path: Path, where: str, says: str
) -> None:
    with pytest.raises(SettingsError, match=says):
        check(SelectSettings(str(release), where, str(tmp_path / "out")))


def test_a_folder_that_holds_something_is_refused(release: Path) -> None:
    with pytest.raises(RunFolderError, match="not empty"):
        check(SelectSettings(str(release), WHERE, str(release)))
