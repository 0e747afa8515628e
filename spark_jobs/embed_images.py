"""Pictures -> IMAGE_VECTORS: spark-submit spark_jobs/embed_images.py SETTINGS.toml.

Each distinct picture is encoded once; what stands in the table already is not done again, so a
killed run goes on where it was, and pictures that are added later are done alone.
"""

import sys
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from spark_jobs.run.launch import launch
from spark_jobs.run.session import open_session
from spark_jobs.run.worker_model import FoundModel, find_model, worker_model
from spark_jobs.sources.image_places import all_places, bodies_at
from spark_jobs.vectors.vector_tables import VectorTable
from webdoc.archive.reader import ReadSettings
from webdoc.arrow import from_batch
from webdoc.clip.model import ClipSettings
from webdoc.clip.vectors import ImageVector, to_bytes
from webdoc.run_settings import SparkSettings
from webdoc.settings import build, read_toml
from webdoc.tables.images import ImagePlace


@dataclass(frozen=True, slots=True)
class EmbedImages:
    """What this job does when it runs alone."""

    out: str  # folder of IMAGE_VECTORS; grows
    images: tuple[
        str, ...
    ] = ()  # images/ of releases, or other Parquet files with sha256 and image
    archived: tuple[str, ...] = ()  # tables/images of runs: the bytes are read from the archives
    folders: tuple[str, ...] = ()  # of picture files
    clip: ClipSettings = field(default_factory=ClipSettings)
    archives: ReadSettings = field(default_factory=ReadSettings)
    spark: SparkSettings = field(default_factory=SparkSettings)

    def __post_init__(self) -> None:
        if not (self.images or self.archived or self.folders):
            raise ValueError("no pictures: name images, archived or folders")


def embed_images(  # noqa: PLR0913, PLR0917 - pictures, a model, a table
    spark: SparkSession,
    places: DataFrame,
    clip: ClipSettings,
    out: str,
    reading: ReadSettings | None = None,
    found: FoundModel | None = None,
) -> VectorTable:
    """Add to IMAGE_VECTORS in the folder `out` what of the pictures is not in it.

    Args:
        spark: the session.
        places: `webdoc.tables.images.ImagePlace`; a picture may stand at several places.
        clip: the model.
        out: folder of the table; it need not exist.
        reading: how archives are read.
        found: the model as a worker found it; None: one is asked.

    Returns:
        The table, which holds the model's revision; `read` gives its rows.

    Raises:
        SettingsError: the model cannot be loaded.
    """
    model = found or find_model(spark, clip)
    how = reading or ReadSettings()

    def make(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[ImageVector, int]]:
        places_of_task = (place for batch in batches for place in from_batch(batch, ImagePlace))
        keys: deque[str] = deque()  # of what was read and is not yet encoded

        def bodies() -> Iterator[bytes]:
            for place, body in bodies_at(places_of_task, how):
                keys.append(place.sha256)
                yield body

        with worker_model(clip) as encoder:
            for image in encoder.encode_images(bodies()):
                vector = b"" if image.vector is None else to_bytes(image.vector)
                row = ImageVector(keys.popleft(), model.name, model.revision, image.status, vector)
                yield row, len(vector)

    distinct = places.dropDuplicates(["sha256"])
    table = VectorTable(out, ImageVector, model.revision)
    table.grow(distinct, make, model.gpus)
    return table


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = build(EmbedImages, read_toml(settings_file))
    with open_session("embed_images", settings.spark) as spark:
        places = all_places(spark, settings.images, settings.archived, settings.folders)
        embed_images(spark, places, settings.clip, settings.out, settings.archives)


if __name__ == "__main__":
    sys.exit(launch(main))
