"""LINKS, CANDIDATES, texts and vectors -> STANDARDS, PLACED; or an earlier run by other rules.

spark-submit spark_jobs/mmc4_place.py SETTINGS.toml
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from mmc4_like.compared import IMAGE, SENTENCE
from mmc4_like.join_pictures import Copies, counted_pictures
from mmc4_like.marks import assembled, marks_of
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
    COMPARED,
    IMAGE_VECTORS,
    PLACED,
    SENTENCE_VECTORS,
    STANDARDS,
    ComparedKey,
    DocumentParts,
    PlacementMarks,
)
from mmc4_like.with_vectors import GatheredDocument, ImageRow, SentenceRow, comparable
from spark_jobs.marks.mmc4_parts import placed_parts, with_texts, without_texts
from spark_jobs.mmc4_candidates import frequent_pictures
from spark_jobs.mmc4_embed import live_parts
from spark_jobs.run.clip import model_of
from spark_jobs.run.files import written_whole
from spark_jobs.run.launch import launch
from spark_jobs.run.mmc4 import alone
from spark_jobs.run.tables import (
    is_finished,
    mark_finished,
    read_table,
    spark_schema,
    table_path,
    write_table,
)
from spark_jobs.vectors.vector_tables import VectorTable
from webdoc.arrow import Batches, from_batch, schema_of, to_batch
from webdoc.clip.vectors import ImageVector, SentenceVector
from webdoc.settings import SettingsError


@dataclass(frozen=True, slots=True)
class PartsWithVectors:
    """A live document beside its vectors, in no order."""

    parts: DocumentParts
    images: tuple[ImageRow, ...] = ()
    sentences: tuple[SentenceRow, ...] = ()
    texts: tuple[TextVector, ...] = ()  # of the images' own texts


@dataclass(frozen=True, slots=True)
class PartsWithCopies:
    """A placed document beside its frequent pictures."""

    parts: DocumentParts
    frequent: tuple[Copies, ...] = ()


def gathered(
    parts: DataFrame, keys: DataFrame, image_vectors: DataFrame, sentence_vectors: DataFrame
) -> DataFrame:
    """Return documents beside the vectors of their images, their texts and sentences.

    Args:
        parts: of `live_parts`.
        keys: COMPARED.
        image_vectors: of the model.
        sentence_vectors: likewise.
    """
    own = [F.col("doc_id"), F.col("index").alias("image")]
    images = keys.where(F.col("kind") == IMAGE).select(*own, F.col("key").alias("sha256"))
    images = images.join(image_vectors.select("sha256", "vector"), "sha256")
    texts = keys.where(F.col("kind") != IMAGE).withColumnRenamed("key", "sentence_key")
    texts = texts.join(sentence_vectors.select("sentence_key", "is_cut", "vector"), "sentence_key")
    sentence = F.struct(F.col("index").alias("nth"), "sentence_key", "is_cut", "vector")
    text = F.struct(F.col("index").alias("image"), "kind", "vector")
    is_sentence = F.col("kind") == SENTENCE
    of_texts = texts.groupBy("doc_id").agg(  # nulls are not collected
        F.collect_list(F.when(is_sentence, sentence)).alias("sentences"),
        F.collect_list(F.when(~is_sentence, text)).alias("texts"),
    )
    of_images = images.groupBy("doc_id").agg(
        F.collect_list(F.struct(*schema_of(ImageRow).names)).alias("images")
    )
    rows = parts.select("doc_id", F.struct(*schema_of(DocumentParts).names).alias("parts"))
    joined = rows.join(of_images, "doc_id", "left").join(of_texts, "doc_id", "left")
    names = ("images", "sentences", "texts")
    columns = [F.coalesce(name, F.array()).alias(name) for name in names]
    return joined.select("parts", *columns).to(spark_schema(PartsWithVectors))


def standards(
    keys: DataFrame, image_vectors: DataFrame, sentence_vectors: DataFrame
) -> tuple[tuple[Standard, ...], ForeignSentences]:
    """Return what is usual in the run, by a sample of its documents; it is small.

    Args:
        keys: COMPARED.
        image_vectors: of the model.
        sentence_vectors: likewise.
    """
    first = keys.select("doc_id").distinct().orderBy("doc_id").limit(SAMPLED_DOCUMENTS)
    batches = keys.join(first, "doc_id", "left_semi").toArrow().to_batches()
    items = sampled_items([one for batch in batches for one in from_batch(batch, ComparedKey)])
    if not items:
        return standards_of((), {}, {})
    of_images = image_vectors.select(
        F.lit(True).alias("is_image"), F.col("sha256").alias("key"), "vector"
    )
    of_texts = sentence_vectors.select(F.lit(False), "sentence_key", "vector")
    both = of_images.union(of_texts).where(F.col("key").isin(sorted({i.key for i in items})))
    rows = list(zip(*(column.to_pylist() for column in both.toArrow().columns), strict=True))
    images, texts = (
        {k: v for is_image, k, v in rows if is_image is side} for side in (True, False)
    )
    return standards_of(items, images, texts)


def _write_standards(usual: tuple[Standard, ...], path: str) -> None:
    """Write STANDARDS: a handful of rows, which need no job of Spark."""
    with written_whole(f"{path}/part-00000.parquet") as sink:
        rows = pa.Table.from_batches([to_batch(usual, Standard)])
        pq.write_table(rows, pa.PythonFile(sink, mode="w"))
    mark_finished(path)


def placed(documents: DataFrame, rules: PlacingRules) -> DataFrame:
    """Return PLACED.

    Args:
        documents: of `gathered`.
        rules: by which they are placed.
    """

    def step(one: PartsWithVectors) -> PlacementMarks | None:
        candidate = assembled(one.parts).candidate
        found = GatheredDocument(candidate, one.images, one.sentences, one.texts)
        return marks_of(candidate, place_document(comparable(found), rules))

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            made = map(step, from_batch(batch, PartsWithVectors))
            yield to_batch([marks for marks in made if marks is not None], PlacementMarks)

    return documents.mapInArrow(on_partition, spark_schema(PlacementMarks))


def placed_again(
    spark: SparkSession, settings: Mmc4Settings, usual: tuple[Standard, ...]
) -> DataFrame:
    """Return PLACED of an earlier run, its images marked and placed by other rules.

    What the earlier run marked stays marked: its vectors were never made. So whatever is kept by
    stricter rules is a part of what was kept before.
    """
    origin = settings.from_vectors
    earlier = placed_parts(spark, origin, origin)
    frequent, limit = frequent_pictures(_counted(without_texts(earlier)), settings)
    parts = with_texts(spark, earlier, origin)
    rows = parts.select("doc_id", F.struct(*schema_of(DocumentParts).names).alias("parts"))
    copies = F.array()
    if frequent is not None:
        rows, copies = rows.join(frequent, "doc_id", "left"), F.coalesce("frequent", copies)
    pairs = rows.select("parts", copies.alias("frequent")).to(spark_schema(PartsWithCopies))

    def step(pair: PartsWithCopies) -> PlacementMarks | None:
        before = assembled(pair.parts)
        copies = {picture.sha256: picture.count for picture in pair.frequent}
        return marks_of(before, judge_and_place_again(before, copies, limit, settings, usual))

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            made = map(step, from_batch(batch, PartsWithCopies))
            yield to_batch([marks for marks in made if marks is not None], PlacementMarks)

    return pairs.mapInArrow(on_partition, spark_schema(PlacementMarks))


def _counted(parts: DataFrame) -> DataFrame:
    """Return (doc_id, sha256) of each picture that a document shows, once."""

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            found = [assembled(one).candidate for one in from_batch(batch, DocumentParts)]
            pairs = [(one.document.doc_id, sha) for one in found for sha in counted_pictures(one)]
            columns = [pa.array([pair[side] for pair in pairs], pa.string()) for side in (0, 1)]
            yield pa.RecordBatch.from_arrays(columns, names=["doc_id", "sha256"])

    return parts.mapInArrow(on_partition, "doc_id string, sha256 string")


def run(spark: SparkSession, settings: Mmc4Settings) -> None:
    """Write PLACED, unless it is finished."""
    out = table_path(settings.out, PLACED)
    if is_finished(out):
        return
    if settings.from_vectors:
        write_table(placed_again(spark, settings, earlier_standards(spark, settings)), out)
        return
    revision = model_of(settings.out).revision
    images = VectorTable(table_path(settings.out, IMAGE_VECTORS), ImageVector, revision)
    sentences = VectorTable(table_path(settings.out, SENTENCE_VECTORS), SentenceVector, revision)
    vectors = images.read(spark), sentences.read(spark)
    keys = read_table(spark, table_path(settings.out, COMPARED), ComparedKey)
    usual, foreign = standards(keys, *vectors)
    _write_standards(usual, table_path(settings.out, STANDARDS))
    rules = PlacingRules(settings.placement, settings.documents, settings.alignment, usual, foreign)
    documents = gathered(live_parts(spark, settings.out), keys, *vectors)
    write_table(placed(documents, rules), out)


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
