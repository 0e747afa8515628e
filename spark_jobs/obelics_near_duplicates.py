"""Live heads, nodes and signatures -> CLUSTERS, IMAGE_CLUSTERS and marks of near-duplicates.

spark-submit spark_jobs/obelics_near_duplicates.py SETTINGS.toml

Texts first: what is left out for another text no longer counts where pictures are counted.
"""

import sys
from collections.abc import Callable
from dataclasses import replace

from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.heads import SIGNATURE
from obelics_like.rules.marks import WHOLE, Mark
from obelics_like.settings import ObelicsSettings, load_settings
from spark_jobs.duplicates.components import settled_in
from spark_jobs.duplicates.earlier_runs import check_earlier_runs, earlier_runs
from spark_jobs.duplicates.finished import Finished, finished
from spark_jobs.duplicates.image_sets import image_set_marks
from spark_jobs.duplicates.lists import listed_texts
from spark_jobs.duplicates.near_images import image_uses, near_images
from spark_jobs.duplicates.near_lists import list_matches
from spark_jobs.duplicates.near_texts import Earlier, near_duplicates
from spark_jobs.duplicates.shown import live_texts, shown_images
from spark_jobs.duplicates.text_signatures import signatures
from spark_jobs.marks.live import Live, live, mark_columns, one_of_each, union, without
from spark_jobs.marks.read_kinds import read_kind, signed_by
from spark_jobs.run.launch import launch
from spark_jobs.run.session import open_session
from spark_jobs.run.tables import (
    CLUSTERS,
    CONTAMINATED,
    FINISHED,
    IMAGE_CLUSTERS,
    NEAR_MARKS,
    SET_MARKS,
    SETTLED,
    SIGNATURES,
    TEXT_MARKS,
    is_finished,
    read_table,
    table_path,
    write_marks,
)
from webdoc.arrow import schema_of
from webdoc.duplicates.minhash import fingerprint, with_recall
from webdoc.duplicates.near_duplicates import NearCopy, NearImage, TextSignature
from webdoc.reasons import Reason


def contaminated(found: Live, settings: ObelicsSettings) -> DataFrame:
    """Return the marks of live documents that are near-copies of a listed text."""
    rules = settings.decontamination
    made = settings.near_duplicates.minhash
    made = with_recall(made, rules.min_similarity, rules.min_recall)
    wanted = replace(settings.near_duplicates, minhash=made)
    listed = listed_texts(found.heads.sparkSession, rules)
    texts = live_texts(found, settings)
    of_documents = signatures(texts, made).persist(StorageLevel.DISK_ONLY)
    of_lists = signatures(listed, made).join(listed.select("doc_id", "list"), "doc_id")
    both = texts.select("doc_id", "text").union(listed.select("doc_id", "text"))
    near = list_matches(of_documents, of_lists.persist(StorageLevel.DISK_ONLY), wanted, both)
    best = Window.partitionBy("doc_id").orderBy(F.desc("similarity"), "list", "listed_id")
    first = near.withColumn("rank", F.row_number().over(best)).where("rank = 1")
    reason = Reason.DOCUMENT_CONTAMINATED.value
    return first.select(*mark_columns(WHOLE, reason, F.col("similarity"), F.col("list")))


def near_copies(clusters: DataFrame) -> DataFrame:
    """Return the marks of documents that are left out for the keeper of their cluster."""
    reason = Reason.DOCUMENT_NEAR_COPY.value
    return clusters.where("doc_id != keeper").select(
        *mark_columns(WHOLE, reason, F.col("similarity"), F.col("keeper"))
    )


def repeated_pictures(
    shown: DataFrame, clusters: DataFrame, settings: ObelicsSettings
) -> DataFrame:
    """Return the marks of images that repeat in the corpus or in their document.

    Args:
        shown: from `shown_images`.
        clusters: IMAGE_CLUSTERS.
        settings: the limits.
    """
    rules = settings.near_images
    uses = image_uses(shown, clusters)
    too_often = F.lit(False)
    if rules.max_occurrences is not None:
        too_often = F.col("uses") > rules.max_occurrences
    marks = uses.where(too_often | (F.col("nth") > 1) & F.lit(rules.in_document))
    reason = F.when(too_often, Reason.IMAGE_COPIES_TOO_FREQUENT.value).otherwise(
        Reason.IMAGE_NEAR_COPY_IN_DOCUMENT.value
    )
    value = F.when(too_often, F.col("uses"))
    return marks.select(*mark_columns(F.col("node_index"), reason, value))


def came_before(heads: DataFrame, earlier: Earlier) -> DataFrame:
    """Return the marks of documents that are those of an earlier run, from the same record."""
    again = heads.select("doc_id").join(earlier.signatures, "doc_id", "left_semi")
    reason = Reason.DOCUMENT_NEAR_COPY.value
    return again.select(*mark_columns(WHOLE, reason, F.lit(1), F.col("doc_id")))


def signed(spark: SparkSession, found: Live, settings: ObelicsSettings) -> DataFrame:
    """Return the signatures of live documents, made when they were read or judged again.

    Where those are by other settings than now, all texts are read again.
    """
    names = schema_of(TextSignature).names
    minhash = settings.near_duplicates.minhash
    if signed_by(settings.out) != fingerprint(minhash):
        return signatures(live_texts(found, settings), minhash)
    again = read_table(spark, table_path(settings.out, FINISHED), Finished)
    as_read = read_kind(spark, settings.out, SIGNATURE).select(*names)
    as_read = as_read.join(again.select("doc_id"), "doc_id", "left_anti")
    anew = again.where("signature is not null").select("signature.*")
    both = as_read.union(anew.select(*names))
    return both.join(found.heads.select("doc_id"), "doc_id", "left_semi")


def all_signatures(made: DataFrame, earlier: Earlier | None) -> DataFrame:
    """Return SIGNATURES of live documents and of all that earlier runs had, for runs to come."""
    if earlier is None:
        return made
    new = made.join(earlier.signatures.select("doc_id"), "doc_id", "left_anti")
    return new.unionByName(earlier.signatures)


def _written(
    spark: SparkSession,
    settings: ObelicsSettings,
    name: str,
    record: type,
    make: Callable[[], DataFrame],
) -> DataFrame:
    """Return a table of this run, which is made unless it is finished already."""
    path = table_path(settings.out, name)
    if not is_finished(path):
        write_marks(make(), path)
    return read_table(spark, path, record)


def text_marks(spark: SparkSession, found: Live, settings: ObelicsSettings) -> DataFrame | None:
    """Write what is known of texts, and return the marks that it gives documents.

    Returns:
        None where no text is compared with another.
    """
    tables = []
    if settings.decontamination.texts:
        tables.append(
            _written(spark, settings, CONTAMINATED, Mark, lambda: contaminated(found, settings))
        )
        found = without(found, tables[0])
    if not settings.near_duplicates.texts:
        return union(spark, tables) if tables else None
    rules, earlier = settings.near_duplicates, earlier_runs(spark, settings)
    ours = _written(
        spark,
        settings,
        SIGNATURES,
        TextSignature,
        lambda: all_signatures(signed(spark, found, settings), earlier),
    )
    texts = live_texts(found, settings) if rules.verification == "exact" else None
    clusters = _written(
        spark,
        settings,
        CLUSTERS,
        NearCopy,
        lambda: near_duplicates(ours, rules, earlier, texts, are_ours=True),
    )
    tables.append(near_copies(clusters))
    if earlier is not None:
        tables.append(came_before(found.heads, earlier))
    # Of an earlier run's document that comes again, both say so.
    return union(spark, tables) if earlier is None else one_of_each(union(spark, tables))


def picture_marks(spark: SparkSession, found: Live, settings: ObelicsSettings) -> DataFrame:
    """Write IMAGE_CLUSTERS, and return the marks of images, and of documents that lost some."""
    shown = shown_images(found)
    pictures = shown.drop("doc_id", "node_index").distinct()
    clusters = _written(
        spark,
        settings,
        IMAGE_CLUSTERS,
        NearImage,
        lambda: near_images(pictures, settings.near_images),
    )
    marks = repeated_pictures(shown, clusters, settings).persist(StorageLevel.DISK_ONLY)
    lost = found.heads.join(marks.select("doc_id").distinct(), "doc_id", "left_semi")
    again = finished(lost, found.marks.union(marks), settings)
    names = schema_of(Mark).names
    late = again.select(F.explode("marks").alias("mark")).select(*(f"mark.{n}" for n in names))
    return marks.union(late)


def run(spark: SparkSession, settings: ObelicsSettings) -> None:
    """Write the tables, the marks of image sets last; what is finished already is left alone."""
    out = settings.out
    texts, pictures, sets = (table_path(out, n) for n in (TEXT_MARKS, NEAR_MARKS, SET_MARKS))
    check_earlier_runs(settings)
    if not is_finished(texts):
        with settled_in(spark, table_path(out, SETTLED)):
            marks = text_marks(spark, live(spark, out, TEXT_MARKS), settings)
            if marks is not None:
                write_marks(marks, texts)
    near = settings.near_images
    if settings.images.source != "none" and near.needs_clusters and not is_finished(pictures):
        with settled_in(spark, table_path(out, SETTLED)):
            write_marks(picture_marks(spark, live(spark, out, NEAR_MARKS), settings), pictures)
    if settings.deduplication.image_sets and not is_finished(sets):
        write_marks(image_set_marks(live(spark, out, SET_MARKS)), sets)
    spark.catalog.clearCache()


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = load_settings(settings_file)
    with open_session("obelics_near_duplicates", settings.spark) as spark:
        run(spark, settings)


if __name__ == "__main__":
    sys.exit(launch(main))
