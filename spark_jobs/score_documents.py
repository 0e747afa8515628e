"""Documents -> DOCUMENT_SCORES: spark-submit spark_jobs/score_documents.py SETTINGS.toml.

Each document of a release is scored once by each scorer of texts and of documents; what stands in
the table already is not done again, so a killed job goes on where it was.
"""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from itertools import islice
from typing import Any, Final

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.release.published import documents_of
from spark_jobs.run.launch import launch
from spark_jobs.run.session import open_session
from spark_jobs.vectors.vector_tables import VectorTable
from webdoc.release.published import published_document
from webdoc.run_settings import SparkSettings
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
from webdoc.settings import build, read_toml

DOCUMENT_SCORES: Final = "tables/document_scores"
# What of a document each kind of scorer reads; of a text-only job the images stay on the disk.
COLUMNS: Final[dict[Kind, tuple[str, ...]]] = {
    "texts": ("texts", "general_metadata"),
    "documents": ("images", "texts", "metadata", "general_metadata"),
}
_DOCUMENTS_A_BATCH: Final = 32
_ROW_BYTES: Final = 200  # roughly
_BLANK_LINE: Final = "\n\n"
_loaded: dict[tuple[str, str], Any] = {}


@dataclass(frozen=True, slots=True)
class ScoreDocuments:
    """What this job does when it runs alone."""

    release: str  # folder of a release
    out: str  # folder of DOCUMENT_SCORES; grows
    scores: ScoreSettings = field(default_factory=ScoreSettings)
    spark: SparkSettings = field(default_factory=SparkSettings)

    def __post_init__(self) -> None:
        if not (self.scores.texts or self.scores.documents):
            raise ValueError("no scorer: name some in scores.texts or scores.documents")


def score_documents(documents: DataFrame, settings: ScoreSettings, out: str) -> DataFrame:
    """Add to DOCUMENT_SCORES in the folder `out` what of the documents is not in it.

    Args:
        documents: doc_id, distinct, and the columns of data/ that the scorers read.
        settings: which scorers; at least one of texts or documents.
        out: folder of the table; it need not exist.

    Returns:
        (doc_id, scores): the scores of all scorers, by name, of each document of the table.

    Raises:
        SettingsError: a scorer cannot be loaded.
    """
    kinds: tuple[Kind, ...] = ("texts", "documents")
    tables = [
        _grown(documents, name, kind, settings.models.get(name, ""), out)
        for kind in kinds
        for name in settings.names(kind)
    ]
    rows = reduce(DataFrame.unionByName, [t.read(documents.sparkSession) for t in tables])
    together = F.flatten(F.collect_list("scores"))
    by_name = F.array_sort(together, lambda a, b: F.when(a["name"] < b["name"], -1).otherwise(1))
    return rows.groupBy("doc_id").agg(by_name.alias("scores"))


def _grown(documents: DataFrame, name: str, kind: Kind, model: str, out: str) -> VectorTable:
    revision = scorer_revision(name, load_scorer(name, kind, model))
    table = VectorTable(out, DocumentScores, revision)

    def make(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[DocumentScores, int]]:
        scorer = _worker_scorer(name, kind, model)
        rows = (row for batch in batches for row in batch.to_pylist())
        while waiting := list(islice(rows, _DOCUMENTS_A_BATCH)):
            keys = [row["doc_id"] for row in waiting]
            things = [_text(row) if kind == "texts" else _document(row) for row in waiting]
            for found in scored_documents(name, kind, scorer, keys, things):
                yield found, _ROW_BYTES

    table.grow(_wanted(documents, kind), make)
    return table


def _wanted(documents: DataFrame, kind: Kind) -> DataFrame:
    if kind == "documents":
        return documents.select("doc_id", *COLUMNS[kind])
    language = F.get_json_object("general_metadata", "$.language").alias("language")
    return documents.select("doc_id", "texts", language)


def _text(row: dict[str, Any]) -> ScoredText:
    texts = (text for text in row["texts"] if text is not None)
    return ScoredText(_BLANK_LINE.join(texts), row["language"] or "")


def _document(row: dict[str, Any]) -> ScoredDocument:
    return ScoredDocument(
        published_document(
            tuple(row["images"]),
            tuple(row["texts"]),
            row["metadata"],
            row["general_metadata"],
            {},
        )
    )


def _worker_scorer(name: str, kind: Kind, model: str) -> Any:
    """Return a scorer of this worker: a model is loaded once, workers live longer than tasks."""
    key = (name, model)
    if key not in _loaded:
        _loaded[key] = load_scorer(name, kind, model)
    return _loaded[key]


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = build(ScoreDocuments, read_toml(settings_file))
    with open_session("score_documents", settings.spark) as spark:
        score_documents(documents_of(spark, settings.release), settings.scores, settings.out)


if __name__ == "__main__":
    sys.exit(launch(main))
