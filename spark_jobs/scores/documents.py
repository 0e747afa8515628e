"""DOCUMENT_SCORES: each document scored once by each scorer of texts and of documents.

What stands in the table already is not done again, so a killed job goes on where it was. Only
places of documents go through Spark; a task reads the documents themselves where they stand.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from itertools import islice
from typing import Any, Final

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.vectors.vector_tables import VectorTable
from webdoc.exporters.documents import ReleaseRow
from webdoc.release.published import published_document
from webdoc.scores.scorer import (
    DocumentScores,
    Kind,
    ScoredDocument,
    ScoredText,
    ScoreSettings,
    load_scorer,
    scored_documents,
    scorer_revision,
)

DOCUMENT_SCORES: Final = "tables/document_scores"
OF_DOCUMENTS: Final[tuple[Kind, ...]] = ("texts", "documents")
_DOCUMENTS_A_BATCH: Final = 32
_ROW_BYTES: Final = 200  # roughly
_BLANK_LINE: Final = "\n\n"
_loaded: dict[tuple[str, str], Any] = {}

Thing = ScoredText | ScoredDocument
# Reads the wanted documents of a task, for scorers of a kind: ids, and what is scored; None of a
# document that cannot be read.
Read = Callable[[Iterable[pa.RecordBatch], Kind], Iterator[tuple[str, Thing | None]]]


def scores_documents(settings: ScoreSettings) -> bool:
    """Tell whether a scorer of texts or documents is asked for."""
    return bool(settings.texts or settings.documents)


def score_documents(wanted: DataFrame, settings: ScoreSettings, out: str, read: Read) -> DataFrame:
    """Add to DOCUMENT_SCORES in the folder `out` what of the documents is not in it.

    Args:
        wanted: doc_id, distinct, and where each document stands.
        settings: which scorers; at least one of texts or documents.
        out: folder of the table; it need not exist.
        read: run in the workers.

    Returns:
        (doc_id, scores): the scores of all scorers, by name, of each document of the table.

    Raises:
        SettingsError: a scorer cannot be loaded.
    """
    tables = [
        _grown(wanted, name, kind, settings.models.get(name, ""), out, read)
        for kind in OF_DOCUMENTS
        for name in settings.names(kind)
    ]
    rows = reduce(DataFrame.unionByName, [t.read(wanted.sparkSession) for t in tables])
    together = F.flatten(F.collect_list("scores"))
    by_name = F.array_sort(together, lambda a, b: F.when(a["name"] < b["name"], -1).otherwise(1))
    return rows.groupBy("doc_id").agg(by_name.alias("scores"))


def _grown(  # noqa: PLR0913, PLR0917 - a scorer, and what it is given
    wanted: DataFrame, name: str, kind: Kind, model: str, out: str, read: Read
) -> VectorTable:
    revision = scorer_revision(name, load_scorer(name, kind, model))
    table = VectorTable(out, DocumentScores, revision)

    def make(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[DocumentScores, int]]:
        scorer = _worker_scorer(name, kind, model)
        found = read(batches, kind)
        while waiting := list(islice(found, _DOCUMENTS_A_BATCH)):
            things = {key: thing for key, thing in waiting if thing is not None}
            made = scored_documents(name, kind, scorer, list(things), list(things.values()))
            for row in made:
                yield row, _ROW_BYTES
            for key, thing in waiting:
                if thing is None:
                    yield DocumentScores(key, revision), _ROW_BYTES

    table.grow(wanted, make)
    return table


def _worker_scorer(name: str, kind: Kind, model: str) -> Any:
    """Return a scorer of this worker: a model is loaded once, workers live longer than tasks."""
    key = (name, model)
    if key not in _loaded:
        _loaded[key] = load_scorer(name, kind, model)
    return _loaded[key]


def text_thing(texts: Sequence[str | None], language: str) -> ScoredText:
    """Return what scorers of texts look at."""
    return ScoredText(_BLANK_LINE.join(text for text in texts if text is not None), language)


def thing_of(
    row: ReleaseRow, language: str, kind: Kind, removed_share: float | None = None
) -> Thing:
    """Return what scorers of a kind look at of a document, given as the row of data/ that it gets.

    Args:
        row: of the document.
        language: of its text.
        kind: texts or documents.
        removed_share: as in ScoredDocument.
    """
    if kind == "texts":
        return text_thing(row.texts, language)
    document = published_document(row.images, row.texts, row.metadata, row.general_metadata, {})
    return ScoredDocument(document, removed_share=removed_share)
