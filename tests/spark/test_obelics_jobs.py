"""The jobs one by one, as a scheduler starts them, with OBELICS' own numbers and URLs only."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import tomli_w
from pyspark.sql import SparkSession

from interleaf.sample import sample_path
from obelics_like.settings import load_settings
from spark_jobs import (
    obelics,
    obelics_deduplicate,
    obelics_documents,
    obelics_images,
    obelics_near_duplicates,
    obelics_publish,
)
from spark_jobs.run.obelics import prepare
from spark_jobs.run.sizes import SMALL_BYTES, sized_for
from spark_jobs.run.tables import ONE_TASK, parquet_rows, write_table
from tests.unit.archives import gz, pages

JOBS = (
    obelics_documents,
    obelics_images,
    obelics_deduplicate,
    obelics_near_duplicates,
    obelics_publish,
)


@pytest.mark.usefixtures("spark")
def test_each_job_alone_takes_the_same_settings_file(tmp_path: Path) -> None:
    out = tmp_path / "out"
    settings = tmp_path / "settings.toml"
    table = {
        "preset": "obelics",
        "inputs": [str(sample_path())],
        "out": str(out),
        "images": {"source": "none"},
    }
    settings.write_text(tomli_w.dumps(table))
    for job in JOBS:
        job.main(str(settings))
    rows = pq.read_table(out / "data").to_pylist()
    assert len(rows) > 5
    for row in rows:
        assert any(row["images"])
        for image in filter(None, json.loads(row["metadata"])):
            assert not {"sha256", "original_width"} & set(image)  # nobody looked at the bytes
    assert not (out / "images").exists()
    assert 'preset = "obelics"' in (out / "settings.toml").read_text()


def test_a_job_without_its_table_says_which_to_run(spark: SparkSession, tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text(tomli_w.dumps({"inputs": ["x"], "out": str(tmp_path / "out")}))
    with pytest.raises(FileNotFoundError, match="run the job that writes it first"):
        obelics_publish.main(str(settings))


def test_a_table_of_a_small_input_is_one_part(spark: SparkSession, tmp_path: Path) -> None:
    """Then joins need no shuffle, and a job is one task; of a large one it stays in its parts."""
    path = str(tmp_path / "numbers")
    numbers = spark.range(0, 40, numPartitions=4)
    write_table(numbers, path)
    for input_bytes, is_one in ((SMALL_BYTES - 1, True), (SMALL_BYTES, False)):
        with sized_for(spark, input_bytes):
            rows = parquet_rows(spark, path, numbers.schema)
            counted = rows.join(rows.groupBy("id").count(), "id")
            assert (counted.rdd.getNumPartitions() == 1) == is_one
            assert counted.count() == 40
    assert spark.conf.get(ONE_TASK, None) is None


def test_one_page_takes_few_spark_jobs(spark: SparkSession, tmp_path: Path) -> None:
    """Each is a fifth of a second or more before it does anything."""
    archive = tmp_path / "a.warc.gz"
    archive.write_bytes(gz(*pages(1)))
    given = {
        "inputs": [str(archive)],
        "out": str(tmp_path / "out"),
        "images": {"source": "none"},
        "documents": {"min_words": 1},
    }
    settings = load_settings(options=given)
    prepare(settings)
    context = spark.sparkContext
    context.setJobGroup(str(tmp_path), "one page")
    try:
        obelics.run(spark, settings)
        jobs = context.statusTracker().getJobIdsForGroup(str(tmp_path))
    finally:
        context.setLocalProperty("spark.jobGroup.id", None)
    assert len(jobs) < 25
