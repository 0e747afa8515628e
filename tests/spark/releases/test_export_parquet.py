"""`interleaf export --to parquet`: read back by the real `datasets` library."""

from pathlib import Path
from shutil import copytree, rmtree
from typing import Any

import pyarrow.parquet as pq
import pytest
from huggingface_hub import DatasetCard
from pyspark.sql import SparkSession
from typer.testing import CliRunner

from interleaf.cli import app
from spark_jobs.run.folder import RunFolderError
from tests.spark.releases.test_export import (
    BODIES,
    DOCUMENTS,
    HASHES,
    exported,
    small_release,  # noqa: F401 - the fixture release
)
from webdoc.run_settings import ReleaseSettings


def opened(folder: Path, cache: Path, **options: Any) -> Any:
    from datasets import load_dataset  # noqa: PLC0415 - seconds

    return load_dataset(str(folder), "parquet", split="train", cache_dir=str(cache), **options)


@pytest.fixture(scope="module")
def export(spark: SparkSession, release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("export") / "out"
    exported(spark, release, out, "parquet")
    return out


def test_texts_and_pictures_stand_at_equal_length(export: Path, tmp_path: Path) -> None:
    """The picture without bytes is left out of all three columns; the bytes are those stored."""
    rows = sorted(opened(export, tmp_path), key=lambda row: row["doc_id"])
    assert len(rows) == DOCUMENTS
    for number, row in enumerate(rows):
        assert row["texts"] == [f"Page {number} <image>", None, None, "End"]
        assert [image and image.size for image in row["images"]] == [
            None, (8 + number, 6), (8, 6), None,
        ]  # fmt: skip
        assert [facts and facts["sha256"] for facts in row["image_facts"]] == [
            None, HASHES[number], HASHES[0], None,
        ]  # fmt: skip
        assert row["image_facts"][1]["width_px"] == 8 + number
        assert (row["url"], row["language"]) == (f"https://e.org/{number}", "en")
        assert row["clip_mean"] is None
    stored = pq.read_table(next(export.glob("data/*.parquet"))).to_pylist()
    bodies = {image["path"]: image["bytes"] for row in stored for image in row["images"] if image}
    assert bodies == {f"{h}.png": body for h, body in zip(HASHES, BODIES, strict=True)}


def test_it_streams(export: Path, tmp_path: Path) -> None:
    rows = list(opened(export, tmp_path, streaming=True))
    assert len(rows) == DOCUMENTS
    assert rows[0]["images"][1].format == "PNG"


def test_the_hub_is_told_what_is_a_picture(export: Path) -> None:
    from datasets import Features, Image, List  # noqa: PLC0415 - seconds

    data = DatasetCard((export / "README.md").read_text("utf-8")).data.to_dict()
    (info,) = data["dataset_info"]
    features = Features._from_yaml_list(info["features"])
    assert features["images"] == List(Image())
    assert list(features) == pq.read_schema(next(export.glob("data/*.parquet"))).names
    assert data["configs"][0]["config_name"] == info["config_name"] == "parquet"
    assert data["license"] == "other"


def test_row_groups_are_small_and_files_are_cut(
    spark: SparkSession,
    release: Path,
    tmp_path: Path,
) -> None:
    """Not more rows and bytes than the settings say; the same rows whatever the cut."""
    limits = ReleaseSettings(max_row_group_rows=2, rows_per_file=3)
    rows = exported(spark, release, tmp_path / "cut", "parquet", files=limits)
    files = sorted(tmp_path.glob("cut/data/*.parquet"))
    assert len(files) == 3
    groups = [
        meta.row_group(i).num_rows
        for meta in map(pq.read_metadata, files)
        for i in range(meta.num_row_groups)
    ]
    assert sum(groups) == DOCUMENTS
    assert max(groups) <= 2
    assert [row["doc_id"] for row in rows] == [f"{n:032x}" for n in range(DOCUMENTS)]


def test_documents_may_go_with_their_missing_pictures(
    spark: SparkSession,
    release: Path,
    tmp_path: Path,
) -> None:
    assert exported(spark, release, tmp_path / "none", "parquet", missing="skip_document") == []
    with pytest.raises(RunFolderError, match="7 of 21 pictures have no bytes"):
        exported(spark, release, tmp_path / "strict", "parquet", missing="error")


@pytest.mark.usefixtures("spark")
def test_a_release_without_pictures_is_refused(release: Path, tmp_path: Path) -> None:
    copytree(release, tmp_path / "urls")
    rmtree(tmp_path / "urls/images")
    to = ["--to", "parquet", "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(app, ["export", str(tmp_path / "urls"), *to])
    assert result.exit_code == 2
    assert "holds no pictures" in " ".join(result.output.split())


def test_the_command_says_what_it_wrote(release: Path, tmp_path: Path, spark: SparkSession) -> None:
    to = ["--to", "parquet", "--out", str(tmp_path / "out"), "--set", "files.rows_per_file=100"]
    result = CliRunner().invoke(app, ["export", str(release), *to])
    said = " ".join(result.output.split())
    assert result.exit_code == 0
    assert "7 documents in 1 files" in said
    assert "7 pictures have no bytes" in said
