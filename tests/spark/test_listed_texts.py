"""Texts that a user lists are found by their near-copies."""

import random

import pytest
from pyspark.sql import SparkSession

from spark_jobs.duplicates.near_lists import list_matches
from tests.spark.test_near_texts import edited, signed, table
from webdoc.duplicates.near_duplicates import NearTextSettings


@pytest.mark.parametrize("verification", ["estimate", "exact"])
def test_listed_texts_are_found(spark: SparkSession, verification: str) -> None:
    """Every document near a listed text, copies of one document too; lists do not match lists."""
    dice = random.Random(6)
    base = " ".join(f"w{i}" for i in range(200))
    near = edited(base, 2, dice)
    texts = {"d1": base, "d2": base, "d3": near, "d4": "quite another text", "d5": ""}
    questions = {"q1": base, "q2": near, "q3": "never seen", "q4": None}
    settings = NearTextSettings(verification=verification)  # type: ignore[arg-type]
    listed = signed(spark, questions).selectExpr("*", "concat('list of ', doc_id) as list")
    both = table(spark, texts).union(table(spark, questions))

    matches = list_matches(signed(spark, texts), listed, settings, both).collect()

    expected = {(d, q) for d in ("d1", "d2", "d3") for q in ("q1", "q2")}
    assert {(row["doc_id"], row["listed_id"]) for row in matches} == expected
    assert len(matches) == len(expected)
    assert all(row["list"] == f"list of {row['listed_id']}" for row in matches)
    same = {("d1", "q1"), ("d2", "q1"), ("d3", "q2")}
    ones = {(row["doc_id"], row["listed_id"]) for row in matches if row["similarity"] == 1.0}
    assert same <= ones
    assert all(row["similarity"] >= 0.8 for row in matches)
