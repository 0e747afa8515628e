"""Sentences -> SENTENCE_VECTORS: spark-submit spark_jobs/embed_sentences.py SETTINGS.toml.

Each distinct sentence is encoded once; what stands in the table already is not done again.
"""

import sys
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pyarrow as pa
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.run.launch import launch
from spark_jobs.run.session import open_session
from spark_jobs.run.worker_model import FoundModel, find_model, worker_model
from spark_jobs.vectors.vector_tables import VectorTable
from webdoc.clip.model import ClipSettings
from webdoc.clip.vectors import SentenceVector, to_bytes
from webdoc.run_settings import SparkSettings
from webdoc.settings import SettingsError, build, read_toml


@dataclass(frozen=True, slots=True)
class EmbedSentences:
    """What this job does when it runs alone."""

    sentences: str  # Parquet folder
    out: str  # folder of SENTENCE_VECTORS; grows
    column: str = "sentence"  # of the Parquet files: a text, or a list of texts
    clip: ClipSettings = field(default_factory=ClipSettings)
    spark: SparkSettings = field(default_factory=SparkSettings)


def sentence_key_of(sentence: Column) -> Column:
    """Return `webdoc.clip.vectors.sentence_key` of a column."""
    return F.substring(F.sha2(sentence, 256), 1, 32)


def embed_sentences(
    spark: SparkSession,
    sentences: DataFrame,
    clip: ClipSettings,
    out: str,
    found: FoundModel | None = None,
) -> VectorTable:
    """Add to SENTENCE_VECTORS in the folder `out` what of the sentences is not in it.

    Args:
        spark: the session.
        sentences: a column sentence; null is left out, a repeated one is encoded once.
        clip: the model.
        out: folder of the table; it need not exist.
        found: the model as a worker found it; None: one is asked.

    Returns:
        The table, which holds the model's revision; `read` gives its rows.

    Raises:
        SettingsError: the model cannot be loaded.
    """
    model = found or find_model(spark, clip)

    def make(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[SentenceVector, int]]:
        keys: deque[str] = deque()  # of what was read and is not yet encoded

        def texts() -> Iterator[str]:
            for batch in batches:
                keys.extend(batch.column("sentence_key").to_pylist())
                yield from batch.column("sentence").to_pylist()

        with worker_model(clip) as encoder:
            for text in encoder.encode_texts(texts()):
                vector = to_bytes(text.vector)
                row = SentenceVector(
                    keys.popleft(), model.name, model.revision, text.is_cut, vector
                )
                yield row, len(vector)

    wanted = (
        sentences.select("sentence", sentence_key_of(F.col("sentence")).alias("sentence_key"))
        .where("sentence is not null")
        .dropDuplicates(["sentence_key"])
    )
    table = VectorTable(out, SentenceVector, model.revision)
    table.grow(wanted, make, model.gpus)
    return table


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = build(EmbedSentences, read_toml(settings_file))
    with open_session("embed_sentences", settings.spark) as spark:
        table = spark.read.parquet(settings.sentences)
        if settings.column not in table.columns:
            raise SettingsError(
                f"{settings.sentences} has no column {settings.column}: {', '.join(table.columns)}"
            )
        column = F.col(settings.column)
        if table.schema[settings.column].dataType.typeName() == "array":
            column = F.explode(column)
        embed_sentences(spark, table.select(column.alias("sentence")), settings.clip, settings.out)


if __name__ == "__main__":
    sys.exit(launch(main))
