"""The data files of a release of the MMC4 path, the same bytes whatever the cluster."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, Final

import pyarrow as pa
from pyspark.sql import DataFrame

from mmc4_like.marks import assembled
from mmc4_like.release.rows import interleaved_row, mmc4_row
from mmc4_like.settings import Mmc4Settings
from mmc4_like.tables import DocumentParts, PlacedDocument
from spark_jobs.release.buckets import bucketed, by_bucket, written_files
from spark_jobs.release.writing import file_count, opened_export
from webdoc.arrow import Batches, from_batch, schema_of, to_batch
from webdoc.exporters.documents import DOCUMENTS
from webdoc.exporters.mmc4 import MMC4, MMC4_LINES
from webdoc.release.exporter import Exporter
from webdoc.release.files import ReleaseFile

# MMC4's rows stand in two forms: each is made once.
_EXPORTS: Final[tuple[tuple[Callable[[PlacedDocument], Any], tuple[Exporter, ...]], ...]] = (
    (interleaved_row, (DOCUMENTS,)),
    (mmc4_row, (MMC4, MMC4_LINES)),
)


def write_documents(published: DataFrame, count: int, settings: Mmc4Settings) -> list[ReleaseFile]:
    """Write data/, mmc4/ and jsonl/: the same documents three times, in the same files.

    Args:
        published: `DocumentParts` with their texts, and doc_id.
        count: how many they are.
        settings: of the run.
    """
    files = file_count(count, settings.release)

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for bucket, rows in by_bucket(batches):
            yield to_batch(_write(rows, bucket, files, settings), ReleaseFile)

    written = written_files(bucketed(published, "doc_id", files), on_partition)
    there = {file.path for file in written}
    for bucket in range(files):
        if _path(DOCUMENTS, bucket, files) not in there:
            written += _write((), bucket, files, settings)
    order = [exporter.folder for _, exporters in _EXPORTS for exporter in exporters]
    return sorted(written, key=lambda file: (order.index(file.path.partition("/")[0]), file.path))


def _path(exporter: Exporter, bucket: int, files: int) -> str:
    name = f"{exporter.folder}/{exporter.file_name}"
    return f"{name}-{bucket:05d}-of-{files:05d}.{exporter.ending}"


def _write(rows: Batches, bucket: int, files: int, settings: Mmc4Settings) -> list[ReleaseFile]:
    """Write the documents of one bucket in all forms, some at a time."""
    with ExitStack() as stack:
        exports = [
            (
                make,
                [
                    stack.enter_context(
                        opened_export(
                            exporter, _path(exporter, bucket, files), settings.out, settings.release
                        )
                    )
                    for exporter in exporters
                ],
            )
            for make, exporters in _EXPORTS
        ]
        for batch in rows:
            documents = list(map(assembled, from_batch(_parts(batch), DocumentParts)))
            for make, opened in exports:
                made = list(map(make, documents))
                for export in opened:
                    export.add(made)
    return [export.written for _, opened in exports for export in opened]


def _parts(batch: pa.RecordBatch) -> pa.RecordBatch:
    return batch.select(schema_of(DocumentParts).names)
