"""images/ of a release, and small pictures for its report: bytes read late, where they stand."""

from collections.abc import Iterable, Iterator
from math import ceil

import pyarrow as pa
from pyspark import StorageLevel
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.release.buckets import bucketed, write_bucketed
from spark_jobs.run.files import write_parquet
from spark_jobs.sources.image_places import bodies_at
from webdoc.archive.reader import ReadSettings
from webdoc.arrow import Batches, from_batch, schema_of, to_batch
from webdoc.exporters.images import IMAGES
from webdoc.picture.location import without_location
from webdoc.picture.measure import thumbnail
from webdoc.picture.showing import ShowRules
from webdoc.release.files import ReleaseFile, picture_name
from webdoc.run_settings import ReleaseSettings
from webdoc.tables.images import ImageBytes, PublishedImage, StoredPicture

THUMBNAILS = 300  # in a report
THUMBNAIL_PX = 240
# In the order of the files: a task reads each of them once, front to back.
_IN_FILE_ORDER = ("kind", "name", "path", "position")


def write_images(
    pictures: DataFrame, shown: DataFrame, out: str, limits: ReleaseSettings, reading: ReadSettings
) -> list[ReleaseFile]:
    """Write images/train-*.parquet: each picture that a published document shows, once.

    Args:
        pictures: `StoredPicture`, each once.
        shown: sha256 of those that are published.
        out: folder of the release.
        limits: of its files.
        reading: how archives are read.

    Raises:
        ChangedArchiveError: a file no longer holds what it held when it was first read.
    """
    keyed = pictures.select("*", F.col("facts.sha256").alias("sha256"))
    wanted = keyed.join(shown, "sha256", "left_semi").persist(StorageLevel.DISK_ONLY)
    size = wanted.agg(F.sum("facts.size_bytes")).first()
    total = (size[0] if size else 0) or 0
    if not total:
        return []
    buckets = ceil(total / limits.image_bytes_per_file)

    def made(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for picture, body in bodies_of(batches, reading):
            yield to_batch([published_image(picture, body)], PublishedImage)

    def write(path: str, batches: Batches) -> ReleaseFile:
        return write_parquet(out, path, made(batches), schema_of(PublishedImage), limits)

    order = [f"place.{name}" for name in _IN_FILE_ORDER]
    rows = bucketed(wanted, "sha256", buckets, *order)
    files = write_bucketed(rows, f"{IMAGES.folder}/{IMAGES.file_name}", buckets, write)
    wanted.unpersist()
    return files


def bodies_of(
    batches: Iterable[pa.RecordBatch], reading: ReadSettings
) -> Iterator[tuple[StoredPicture, bytes]]:
    """Read pictures' bytes again from where they stand, each file in one go.

    Args:
        batches: of `StoredPicture`, in the order of their files; the facts of all are in memory.
        reading: as when they were first read.
    """
    known = {p.facts.sha256: p for batch in batches for p in from_batch(batch, StoredPicture)}
    places = (picture.place for picture in known.values())
    return ((known[place.sha256], body) for place, body in bodies_at(places, reading))


def published_image(picture: StoredPicture, body: bytes) -> PublishedImage:
    """Return the row of a picture; where a photo was shot is not in it."""
    facts = picture.facts
    return PublishedImage(
        sha256=facts.sha256,
        url=picture.place.url,
        format=facts.format,
        width_px=facts.width_px,
        height_px=facts.height_px,
        size_bytes=facts.size_bytes,
        image=ImageBytes(without_location(body), picture_name(facts.sha256, facts.format)),
    )


def thumbnails(
    pictures: DataFrame, wanted: Iterable[str], reading: ReadSettings, rules: ShowRules
) -> tuple[tuple[str, bytes], ...]:
    """Return (sha256, small JPEG) of the first pictures of a list that may be shown, by hash.

    Args:
        pictures: `StoredPicture`.
        wanted: sha256 of those that a report shows.
        reading: how archives are read.
        rules: which may be shown.
    """
    keys = list(dict.fromkeys(wanted))[:THUMBNAILS]
    may_be_used = F.coalesce("place.permission_reason", F.lit("")) == ""
    rows = pictures.where(F.col("facts.sha256").isin(keys) & may_be_used)
    batches = rows.toArrow().to_batches()
    found = [picture for batch in batches for picture in from_batch(batch, StoredPicture)]
    # Here, not in Spark, where to sort takes a job of its own that looks where to cut.
    found.sort(key=lambda picture: [getattr(picture.place, name) for name in _IN_FILE_ORDER])
    small = (
        (picture.facts.sha256, thumbnail(body, THUMBNAIL_PX))
        for picture, body in bodies_of([to_batch(found, StoredPicture)], reading)
        if rules.allow(picture.facts)
    )
    return tuple(sorted((digest, picture) for digest, picture in small if picture is not None))
