"""Documents in parts, and whole ones of an earlier version: counted and placed again alike."""

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from mmc4_like.place_document import judge_and_place_again
from mmc4_like.release.counts import counts_of
from mmc4_like.release.funnel import funnel_of
from mmc4_like.release.spread import tallies_of
from mmc4_like.settings import load_settings
from mmc4_like.tables import PLACED, PlacedDocument
from spark_jobs import mmc4_place
from spark_jobs.release.mmc4_seen import seen
from tests.spark.as_read import written
from tests.spark.mmc4_parts import placed_documents, written_in_parts
from tests.unit.interleaf.test_explain_mmc4 import PLACED as KEPT
from tests.unit.interleaf.test_explain_mmc4 import REJECTED

DOCUMENTS = [KEPT, REJECTED]


@pytest.mark.parametrize("version", ["today", "earlier"])
def test_documents_are_counted_and_placed_again(
    spark: SparkSession, tmp_path: Path, version: str
) -> None:
    first, again = tmp_path / "first", tmp_path / "again"
    if version == "today":
        written_in_parts(first, DOCUMENTS)
    else:
        written(first / PLACED, PlacedDocument, DOCUMENTS)
        written_in_parts(tmp_path / "others", DOCUMENTS)
        (tmp_path / "others" / "tables" / "archives").rename(first / "tables" / "archives")
    assert placed_documents(spark, str(first)) == DOCUMENTS

    with seen(spark, load_settings(options={"texts": ["x"], "out": str(first)})) as found:
        rows = funnel_of(DOCUMENTS)
        assert sorted(map(repr, found.funnel)) == sorted(map(repr, rows))
        assert sorted(map(repr, found.counts)) == sorted(map(repr, counts_of(DOCUMENTS)))
        assert set(found.tallies) == set(tallies_of(DOCUMENTS))
        assert {row["doc_id"]: row["reject_reason"] for row in found.reasons.collect()} == {
            one.candidate.document.doc_id: one.candidate.document.reject_reason for one in DOCUMENTS
        }

    options = {"texts": ["x"], "from_vectors": str(first), "out": str(again), "preset": "mmc4"}
    settings = load_settings(options=options | {"placement": {"min_similarity": 0.45}})
    mmc4_place.run(spark, settings)
    expected = [judge_and_place_again(one, {}, None, settings) for one in DOCUMENTS]
    assert expected != DOCUMENTS
    assert placed_documents(spark, str(again), str(first)) == expected
