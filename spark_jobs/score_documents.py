"""Documents of a release -> DOCUMENT_SCORES.

spark-submit spark_jobs/score_documents.py SETTINGS.toml

Each document is scored once by each scorer of texts and of documents; what stands in the table
already is not done again, so a killed job goes on where it was.
"""

import sys
from dataclasses import dataclass, field

from pyspark.sql import DataFrame

from spark_jobs.embed_images import embed_images
from spark_jobs.embed_sentences import embed_sentences
from spark_jobs.run.launch import launch
from spark_jobs.run.session import open_session
from spark_jobs.scores.documents import scores_documents
from spark_jobs.scores.releases import score_release_documents
from spark_jobs.scores.vectors import VectorSource
from spark_jobs.vectors.vector_tables import VectorTable
from webdoc.archive.reader import ReadSettings
from webdoc.clip.model import ClipSettings
from webdoc.run_settings import SparkSettings
from webdoc.scores.scorer import ScoreSettings
from webdoc.settings import build, read_toml


@dataclass(frozen=True, slots=True)
class ScoreDocuments:
    """What this job does when it runs alone."""

    release: str  # folder of a release
    out: str  # folder of DOCUMENT_SCORES; grows
    scores: ScoreSettings = field(default_factory=ScoreSettings)
    spark: SparkSettings = field(default_factory=SparkSettings)

    def __post_init__(self) -> None:
        if not scores_documents(self.scores):
            raise ValueError("no scorer: name some in scores.texts or scores.documents")


def vector_source(
    places: DataFrame,
    clip: ClipSettings,
    tables: tuple[str, str],
    archives: ReadSettings | None = None,
) -> VectorSource:
    """Return what encodes pictures and texts for scorers that look at vectors.

    Args:
        places: `ImagePlace` of the pictures, of others too.
        clip: the model.
        tables: folders of the vectors of images, and of texts; they grow.
        archives: how archives are read.
    """
    spark, (image_table, text_table) = places.sparkSession, tables

    def images(wanted: DataFrame) -> VectorTable:
        there = places.join(wanted, "sha256", "left_semi")
        return embed_images(spark, there, clip, image_table, archives)

    def texts(sentences: DataFrame) -> VectorTable:
        return embed_sentences(spark, sentences, clip, text_table)

    return VectorSource(clip, images, texts)


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = build(ScoreDocuments, read_toml(settings_file))
    with open_session("score_documents", settings.spark) as spark:
        score_release_documents(spark, settings.release, settings.scores, settings.out, None)


if __name__ == "__main__":
    sys.exit(launch(main))
