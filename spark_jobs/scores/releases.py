"""Scores of the documents of a release, read from its files where they stand."""

import json
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, Final

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from spark_jobs.release.published import documents_of
from spark_jobs.run.tables import table_path
from spark_jobs.scores.documents import score_documents
from spark_jobs.scores.read import Thing, text_thing
from spark_jobs.scores.stored_rows import PLACE, rows_at, with_places
from spark_jobs.scores.vectors import VectorSource
from webdoc.exporters.documents import DOCUMENTS
from webdoc.release.published import published_document
from webdoc.scores.scorer import Kind, ScoredDocument, ScoreSettings

# What of a document each kind of scorer reads; of a text-only job the images stay on the disk.
COLUMNS: Final[dict[Kind, tuple[str, ...]]] = {
    "texts": ("texts", "general_metadata"),
    "documents": ("images", "texts", "metadata", "general_metadata"),
}


def score_release_documents(
    spark: SparkSession,
    folder: str,
    settings: ScoreSettings,
    out: str,
    source: VectorSource | None = None,
) -> DataFrame:
    """Return (doc_id, scores) of the documents of a release, as `score_documents` does.

    Args:
        spark: the session.
        folder: of the release.
        settings: which scorers.
        out: folder of DOCUMENT_SCORES.
        source: of vectors, for scorers that look at them; None: there are none.
    """
    rows = with_places(documents_of(spark, folder))
    wanted = rows.where("doc_id is not null").select("doc_id", *PLACE)
    read = partial(read_published, table_path(folder, DOCUMENTS.folder))
    return score_documents(wanted, settings, out, read, source)


def read_published(
    folder: str, wanted: Iterable[pa.RecordBatch], kind: Kind
) -> Iterator[tuple[str, Thing | None]]:
    """Yield documents of a release by their places: `scores.documents.Read`."""
    for ids, batch in rows_at(folder, wanted, COLUMNS[kind]):
        for doc_id, row in zip(ids, batch.to_pylist(), strict=True):
            yield doc_id, thing_in(row, kind)


def thing_in(row: dict[str, Any], kind: Kind) -> Thing | None:
    """Return what scorers of a kind look at of a row of data/; None of one that is no document.

    That is a row whose lists have several lengths, or whose JSON is none.
    """
    try:
        if kind == "texts":
            about = json.loads(row["general_metadata"])
            return text_thing(row["texts"] or (), str(about.get("language") or ""))
        images, texts = tuple(row["images"] or ()), tuple(row["texts"] or ())
        found = published_document(images, texts, row["metadata"], row["general_metadata"], {})
        return ScoredDocument(found) if isinstance(found.facts, dict) else None
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
