"""Live documents, IMAGES -> PICTURE_, CAPTION_, DOCUMENT_SCORES -> marks: scored, limits applied.

spark-submit spark_jobs/obelics_scores.py SETTINGS.toml

Without a scorer there is nothing to do. Images come first: only pictures that live documents show
are read, and texts and documents are scored without what their limits leave out.
"""

import sys
from functools import reduce

from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.rules.captions import document_captions
from obelics_like.rules.judge import Rules
from obelics_like.rules.marks import Mark, marks_between, with_marks
from obelics_like.rules.score_limits import scored_by_marks
from obelics_like.settings import ObelicsSettings, load_settings
from spark_jobs.duplicates.image_sets import image_set_marks
from spark_jobs.duplicates.shown import shown_images
from spark_jobs.marks.documents import with_documents
from spark_jobs.marks.live import Live, live, mark_columns, without
from spark_jobs.run.launch import launch
from spark_jobs.run.session import open_session
from spark_jobs.run.tables import (
    DOCUMENT_MARKS,
    IMAGE_VECTORS,
    IMAGES,
    SCORE_MARKS,
    TEXT_VECTORS,
    is_finished,
    read_table,
    table_path,
    write_marks,
)
from spark_jobs.score_documents import vector_source
from spark_jobs.scores.captions import needs_of_all, score_captions
from spark_jobs.scores.documents import scores_documents
from spark_jobs.scores.obelics import document_marks
from spark_jobs.scores.pictures import (
    PICTURE_SCORES,
    score_pictures,
    stored_vectors,
    together,
)
from webdoc.page.document import Document
from webdoc.scores.scored_caption import PlacedCaption
from webdoc.scores.scorer import KINDS, OF_IMAGES
from webdoc.tables.images import StoredPicture


def scores(settings: ObelicsSettings) -> bool:
    """Tell whether a run scores anything."""
    return settings.scores.has(*KINDS)


def wanted_marks(settings: ObelicsSettings) -> tuple[str, ...]:
    """Return the tables of marks that this job writes in a run."""
    of_images = (SCORE_MARKS,) if settings.scores.has(*OF_IMAGES) else ()
    return (*of_images, *((DOCUMENT_MARKS,) if scores_documents(settings.scores) else ()))


def of_pictures(found: Live, scored: DataFrame) -> DataFrame:
    """Return (doc_id, node_index, scores) of live images.

    Args:
        found: what is live.
        scored: (sha256, scores) of pictures.
    """
    shown = shown_images(found).join(scored, "sha256")
    return shown.select("doc_id", "node_index", "scores")


def captions(found: Live, settings: ObelicsSettings) -> DataFrame:
    """Return the captions of live images (`PlacedCaption`), filled for the scorers of a run."""
    needs = needs_of_all(settings.scores)

    def step(document: Document, marks: tuple[Mark, ...], _: Rules) -> list[PlacedCaption]:
        return document_captions(with_marks(document, marks), needs)

    heads = found.heads.join(shown_images(found).select("doc_id").distinct(), "doc_id", "left_semi")
    return with_documents(heads, found.marks, settings, step, PlacedCaption)


def score_marks(found: Live, scored: DataFrame, settings: ObelicsSettings) -> DataFrame:
    """Return the scores of images, and what is outside the limits, as marks.

    Args:
        found: what is live.
        scored: (doc_id, node_index, scores) of live images.
        settings: of the run.
    """
    of_images = scored.select(*mark_columns(F.col("node_index"), scores=F.col("scores")))
    if not (settings.scores.min or settings.scores.max):
        return of_images

    def step(document: Document, marks: tuple[Mark, ...], rules: Rules) -> list[Mark]:
        before = with_marks(document, marks)
        return marks_between(before, scored_by_marks(before, settings.scores, rules))

    heads = found.heads.join(of_images.select("doc_id").distinct(), "doc_id", "left_semi")
    judged = with_documents(heads, found.marks.union(of_images), settings, step, Mark)
    made = of_images.union(judged).persist(StorageLevel.DISK_ONLY)
    if not settings.deduplication.image_sets:
        return made
    # Where images went, other documents may show the same set now.
    return made.union(image_set_marks(without(found, made)))


def run(spark: SparkSession, settings: ObelicsSettings) -> None:
    """Write scores and marks of images, then of documents; what is there is not made again."""
    for name in wanted_marks(settings):
        path = table_path(settings.out, name)
        if not is_finished(path):
            found = live(spark, settings.out, name)
            make = image_marks if name == SCORE_MARKS else _document_marks
            write_marks(make(found, settings), path)
            spark.catalog.clearCache()


def image_marks(found: Live, settings: ObelicsSettings) -> DataFrame:
    """Score live images, and return scores and what is outside the limits (`Mark`)."""
    out, asked, spark = settings.out, settings.scores, found.heads.sparkSession
    images = read_table(spark, table_path(out, IMAGES), StoredPicture).select("place.*")
    places = images.join(shown_images(found).select("sha256").distinct(), "sha256", "left_semi")
    rows = []
    if asked.pictures:
        table = table_path(out, PICTURE_SCORES)
        vectors = stored_vectors(spark, out)
        pictures = score_pictures(spark, places, asked, table, settings.archives, vectors)
        rows.append(of_pictures(found, pictures))
    if asked.captions:
        placed = captions(found, settings)
        scored = score_captions(placed, places, asked, out, settings.archives)
        rows.append(scored.withColumnRenamed("place", "node_index"))
    scored = together(reduce(DataFrame.unionByName, rows), "doc_id", "node_index")
    return score_marks(found, scored, settings)


def _document_marks(found: Live, settings: ObelicsSettings) -> DataFrame:
    """Score live documents, with vectors where the run compares images with texts."""
    out, source = settings.out, None
    if settings.clip.model:
        images = read_table(found.heads.sparkSession, table_path(out, IMAGES), StoredPicture)
        tables = table_path(out, IMAGE_VECTORS), table_path(out, TEXT_VECTORS)
        places, clip = images.select("place.*"), settings.clip
        source = vector_source(places, clip, tables, settings.archives)
    return document_marks(found, settings, source)


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = load_settings(settings_file)
    with open_session("obelics_scores", settings.spark) as spark:
        run(spark, settings)


if __name__ == "__main__":
    sys.exit(launch(main))
