"""A pool of pictures, and TEXTS -> POOL and NEIGHBOURS: for each text the pictures nearest to it.

spark-submit spark_jobs/mmc4_pool.py SETTINGS.toml
"""

import sys
from collections.abc import Iterator
from functools import reduce

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from mmc4_like.records import CandidateImage, TextDocument
from mmc4_like.rules.image_rules import mark_pictures
from mmc4_like.settings import Mmc4Settings
from mmc4_like.tables import (
    IMAGE_VECTORS,
    NEIGHBOURS,
    POOL,
    SENTENCE_VECTORS,
    PoolPicture,
)
from mmc4_like.texts.sentences import SentenceSettings, sentence_texts, split_sentences
from spark_jobs.embed_images import embed_images
from spark_jobs.embed_sentences import embed_sentences, sentence_key_of
from spark_jobs.mmc4_pictures import measured
from spark_jobs.mmc4_texts import live_texts
from spark_jobs.run.launch import launch
from spark_jobs.run.mmc4 import alone
from spark_jobs.run.tables import (
    IMAGES,
    exists,
    is_finished,
    read_table,
    spark_schema,
    table_path,
    write_table,
)
from spark_jobs.sources.archived_images import first_by
from spark_jobs.sources.image_places import folder_places, parquet_places
from spark_jobs.vectors.nearest_images import nearest_images
from webdoc.arrow import Batches, from_batch, schema_of
from webdoc.settings import SettingsError
from webdoc.tables.images import ImagePlace, StoredPicture


def pool_places(spark: SparkSession, folder: str) -> DataFrame:
    """Return the places of the pictures in a folder (`ImagePlace`), with addresses if it has some.

    A folder is the release or run of a corpus, holds Parquet files with image or bytes, or is
    one of picture files.

    Raises:
        SettingsError: no pictures are there.
    """
    published, archived = table_path(folder, "images"), table_path(folder, IMAGES)
    if is_finished(archived):
        return read_table(spark, archived, StoredPicture).select("place.*")
    if exists(published):
        folder = published
    try:
        places = parquet_places(spark, folder)
    except FileNotFoundError:
        return _files(spark, folder)
    table = spark.read.parquet(folder)
    if not {"url", "sha256"} <= {*table.columns}:
        return places
    urls = table.groupBy("sha256").agg(F.min("url").alias("url"))
    named = places.drop("url").join(urls, "sha256", "left").fillna("", ["url"])
    return named.select(*schema_of(ImagePlace).names)


def _files(spark: SparkSession, folder: str) -> DataFrame:
    try:
        return folder_places(spark, folder)
    except FileNotFoundError as error:
        raise SettingsError(
            f"--pool {error}. Give a release, Parquet files with image or bytes, or a folder of "
            "pictures."
        ) from error


def pool(spark: SparkSession, settings: Mmc4Settings) -> DataFrame:
    """Return POOL: each distinct picture, the first one by its place, marked by the rules."""
    folders = [pool_places(spark, folder) for folder in settings.pool]
    places = reduce(DataFrame.unionByName, folders)
    first = first_by(places, "sha256", *(F.asc(name) for name in ("kind", "path", "position")))
    return marked(measured(first, settings), settings)


def marked(pictures: DataFrame, settings: Mmc4Settings) -> DataFrame:
    """Mark the pictures (`StoredPicture`) that break a rule: none of these fills the k best."""
    rules = settings.images, settings.safety, settings.faces

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            rows = from_batch(batch, StoredPicture)
            images = mark_pictures(tuple(pool_candidate(row) for row in rows), *rules)
            reasons = pa.array([image.reject_reason for image in images], pa.string())
            yield batch.append_column("reject_reason", reasons)

    return pictures.mapInArrow(on_partition, spark_schema(PoolPicture))


def pool_candidate(row: StoredPicture) -> CandidateImage:
    """Return a picture of the pool as a candidate."""
    return CandidateImage(row.place.url, "pool", facts=row.facts)


def sentences_of(texts: DataFrame, settings: SentenceSettings) -> DataFrame:
    """Return (doc_id, sentence) of documents (`TextDocument`)."""

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for document in from_batch(batch, TextDocument):
                spans = split_sentences(document.text, document.language, settings)
                found = sentence_texts(document.text, spans)
                ids = pa.array([document.doc_id] * len(found), pa.string())
                columns = [ids, pa.array(found, pa.string())]
                yield pa.RecordBatch.from_arrays(columns, names=["doc_id", "sentence"])

    return texts.mapInArrow(on_partition, "doc_id string, sentence string")


def run(spark: SparkSession, settings: Mmc4Settings) -> None:
    """Write POOL and NEIGHBOURS; without a pool, nothing."""
    out = table_path(settings.out, NEIGHBOURS)
    if not settings.pool or is_finished(out):
        return
    path = table_path(settings.out, POOL)
    if not is_finished(path):
        write_table(pool(spark, settings), path)
    pictures = read_table(spark, path, PoolPicture)
    places = pictures.where("reject_reason is null").select("place.*")
    vectors = embed_images(
        spark, places, settings.clip, table_path(settings.out, IMAGE_VECTORS), settings.archives
    )
    sentences = sentences_of(live_texts(spark, settings), settings.sentences)
    sentence_vectors = embed_sentences(
        spark, sentences, settings.clip, table_path(settings.out, SENTENCE_VECTORS)
    )
    keyed = sentences.select(
        F.col("doc_id").alias("query_id"), sentence_key_of(F.col("sentence")).alias("sentence_key")
    )
    queries = keyed.join(
        sentence_vectors.read(spark).select("sentence_key", "vector"), "sentence_key"
    )
    of_pool = vectors.read(spark).join(places.select("sha256"), "sha256", "left_semi")
    write_table(nearest_images(of_pool, queries, settings.neighbours), out)


if __name__ == "__main__":
    sys.exit(launch(alone("mmc4_pool", run)))
