"""`interleaf score --model`: document_quality with vectors of pictures and paragraphs."""

import json
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from interleaf.sample import sample_path
from spark_jobs.score_documents import vector_source
from spark_jobs.score_release import check_same_model
from spark_jobs.scores.releases import score_release_documents
from spark_jobs.sources.image_places import parquet_places
from tests.spark.releases.small_releases import doc_id, picture, row, small_release
from webdoc.clip.model import ClipSettings
from webdoc.clip.vectors import sentence_key, unit
from webdoc.release.published import published_document
from webdoc.scores.documents.document_quality import load
from webdoc.scores.quality.measure import features_of
from webdoc.scores.quality.parts import parts_of
from webdoc.scores.rows import scorer_revision
from webdoc.scores.scorer import ScoreSettings
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
    clip = ClipSettings(MODEL)
    tables = str(folder / "tables/image_vectors"), str(folder / "tables/text_vectors")
    source = vector_source(parquet_places(spark, str(folder / "images")), clip, tables)
    scores, out = ScoreSettings(documents=("document_quality",)), str(folder / "scored")

    made = score_release_documents(spark, str(folder), scores, out, source).collect()

    pictures, texts = stored(folder, "image_vectors"), stored(folder, "text_vectors")
    assert len(pictures) == 3
    assert sentence_key("Text of page 3") not in texts  # its document shows no picture
    found = {one["doc_id"]: one["scores"] for one in made}
    for number, one in enumerate(rows, start=1):
        document = published_document(one.images, one.texts, one.metadata, one.general_metadata, {})
        lines = [text for text in one.texts if text]
        by_text = {t: texts[sentence_key(t)] for t in lines if sentence_key(t) in texts}
        parts = parts_of(document, picture_vectors=pictures, text_vectors=by_text)
        expected = {name: v for name, v in features_of(parts).items() if v is not None}
        values = {score["name"]: score["value"] for score in found[doc_id(number)]}
        assert 0 <= values.pop("document_quality") <= 1
        assert values == pytest.approx(expected, abs=1e-4)
        assert ("image_fit_clip" in values) == (number < 3)
    assert "image_alike" in {score["name"] for score in found[doc_id(1)]}
    revision = pq.read_table(tables[0])["revision"][0].as_py()
    assert [one.name for one in (folder / "scored").glob("revision=*")] == [
        f"revision={scorer_revision('document_quality', load())}-{revision}"
    ]
    (folder / "tables/model.json").write_text('{"name": "other", "revision": "0000"}')
    with pytest.raises(SettingsError, match=rf"other \(0000\).*drawn_clip \({revision}\)"):
        check_same_model(spark, str(folder), clip)
    foreign = tmp_path / "weights.json"
    foreign.write_text(
        json.dumps({"fitted_on": "one", "model": "clip-9", "features": {}, "faults": {}})
    )
    with_weights = replace(scores, models={"document_quality": str(foreign)})
    with pytest.raises(SettingsError, match=f"clip-9.*{revision}"):
        score_release_documents(spark, str(folder), with_weights, out, source)
