"""Stored vectors -> clusters -> what is nearly the same: narrow tables of keys and vectors."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from itertools import groupby

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.run.tables import exists, parquet_rows, spark_schema
from webdoc.arrow import Batches, to_batch
from webdoc.balance.clusters import Centres, ClusterSettings, centres_of
from webdoc.balance.near_copies import NearCopySettings, SemanticCopy, Vector, semantic_copies
from webdoc.clip.vectors import ImageVector, matrix_of, to_bytes, unit
from webdoc.settings import SettingsError


@dataclass(frozen=True, slots=True)
class Stored:
    """Vectors of one model."""

    rows: DataFrame  # key, vector
    model: str
    revision: str
    size: int  # numbers in a vector


@dataclass(frozen=True, slots=True)
class KeyVector:
    """A picture or a document."""

    key: str
    vector: bytes  # float16, as in tables/image_vectors


@dataclass(frozen=True, slots=True)
class Clustered:
    """The same in its cluster."""

    key: str
    vector: bytes
    cluster: int
    cosine: float  # with the centre


def stored_vectors(
    spark: SparkSession, folder: str, record: type = ImageVector, revision: str = ""
) -> Stored:
    """Return the vectors of a table.

    Args:
        spark: the session.
        folder: as `tables/image_vectors` or `tables/text_vectors` of a run.
        record: of its rows.
        revision: of the model; "": the table has one alone.

    Raises:
        SettingsError: there is no such table, it is empty, or has vectors of several models.
    """
    if not exists(folder):
        raise SettingsError(
            f"There are no vectors at {folder}. A run has them with clip.model; of a release"
            " that was made of others give --vectors, the table of the run that it comes from."
        )
    table = parquet_rows(spark, folder, spark_schema(record)).where(F.length("vector") > 0)
    if revision:
        table = table.where(F.col("revision") == revision)
    one = F.first(F.length("vector"))
    models = table.groupBy("model", "revision").agg(one.alias("bytes")).collect()
    if len(models) != 1:
        names = ", ".join(sorted(f"{row['model']} ({row['revision']})" for row in models))
        raise SettingsError(
            f"The vectors at {folder} are of {len(models)} models, and one is wanted:"
            f" {names or '-'}"
        )
    found = models[0]
    key = F.col(fields(record)[0].name).alias("key")
    size = found["bytes"] // np.dtype(np.float16).itemsize
    return Stored(table.select(key, "vector"), found["model"], found["revision"], size)


def trained_centres(rows: DataFrame, settings: ClusterSettings) -> NDArray[np.float32]:
    """Train k-means on the driver, on vectors that hashes choose: the same on any cluster.

    Args:
        rows: key, vector; at least one.
        settings: how many, of how large a sample.
    """
    place = F.sha2(F.concat_ws(":", F.lit(str(settings.seed)), "key"), 256)
    taken = rows.orderBy(place, "key").limit(settings.train_vectors).collect()
    count = len(taken) if len(taken) < settings.train_vectors else rows.count()
    # Lengths differ from 1 by the rounding of float16.
    sample = unit(matrix_of([bytes(row["vector"]) for row in taken]))
    return centres_of(sample, settings.of(count), settings)


def assigned(rows: DataFrame, centres: NDArray[np.float32]) -> DataFrame:
    """Return each vector with its nearest centre (`Clustered`).

    Args:
        rows: key, vector.
        centres: (k, d) float32.
    """
    told = rows.sparkSession.sparkContext.broadcast(centres)

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        known = None
        for batch in batches:
            known = known or Centres(told.value)
            vectors = unit(matrix_of(batch.column("vector").to_pylist()))
            numbers, cosines = known.nearest(vectors)
            yield pa.RecordBatch.from_arrays(
                [
                    *(batch.column(n) for n in ("key", "vector")),
                    pa.array(numbers),
                    pa.array(cosines),
                ],
                names=[each.name for each in fields(Clustered)],
            )

    return rows.select("key", "vector").mapInArrow(on_partition, spark_schema(Clustered))


def copies(clustered: DataFrame, sizes: DataFrame, settings: NearCopySettings) -> DataFrame:
    """Return what goes of each cluster (`SemanticCopy`).

    Args:
        clustered: `Clustered`.
        sizes: key and size, by which `largest` goes; a key without one has 0.
        settings: the limit, and which stays.
    """
    limit = settings.max_cosine
    rows = clustered.join(sizes, "key", "left").withColumn("rank", _rank(settings))
    order = ("cluster", "rank", "key")
    dealt = rows.select(*order, "vector").repartition("cluster").sortWithinPartitions(*order)

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        every = (row for batch in batches for row in batch.to_pylist())
        for _, own in groupby(every, key=lambda row: int(row["cluster"])):
            found = semantic_copies((_vector(row["key"], row["vector"]) for row in own), limit)
            yield to_batch(list(found), SemanticCopy)

    return dealt.mapInArrow(on_partition, spark_schema(SemanticCopy))


def _rank(settings: NearCopySettings) -> Column:
    if settings.keep == "largest":
        return -F.coalesce(F.col("size").cast("double"), F.lit(0.0))
    return F.col("cosine") if settings.keep == "unusual" else -F.col("cosine")


def _vector(key: str, stored: bytes) -> Vector:
    return Vector(key, unit(matrix_of([stored]))[0])


def document_vectors(parts: DataFrame) -> DataFrame:
    """Return one vector for each document (`KeyVector`).

    It is the mean of two: the mean of its pictures' vectors, and that of its texts', each scaled to
    length 1; where it has vectors of one kind alone, that mean.

    Args:
        parts: doc_id, kind, key, vector of each of its pictures and texts.
    """
    parts_of_one = F.sort_array(F.collect_list(F.struct("kind", "key", "vector")))
    rows = parts.groupBy("doc_id").agg(parts_of_one.alias("parts"))

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield to_batch(
                [
                    KeyVector(row["doc_id"], to_bytes(mean_vector(row["parts"])))
                    for row in batch.to_pylist()
                ],
                KeyVector,
            )

    return rows.mapInArrow(on_partition, spark_schema(KeyVector))


def mean_vector(parts: list[dict[str, bytes | str]]) -> NDArray[np.float32]:
    """Return the vector of a document from those of its parts, sorted by kind and key."""
    means = []
    for _, own in groupby(parts, key=lambda part: part["kind"]):
        vectors = unit(matrix_of([bytes(part["vector"]) for part in own]))  # type: ignore[arg-type]
        means.append(vectors.astype(np.float64).mean(axis=0))
    return unit(unit(np.stack(means)).astype(np.float64).mean(axis=0))


def text_parts(documents: DataFrame, vectors: DataFrame) -> DataFrame:
    """Return doc_id, kind, key and vector of the paragraphs of documents that have a vector.

    Args:
        documents: doc_id, texts.
        vectors: key, vector of `SentenceVector`.
    """
    paragraphs = F.flatten(
        F.expr("transform(filter(texts, t -> t is not null), t -> split(t, '\\n\\n'))")
    )
    rows = documents.select("doc_id", F.explode(F.array_distinct(paragraphs)).alias("text"))
    keyed = rows.select("doc_id", F.substring(F.sha2("text", 256), 1, 32).alias("key"))
    return keyed.join(vectors, "key").select("doc_id", F.lit("text").alias("kind"), "key", "vector")
