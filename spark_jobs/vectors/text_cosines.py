"""Cosines of pictures and texts that are compared in pairs, from their vectors."""

from collections.abc import Iterator

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from webdoc.arrow import Batches
from webdoc.clip.alignment import cosine
from webdoc.clip.vectors import matrix_of


def cosines(pairs: DataFrame, image_vectors: DataFrame, text_vectors: DataFrame) -> DataFrame:
    """Return the other columns of each pair, and its cosine; one without a vector is left out.

    Args:
        pairs: sha256 of a picture, text_key of a text, and columns that say what the pair is.
        image_vectors: `webdoc.clip.vectors.ImageVector`, of one model.
        text_vectors: `webdoc.clip.vectors.SentenceVector`, of the same.
    """
    images = image_vectors.where(F.length("vector") > 0).select(
        "sha256", F.col("vector").alias("image_vector")
    )
    texts = text_vectors.select(
        F.col("sentence_key").alias("text_key"), F.col("vector").alias("text_vector")
    )
    keys = [name for name in pairs.columns if name not in ("sha256", "text_key")]
    joined = pairs.join(images, "sha256").join(texts, "text_key")

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            left, right = (
                matrix_of(batch.column(name).to_pylist())
                for name in ("image_vector", "text_vector")
            )
            values = [cosine(*pair) for pair in zip(left, right, strict=True)]
            yield batch.select(keys).append_column("cosine", pa.array(values, pa.float64()))

    schema = pairs.select(*keys).schema.add("cosine", "double")
    return joined.mapInArrow(on_partition, schema)
