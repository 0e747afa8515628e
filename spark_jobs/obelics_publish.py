"""DEDUPLICATED, IMAGES -> the release: data/, images/, card, report, checksums.

spark-submit spark_jobs/obelics_publish.py SETTINGS.toml
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from itertools import groupby
from math import ceil

import fsspec
import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.card import card_text
from obelics_like.croissant import croissant
from obelics_like.marking import Rules
from obelics_like.published_settings import published_settings
from obelics_like.records import Document
from obelics_like.release import ReleaseRow, release_row
from obelics_like.release_facts import ReleaseFacts, ReleaseFile
from obelics_like.report import report_html
from obelics_like.settings import ObelicsSettings, load_settings
from obelics_like.tables import ImageBytes, ImageSource, PublishedImage, Record
from spark_jobs import release_facts
from spark_jobs.files import write_bytes, write_parquet
from spark_jobs.session import open_session
from spark_jobs.tables import (
    DEDUPLICATED,
    IMAGES,
    RECORDS,
    exists,
    for_fsspec,
    read_table,
    spark_schema,
    table_path,
)
from webdoc.arrow import Batches, from_batch, schema_of, to_batch
from webdoc.pictures import thumbnail
from webdoc.storage import ArchiveFile
from webdoc.version import VERSION
from webdoc.warc import read_captures_at

CHECKSUMS = "SHA256SUMS"  # written last: a folder that has it holds a whole release
_BUCKET = "_bucket"
_THUMBNAILS = 60
_THUMBNAIL_PX = 240


def is_published(out: str) -> bool:
    """Tell whether the folder holds a whole release."""
    return exists(table_path(out, CHECKSUMS))


def live(documents: DataFrame) -> DataFrame:
    """Return the documents that are published."""
    return documents.where(F.col("reject_reason").isNull())


def _bucketed(rows: DataFrame, key: str, buckets: int) -> DataFrame:
    """Deal rows over files by the hash of their key, and sort them by it within each.

    The same rows land in the same file at the same place, whatever the cluster.
    """
    bucket = F.pmod(F.xxhash64(key), F.lit(buckets)).alias(_BUCKET)
    return rows.select("*", bucket).repartition(buckets, _BUCKET).sortWithinPartitions(_BUCKET, key)


class ChangedArchiveError(Exception):
    """An input file is not what it was when the run began."""


Rows = Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]


def _write_buckets(
    rows: DataFrame,
    settings: ObelicsSettings,
    name: str,
    record: type,
    made: Rows,
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
            file = write_parquet(
                out,
                path,
                made(row for _, row in group),
                schema,
                limits,
            )
            yield to_batch([file], ReleaseFile)

    written = rows.mapInArrow(on_partition, spark_schema(ReleaseFile)).collect()
    return [ReleaseFile(*(row[field] for field in ReleaseFile.__slots__)) for row in written]


def write_data(documents: DataFrame, settings: ObelicsSettings) -> list[ReleaseFile]:
    """Write data/train-*.parquet; without any document, one file without rows."""
    kept = live(documents)
    count = kept.count()
    buckets = max(1, ceil(count / settings.release.rows_per_file))

    def rows_of(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            found = from_batch(batch, Document)
            rows = to_batch([release_row(document) for document in found], ReleaseRow)
            yield rows.append_column("doc_id", pa.array([d.doc_id for d in found], pa.string()))

    schema = spark_schema(ReleaseRow).add("doc_id", "string")
    rows = _bucketed(kept.mapInArrow(rows_of, schema), "doc_id", buckets)
    name = f"data/train-{{:05d}}-of-{buckets:05d}.parquet"

    def made(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        names = schema_of(ReleaseRow).names
        return (batch.select(names) for batch in batches)

    files = _write_buckets(rows, settings, name, ReleaseRow, made)
    there = {file.path for file in files}
    missing = [path for path in (name.format(i) for i in range(buckets)) if path not in there]
    empty = [
        write_parquet(settings.out, path, [], schema_of(ReleaseRow), settings.release)
        for path in missing
    ]
    return sorted(files + empty, key=lambda file: file.path)


def write_images(
    documents: DataFrame, images: DataFrame, settings: ObelicsSettings
) -> list[ReleaseFile]:
    """Write images/*.parquet: each picture that a live document shows once, read late."""
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

    def made(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for source in from_batch(batch, ImageSource):
                body = _body_of(source, settings)
                yield to_batch([_published(source, body)], PublishedImage)

    name = f"images/train-{{:05d}}-of-{buckets:05d}.parquet"
    files = _write_buckets(
        _bucketed(wanted, "sha256", buckets), settings, name, PublishedImage, made
    )
    return sorted(files, key=lambda file: file.path)


def _body_of(source: ImageSource, settings: ObelicsSettings) -> bytes:
    """Read a picture's bytes again from where they stand.

    Raises:
        ChangedArchiveError: the archive no longer holds what it held when it was first read.
    """
    file = ArchiveFile(source.archive_path, source.warc_filename, 0)
    place = (source.warc_record_offset, source.warc_record_length)
    body = next(read_captures_at(file, [place], settings.reading)).body
    if sha256(body).hexdigest() != source.sha256:
        raise ChangedArchiveError(
            f"{source.warc_filename} has changed since it was read: no picture with the hash "
            f"{source.sha256} at offset {place[0]}. Put the file back, or start with --fresh."
        )
    return body


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


def _thumbnails(
    shown: list[Document], images: DataFrame, settings: ObelicsSettings
) -> list[tuple[str, bytes]]:
    """Return small pictures for the report's examples."""
    wanted = dict.fromkeys(
        node.image.sha256
        for document in shown
        for node in document.nodes
        if node.image and node.image.sha256
    )
    hashes = list(wanted)[:_THUMBNAILS]
    found = images.where(F.col("sha256").isin(hashes)).orderBy("sha256").toArrow()
    result = []
    for batch in found.to_batches():
        for source in from_batch(batch, ImageSource):
            small = thumbnail(_body_of(source, settings), _THUMBNAIL_PX)
            if small is not None:
                result.append((source.sha256, small))
    return result


def _clear(out: str) -> None:
    """Remove the files of a release that was not finished; nothing else."""
    filesystem, inner = fsspec.url_to_fs(for_fsspec(out))
    for folder in ("data", "images"):
        if filesystem.exists(f"{inner}/{folder}"):
            filesystem.rm(f"{inner}/{folder}", recursive=True)


def run(spark: SparkSession, settings: ObelicsSettings) -> None:
    """Write the release; when it is whole already it is left alone."""
    out = settings.out
    if is_published(out):
        return
    _clear(out)
    records = read_table(spark, table_path(out, RECORDS), Record)
    documents = read_table(spark, table_path(out, DEDUPLICATED), Document)
    images = read_table(spark, table_path(out, IMAGES), ImageSource)
    files = write_data(documents, settings)
    if settings.images.source != "none":
        files += write_images(documents, images, settings)
    kept = live(documents)
    funnel = release_facts.funnel(records, documents)
    shown = release_facts.examples(documents)
    facts = ReleaseFacts(
        settings=settings,
        version=VERSION,
        files=tuple(files),
        funnel=tuple(funnel),
        notes=tuple(Rules.load(settings).notes()),
        languages=tuple(release_facts.languages(kept)),
        domains=tuple(release_facts.domains(kept)),
        distributions=tuple(release_facts.distributions(kept)),
        examples=tuple(shown),
        thumbnails=tuple(_thumbnails(shown, images, settings)),
    )
    texts = {
        "funnel.csv": release_facts.csv_lines(funnel),
        "archives.csv": _archives(records),
        "settings.toml": published_settings(settings),
        "croissant.json": json.dumps(croissant(facts), indent=1, ensure_ascii=False) + "\n",
        "report.html": report_html(facts),
        "README.md": card_text(facts),
    }
    files += [write_bytes(out, path, text.encode()) for path, text in texts.items()]
    sums = "".join(f"{f.sha256}  {f.path}\n" for f in sorted(files, key=lambda f: f.path))
    write_bytes(out, CHECKSUMS, sums.encode())


def _archives(records: DataFrame) -> str:
    """Return CSV: how many records of each input file were pages, images and others."""
    counted = records.groupBy("warc_filename").pivot("kind", ["page", "image", "other"]).count()
    lines = ["warc_filename,pages,images,others"]
    for row in counted.na.fill(0).orderBy("warc_filename").toLocalIterator():
        name = '"' + row["warc_filename"].replace('"', '""') + '"'
        lines.append(f"{name},{row['page']},{row['image']},{row['other']}")
    return "\n".join(lines) + "\n"


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = load_settings(settings_file)
    with open_session("obelics_publish", settings.spark) as spark:
        run(spark, settings)


if __name__ == "__main__":
    main(sys.argv[1])
