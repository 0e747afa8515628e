"""Run folders in which documents stand as if archives had been read, and what became of them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from interleaf.explain_obelics import documents_of
from obelics_like.heads import ReadCounts
from obelics_like.record_rows import document_rows
from obelics_like.rules.judge import Rules
from obelics_like.rules.marks import Mark
from obelics_like.settings import ObelicsSettings
from spark_jobs.marks.read_kinds import READ_KINDS
from spark_jobs.run.files import parquet_by
from spark_jobs.run.obelics import prepare
from spark_jobs.run.tables import IMAGE_MARKS, RECORDS
from webdoc.arrow import to_batch
from webdoc.page.document import Document, Node
from webdoc.picture.facts import NOT_LOOKED_FOR
from webdoc.tables.records import Record

PARTITIONS = 3


def written(folder: Path, record: type, rows: Sequence[object]) -> None:
    """Write a finished table in several parts."""
    folder.mkdir(parents=True)
    for part in range(PARTITIONS):
        table = pa.Table.from_batches([to_batch(rows[part::PARTITIONS], record)])
        pq.write_table(table, folder / f"part-{part}.parquet")
    (folder / "_SUCCESS").touch()


def as_read(
    settings: ObelicsSettings,
    documents: Sequence[Document],
    partitions: int = PARTITIONS,
    records: Sequence[Record] = (),
) -> ObelicsSettings:
    """Make a run folder in which archives are read, and the known pictures of documents found.

    Args:
        settings: of the run.
        documents: as `mark_page` leaves them, and facts in their live images.
        partitions: how many files hold them.
        records: rows of RECORDS.
    """
    prepare(settings)
    rules, found = Rules.load(settings), []
    root = Path(settings.out) / RECORDS
    for part in range(partitions):
        counts = ReadCounts()
        name = f"part-{part:06d}.parquet"
        with parquet_by(str(root / "batch=000000"), name, READ_KINDS, "kind") as add:
            for document in documents[part::partitions]:
                bare = document
                if document.reject_reason is None:
                    found += facts_of(document)
                    bare = replace(document, nodes=tuple(map(_without_facts, document.nodes)))
                stored, *narrow = document_rows(bare, settings, rules)
                counts.add(stored)
                for row in (stored, *narrow):
                    add(row, 1)
            for row in (*counts.rows(), *records[part::partitions]):
                add(row, 1)
    (root / "_SUCCESS").touch()
    if found:
        written(Path(settings.out) / IMAGE_MARKS, Mark, found)
    return settings


def facts_of(document: Document) -> list[Mark]:
    """Return what the job of images would have said of a document's pictures."""
    return [
        Mark(document.doc_id, place, facts=node.image.facts)
        for place, node in enumerate(document.nodes)
        if node.image is not None and node.image.facts != NOT_LOOKED_FOR
    ]


def _without_facts(node: Node) -> Node:
    if node.image is None:
        return node
    return replace(node, image=replace(node.image, facts=NOT_LOOKED_FOR))


def result_of(settings: ObelicsSettings) -> dict[str, Document]:
    """Return all documents as the last job left them."""
    found = list(documents_of(settings.out))
    assert len({d.doc_id for d in found}) == len(found)
    return {d.doc_id: d for d in found}
