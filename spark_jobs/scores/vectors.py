"""Vectors of pictures and paragraphs beside the documents that have them, for scorers that look."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
from pyspark import StorageLevel
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.scores.read import Read
from spark_jobs.vectors.vector_tables import VectorTable
from webdoc.arrow import Batches
from webdoc.clip.model import ClipSettings
from webdoc.clip.vectors import matrix_of, sentence_key, unit
from webdoc.scores.quality.parts import Paragraph, parts_of
from webdoc.scores.scorer import ScoredDocument

_SHOWN: Final = "pictures_of_it"
_TEXTS: Final = "paragraphs_of_it"
_SEEN: Final = "doc_id string, sha256 string, sentence string"
Vectors = Mapping[str, np.ndarray]


@dataclass(frozen=True, slots=True)
class VectorSource:
    """What encodes pictures and texts that have no vectors yet, by one model."""

    clip: ClipSettings
    images: Callable[[DataFrame], VectorTable]  # given the sha256 that are wanted
    texts: Callable[[DataFrame], VectorTable]  # given sentences


def beside_vectors(wanted: DataFrame, read: Read, source: VectorSource) -> DataFrame:
    """Return wanted documents with vectors of their pictures and paragraphs.

    A document that shows no picture of known bytes gets none: nothing is compared in it. What has a
    vector by this model already is not encoded again.

    Args:
        wanted: as `score_documents` takes them.
        read: likewise.
        source: of the vectors.

    Returns:
        Two columns more, lists of (key, vector).

    Raises:
        SettingsError: the model cannot be loaded.
    """
    spark = wanted.sparkSession

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for doc_id, thing in read(batches, "documents"):
            if isinstance(thing, ScoredDocument):
                rows = list(_seen(thing))
                columns = [
                    pa.array([doc_id] * len(rows), pa.string()),
                    pa.array([row[0] for row in rows], pa.string()),
                    pa.array([row[1] for row in rows], pa.string()),
                ]
                yield pa.RecordBatch.from_arrays(columns, names=["doc_id", "sha256", "sentence"])

    seen = wanted.mapInArrow(on_partition, _SEEN).persist(StorageLevel.DISK_ONLY)
    shown = seen.where("sha256 is not null").select("doc_id", "sha256").distinct()
    images = source.images(shown.select("sha256").distinct())
    sentences = seen.where("sentence is not null").select("doc_id", "sentence").distinct()
    texts = source.texts(sentences.select("sentence"))
    of_images = shown.join(images.read(spark).where(F.length("vector") > 0), "sha256")
    key = F.substring(F.sha2("sentence", 256), 1, 32)
    keyed = sentences.select("doc_id", key.alias("sentence_key"))
    of_texts = keyed.join(texts.read(spark), "sentence_key")
    joined = wanted.join(_listed(of_images, "sha256", _SHOWN), "doc_id", "left")
    return joined.join(_listed(of_texts, "sentence_key", _TEXTS), "doc_id", "left")


def _listed(rows: DataFrame, key: str, name: str) -> DataFrame:
    pairs = F.collect_list(F.struct(F.col(key).alias("key"), "vector")).alias(name)
    return rows.groupBy("doc_id").agg(pairs)


def _seen(thing: ScoredDocument) -> Iterator[tuple[str | None, str | None]]:
    """Yield the pictures of a document, and if there are any its paragraphs."""
    facts = [part.facts for part in thing.document.parts if part.text is None]
    hashes = [str(one["sha256"]) for one in facts if one.get("sha256")]
    yield from ((digest, None) for digest in hashes)
    if hashes:
        yield from ((None, text) for text in paragraphs_of(thing))


def paragraphs_of(thing: ScoredDocument) -> list[str]:
    """Return the texts of a document's paragraphs, as its features know them."""
    parts = parts_of(thing.document).parts
    return [part.text for part in parts if isinstance(part, Paragraph)]


class Held:
    """The vectors of the documents of a task, from when their rows pass until they are read."""

    def __init__(self) -> None:
        self._pairs: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {}

    def noted(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield batches as they are, and note the vectors in them."""
        for batch in batches:
            if _SHOWN in batch.schema.names:
                columns = (batch.column(name).to_pylist() for name in ("doc_id", _SHOWN, _TEXTS))
                for doc_id, pictures, texts in zip(*columns, strict=True):
                    self._pairs[doc_id] = (pictures or [], texts or [])
            yield batch

    def of(self, doc_id: str, thing: ScoredDocument) -> tuple[Vectors, Vectors]:
        """Return vectors of pictures by SHA-256, of paragraphs by their text, and forget them."""
        pictures, texts = self._pairs.pop(doc_id, ([], []))
        by_key = _by_key(texts)
        keyed = ((text, by_key.get(sentence_key(text))) for text in paragraphs_of(thing))
        return _by_key(pictures), {text: one for text, one in keyed if one is not None}


def _by_key(pairs: list[dict[str, Any]]) -> dict[str, np.ndarray]:
    rows = unit(matrix_of([pair["vector"] for pair in pairs]))
    return {pair["key"]: row for pair, row in zip(pairs, rows, strict=True)}
