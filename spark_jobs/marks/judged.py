"""All documents of a run as its last job leaves them, left out ones too: for a report."""

from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from obelics_like.heads import HEAD, LIVE, REJECTED
from obelics_like.rules.mark_document import final_document
from obelics_like.settings import ObelicsSettings
from spark_jobs.marks.documents import Together, in_tasks
from spark_jobs.marks.older_runs import judged_table
from spark_jobs.marks.read_kinds import read_kind
from spark_jobs.run.tables import spark_schema
from webdoc.arrow import Batches, from_batch, schema_of, to_batch
from webdoc.page.document import Document

# Given all documents of a task, some at a time; yields rows, some at a time.
Make = Callable[[Iterator[list[Document]]], Iterator[list[Any]]]


def of_all_documents(
    spark: SparkSession, settings: ObelicsSettings, marks: DataFrame, make: Make, record: type
) -> DataFrame:
    """Return what a function of the documents of a task makes of all documents of a run.

    Args:
        spark: the session.
        settings: of the run.
        marks: of all its steps.
        make: run in the workers.
        record: of the rows that it makes.
    """
    rejected = _as_written(spark, settings.out, REJECTED, make, record)
    if judged_table(settings.out):  # a run of an earlier version: its documents bear their marks
        return rejected.union(_as_written(spark, settings.out, LIVE, make, record))

    def final(found: Iterator[Together]) -> Iterator[list[Any]]:
        return make(
            [final_document(one, said[one.doc_id]) for one in documents]
            for documents, said, _ in found
        )

    heads = read_kind(spark, settings.out, HEAD)
    return rejected.union(in_tasks(heads, marks, settings, final, record))


def _as_written(spark: SparkSession, out: str, kind: str, make: Make, record: type) -> DataFrame:
    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for made in make(list(from_batch(batch, Document)) for batch in batches):
            yield to_batch(made, record)

    documents = read_kind(spark, out, kind).select(*schema_of(Document).names)
    return documents.mapInArrow(on_partition, spark_schema(record))
