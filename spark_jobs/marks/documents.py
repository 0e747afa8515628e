"""Documents read again where they stand, with all marks: never through a shuffle."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import fsspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.heads import LIVE
from obelics_like.rules.judge import Rules
from obelics_like.rules.marks import Mark, with_marks
from obelics_like.settings import ObelicsSettings
from spark_jobs.marks.read_kinds import PLACE, document_file
from spark_jobs.run.tables import for_fsspec, spark_schema
from spark_jobs.run.worker_rules import worker_rules
from webdoc.arrow import Batches, from_batch, schema_of, to_batch
from webdoc.page.document import Document

_TOGETHER = 256  # documents in memory

# Makes rows of a document with the marks that it is given.
Step = Callable[[Document, tuple[Mark, ...], Rules], Iterable[Any]]
# Some documents of a file, the marks of all its documents by doc_id, and the rules of the run.
Together = tuple[list[Document], Mapping[str, tuple[Mark, ...]], Rules]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A document that is read again, where it stands, and what has been said of it."""

    batch: int
    part: int
    doc_id: str
    marks: tuple[Mark, ...]


def marked(document: Document, marks: tuple[Mark, ...], _: Rules) -> Iterator[Document]:
    """Yield the document with its marks: the step of those who only look."""
    yield with_marks(document, marks)


def with_documents(
    heads: DataFrame, marks: DataFrame, settings: ObelicsSettings, step: Step, record: type
) -> DataFrame:
    """Return what a step makes of documents, which it is given in no certain order.

    Args:
        heads: doc_id and the place of the documents that are wanted, each once.
        marks: of these, and of others.
        settings: of the run.
        step: run in the workers.
        record: of the rows that the step makes.
    """

    def make(found: Iterator[Together]) -> Iterator[list[Any]]:
        for documents, said, rules in found:
            yield [row for one in documents for row in step(one, said[one.doc_id], rules)]

    return in_tasks(heads, marks, settings, make, record)


def in_tasks(
    heads: DataFrame,
    marks: DataFrame,
    settings: ObelicsSettings,
    make: Callable[[Iterator[Together]], Iterator[list[Any]]],
    record: type,
) -> DataFrame:
    """Return what a function makes of all documents of a task.

    Rows of marks meet at the file that holds their documents; a task reads each file once.

    Args:
        heads: doc_id and the place of the documents that are wanted, each once.
        marks: of these, and of others.
        settings: of the run.
        make: run in the workers; yields rows of `record`, some at a time.
        record: of these rows.
    """
    rows, out = beside_marks(heads, marks), settings.out

    def found(batches: Batches) -> Iterator[Together]:
        for documents, said in read_beside(batches, out):
            yield documents, said, worker_rules(settings)

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for made in make(found(batches)):
            yield to_batch(made, record)

    return rows.mapInArrow(on_partition, spark_schema(record))


def beside_marks(heads: DataFrame, marks: DataFrame) -> DataFrame:
    """Return `Wanted`: where each document stands and its marks; a file's documents in one task."""
    of_one = F.collect_list(F.struct(*schema_of(Mark).names)).alias("marks")
    rows = heads.select("doc_id", *PLACE).join(
        marks.groupBy("doc_id").agg(of_one), "doc_id", "left"
    )
    rows = rows.select(*PLACE, "doc_id", F.coalesce("marks", F.array()).alias("marks"))
    return rows.to(spark_schema(Wanted)).repartition(*PLACE).sortWithinPartitions(*PLACE)


def read_beside(
    batches: Iterable[pa.RecordBatch], out: str
) -> Iterator[tuple[list[Document], Mapping[str, tuple[Mark, ...]]]]:
    """Yield some documents of a file, and the marks of all of it that are wanted, by doc_id.

    Args:
        batches: of `Wanted`, by place.
        out: folder of the run.
    """
    names = schema_of(Wanted).names
    wanted = (row for batch in batches for row in from_batch(batch.select(names), Wanted))
    for (batch, part), group in groupby(wanted, key=lambda row: (row.batch, row.part)):
        said = {row.doc_id: row.marks for row in group}
        for documents in documents_in(document_file(out, LIVE, batch, part), said):
            yield documents, said


def documents_in(path: str, wanted: Iterable[str]) -> Iterator[list[Document]]:
    """Yield some documents of a file, lists of them, by their ids."""
    ids = pa.array(list(wanted), pa.string())
    names = schema_of(Document).names
    with fsspec.open(for_fsspec(path), "rb") as file:
        for batch in pq.ParquetFile(file).iter_batches(_TOGETHER, columns=names):
            own = batch.filter(pc.is_in(batch.column("doc_id"), ids))
            if own.num_rows:
                yield from_batch(own, Document)
