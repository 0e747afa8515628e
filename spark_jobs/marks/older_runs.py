"""Finished runs of versions that wrote whole documents after every step, as tables of today.

What is live, counted and marked is made of the last table of documents, whenever it is asked for.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.heads import COUNT, LIVE, REJECTED, ReadCounts, narrow_of, stored
from obelics_like.rules.exact_duplicates import DeduplicationRules
from obelics_like.rules.marks import Mark
from spark_jobs.run.tables import is_finished, read_any_version, spark_schema, table_path
from webdoc.arrow import Batches, from_batch, to_batch
from webdoc.page.document import Document

# The last one that a run has is what it published.
_JUDGED: Final = ("tables/scored", "tables/aligned", "tables/deduplicated")


def judged_table(out: str) -> str:
    """Return where the documents of such a run lie as it published them; "" of a run of today."""
    paths = (table_path(out, name) for name in _JUDGED)
    return next((path for path in paths if is_finished(path)), "")


def older_kind(spark: SparkSession, out: str, kind: str, record: type) -> DataFrame:
    """Return the rows that reading the archives writes of one kind today."""
    rows = _made_of_documents(spark, out, lambda documents: _rows_of(documents, kind), record)
    zero = F.lit(0).cast("long")
    return rows.withColumn("batch", zero).withColumn("part", zero)


def older_marks(spark: SparkSession, out: str) -> DataFrame:
    """Return what is known of the images of live documents (`Mark`), and no broken rule.

    What rules took is among the counts, as if it had been taken when the archives were read.
    """
    return _made_of_documents(spark, out, _known, Mark)


def _made_of_documents(spark: SparkSession, out: str, rows_of: Any, record: type) -> DataFrame:
    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield to_batch(list(rows_of(from_batch(batch, Document))), record)

    documents = read_any_version(spark, judged_table(out), Document)
    return documents.mapInArrow(on_partition, spark_schema(record))


def _rows_of(documents: Iterable[Document], kind: str) -> Iterator[object]:
    if kind == COUNT:
        counts = ReadCounts()
        for document in documents:
            counts.add(document)
        yield from counts.rows()
        return
    for document in documents:
        rows = (stored(document),) if kind in (LIVE, REJECTED) else _narrow(document)
        yield from (row for row in rows if row.kind == kind)


def _narrow(document: Document) -> Iterator[Any]:
    if document.reject_reason is None:
        yield from narrow_of(document, document, DeduplicationRules())


def _known(documents: Iterable[Document]) -> Iterator[Mark]:
    for document in documents:
        for place, node in enumerate(document.nodes):
            if node.image is not None and document.reject_reason is None:
                image = node.image
                yield Mark(
                    document.doc_id,
                    place,
                    facts=image.facts,
                    clip_caption=image.clip_caption,
                    clip_alt_text=image.clip_alt_text,
                    clip_neighbour=image.clip_neighbour,
                )
