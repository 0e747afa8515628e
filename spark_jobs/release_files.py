"""The Parquet files of a release: data/ and images/, the same bytes whatever the cluster."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from hashlib import sha256
from itertools import groupby
from math import ceil

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.records import Document
from obelics_like.release import ReleaseRow, release_row
from obelics_like.release_facts import ReleaseFile
from obelics_like.settings import ObelicsSettings
from obelics_like.tables import ImageBytes, ImageSource, PublishedImage
from spark_jobs.files import write_parquet
from spark_jobs.tables import spark_schema
from webdoc.arrow import Batches, from_batch, schema_of, to_batch
from webdoc.near_duplicates import NearCopy
from webdoc.storage import ArchiveFile
from webdoc.warc import ReadSettings, read_captures_at

_BUCKET = "_bucket"
_CLUSTER_ROWS = 1_000_000  # of a file, about 100 bytes each

Rows = Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]


class ChangedArchiveError(Exception):
    """An input file is not what it was when the run began."""


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

    schema = spark_schema(ReleaseRow).add("doc_id", "string")
    rows = _bucketed(kept.mapInArrow(rows_of, schema), "doc_id", buckets)
    name = f"data/train-{{:05d}}-of-{buckets:05d}.parquet"
    files = _write_buckets(rows, settings, name, ReleaseRow, made)
    there = {file.path for file in files}
    missing = [path for path in (name.format(i) for i in range(buckets)) if path not in there]
    empty = [
        write_parquet(settings.out, path, [], schema_of(ReleaseRow), settings.release)
        for path in missing
    ]
    return sorted(files + empty, key=lambda file: file.path)


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

    name = f"clusters/train-{{:05d}}-of-{buckets:05d}.parquet"
    rows = _bucketed(clusters, "doc_id", buckets)
    files = _write_buckets(rows, replace(settings, release=limits), name, NearCopy, made)
    return sorted(files, key=lambda file: file.path)


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
    reading = settings.reading

    def made(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        sources = (source for batch in batches for source in from_batch(batch, ImageSource))
        for source, body in bodies_of(sources, reading):
            yield to_batch([_published(source, body)], PublishedImage)

    # In the order of the archives: a task reads each of them once, front to back.
    rows = _bucketed(wanted, "sha256", buckets, "warc_filename", "warc_record_offset")
    name = f"images/train-{{:05d}}-of-{buckets:05d}.parquet"
    files = _write_buckets(rows, settings, name, PublishedImage, made)
    return sorted(files, key=lambda file: file.path)


def bodies_of(
    sources: Iterable[ImageSource], reading: ReadSettings
) -> Iterator[tuple[ImageSource, bytes]]:
    """Read pictures' bytes again from where they stand, each archive in one go.

    Args:
        sources: by archive, and by offset in it.
        reading: as when they were first read.

    Raises:
        ChangedArchiveError: an archive no longer holds what it held when it was first read.
    """
    for path, group in groupby(sources, key=lambda source: source.archive_path):
        own = {(s.warc_record_offset, s.warc_record_length): s for s in group}
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


def _published(source: ImageSource, body: bytes) -> PublishedImage:
    return PublishedImage(
        sha256=source.sha256,
        url=source.url,
        format=source.format,
        width_px=source.width_px,
        height_px=source.height_px,
        size_bytes=source.size_bytes,
        image=ImageBytes(body, f"{source.sha256}.{source.format}"),
    )


def _bucketed(rows: DataFrame, key: str, buckets: int, *order: str) -> DataFrame:
    """Deal rows over files by the hash of their key, and sort them within each.

    The same rows land in the same file at the same place, whatever the cluster.
    """
    bucket = F.pmod(F.xxhash64(key), F.lit(buckets)).alias(_BUCKET)
    dealt = rows.select("*", bucket).repartition(buckets, _BUCKET)
    return dealt.sortWithinPartitions(_BUCKET, *order, key)


def _write_buckets(
    rows: DataFrame, settings: ObelicsSettings, name: str, record: type, made: Rows
) -> list[ReleaseFile]:
    """Write one Parquet file a bucket; `made` turns a task's rows into those of the file."""
    out, limits, schema = settings.out, settings.release, schema_of(record)

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        one_by_one = (
            (batch.column(_BUCKET)[i].as_py(), batch.slice(i, 1))
            for batch in batches
            for i in range(batch.num_rows)
        )
        for bucket, group in groupby(one_by_one, key=lambda pair: pair[0]):
            path = name.format(bucket)
            file = write_parquet(out, path, made(row for _, row in group), schema, limits)
            yield to_batch([file], ReleaseFile)

    written = rows.mapInArrow(on_partition, spark_schema(ReleaseFile)).collect()
    return [ReleaseFile(*(row[field] for field in ReleaseFile.__slots__)) for row in written]
