"""CANDIDATES, PICTURES -> IMAGE_VECTORS and SENTENCE_VECTORS of all that is to be compared.

spark-submit spark_jobs/mmc4_embed.py SETTINGS.toml
"""

import sys
from collections.abc import Iterator

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from mmc4_like.settings import Mmc4Settings
from mmc4_like.tables import (
    CANDIDATES,
    IMAGE_VECTORS,
    PICTURES,
    SENTENCE_VECTORS,
    CandidateDocument,
)
from mmc4_like.texts.sentences import sentence_texts
from mmc4_like.with_vectors import AROUND
from spark_jobs.embed_images import embed_images
from spark_jobs.embed_sentences import embed_sentences
from spark_jobs.run.clip import MODEL, remember_model
from spark_jobs.run.launch import launch
from spark_jobs.run.mmc4 import alone
from spark_jobs.run.tables import exists, read_table, table_path
from webdoc.arrow import Batches, from_batch
from webdoc.tables.images import StoredPicture


def live(candidates: DataFrame) -> DataFrame:
    """Return the documents whose images are compared with their sentences."""
    return candidates.where("document.reject_reason is null")


def shown_pictures(candidates: DataFrame) -> DataFrame:
    """Return (doc_id, image, sha256) of the live images of live documents; image is the index."""
    images = live(candidates).select(
        F.col("document.doc_id").alias("doc_id"), F.posexplode("images").alias("image", "shown")
    )
    kept = images.where("shown.reject_reason is null and shown.facts.sha256 != ''")
    return kept.select("doc_id", "image", F.col("shown.facts.sha256").alias("sha256"))


def shown_texts(candidates: DataFrame) -> DataFrame:
    """Return (doc_id, image, kind, text): the texts of the images of `shown_pictures`.

    Kind is caption, alt_text, or around for the words around an image; blank ones are left out.
    """
    images = live(candidates).select(
        F.col("document.doc_id").alias("doc_id"), F.posexplode("images").alias("image", "shown")
    )
    kept = images.where("shown.reject_reason is null and shown.facts.sha256 != ''")
    columns = {"caption": "caption", "alt_text": "alt_text", AROUND: "words_around"}
    texts = F.explode(
        F.array(
            *(
                F.struct(F.lit(kind).alias("kind"), F.col(f"shown.{column}").alias("text"))
                for kind, column in columns.items()
            )
        )
    )
    rows = kept.select("doc_id", "image", texts.alias("own"))
    found = rows.select("doc_id", "image", "own.kind", "own.text")
    return found.where(F.col("text").rlike(r"(?U)\S"))


def shown_sentences(candidates: DataFrame) -> DataFrame:
    """Return (doc_id, nth, sentence) of live documents."""

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for candidate in from_batch(batch, CandidateDocument):
                found = sentence_texts(candidate.document.text, candidate.sentences)
                columns = [
                    pa.array([candidate.document.doc_id] * len(found), pa.string()),
                    pa.array(range(len(found)), pa.int32()),
                    pa.array(found, pa.string()),
                ]
                yield pa.RecordBatch.from_arrays(columns, names=["doc_id", "nth", "sentence"])

    schema = "doc_id string, nth int, sentence string"
    return live(candidates).mapInArrow(on_partition, schema)


def run(spark: SparkSession, settings: Mmc4Settings) -> None:
    """Add the vectors that are not there yet, and say which model made them."""
    out = settings.out
    if exists(table_path(out, MODEL)):
        return
    candidates = read_table(spark, table_path(out, CANDIDATES), CandidateDocument)
    pictures = read_table(spark, table_path(out, PICTURES), StoredPicture)
    wanted = shown_pictures(candidates).select("sha256").distinct()
    places = pictures.select("place.*").join(wanted, "sha256", "left_semi")
    embed_images(spark, places, settings.clip, table_path(out, IMAGE_VECTORS), settings.archives)
    shown = shown_texts(candidates).select(F.col("text").alias("sentence"))
    sentences = shown_sentences(candidates).select("sentence").union(shown)
    embed_sentences(spark, sentences, settings.clip, table_path(out, SENTENCE_VECTORS))
    remember_model(spark, settings.clip, out)


if __name__ == "__main__":
    sys.exit(launch(alone("mmc4_embed", run)))
