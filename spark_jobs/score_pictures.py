"""Pictures -> PICTURE_SCORES: spark-submit spark_jobs/score_pictures.py SETTINGS.toml.

Each distinct picture is scored once by each scorer; what stands in the table already is not done
again, so a killed run goes on where it was, and pictures that are added later are done alone.
"""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from itertools import islice

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from spark_jobs.run.launch import launch
from spark_jobs.run.session import open_session
from spark_jobs.scores.captions import together
from spark_jobs.sources.image_places import all_places, bodies_at
from spark_jobs.vectors.vector_tables import VectorTable
from webdoc.archive.reader import ReadSettings
from webdoc.arrow import from_batch
from webdoc.run_settings import SparkSettings
from webdoc.scores.scorer import (
    PictureScorer,
    PictureScores,
    ScoreSettings,
    load_scorer,
    scored,
    scorer_revision,
)
from webdoc.settings import build, read_toml
from webdoc.tables.images import ImagePlace

PICTURE_SCORES = "tables/picture_scores"
_PICTURES_A_BATCH = 32
_ROW_BYTES = 200  # roughly
_loaded: dict[str, PictureScorer] = {}


@dataclass(frozen=True, slots=True)
class ScorePictures:
    """What this job does when it runs alone."""

    out: str  # folder of PICTURE_SCORES; grows
    images: tuple[str, ...] = ()  # images/ of releases, or other Parquet files of pictures
    archived: tuple[str, ...] = ()  # tables/images of runs: the bytes are read from the archives
    folders: tuple[str, ...] = ()  # of picture files
    scores: ScoreSettings = field(default_factory=ScoreSettings)
    archives: ReadSettings = field(default_factory=ReadSettings)
    spark: SparkSettings = field(default_factory=SparkSettings)

    def __post_init__(self) -> None:
        if not (self.images or self.archived or self.folders):
            raise ValueError("no pictures: name images, archived or folders")
        if not self.scores.pictures:
            raise ValueError("no scorer: name some in scores.pictures")


def score_pictures(
    spark: SparkSession, places: DataFrame, settings: ScoreSettings, out: str, reading: ReadSettings
) -> DataFrame:
    """Add to PICTURE_SCORES in the folder `out` what of the pictures is not in it.

    Args:
        spark: the session.
        places: `ImagePlace`; a picture may stand at several places.
        settings: which scorers.
        out: folder of the table; it need not exist.
        reading: how archives are read.

    Returns:
        (sha256, scores): the scores of all scorers, of each picture of the table.

    Raises:
        SettingsError: a scorer cannot be loaded.
    """
    distinct = places.dropDuplicates(["sha256"])
    tables = [_grown(distinct, name, out, reading) for name in settings.pictures]
    rows = reduce(DataFrame.unionByName, [table.read(spark) for table in tables])
    return together(rows, "sha256")


def _grown(places: DataFrame, name: str, out: str, reading: ReadSettings) -> VectorTable:
    table = VectorTable(out, PictureScores, scorer_revision(name, load_scorer(name)))

    def make(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[PictureScores, int]]:
        scorer = _worker_scorer(name)
        places_of_task = (place for batch in batches for place in from_batch(batch, ImagePlace))
        read = bodies_at(places_of_task, reading)
        while pictures := list(islice(read, _PICTURES_A_BATCH)):
            keys, bodies = [place.sha256 for place, _ in pictures], [body for _, body in pictures]
            for row in scored(name, scorer, keys, bodies):
                yield row, _ROW_BYTES

    table.grow(places, make)
    return table


def _worker_scorer(name: str) -> PictureScorer:
    """Return a scorer of this worker: a model is loaded once, workers live longer than tasks."""
    if name not in _loaded:
        _loaded[name] = load_scorer(name)
    return _loaded[name]


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = build(ScorePictures, read_toml(settings_file))
    with open_session("score_pictures", settings.spark) as spark:
        places = all_places(spark, settings.images, settings.archived, settings.folders)
        score_pictures(spark, places, settings.scores, settings.out, settings.archives)


if __name__ == "__main__":
    sys.exit(launch(main))
