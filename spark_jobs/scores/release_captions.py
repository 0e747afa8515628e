"""The images of a release beside their captions, and their scores as scores/ holds them."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.run.tables import spark_schema
from spark_jobs.scores.captions import needs_of_all, score_captions
from webdoc.archive.reader import ReadSettings
from webdoc.arrow import Batches, to_batch
from webdoc.release.published import PublishedDocument, published_document
from webdoc.scores.published_captions import PlacedScores, named_scores, published_captions
from webdoc.scores.scored_caption import PlacedCaption
from webdoc.scores.scorer import ScoreSettings, columns_of

COLUMNS = ("images", "texts", "metadata", "general_metadata")  # of data/, that are read


def scored_captions_of(
    documents: DataFrame, places: DataFrame, settings: ScoreSettings, folder: str
) -> DataFrame:
    """Score the images of a release beside their captions.

    Args:
        documents: doc_id, distinct, and COLUMNS.
        places: `ImagePlace` of the release's pictures.
        settings: which scorers.
        folder: of the release, in which tables grow.

    Returns:
        (doc_id, sha256, scores): of a picture that a document shows twice, its first place.
    """
    step = partial(published_captions, needs=needs_of_all(settings))
    captions = _of_documents(documents, step, PlacedCaption)
    scored = score_captions(captions, places, settings, folder, ReadSettings())
    shown = captions.select("doc_id", "place", "shown.sha256")
    return _first(shown.join(scored, ["doc_id", "place"]))


def known_scores_of(documents: DataFrame, settings: ScoreSettings) -> DataFrame:
    """Return the same of a release whose build has scored its captions: they stand in metadata.

    What stood around an image when it was scored, before it was published, is known no longer.
    """
    columns = [c.name for name in settings.captions for c in columns_of(name, "captions")]
    return _first(_of_documents(documents, partial(named_scores, names=columns), PlacedScores))


def _first(rows: DataFrame) -> DataFrame:
    return rows.groupBy("doc_id", "sha256").agg(F.min_by("scores", "place").alias("scores"))


def _of_documents(
    documents: DataFrame, step: Callable[[PublishedDocument], list[Any]], record: type
) -> DataFrame:
    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield to_batch(
                [one for row in batch.to_pylist() for one in step(_document(row))], record
            )

    return documents.select(*COLUMNS).mapInArrow(on_partition, spark_schema(record))


def _document(row: dict[str, Any]) -> PublishedDocument:
    return published_document(
        tuple(row["images"]), tuple(row["texts"]), row["metadata"], row["general_metadata"], {}
    )
