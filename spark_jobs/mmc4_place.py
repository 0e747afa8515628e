"""CANDIDATES and vectors -> STANDARDS, PLACED; or PLACED of an earlier run -> by other rules.

spark-submit spark_jobs/mmc4_place.py SETTINGS.toml
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from mmc4_like.place_document import PlacingRules, judge_and_place_again, place_document
from mmc4_like.records import TextVector
from mmc4_like.rules.evidence import Standard
from mmc4_like.settings import Mmc4Settings
from mmc4_like.standards import (
    SAMPLED_DOCUMENTS,
    ForeignSentences,
    sampled_items,
    standards_of,
)
from mmc4_like.tables import (
    CANDIDATES,
    IMAGE_VECTORS,
    PLACED,
    SENTENCE_VECTORS,
    STANDARDS,
    CandidateDocument,
    PlacedDocument,
)
from mmc4_like.with_vectors import GatheredDocument, ImageRow, SentenceRow, comparable
from spark_jobs.embed_sentences import sentence_key_of
from spark_jobs.mmc4_candidates import Copies, beside, counted, frequent_pictures
from spark_jobs.mmc4_embed import live, shown_pictures, shown_sentences, shown_texts
from spark_jobs.run.clip import model_of
from spark_jobs.run.launch import launch
from spark_jobs.run.mmc4 import alone
from spark_jobs.run.tables import is_finished, read_table, spark_schema, table_path, write_table
from spark_jobs.vectors.vector_tables import VectorTable
from webdoc.arrow import Batches, from_batch, map_records, schema_of, to_batch
from webdoc.clip.vectors import ImageVector, SentenceVector
from webdoc.settings import SettingsError


@dataclass(frozen=True, slots=True)
class PlacedWithCopies:
    """A placed document beside its frequent pictures."""

    placed: PlacedDocument
    frequent: tuple[Copies, ...] = ()


def gathered(
    candidates: DataFrame, image_vectors: DataFrame, sentence_vectors: DataFrame
) -> DataFrame:
    """Return live documents beside the vectors of their images, their texts and sentences."""
    images = shown_pictures(candidates).join(image_vectors.select("sha256", "vector"), "sha256")
    keyed = shown_sentences(candidates).select(
        "doc_id", "nth", sentence_key_of(F.col("sentence")).alias("sentence_key")
    )
    sentences = keyed.join(
        sentence_vectors.select("sentence_key", "is_cut", "vector"), "sentence_key"
    )
    texts = shown_texts(candidates).select(
        "doc_id", "image", "kind", sentence_key_of(F.col("text")).alias("sentence_key")
    )
    texts = texts.join(sentence_vectors.select("sentence_key", "vector"), "sentence_key")
    documents = live(candidates).select(
        F.col("document.doc_id").alias("doc_id"), F.struct("*").alias("candidate")
    )
    joined = documents.join(_lists(images, ImageRow, "images"), "doc_id", "left")
    joined = joined.join(_lists(sentences, SentenceRow, "sentences"), "doc_id", "left")
    joined = joined.join(_lists(texts, TextVector, "texts"), "doc_id", "left")
    names = ("images", "sentences", "texts")
    columns = [F.coalesce(name, F.array()).alias(name) for name in names]
    return joined.select("candidate", *columns).to(spark_schema(GatheredDocument))


def _lists(rows: DataFrame, record: type, name: str) -> DataFrame:
    items = F.collect_list(F.struct(*schema_of(record).names)).alias(name)
    return rows.groupBy("doc_id").agg(items)


def standards(
    candidates: DataFrame, image_vectors: DataFrame, sentence_vectors: DataFrame
) -> tuple[tuple[Standard, ...], ForeignSentences]:
    """Return what is usual in the run, by a sample of its documents; it is small."""
    first = live(candidates).orderBy("document.doc_id").limit(SAMPLED_DOCUMENTS)
    batches = first.toArrow().to_batches()
    items = sampled_items(
        [one for batch in batches for one in from_batch(batch, CandidateDocument)]
    )
    of_images = _vectors(image_vectors, "sha256", {i.key for i in items if i.part == "image"})
    of_texts = _vectors(sentence_vectors, "sentence_key", {i.key for i in items})
    return standards_of(items, of_images, of_texts)


def _vectors(table: DataFrame, key: str, wanted: set[str]) -> dict[str, bytes]:
    rows = table.where(F.col(key).isin(sorted(wanted))).select(key, "vector").toArrow()
    return dict(zip(rows[key].to_pylist(), rows["vector"].to_pylist(), strict=True))


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


def placed_again(
    earlier: DataFrame, settings: Mmc4Settings, usual: tuple[Standard, ...]
) -> DataFrame:
    """Return PLACED of an earlier run, its images marked and placed by other rules.

    What the earlier run marked stays marked: its vectors were never made. So whatever is kept by
    stricter rules is a part of what was kept before.
    """
    frequent, limit = frequent_pictures(earlier.select("candidate.*"), settings) or (None, None)
    pairs = beside(earlier, "placed", "candidate.document.doc_id", frequent, "frequent")
    pairs = pairs.to(spark_schema(PlacedWithCopies))

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        def step(pair: PlacedWithCopies) -> PlacedDocument:
            copies = counted(pair.frequent)
            return judge_and_place_again(pair.placed, copies, limit, settings, usual)

        return map_records(batches, step, PlacedWithCopies, PlacedDocument)

    return pairs.mapInArrow(on_partition, spark_schema(PlacedDocument))


def run(spark: SparkSession, settings: Mmc4Settings) -> None:
    """Write PLACED, unless it is finished."""
    out = table_path(settings.out, PLACED)
    if is_finished(out):
        return
    if settings.from_vectors:
        usual = earlier_standards(spark, settings)
        earlier = read_table(spark, table_path(settings.from_vectors, PLACED), PlacedDocument)
        write_table(placed_again(earlier, settings, usual), out)
        return
    candidates = read_table(spark, table_path(settings.out, CANDIDATES), CandidateDocument)
    revision = model_of(settings.out).revision
    images = VectorTable(table_path(settings.out, IMAGE_VECTORS), ImageVector, revision)
    sentences = VectorTable(table_path(settings.out, SENTENCE_VECTORS), SentenceVector, revision)
    vectors = images.read(spark), sentences.read(spark)
    usual, foreign = standards(candidates, *vectors)
    table = spark.createDataFrame(pa.Table.from_batches([to_batch(usual, Standard)]))
    write_table(table.coalesce(1), table_path(settings.out, STANDARDS))
    rules = PlacingRules(settings.placement, settings.documents, settings.alignment, usual, foreign)
    write_table(placed(candidates, *vectors, rules), out)


def earlier_standards(spark: SparkSession, settings: Mmc4Settings) -> tuple[Standard, ...]:
    """Return the standards of the run that is placed again.

    Raises:
        SettingsError: it has none, and these settings need them.
    """
    path = table_path(settings.from_vectors, STANDARDS)
    if is_finished(path):
        batches = read_table(spark, path, Standard).toArrow().to_batches()
        return tuple(one for batch in batches for one in from_batch(batch, Standard))
    if settings.placement.weights.is_similarity_alone:
        return ()
    raise SettingsError(
        f"{settings.from_vectors} was placed by a version of interleaf that kept no evidence of "
        "where images belong. Make that run anew, or place by similarity alone: --preset mmc4"
    )


if __name__ == "__main__":
    sys.exit(launch(alone("mmc4_place", run)))
