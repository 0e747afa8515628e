"""DOCUMENT_SCORES: each document scored once by each scorer of texts and of documents.

What stands in the table already is not done again, so a killed job goes on where it was. Only
places of documents go through Spark; a task reads the documents themselves where they stand.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import reduce
from itertools import islice
from typing import Any, Final

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.run.worker_model import find_model
from spark_jobs.scores.read import Read, Thing
from spark_jobs.scores.vectors import Held, VectorSource, beside_vectors
from spark_jobs.vectors.vector_tables import VectorTable
from webdoc.scores.rows import scored_documents, scorer_revision
from webdoc.scores.scorer import (
    DocumentScores,
    Kind,
    ScoredDocument,
    ScoreSettings,
    load_scorer,
    wants_vectors,
)
from webdoc.settings import SettingsError

DOCUMENT_SCORES: Final = "tables/document_scores"
OF_DOCUMENTS: Final[tuple[Kind, ...]] = ("texts", "documents")
_DOCUMENTS_A_BATCH: Final = 32
_ROW_BYTES: Final = 200  # roughly
_loaded: dict[tuple[str, str], Any] = {}


def scores_documents(settings: ScoreSettings) -> bool:
    """Tell whether a scorer of texts or documents is asked for."""
    return bool(settings.texts or settings.documents)


def score_documents(
    wanted: DataFrame,
    settings: ScoreSettings,
    out: str,
    read: Read,
    source: VectorSource | None = None,
) -> DataFrame:
    """Add to DOCUMENT_SCORES in the folder `out` what of the documents is not in it.

    Args:
        wanted: doc_id, distinct, and where each document stands.
        settings: which scorers; at least one of texts or documents.
        out: folder of the table; it need not exist.
        read: run in the workers.
        source: of vectors, for scorers that look at them; None: there are none.

    Returns:
        (doc_id, scores): the scores of all scorers, by name, of each document of the table.

    Raises:
        SettingsError: a scorer cannot be loaded, or wants vectors of another model.
    """
    tables = [_grown(wanted, name, "texts", settings, Found(out, read)) for name in settings.texts]
    if settings.documents:
        revision = ""
        if source is not None and any(wants_vectors(name) for name in settings.documents):
            revision = find_model(wanted.sparkSession, source.clip).revision
        check_vectors(settings, revision)
        if source is not None and revision:
            wanted = beside_vectors(wanted, read, source)
        found = Found(out, read, revision)
        tables += [
            _grown(wanted, name, "documents", settings, found) for name in settings.documents
        ]
    return _together([table.read(wanted.sparkSession) for table in tables])


def made_scores(
    spark: SparkSession, settings: ScoreSettings, out: str, vectors_of: str
) -> DataFrame:
    """Return what `score_documents` has returned, from the table that it wrote."""
    rows = []
    for kind in OF_DOCUMENTS:
        for name in settings.names(kind):
            revision = _revision(name, kind, settings, vectors_of)
            rows.append(VectorTable(out, DocumentScores, revision).read(spark))
    return _together(rows)


def check_vectors(settings: ScoreSettings, vectors_of: str) -> None:
    """Refuse scorers whose weights are of another model than the vectors are.

    Args:
        settings: which scorers.
        vectors_of: revision of the model; "": there are no vectors.

    Raises:
        SettingsError: names both models.
    """
    for name in settings.documents:
        scorer = load_scorer(name, "documents", settings.models.get(name, ""))
        wanted = getattr(scorer, "vectors_of", "")
        if wanted and wanted != vectors_of:
            there = f"vectors of {vectors_of}" if vectors_of else "no vectors"
            raise SettingsError(
                f"scores.models.{name} has weights that were fitted with vectors of {wanted}, and"
                f" there are {there}. Fit weights for these, or give that model."
            )


def _together(rows: list[DataFrame]) -> DataFrame:
    together = F.flatten(F.collect_list("scores"))
    by_name = F.array_sort(together, lambda a, b: F.when(a["name"] < b["name"], -1).otherwise(1))
    union = reduce(DataFrame.unionByName, rows)
    return union.groupBy("doc_id").agg(by_name.alias("scores"))


@dataclass(frozen=True, slots=True)
class Found:
    """What scorers are given, and where scores go."""

    out: str  # folder of DOCUMENT_SCORES
    read: Read
    vectors_of: str = ""  # revision of the model of the vectors beside documents; "" without any


def _revision(name: str, kind: Kind, settings: ScoreSettings, vectors_of: str) -> str:
    scorer = load_scorer(name, kind, settings.models.get(name, ""))
    looks = kind == "documents" and vectors_of and wants_vectors(name)
    return scorer_revision(name, scorer) + (f"-{vectors_of}" if looks else "")


def _grown(
    wanted: DataFrame, name: str, kind: Kind, settings: ScoreSettings, found: Found
) -> VectorTable:
    model, read, vectors_of = settings.models.get(name, ""), found.read, found.vectors_of
    revision = _revision(name, kind, settings, vectors_of)
    table = VectorTable(found.out, DocumentScores, revision)

    def make(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[DocumentScores, int]]:
        scorer, held = _worker_scorer(name, kind, model), Held()
        things = (
            (key, _with_vectors(key, thing, held, vectors_of))
            for key, thing in read(held.noted(batches), kind)
        )
        while waiting := list(islice(things, _DOCUMENTS_A_BATCH)):
            sound = {key: thing for key, thing in waiting if thing is not None}
            made = scored_documents(name, kind, scorer, list(sound), list(sound.values()))
            made += [DocumentScores(key, revision) for key, thing in waiting if thing is None]
            yield from ((replace(row, revision=revision), _ROW_BYTES) for row in made)

    table.grow(wanted, make)
    return table


def _with_vectors(key: str, thing: Thing | None, held: Held, vectors_of: str) -> Thing | None:
    if not vectors_of or not isinstance(thing, ScoredDocument):
        return thing
    pictures, texts = held.of(key, thing)
    return replace(thing, picture_vectors=pictures, text_vectors=texts, vectors_of=vectors_of)


def _worker_scorer(name: str, kind: Kind, model: str) -> Any:
    """Return a scorer of this worker: a model is loaded once, workers live longer than tasks."""
    key = (name, model)
    if key not in _loaded:
        _loaded[key] = load_scorer(name, kind, model)
    return _loaded[key]
