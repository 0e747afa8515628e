"""Images beside their captions -> CAPTION_SCORES: each pair of a picture and its texts once."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial, reduce
from itertools import islice
from typing import Any, Final

import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it
from pyspark.sql.types import ArrayType, DataType

from spark_jobs.run.tables import spark_schema, table_path
from spark_jobs.scores.pictures import PICTURE_SCORES, by_bytes, together
from spark_jobs.sources.image_places import bodies_at
from spark_jobs.vectors.vector_tables import VectorTable
from webdoc.archive.reader import ReadSettings
from webdoc.arrow import from_batch, schema_of
from webdoc.scores.rows import scored_captions, scorer_revision
from webdoc.scores.scored_caption import WORDS_BY, Need, ScoredCaption, filled
from webdoc.scores.scorer import (
    CaptionScorer,
    CaptionScores,
    ScoreSettings,
    load_scorer,
    needs_of,
)
from webdoc.tables.images import ImagePlace

CAPTION_SCORES: Final = "tables/caption_scores"
_CAPTIONS_A_BATCH: Final = 32
_CAPTIONS_READ: Final = 512  # whose pictures are looked up together; 32 of them are in memory
_ROW_BYTES: Final = 200  # roughly
_KEY: Final = "caption_key"
_loaded: dict[tuple[str, str], CaptionScorer] = {}

# A caption that is scored, its key, and where its picture stands; None where nobody looks at it.
Keyed = tuple[str, ScoredCaption, ImagePlace | None]


def needs_of_all(settings: ScoreSettings) -> set[Need]:
    """Return what the scorers of captions that are asked for look at."""
    return {need for name in settings.captions for need in needs_of(name)}


def score_captions(
    captions: DataFrame,
    places: DataFrame,
    settings: ScoreSettings,
    folder: str,
    reading: ReadSettings,
) -> DataFrame:
    """Add to the table CAPTION_SCORES of a folder what of the captions is not in it.

    Args:
        captions: `PlacedCaption`, filled by `needs_of_all`.
        places: `ImagePlace` of their pictures; without one an image has no score of a scorer that
            looks at pictures or at the words in them.
        settings: which scorers; at least one of captions.
        folder: of the run; its table PICTURE_SCORES grows where a scorer wants words.
        reading: how archives are read.

    Returns:
        (doc_id, place, scores): the scores of all scorers, by name, of each image that has any.

    Raises:
        SettingsError: a scorer cannot be loaded.
    """
    flat = captions.select("doc_id", "place", "shown.*").persist()
    pictures = places.dropDuplicates(["sha256"])
    tables = [
        _scored(flat, pictures, name, settings, folder, reading) for name in settings.captions
    ]
    return together(reduce(DataFrame.unionByName, tables), "doc_id", "place")


def _scored(  # noqa: PLR0913, PLR0917 - what `score_captions` has, and one of its scorers
    flat: DataFrame,
    pictures: DataFrame,
    name: str,
    settings: ScoreSettings,
    folder: str,
    reading: ReadSettings,
) -> DataFrame:
    needs, model = needs_of(name), settings.models.get(name, "")
    revision = scorer_revision(name, load_scorer(name, "captions", model))
    keyed = flat.select("doc_id", "place", *_needed(needs), _key(needs))
    wanted = keyed.drop("doc_id", "place").dropDuplicates([_KEY])
    if "words" in needs:
        of_pictures = table_path(folder, PICTURE_SCORES)
        shown = pictures.join(wanted.select("sha256").distinct(), "sha256", "left_semi")
        words = by_bytes(shown, WORDS_BY, "", of_pictures, reading)
        revision = f"{revision}-{words.revision}"
        read = words.read(flat.sparkSession).select("sha256", "words")
        wanted = wanted.drop("words").join(read, "sha256")
    if "picture" in needs:
        names = [name for name in schema_of(ImagePlace).names if name != "sha256"]
        wanted = wanted.join(pictures.select("sha256", *names), "sha256")
    table = VectorTable(table_path(folder, CAPTION_SCORES), CaptionScores, revision)
    make = partial(_made, name=name, model=model, revision=revision, reading=reading)
    table.grow(wanted, make)
    found = table.read(flat.sparkSession).select(_KEY, "scores")
    return keyed.select("doc_id", "place", _KEY).join(found, _KEY).drop(_KEY)


def _needed(needs: tuple[Need, ...]) -> list[Column]:
    """Return the columns of `ScoredCaption`; those that nobody looks at are blank."""
    kept = {"sha256", *filled(needs)}
    return [
        F.col(field.name) if field.name in kept else _blank(field.dataType).alias(field.name)
        for field in spark_schema(ScoredCaption).fields
    ]


def _blank(kind: DataType) -> Column:
    return F.array().cast(kind) if isinstance(kind, ArrayType) else F.lit("").cast(kind)


def _key(needs: tuple[Need, ...]) -> Column:
    """Return 32 hex digits that are equal where all is equal that a scorer looks at."""
    names = sorted(filled(needs) - {"picture", "words"})
    return F.substring(F.sha2(F.to_json(F.struct("sha256", *names)), 256), 1, 32).alias(_KEY)


def _made(
    batches: Iterable[pa.RecordBatch],
    *,
    name: str,
    model: str,
    revision: str,
    reading: ReadSettings,
) -> Iterator[tuple[CaptionScores, int]]:
    scorer = _worker_scorer(name, model)
    rows = (row for batch in batches for row in _rows(batch))
    while read := list(islice(rows, _CAPTIONS_READ)):
        ready = with_pictures(read, reading)
        while some := list(islice(ready, _CAPTIONS_A_BATCH)):
            keys, captions = [key for key, _ in some], [caption for _, caption in some]
            for row in scored_captions(name, scorer, keys, captions):
                yield replace(row, revision=revision), _ROW_BYTES


def _rows(batch: pa.RecordBatch) -> Iterator[Keyed]:
    keys = batch.column(_KEY).to_pylist()
    captions: list[ScoredCaption] = _records(batch, ScoredCaption)
    has_places = "path" in batch.schema.names
    places: list[ImagePlace | None] = (
        _records(batch, ImagePlace) if has_places else [None] * len(keys)
    )
    return iter(list(zip(keys, captions, places, strict=True)))


def _records(batch: pa.RecordBatch, record: type) -> list[Any]:
    return from_batch(batch.select(schema_of(record).names), record)


def with_pictures(rows: list[Keyed], reading: ReadSettings) -> Iterator[tuple[str, ScoredCaption]]:
    """Yield captions with their pictures; a picture is read once for all rows that show it."""
    by_picture: dict[str, list[tuple[str, ScoredCaption]]] = {}
    places = {}
    for key, caption, place in rows:
        if place is None:
            yield key, caption
        else:
            by_picture.setdefault(caption.sha256, []).append((key, caption))
            places[caption.sha256] = place
    for place, body in bodies_at(places.values(), reading):
        for key, caption in by_picture[place.sha256]:
            yield key, replace(caption, picture=body)


def _worker_scorer(name: str, model: str) -> CaptionScorer:
    """Return a scorer of this worker: a model is loaded once, workers live longer than tasks."""
    if (name, model) not in _loaded:
        _loaded[name, model] = load_scorer(name, "captions", model)
    return _loaded[name, model]
