"""Live documents of the OBELICS path -> DOCUMENT_SCORES -> marks of those outside the limits."""

from collections.abc import Iterable, Iterator
from functools import partial

import pyarrow as pa
from pyspark.sql import DataFrame

from obelics_like.release.row import release_row
from obelics_like.rules.mark_document import final_document
from obelics_like.rules.marks import Mark
from obelics_like.rules.score_limits import outside_mark, removed_share
from obelics_like.settings import ObelicsSettings
from spark_jobs.marks.documents import beside_marks, read_beside
from spark_jobs.marks.live import Live
from spark_jobs.run.tables import spark_schema, table_path
from spark_jobs.scores.documents import DOCUMENT_SCORES, score_documents
from spark_jobs.scores.read import Thing, thing_of
from spark_jobs.scores.vectors import VectorSource
from webdoc.arrow import Batches, from_batch, to_batch
from webdoc.scores.scorer import Kind, ScoredKey


def document_marks(
    found: Live, settings: ObelicsSettings, source: VectorSource | None = None
) -> DataFrame:
    """Score documents as they would be published, and return what is outside the limits (`Mark`).

    Args:
        found: what is live by the marks of all steps before.
        settings: of the run, with scorers of texts or documents.
        source: of vectors, for scorers that look at them; None: there are none.
    """
    wanted = beside_marks(found.heads, found.marks)
    table = table_path(settings.out, DOCUMENT_SCORES)
    read = partial(read_final, settings.out)
    scored = score_documents(wanted, settings.scores, table, read, source)

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            marks = [outside_mark(row, settings.scores) for row in from_batch(batch, ScoredKey)]
            yield to_batch([mark for mark in marks if mark is not None], Mark)

    rows = scored.to(spark_schema(ScoredKey))
    return rows.mapInArrow(on_partition, spark_schema(Mark))


def read_final(
    out: str, wanted: Iterable[pa.RecordBatch], kind: Kind
) -> Iterator[tuple[str, Thing | None]]:
    """Yield live documents as a release would have them: `scores.documents.Read`."""
    for documents, said in read_beside(wanted, out):
        for document in documents:
            final = final_document(document, said[document.doc_id])
            row = release_row(final)
            yield document.doc_id, thing_of(row, final.language, kind, removed_share(final))
