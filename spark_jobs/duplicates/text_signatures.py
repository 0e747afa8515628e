"""SIGNATURES in Spark: making them, refusing foreign ones, comparing pairs, cutting bands."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.duplicates.components import settled
from spark_jobs.run.tables import arrow_to_spark, spark_schema
from webdoc.arrow import Batches, to_batch
from webdoc.duplicates.minhash import (
    MinHashSettings,
    band_starts,
    bands_and_rows,
    differences,
    estimates,
    fingerprint,
)
from webdoc.duplicates.near_duplicates import NearTextSettings, TextSignature, sign
from webdoc.duplicates.shingles import ShingleSettings, exact_jaccard, shingles

_SHINGLED = pa.schema([("doc_id", pa.string()), ("values", pa.binary())])
_SCORED = pa.schema([("a", pa.string()), ("b", pa.string()), ("similarity", pa.float64())])

Compare = Callable[[list[bytes], list[bytes]], NDArray[np.float64]]


def signatures(texts: DataFrame, settings: MinHashSettings) -> DataFrame:
    """Return SIGNATURES of the documents; write it, for it is read several times.

    Args:
        texts: (doc_id, text, capture_time) strings; a null text has no words.
        settings: named in every row, so that a run with others can refuse them.
    """

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            ids, bodies, times = (column.to_pylist() for column in batch.columns)
            rows = zip(ids, bodies, times, strict=True)
            yield to_batch([sign(*row, settings) for row in rows], TextSignature)

    columns = texts.select("doc_id", "text", F.coalesce("capture_time", F.lit("")))
    return columns.mapInArrow(on_partition, spark_schema(TextSignature))


def refuse_other_settings(table: DataFrame, settings: MinHashSettings) -> None:
    """Check that signatures can be compared with those of these settings.

    Raises:
        ValueError: some were made otherwise; the message names what differs.
    """
    ours = fingerprint(settings)
    # The least is one job of Spark; to look for a first row may take several.
    (least,) = (
        table.where(F.col("settings") != ours).agg(F.min("settings").alias("other")).collect()
    )
    if least["other"] is not None:
        raise ValueError(
            "these signatures were made with other settings, so they cannot be compared: "
            + "; ".join(differences(ours, least["other"]))
            + ". Make them anew, or use the settings that they were made with."
        )


def band_keys(settings: MinHashSettings) -> Column:
    """Return an array of one 64-bit key a band; equal bands of two documents have equal keys."""
    _, rows = bands_and_rows(settings)
    item = np.dtype(np.uint32).itemsize
    return F.array(
        *(
            F.xxhash64(F.lit(start), F.substring("values", 1 + start * item, rows * item))
            for start in band_starts(settings)
        )
    )


def similarities(
    pairs: DataFrame, rows: DataFrame, settings: NearTextSettings, texts: DataFrame | None
) -> DataFrame:
    """Return the Jaccard similarity of each pair, by signature or exactly, as the settings say.

    Args:
        pairs: (a, b) doc_ids, each pair once.
        rows: SIGNATURES of all of them.
        settings: `verification` decides.
        texts: (doc_id, text); read for exact verification only, and only those in pairs.

    Returns:
        (a, b, similarity).

    Raises:
        ValueError: exact verification without texts.
    """
    if settings.verification == "estimate":
        return _compared(pairs, rows.select("doc_id", "values"), _estimated)
    if texts is None:
        raise ValueError("exact verification compares texts: give them, or take estimate")
    pairs = settled(pairs)
    wanted = pairs.select(F.explode(F.array("a", "b")).alias("doc_id")).distinct()
    found = texts.select("doc_id", "text").join(wanted, "doc_id", "left_semi")
    step = partial(_shingled, settings=settings.minhash.shingles)
    sets = settled(found.mapInArrow(step, arrow_to_spark(_SHINGLED)))
    return _compared(pairs, sets, _exact)


def _compared(pairs: DataFrame, values: DataFrame, compare: Compare) -> DataFrame:
    left = values.select(F.col("doc_id").alias("a"), F.col("values").alias("values_a"))
    right = values.select(F.col("doc_id").alias("b"), F.col("values").alias("values_b"))
    joined = pairs.join(left, "a").join(right, "b").select("a", "b", "values_a", "values_b")

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            found = compare(batch.column(2).to_pylist(), batch.column(3).to_pylist())
            columns = [batch.column(0), batch.column(1), pa.array(found, pa.float64())]
            yield pa.RecordBatch.from_arrays(columns, schema=_SCORED)

    return joined.mapInArrow(on_partition, arrow_to_spark(_SCORED))


def _estimated(left: list[bytes], right: list[bytes]) -> NDArray[np.float64]:
    if not left:
        return np.empty(0)
    a, b = (np.frombuffer(b"".join(side), "<u4").reshape(len(side), -1) for side in (left, right))
    return estimates(a, b)


def _exact(left: list[bytes], right: list[bytes]) -> NDArray[np.float64]:
    pairs = zip(left, right, strict=True)
    shares = [exact_jaccard(np.frombuffer(a, "<u8"), np.frombuffer(b, "<u8")) for a, b in pairs]
    return np.array(shares, dtype=np.float64)


def _shingled(batches: Batches, settings: ShingleSettings) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        texts = batch.column(1).to_pylist()
        values = [shingles(text, settings).astype("<u8").tobytes() for text in texts]
        columns = [batch.column(0), pa.array(values, pa.binary())]
        yield pa.RecordBatch.from_arrays(columns, schema=_SHINGLED)
