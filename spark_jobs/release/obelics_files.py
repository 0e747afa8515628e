"""The Parquet files of a release: data/ and images/, the same bytes whatever the cluster."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import sha256
from itertools import groupby
from math import ceil

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.release.row import ReleaseRow, release_row
from obelics_like.settings import ObelicsSettings
from spark_jobs.release.buckets import bucketed, write_bucketed
from spark_jobs.run.files import write_parquet
from spark_jobs.run.tables import spark_schema
from spark_jobs.sources.fetched_files import stored_bytes
from spark_jobs.sources.image_places import ChangedArchiveError
from webdoc.archive.reader import ReadSettings, read_captures_at
from webdoc.arrow import Batches, from_batch, schema_of, to_batch
from webdoc.duplicates.near_duplicates import NearCopy
from webdoc.page.document import Document
from webdoc.picture.location import without_location
from webdoc.release.files import ReleaseFile
from webdoc.storage.inputs import ArchiveFile
from webdoc.tables.images import ImageBytes, ImageSource, PublishedImage

IN_FILE_ORDER = ("warc_filename", "archive_path", "warc_record_offset")
_CLUSTER_ROWS = 1_000_000  # of a file, about 100 bytes each


def live(documents: DataFrame) -> DataFrame:
    """Return the documents that are published."""
    return documents.where(F.col("reject_reason").isNull())


def write_data(documents: DataFrame, settings: ObelicsSettings) -> list[ReleaseFile]:
    """Write data/train-*.parquet; without any document, one file without rows."""
    kept = live(documents)
    buckets = max(1, ceil(kept.count() / settings.release.rows_per_file))

    def rows_of(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            found = from_batch(batch, Document)
            rows = to_batch([release_row(document) for document in found], ReleaseRow)
            yield rows.append_column("doc_id", pa.array([d.doc_id for d in found], pa.string()))

    def made(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        names = schema_of(ReleaseRow).names
        return (batch.select(names) for batch in batches)

    def write(path: str, batches: Batches) -> ReleaseFile:
        return write_parquet(settings.out, path, made(batches), schema_of(ReleaseRow), limits)

    limits = settings.release
    rows = kept.mapInArrow(rows_of, spark_schema(ReleaseRow).add("doc_id", "string"))
    return write_bucketed(bucketed(rows, "doc_id", buckets), "data/train", buckets, write)


def write_clusters(clusters: DataFrame, settings: ObelicsSettings) -> list[ReleaseFile]:
    """Write clusters/train-*.parquet: which document was left out for which other one."""
    buckets = ceil(clusters.count() / _CLUSTER_ROWS)
    if not buckets:
        return []
    # Short rows that nobody reads one by one: large row groups.
    limits = replace(settings.release, max_row_group_rows=_CLUSTER_ROWS)
    names = schema_of(NearCopy).names

    def made(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return (batch.select(names) for batch in batches)

    def write(path: str, batches: Batches) -> ReleaseFile:
        return write_parquet(settings.out, path, made(batches), schema_of(NearCopy), limits)

    rows = bucketed(clusters, "doc_id", buckets)
    return write_bucketed(rows, "clusters/train", buckets, write)


def write_images(
    documents: DataFrame, images: DataFrame, settings: ObelicsSettings
) -> list[ReleaseFile]:
    """Write images/train-*.parquet: each picture that a live document shows, once, read late."""
    shown = (
        live(documents)
        .select(F.explode("nodes").alias("node"))
        .where("node.reject_reason is null and node.image.sha256 != ''")
        .select(F.col("node.image.sha256").alias("sha256"))
        .distinct()
    )
    wanted = images.join(shown, "sha256", "left_semi")
    size = wanted.agg(F.sum("size_bytes")).first()
    total = (size[0] if size else 0) or 0
    if total == 0:
        return []
    buckets = ceil(total / settings.release.image_bytes_per_file)
    reading, limits = settings.reading, settings.release

    def made(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        sources = (source for batch in batches for source in from_batch(batch, ImageSource))
        for source, body in bodies_of(sources, reading):
            yield to_batch([published_image(source, body)], PublishedImage)

    def write(path: str, batches: Batches) -> ReleaseFile:
        return write_parquet(settings.out, path, made(batches), schema_of(PublishedImage), limits)

    # In the order of the archives: a task reads each of them once, front to back.
    rows = bucketed(wanted, "sha256", buckets, *IN_FILE_ORDER)
    return write_bucketed(rows, "images/train", buckets, write)


def bodies_of(
    sources: Iterable[ImageSource], reading: ReadSettings
) -> Iterator[tuple[ImageSource, bytes]]:
    """Read pictures' bytes again from where they stand, each file in one go.

    Args:
        sources: by file, and by offset in it.
        reading: as when they were first read.

    Raises:
        ChangedArchiveError: an archive no longer holds what it held when it was first read.
    """
    for path, group in groupby(sources, key=lambda source: source.archive_path):
        own = {(s.warc_record_offset, s.warc_record_length): s for s in group}
        if not next(iter(own.values())).warc_filename:  # fetched
            by_row = {row: source for (row, _), source in own.items()}
            yield from ((by_row[row], body) for row, body in stored_bytes("", path, sorted(by_row)))
            continue
        name = next(iter(own.values())).warc_filename
        for capture in read_captures_at(ArchiveFile(path, name, 0), list(own), reading):
            source = own.pop((capture.warc_record_offset, capture.warc_record_length), None)
            if source is None:
                continue
            if sha256(capture.body).hexdigest() != source.sha256:
                raise _changed(source)
            yield source, capture.body
        if own:
            raise _changed(next(iter(own.values())))


def _changed(source: ImageSource) -> ChangedArchiveError:
    return ChangedArchiveError(
        f"{source.warc_filename} has changed since it was read: no picture with the hash "
        f"{source.sha256} at offset {source.warc_record_offset}. "
        "Put the file back, or start with --fresh."
    )


def published_image(source: ImageSource, body: bytes) -> PublishedImage:
    """Return the row of a picture; where a photo was shot is not in it."""
    return PublishedImage(
        sha256=source.sha256,
        url=source.url,
        format=source.format,
        width_px=source.width_px,
        height_px=source.height_px,
        size_bytes=source.size_bytes,
        image=ImageBytes(without_location(body), f"{source.sha256}.{source.format}"),
    )
