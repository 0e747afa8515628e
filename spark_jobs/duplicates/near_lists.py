"""Decontamination: documents that are near-copies of listed texts, such as evaluation sets."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.duplicates.text_signatures import band_keys, refuse_other_settings, similarities
from webdoc.arrow import schema_of
from webdoc.duplicates.near_duplicates import NearTextSettings, TextSignature


def list_matches(
    documents: DataFrame,
    listed: DataFrame,
    settings: NearTextSettings,
    texts: DataFrame | None = None,
) -> DataFrame:
    """Return the documents that are near-copies of a listed text.

    Whole texts are compared: a short listed text inside a long document is not found. A bucket
    holds at most max_full_bucket different listed texts; each document is compared with these.

    Args:
        documents: SIGNATURES.
        listed: SIGNATURES and list, the name of the list that a text belongs to; no doc_id of
            theirs is one of documents.
        settings: as both were made with.
        texts: (doc_id, text) of both; for exact verification only.

    Returns:
        (doc_id, list, listed_id, similarity): one row for each near pair.

    Raises:
        ValueError: as for `near_duplicates`.
    """
    names = schema_of(TextSignature).names
    rows = documents.select(*names).union(listed.select(*names))
    refuse_other_settings(rows, settings.minhash)
    keys = band_keys(settings.minhash)
    rank = F.row_number().over(Window.partitionBy("key").orderBy("b"))
    left = _bands(documents, "a", keys)
    right = _bands(listed, "b", keys).withColumn("rank", rank)
    right = right.where(F.col("rank") <= settings.max_full_bucket)
    pairs = left.join(right, "key").select("a", "b").distinct()
    near = similarities(pairs, rows, settings, texts).where(
        F.col("similarity") >= settings.minhash.threshold
    )
    copies = _first_of_set(documents).select("doc_id", F.col("first").alias("a"))
    targets = _first_of_set(listed).select(
        "list", F.col("doc_id").alias("listed_id"), F.col("first").alias("b")
    )
    joined = near.join(copies, "a").join(targets, "b")
    return joined.select("doc_id", "list", "listed_id", "similarity")


def _first_of_set(table: DataFrame) -> DataFrame:
    """Add the smallest doc_id with the same shingles; a text without words is left out."""
    first = F.min("doc_id").over(Window.partitionBy("set_key"))
    return table.where("n_shingles > 0").withColumn("first", first)


def _bands(table: DataFrame, name: str, keys: Column) -> DataFrame:
    """Return (name, key) of the bands of different texts."""
    firsts = _first_of_set(table.withColumn("keys", keys))
    return firsts.where("doc_id = first").select(
        F.col("doc_id").alias(name), F.explode("keys").alias("key")
    )
