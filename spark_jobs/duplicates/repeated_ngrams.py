"""Paragraphs whose n-grams stand on many pages of a domain: boilerplate that is not exact."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.run.tables import arrow_to_spark
from webdoc.arrow import Batches
from webdoc.duplicates.near_duplicates import RepeatedNgramSettings
from webdoc.duplicates.shingles import shingles

_NGRAMS = pa.schema(
    [
        ("doc_id", pa.string()),
        ("node_index", pa.int64()),
        ("domain", pa.string()),
        ("ngram", pa.int64()),
    ]
)


def repeated_ngrams(paragraphs: DataFrame, settings: RepeatedNgramSettings) -> DataFrame:
    """Return the paragraphs of which too large a share stands on several pages of their domain.

    Args:
        paragraphs: (doc_id, node_index, domain, text); one without words is never returned.
        settings: n-grams, and the limits.

    Returns:
        (doc_id, node_index, share): share of the paragraph's distinct n-grams, [0, 1].
    """

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            ngrams = [shingles(text, settings.shingles) for text in batch.column(3).to_pylist()]
            counts = pa.array(
                np.repeat(np.arange(len(ngrams)), [len(of_document) for of_document in ngrams])
            )
            flat = np.concatenate(ngrams) if ngrams else np.empty(0, np.uint64)
            columns = [batch.column(place).take(counts) for place in range(3)]
            yield pa.RecordBatch.from_arrays(
                [*columns, pa.array(flat.view(np.int64))], schema=_NGRAMS
            )

    wanted = paragraphs.select("doc_id", F.col("node_index").cast("long"), "domain", "text")
    found = wanted.mapInArrow(on_partition, arrow_to_spark(_NGRAMS))
    pages = found.select("domain", "ngram", "doc_id").distinct().groupBy("domain", "ngram")
    often = pages.agg(F.count("*").alias("pages")).where(F.col("pages") >= settings.min_pages)
    marked = found.join(often, ["domain", "ngram"], "left")
    shares = marked.groupBy("doc_id", "node_index").agg(
        (F.count("pages") / F.count("*")).alias("share")
    )
    return shares.where(F.col("share") >= settings.min_share)
