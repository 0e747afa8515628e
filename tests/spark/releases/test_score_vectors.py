"""`interleaf score --model`: document_quality with vectors of pictures and paragraphs."""

import json
import shutil
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from interleaf.releases.score_run import score_settings
from interleaf.sample import sample_path
from spark_jobs.score_release import run
from tests.spark.releases.small_releases import doc_id, picture, row, small_release
from webdoc.clip.vectors import sentence_key, unit
from webdoc.release.published import published_document
from webdoc.scores.quality.measure import features_of
from webdoc.scores.quality.parts import parts_of
from webdoc.settings import SettingsError

pytestmark = pytest.mark.skipif(
    find_spec("open_clip") is None, reason="the extra interleaf[clip] is not installed"
)
MODEL = f"local-dir:{sample_path('drawn_clip')}"


def stored(folder: Path, name: str) -> dict[str, np.ndarray]:
    """Return the vectors of a table by their key, of length 1."""
    table = pq.read_table(folder / "tables" / name)
    key = "sha256" if "sha256" in table.schema.names else "sentence_key"
    rows = unit(np.stack([np.frombuffer(v, "<f2") for v in table["vector"].to_pylist()]))
    return dict(zip(table[key].to_pylist(), rows, strict=True))


def test_features_are_those_of_the_vectors(spark: SparkSession, tmp_path: Path) -> None:
    rows = [row(n, [picture(p) for p in shown]) for n, shown in ((1, (1, 2)), (2, (3,)), (3, ()))]
    folder = small_release(tmp_path / "a", [rows[:1], rows[1:]], [[1, 2, 3]])
    asked = score_settings("document_quality", (), {"release": str(folder), "model": MODEL})

    run(spark, asked)

    pictures, texts = stored(folder, "image_vectors"), stored(folder, "text_vectors")
    assert len(pictures) == 3
    assert sentence_key("Text of page 3") not in texts  # its document shows no picture
    found = {one["doc_id"]: one["scores"] for one in pq.read_table(folder / "scores").to_pylist()}
    for number, one in enumerate(rows, start=1):
        document = published_document(one.images, one.texts, one.metadata, one.general_metadata, {})
        lines = [text for text in one.texts if text]
        by_text = {t: texts[sentence_key(t)] for t in lines if sentence_key(t) in texts}
        parts = parts_of(document, picture_vectors=pictures, text_vectors=by_text)
        expected = {name: v for name, v in features_of(parts).items() if v is not None}
        scores = {score["name"]: score["value"] for score in found[doc_id(number)]}
        assert 0 <= scores.pop("document_quality") <= 1
        assert scores == pytest.approx(expected, abs=1e-4)
        assert ("image_fit_clip" in scores) == (number < 3)
    assert "image_alike" in {score["name"] for score in found[doc_id(1)]}
    about = folder / "tables" / "model.json"
    identity = json.loads(about.read_text())
    assert identity["name"] == "local-dir:drawn_clip"
    about.write_text(json.dumps({"name": "other", "revision": "0" * 16}))
    with pytest.raises(
        SettingsError, match=rf"other \(0+\).*drawn_clip \({identity['revision']}\)"
    ):
        run(spark, asked)
    shutil.rmtree(folder / "tables")
    foreign = tmp_path / "weights.json"
    foreign.write_text(
        json.dumps({"fitted_on": "one", "model": "clip-9", "features": {}, "faults": {}})
    )
    given = [f"scores.models.document_quality={foreign}"]
    with pytest.raises(SettingsError, match=f"clip-9.*{identity['revision']}"):
        run(
            spark,
            score_settings("document_quality", given, {"release": str(folder), "model": MODEL}),
        )
