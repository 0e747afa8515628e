"""Pictures -> PICTURE_SCORES: spark-submit spark_jobs/score_pictures.py SETTINGS.toml.

Each distinct picture is scored once by each scorer; what stands in the table already is not done
again, so a killed run goes on where it was, and pictures that are added later are done alone.
"""

import sys
from dataclasses import dataclass, field

from spark_jobs.run.launch import launch
from spark_jobs.run.session import open_session
from spark_jobs.scores.pictures import score_pictures, stored_vectors
from spark_jobs.sources.image_places import all_places
from webdoc.archive.reader import ReadSettings
from webdoc.run_settings import SparkSettings
from webdoc.scores.scorer import ScoreSettings
from webdoc.settings import build, read_toml


@dataclass(frozen=True, slots=True)
class ScorePictures:
    """What this job does when it runs alone."""

    out: str  # folder of PICTURE_SCORES; grows
    images: tuple[str, ...] = ()  # images/ of releases, or other Parquet files of pictures
    archived: tuple[str, ...] = ()  # tables/images of runs: the bytes are read from the archives
    folders: tuple[str, ...] = ()  # of picture files
    vectors: str = ""  # folder of a run whose CLIP vectors scorers of vectors look at
    scores: ScoreSettings = field(default_factory=ScoreSettings)
    archives: ReadSettings = field(default_factory=ReadSettings)
    spark: SparkSettings = field(default_factory=SparkSettings)

    def __post_init__(self) -> None:
        if not (self.images or self.archived or self.folders):
            raise ValueError("no pictures: name images, archived or folders")
        if not self.scores.pictures:
            raise ValueError("no scorer: name some in scores.pictures")


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = build(ScorePictures, read_toml(settings_file))
    with open_session("score_pictures", settings.spark) as spark:
        places = all_places(spark, settings.images, settings.archived, settings.folders)
        vectors = stored_vectors(spark, settings.vectors) if settings.vectors else None
        score_pictures(spark, places, settings.scores, settings.out, settings.archives, vectors)


if __name__ == "__main__":
    sys.exit(launch(main))
