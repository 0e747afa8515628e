"""Live heads and nodes -> URL_MARKS, EXACT_MARKS, FINISH_MARKS: exact duplicates, listed pictures.

spark-submit spark_jobs/obelics_deduplicate.py SETTINGS.toml

The rules that come last judge here too. For most documents it was known when they were read what
they say; only those that a job has marked since are read again.
"""

import sys

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.rules.marks import WHOLE, Mark
from obelics_like.settings import ObelicsSettings, load_settings
from spark_jobs.duplicates.finished import Finished, finished, touched
from spark_jobs.duplicates.image_sets import repeated
from spark_jobs.duplicates.lists import listed_images, listed_pictures_among
from spark_jobs.duplicates.repeated_ngrams import repeated_ngrams
from spark_jobs.duplicates.shown import live_paragraphs, shown_images
from spark_jobs.marks.live import Live, live, mark_columns, one_of_each, union
from spark_jobs.run.launch import launch
from spark_jobs.run.session import open_session
from spark_jobs.run.tables import (
    EXACT_MARKS,
    FINISH_MARKS,
    FINISHED,
    REPEATED,
    URL_MARKS,
    is_finished,
    read_table,
    spark_schema,
    table_path,
    write_marks,
)
from webdoc.reasons import Reason

_REPEATED = "is_image boolean, key binary, seen long"  # REPEATED


def url_marks(found: Live) -> DataFrame:
    """Return the marks of documents of whose page there is a newer capture."""
    keyed = found.heads.select("doc_id", F.col("page_key").alias("key"), "capture_time")
    kept_id = F.col("kept_doc_id")
    return repeated(keyed).select(
        *mark_columns(WHOLE, Reason.DOCUMENT_URL_REPEATED.value, detail=kept_id)
    )


def repeated_keys(nodes: DataFrame, settings: ObelicsSettings) -> DataFrame:
    """Return (is_image, key, seen) of paragraphs and images that the corpus repeats too often."""
    rules = settings.deduplication
    never = 2**62
    counts = nodes.groupBy("is_image", "key").agg(F.count("*").alias("seen"))
    text = ~F.col("is_image") & (F.col("seen") >= (rules.min_paragraph_occurrences or never))
    image = F.col("is_image") & (F.col("seen") > (rules.max_image_occurrences or never))
    return counts.where(text | image)


def repeated_marks(nodes: DataFrame, keys: DataFrame) -> DataFrame:
    """Return the marks of nodes by their keys, from `repeated_keys`."""
    reason = F.when(F.col("is_image"), Reason.IMAGE_TOO_FREQUENT.value).otherwise(
        Reason.PARAGRAPH_REPEATED_ON_DOMAIN.value
    )
    marked = nodes.join(keys, ["is_image", "key"])
    return marked.select(*mark_columns(F.col("node_index"), reason, F.col("seen")))


def similar_marks(found: Live, settings: ObelicsSettings) -> DataFrame:
    """Return the marks of live paragraphs whose n-grams stand on several pages of their domain."""
    similar = repeated_ngrams(live_paragraphs(found, settings), settings.repeated_ngrams)
    reason = Reason.PARAGRAPH_SIMILAR_ON_DOMAIN.value
    return similar.select(*mark_columns(F.col("node_index"), reason, F.col("share")))


def contaminated_marks(found: Live, settings: ObelicsSettings) -> DataFrame:
    """Return the marks of images that are in a list to leave out."""
    rules = settings.decontamination
    shown = shown_images(found)
    listed = listed_images(shown.sparkSession, rules)
    pictures = shown.select("sha256", "perceptual_hash").distinct()
    marked = shown.join(listed_pictures_among(pictures, listed, rules), "sha256")
    reason = Reason.IMAGE_CONTAMINATED.value
    return marked.select(*mark_columns(F.col("node_index"), reason, F.col("distance")))


def exact_marks(spark: SparkSession, found: Live, settings: ObelicsSettings) -> DataFrame | None:
    """Return the marks of nodes that the corpus repeats or a list holds; None: no such rule."""
    rules = settings.deduplication
    tables = []
    if rules.min_paragraph_occurrences or rules.max_image_occurrences:
        path = table_path(settings.out, REPEATED)
        # Written before it is joined: then Spark knows that it is small.
        write_marks(repeated_keys(found.nodes, settings), path)
        tables.append(repeated_marks(found.nodes, spark.read.schema(_REPEATED).parquet(path)))
    if settings.repeated_ngrams.enabled:
        tables.append(similar_marks(found, settings))
    if settings.decontamination.images:
        tables.append(contaminated_marks(found, settings))
    if not tables:
        return None
    return tables[0] if len(tables) == 1 else one_of_each(union(spark, tables))


def late_marks(found: Live, again: DataFrame) -> DataFrame:
    """Return the marks of the rules that come last.

    Args:
        found: what is live before them.
        again: FINISHED; for all other documents it was known when they were read.
    """
    names = spark_schema(Mark).fieldNames()
    of_again = again.select(F.explode("marks").alias("mark")).select(*(f"mark.{n}" for n in names))
    ids = again.select("doc_id")
    heads = found.heads.join(ids, "doc_id", "left_anti")
    nodes = found.nodes.join(ids, "doc_id", "left_anti")
    known = "late_reason is not null"
    reason, value = F.col("late_reason"), F.col("late_value")
    return (
        of_again.union(heads.where(known).select(*mark_columns(WHOLE, reason, value)))
        .union(nodes.where(known).select(*mark_columns(F.col("node_index"), reason, value)))
    )  # fmt: skip


def run(spark: SparkSession, settings: ObelicsSettings) -> None:
    """Write the tables of marks; what is finished already is left alone."""
    out = settings.out
    paths = {
        name: table_path(out, name) for name in (URL_MARKS, EXACT_MARKS, FINISHED, FINISH_MARKS)
    }
    if is_finished(paths[FINISH_MARKS]):
        return
    if settings.deduplication.urls and not is_finished(paths[URL_MARKS]):
        write_marks(url_marks(live(spark, out, URL_MARKS)), paths[URL_MARKS])
    if not is_finished(paths[EXACT_MARKS]):
        marks = exact_marks(spark, live(spark, out, EXACT_MARKS), settings)
        if marks is not None:
            write_marks(marks, paths[EXACT_MARKS])
    found = live(spark, out, FINISH_MARKS)
    if not is_finished(paths[FINISHED]):
        write_marks(finished(touched(found), found.marks, settings), paths[FINISHED])
    again = read_table(spark, paths[FINISHED], Finished)
    write_marks(late_marks(found, again), paths[FINISH_MARKS])


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = load_settings(settings_file)
    with open_session("obelics_deduplicate", settings.spark) as spark:
        run(spark, settings)


if __name__ == "__main__":
    sys.exit(launch(main))
