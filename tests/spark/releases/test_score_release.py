"""interleaf score on a copy of the sample's release: scores beside data/, all else stays."""

import html
import json
import shutil
import subprocess
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from interleaf.releases.score_run import score_settings
from spark_jobs.run.folder import RunFolderError
from spark_jobs.score_release import check, run
from webdoc.scores.pictures import sharpness
from webdoc.scores.scorer import ScoredText
from webdoc.scores.texts import rule_quality
from webdoc.settings import SettingsError

pytestmark = pytest.mark.spark


def test_scores_stand_beside_the_documents(
    spark: SparkSession, release: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "release"
    shutil.copytree(release, folder, ignore=shutil.ignore_patterns("tables"))
    limits = ["scores.min.rule_quality=0.5"]

    run(spark, score_settings("sharpness,caption_words", (), {"release": str(folder)}))
    curves = (folder / "report.html").read_text()
    done = run(spark, score_settings("rule_quality", limits, {"release": str(folder)}))

    found = {row["doc_id"]: row for row in pq.read_table(folder / "scores").to_pylist()}
    bodies = {
        row["sha256"]: row["image"]["bytes"] for row in pq.read_table(folder / "images").to_pylist()
    }
    texts = rule_quality.load()
    for row in pq.read_table(release / "data").to_pylist():
        about = json.loads(row["general_metadata"])
        text = "\n\n".join(part for part in row["texts"] if part is not None)
        own = found.pop(about["doc_id"])
        ((quality,),) = texts.score([ScoredText(text, about["language"])])
        assert own["scores"] == [{"name": "rule_quality", "value": quality}]
        shown = {fact["sha256"]: fact for fact in json.loads(row["metadata"]) if fact}
        values = {
            key: [
                {"name": "caption_words", "value": float(len(words(fact).split()))},
                {"name": "sharpness", "value": sharpness.load().score([bodies[key]])[0][0]},
            ]
            for key, fact in shown.items()
        }
        assert {one["sha256"]: one["scores"] for one in own["images"]} == values
    assert found == {}
    assert 0 < done.read_bytes < done.all_bytes
    command = ["sha256sum", "--quiet", "-c", "SHA256SUMS"]
    assert subprocess.run(command, cwd=folder, check=False).returncode == 0
    assert "scores/train-00000-of-00001.parquet" in (folder / "SHA256SUMS").read_text()
    counts = [len(words(fact).split()) for row in shown_images(release) for fact in row]
    figures = curves.split('<figure class="curve"')[1:]
    (own_curve,) = (one for one in figures if 'data-name="caption_words"' in one)
    points = json.loads(html.unescape(own_curve.partition('data-curve="')[2].partition('"')[0]))
    assert len(figures) == 2
    assert all(share == round(sum(c < n for c in counts) / len(counts), 4) for n, share in points)
    assert (points[0][0], points[-1][0]) == (min(counts), max(counts))
    middle = sorted(counts)[(len(counts) - 1) // 2]
    assert f"At {middle}, the median" in " ".join(own_curve.split())
    assert curves.count("data:image/jpeg") >= 2 * 12  # beside two medians; few others
    assert "kept from 0.5" in (folder / "report.html").read_text()
    assert "`rule_quality`" in (folder / "README.md").read_text()


def shown_images(release: Path) -> list[list[dict[str, str]]]:
    """Return what each document says of its pictures, each once."""
    rows = pq.read_table(release / "data")["metadata"].to_pylist()
    return [list({f["sha256"]: f for f in json.loads(row)[::-1] if f}.values()) for row in rows]


def words(fact: dict[str, str]) -> str:
    return fact.get("caption") or fact.get("alt_text") or ""


def test_what_is_wrong_is_said_before_spark_starts(release: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no scorer 'sharpnes': did you mean sharpness"):
        score_settings("sharpnes", (), {"release": str(release)})
    with pytest.raises(SettingsError, match="No scorer"):
        check(score_settings("", (), {"release": str(release)}))
    with pytest.raises(RunFolderError, match="no whole release"):
        check(score_settings("sharpness", (), {"release": str(tmp_path)}))
