"""Pictures -> PICTURE_SCORES: by their bytes, or by the vectors that a CLIP model made of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial, reduce
from itertools import islice
from typing import Any, Final

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.run.clip import model_of
from spark_jobs.run.tables import IMAGE_VECTORS, is_finished, table_path
from spark_jobs.sources.image_places import bodies_at
from spark_jobs.vectors.vector_tables import VectorTable
from webdoc.archive.reader import ReadSettings
from webdoc.arrow import from_batch
from webdoc.clip.vectors import ImageVector
from webdoc.scores.rows import scored, scorer_revision
from webdoc.scores.scorer import PictureScores, ScoreSettings, load_scorer, of_vectors
from webdoc.settings import SettingsError
from webdoc.tables.images import ImagePlace

PICTURE_SCORES: Final = "tables/picture_scores"
_PICTURES_A_BATCH: Final = 32
_ROW_BYTES: Final = 200  # roughly
_loaded: dict[tuple[str, str], Any] = {}


@dataclass(frozen=True, slots=True)
class StoredVectors:
    """The vectors of a run's pictures, by one model."""

    rows: DataFrame  # sha256, vector
    revision: str  # of the model


def has_vectors(folder: str) -> bool:
    """Tell whether the pictures of a run were embedded."""
    return is_finished(table_path(folder, IMAGE_VECTORS))


def stored_vectors(spark: SparkSession, folder: str) -> StoredVectors | None:
    """Return the vectors of the pictures of a run, or None where nothing was embedded."""
    path = table_path(folder, IMAGE_VECTORS)
    if not has_vectors(folder):
        return None
    revision = model_of(folder).revision
    rows = VectorTable(path, ImageVector, revision).read(spark)
    return StoredVectors(rows.where("status = 'ok'").select("sha256", "vector"), revision)


def score_pictures(  # noqa: PLR0913, PLR0917 - what scorers of both kinds look at
    spark: SparkSession,
    places: DataFrame,
    settings: ScoreSettings,
    out: str,
    reading: ReadSettings,
    vectors: StoredVectors | None = None,
) -> DataFrame:
    """Add to PICTURE_SCORES in the folder `out` what of the pictures is not in it.

    Args:
        spark: the session.
        places: `ImagePlace`; a picture may stand at several places.
        settings: which scorers.
        out: folder of the table; it need not exist.
        reading: how archives are read.
        vectors: of the pictures, for scorers of vectors.

    Returns:
        (sha256, scores): the scores of all scorers, of each picture of the table.

    Raises:
        SettingsError: a scorer cannot be loaded, or looks at vectors and there are none.
    """
    distinct = places.dropDuplicates(["sha256"])
    tables = [
        _by_vectors(distinct, name, settings.models.get(name, ""), out, vectors)
        if of_vectors(name)
        else by_bytes(distinct, name, settings.models.get(name, ""), out, reading)
        for name in settings.pictures
    ]
    return together(
        reduce(DataFrame.unionByName, (table.read(spark) for table in tables)), "sha256"
    )


def together(rows: DataFrame, *key: str) -> DataFrame:
    """Return the scores of each key, by name, from several rows of it."""
    scores = F.flatten(F.collect_list("scores"))
    by_name = F.array_sort(scores, lambda a, b: F.when(a["name"] < b["name"], -1).otherwise(1))
    return rows.groupBy(*key).agg(by_name.alias("scores"))


def by_bytes(
    places: DataFrame, name: str, model: str, out: str, reading: ReadSettings
) -> VectorTable:
    """Add what one scorer of bytes says of pictures, and return its rows of the table.

    Args:
        places: `ImagePlace`, each picture once.
        name: of the scorer.
        model: of a scorer that has one.
        out: folder of PICTURE_SCORES.
        reading: how archives are read.
    """
    revision = scorer_revision(name, load_scorer(name, "pictures", model))
    table = VectorTable(out, PictureScores, revision)

    def make(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[PictureScores, int]]:
        scorer = _worker_scorer(name, model)
        places_of_task = (place for batch in batches for place in from_batch(batch, ImagePlace))
        read = bodies_at(places_of_task, reading)
        while pictures := list(islice(read, _PICTURES_A_BATCH)):
            keys, bodies = [place.sha256 for place, _ in pictures], [body for _, body in pictures]
            for row in scored(name, scorer, keys, bodies):
                yield row, _ROW_BYTES

    table.grow(places, make)
    return table


def _by_vectors(
    places: DataFrame, name: str, model: str, out: str, vectors: StoredVectors | None
) -> VectorTable:
    if vectors is None:
        raise SettingsError(no_vectors(name))
    revision = scorer_revision(name, load_scorer(name, "pictures", model))
    table = VectorTable(out, PictureScores, f"{revision}-{vectors.revision}")
    make = partial(_of_vectors, name=name, model=model, revision=table.revision)
    table.grow(places.select("sha256").join(vectors.rows, "sha256"), make)
    return table


def _of_vectors(
    batches: Iterable[pa.RecordBatch], *, name: str, model: str, revision: str
) -> Iterator[tuple[PictureScores, int]]:
    scorer = _worker_scorer(name, model)
    for batch in batches:
        keys, vectors = (batch.column(column).to_pylist() for column in ("sha256", "vector"))
        for row in scored(name, scorer, keys, vectors):
            yield replace(row, revision=revision), _ROW_BYTES


def no_vectors(name: str) -> str:
    """Return the sentence for who has no vectors."""
    return (
        f"the scorer {name} looks at CLIP vectors, and none are stored. A build of the OBELICS path"
        " stores them with clip.model, one of the MMC4 path always does; then: interleaf score"
        f" DIR --signals {name}"
    )


def _worker_scorer(name: str, model: str) -> Any:
    """Return a scorer of this worker: a model is loaded once, workers live longer than tasks."""
    if (name, model) not in _loaded:
        _loaded[name, model] = load_scorer(name, "pictures", model)
    return _loaded[name, model]
