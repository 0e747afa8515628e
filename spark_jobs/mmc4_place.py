"""CANDIDATES and vectors -> PLACED; or PLACED of an earlier run -> PLACED by other rules.

spark-submit spark_jobs/mmc4_place.py SETTINGS.toml
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from mmc4_like.place_document import PlacingRules, judge_and_place_again, place_document
from mmc4_like.settings import Mmc4Settings
from mmc4_like.tables import (
    CANDIDATES,
    IMAGE_VECTORS,
    PLACED,
    SENTENCE_VECTORS,
    CandidateDocument,
    PlacedDocument,
)
from mmc4_like.with_vectors import GatheredDocument, ImageRow, SentenceRow, TextCosine, comparable
from spark_jobs.embed_sentences import sentence_key_of
from spark_jobs.mmc4_candidates import Copies, beside, counted, frequent_pictures
from spark_jobs.mmc4_embed import live, shown_pictures, shown_sentences, shown_texts
from spark_jobs.run.clip import model_of
from spark_jobs.run.launch import launch
from spark_jobs.run.mmc4 import alone
from spark_jobs.run.tables import is_finished, read_table, spark_schema, table_path, write_table
from spark_jobs.vectors.text_cosines import cosines
from spark_jobs.vectors.vector_tables import VectorTable
from webdoc.arrow import Batches, map_records, schema_of
from webdoc.clip.vectors import ImageVector, SentenceVector


@dataclass(frozen=True, slots=True)
class PlacedWithCopies:
    """A placed document beside its frequent pictures."""

    placed: PlacedDocument
    frequent: tuple[Copies, ...] = ()


def gathered(
    candidates: DataFrame, image_vectors: DataFrame, sentence_vectors: DataFrame
) -> DataFrame:
    """Return live documents beside the vectors of their images and sentences."""
    images = shown_pictures(candidates).join(image_vectors.select("sha256", "vector"), "sha256")
    keyed = shown_sentences(candidates).select(
        "doc_id", "nth", sentence_key_of(F.col("sentence")).alias("sentence_key")
    )
    sentences = keyed.join(
        sentence_vectors.select("sentence_key", "is_cut", "vector"), "sentence_key"
    )
    texts = shown_texts(candidates).withColumn("text_key", sentence_key_of(F.col("text")))
    compared = cosines(texts.drop("text"), image_vectors, sentence_vectors)
    documents = live(candidates).select(
        F.col("document.doc_id").alias("doc_id"), F.struct("*").alias("candidate")
    )
    joined = documents.join(_lists(images, ImageRow, "images"), "doc_id", "left")
    joined = joined.join(_lists(sentences, SentenceRow, "sentences"), "doc_id", "left")
    joined = joined.join(_lists(compared, TextCosine, "cosines"), "doc_id", "left")
    names = ("images", "sentences", "cosines")
    columns = [F.coalesce(name, F.array()).alias(name) for name in names]
    return joined.select("candidate", *columns).to(spark_schema(GatheredDocument))


def _lists(rows: DataFrame, record: type, name: str) -> DataFrame:
    items = F.collect_list(F.struct(*schema_of(record).names)).alias(name)
    return rows.groupBy("doc_id").agg(items)


def placed(
    candidates: DataFrame,
    image_vectors: DataFrame,
    sentence_vectors: DataFrame,
    rules: PlacingRules,
) -> DataFrame:
    """Return PLACED: every candidate once."""

    def place_live(batches: Batches) -> Iterator[pa.RecordBatch]:
        def step(document: GatheredDocument) -> PlacedDocument:
            return place_document(comparable(document), rules)

        return map_records(batches, step, GatheredDocument, PlacedDocument)

    def pass_on(batches: Batches) -> Iterator[pa.RecordBatch]:
        return map_records(batches, PlacedDocument, CandidateDocument, PlacedDocument)

    schema = spark_schema(PlacedDocument)
    documents = gathered(candidates, image_vectors, sentence_vectors)
    marked = candidates.where("document.reject_reason is not null")
    done = documents.mapInArrow(place_live, schema)
    return done.unionByName(marked.mapInArrow(pass_on, schema))


def placed_again(earlier: DataFrame, settings: Mmc4Settings) -> DataFrame:
    """Return PLACED of an earlier run, its images marked and placed by other rules.

    What the earlier run marked stays marked: its vectors were never made. So whatever is kept by
    stricter rules is a part of what was kept before.
    """
    frequent, limit = frequent_pictures(earlier.select("candidate.*"), settings) or (None, None)
    pairs = beside(earlier, "placed", "candidate.document.doc_id", frequent, "frequent")
    pairs = pairs.to(spark_schema(PlacedWithCopies))

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        def step(pair: PlacedWithCopies) -> PlacedDocument:
            return judge_and_place_again(pair.placed, counted(pair.frequent), limit, settings)

        return map_records(batches, step, PlacedWithCopies, PlacedDocument)

    return pairs.mapInArrow(on_partition, spark_schema(PlacedDocument))


def run(spark: SparkSession, settings: Mmc4Settings) -> None:
    """Write PLACED, unless it is finished."""
    out = table_path(settings.out, PLACED)
    if is_finished(out):
        return
    rules = PlacingRules(settings.placement, settings.documents, settings.alignment)
    if settings.from_vectors:
        earlier = read_table(spark, table_path(settings.from_vectors, PLACED), PlacedDocument)
        write_table(placed_again(earlier, settings), out)
        return
    candidates = read_table(spark, table_path(settings.out, CANDIDATES), CandidateDocument)
    revision = model_of(settings.out).revision
    images = VectorTable(table_path(settings.out, IMAGE_VECTORS), ImageVector, revision)
    sentences = VectorTable(table_path(settings.out, SENTENCE_VECTORS), SentenceVector, revision)
    write_table(placed(candidates, images.read(spark), sentences.read(spark), rules), out)


if __name__ == "__main__":
    sys.exit(launch(alone("mmc4_place", run)))
