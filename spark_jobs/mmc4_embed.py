"""CANDIDATES, PICTURES -> IMAGE_VECTORS and SENTENCE_VECTORS of all that is to be compared.

spark-submit spark_jobs/mmc4_embed.py SETTINGS.toml
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import fsspec
import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from mmc4_like.sentences import sentence_texts
from mmc4_like.tables import CandidateDocument
from spark_jobs.embed_images import embed_images
from spark_jobs.embed_sentences import embed_sentences
from spark_jobs.files import write_bytes
from spark_jobs.image_places import ImagePlace
from spark_jobs.launch import launch
from spark_jobs.mmc4_launch import alone
from spark_jobs.mmc4_settings import Mmc4Run
from spark_jobs.mmc4_tables import (
    CANDIDATES,
    IMAGE_VECTORS,
    MODEL,
    PICTURES,
    SENTENCE_VECTORS,
    KnownPicture,
)
from spark_jobs.tables import exists, for_fsspec, read_table, table_path
from spark_jobs.worker_clip import model_identity
from webdoc.arrow import Batches, from_batch, schema_of


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """Which model made the vectors of a run."""

    name: str
    revision: str


def live(candidates: DataFrame) -> DataFrame:
    """Return the documents whose images are compared with their sentences."""
    return candidates.where("document.reject_reason is null")


def shown_pictures(candidates: DataFrame) -> DataFrame:
    """Return (doc_id, image, sha256) of the live images of live documents; image is the index."""
    images = live(candidates).select(
        F.col("document.doc_id").alias("doc_id"), F.posexplode("images").alias("image", "shown")
    )
    kept = images.where("shown.reject_reason is null and shown.sha256 != ''")
    return kept.select("doc_id", "image", F.col("shown.sha256").alias("sha256"))


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


def model_of(out: str) -> ModelIdentity:
    """Return the model whose vectors the run in folder `out` has.

    Raises:
        FileNotFoundError: it has none yet.
    """
    path = table_path(out, MODEL)
    if not exists(path):
        raise FileNotFoundError(f"no vectors in {out}: run the job mmc4_embed first")
    with fsspec.open(for_fsspec(path), "r", encoding="utf-8") as file:
        return ModelIdentity(**json.load(file))


def run(spark: SparkSession, settings: Mmc4Run) -> None:
    """Add the vectors that are not there yet, and say which model made them."""
    out = settings.out
    if exists(table_path(out, MODEL)):
        return
    candidates = read_table(spark, table_path(out, CANDIDATES), CandidateDocument)
    pictures = read_table(spark, table_path(out, PICTURES), KnownPicture)
    wanted = shown_pictures(candidates).select("sha256").distinct()
    places = pictures.join(wanted, "sha256", "left_semi").select(*schema_of(ImagePlace).names)
    embed_images(spark, places, settings.clip, table_path(out, IMAGE_VECTORS), settings.archives)
    sentences = shown_sentences(candidates).select("sentence")
    embed_sentences(spark, sentences, settings.clip, table_path(out, SENTENCE_VECTORS))
    identity = ModelIdentity(*model_identity(spark, settings.clip))
    write_bytes(out, MODEL, json.dumps(asdict(identity)).encode())


if __name__ == "__main__":
    sys.exit(launch(alone("mmc4_embed", run)))
