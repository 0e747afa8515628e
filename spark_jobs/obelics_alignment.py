"""Live documents, IMAGES -> IMAGE_VECTORS, TEXT_VECTORS, ALIGNMENT_MARKS: images and their texts.

spark-submit spark_jobs/obelics_alignment.py SETTINGS.toml

Without clip.model there is nothing to do. Each distinct picture and text is encoded once, and
only their hashes and vectors travel.
"""

import sys

from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.rules.alignment import Comparison, aligned_by_marks, comparisons_of
from obelics_like.rules.judge import Rules
from obelics_like.rules.mark_document import final_document
from obelics_like.rules.marks import Mark, marks_between, with_marks
from obelics_like.settings import ObelicsSettings, load_settings
from spark_jobs.duplicates.image_sets import image_set_marks
from spark_jobs.embed_images import embed_images
from spark_jobs.embed_sentences import embed_sentences, sentence_key_of
from spark_jobs.marks.documents import with_documents
from spark_jobs.marks.live import Live, live, mark_columns, without
from spark_jobs.release.counts import cosine_counts
from spark_jobs.run.clip import check_model, model_of, remember_model
from spark_jobs.run.folder import planned_files
from spark_jobs.run.launch import launch
from spark_jobs.run.session import open_session
from spark_jobs.run.sizes import quick_start
from spark_jobs.run.tables import (
    ALIGNMENT_MARKS,
    IMAGE_VECTORS,
    IMAGES,
    TEXT_VECTORS,
    is_finished,
    read_table,
    table_path,
    write_marks,
)
from spark_jobs.vectors.text_cosines import cosines
from webdoc.page.document import Document
from webdoc.release.alignment_spread import AlignmentFacts
from webdoc.run_settings import SparkSettings
from webdoc.tables.images import StoredPicture

_COLUMNS = {kind: f"clip_{kind}" for kind in ("caption", "alt_text", "neighbour")}


def compares(settings: ObelicsSettings) -> bool:
    """Tell whether a run compares images with their texts."""
    return bool(settings.clip.model)


def spark_settings(settings: ObelicsSettings) -> SparkSettings:
    """Return how a session for this run, whose folder is ready, is opened.

    For a small input, Java starts soon.
    """
    size = sum(file.size_bytes for file in planned_files(settings.out))
    return quick_start(settings.spark, size)


def comparisons(found: Live, settings: ObelicsSettings) -> DataFrame:
    """Return what is compared (`Comparison`), and the key of its text (text_key)."""

    def step(document: Document, marks: tuple[Mark, ...], _: Rules) -> list[Comparison]:
        return comparisons_of(final_document(document, marks))

    shown = found.nodes.where("is_image").select("doc_id").distinct()
    heads = found.heads.join(shown, "doc_id", "left_semi")
    rows = with_documents(heads, found.marks, settings, step, Comparison)
    return rows.withColumn("text_key", sentence_key_of(F.col("text")))


def alignment_marks(found: Live, measured: DataFrame, settings: ObelicsSettings) -> DataFrame:
    """Return the cosines of images and documents, and what is below the limits, as marks.

    Args:
        found: what is live.
        measured: doc_id and the columns of `NodeCosine`.
        settings: of the run.
    """
    largest = measured.groupBy("doc_id", "node_index").agg(
        *(
            F.max(F.when(F.col("kind") == kind, F.col("cosine"))).alias(column)
            for kind, column in _COLUMNS.items()
        )
    )
    given = {column: F.col(column) for column in _COLUMNS.values()}
    of_images = largest.select(*mark_columns(F.col("node_index"), **given))

    def step(document: Document, marks: tuple[Mark, ...], rules: Rules) -> list[Mark]:
        before = with_marks(document, marks)
        return marks_between(before, aligned_by_marks(before, settings.alignment, rules))

    heads = found.heads.join(of_images.select("doc_id").distinct(), "doc_id", "left_semi")
    judged = with_documents(heads, found.marks.union(of_images), settings, step, Mark)
    made = of_images.union(judged)
    if settings.alignment.min_image is None or not settings.deduplication.image_sets:
        return made
    # Where images went, other documents may show the same set now.
    made = made.persist(StorageLevel.DISK_ONLY)
    return made.union(image_set_marks(without(found, made)))


def run(spark: SparkSession, settings: ObelicsSettings) -> None:
    """Write the vectors and ALIGNMENT_MARKS; what is there already is not made again."""
    out = settings.out
    if not compares(settings) or is_finished(table_path(out, ALIGNMENT_MARKS)):
        return
    clip = settings.clip
    found = live(spark, out, ALIGNMENT_MARKS)
    images = read_table(spark, table_path(out, IMAGES), StoredPicture)
    # Made once, looked at three times.
    compared = comparisons(found, settings).persist(StorageLevel.DISK_ONLY)
    places = images.select("place.*").join(compared.select("sha256"), "sha256", "left_semi")
    pictures = embed_images(spark, places, clip, table_path(out, IMAGE_VECTORS), settings.archives)
    texts = embed_sentences(
        spark,
        compared.select(F.col("text").alias("sentence")),
        clip,
        table_path(out, TEXT_VECTORS),
    )
    remember_model(spark, clip, out)
    pairs = compared.select("doc_id", "node_index", "kind", "sha256", "text_key")
    measured = cosines(pairs, pictures.read(spark), texts.read(spark))
    write_marks(alignment_marks(found, measured, settings), table_path(out, ALIGNMENT_MARKS))
    spark.catalog.clearCache()


def alignment_facts(found: Live, out: str) -> AlignmentFacts:
    """Return what the card says of the images of published documents."""
    columns = list(_COLUMNS.values())
    said = found.marks.where(F.coalesce(*columns).isNotNull())
    measured = said.groupBy("doc_id", "node_index").agg(*(F.max(c).alias(c) for c in columns))
    images = found.nodes.where("is_image").join(measured, ["doc_id", "node_index"])
    model = model_of(out)
    return AlignmentFacts(model.name, model.revision, cosine_counts(images, _COLUMNS))


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = load_settings(settings_file)
    if not compares(settings):
        return
    check_model(settings.clip.model, settings.spark)
    with open_session("obelics_alignment", spark_settings(settings)) as spark:
        run(spark, settings)


if __name__ == "__main__":
    sys.exit(launch(main))
