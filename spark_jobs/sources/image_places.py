"""Where the bytes of pictures stand: archives, Parquet files, folders; and reading them there."""

from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from hashlib import sha256
from itertools import groupby, islice

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession

from spark_jobs.run.tables import for_fsspec, read_table, spark_schema
from webdoc.archive.reader import ReadSettings, read_captures_at
from webdoc.arrow import to_batch
from webdoc.settings import SettingsError
from webdoc.storage.inputs import ArchiveFile
from webdoc.tables.images import ARCHIVE, FILE, PARQUET, ImagePlace, StoredPicture

_ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif", ".bmp", ".tif", ".tiff")
_MAX_FILE_BYTES = 256 << 20  # no picture of a page is larger; a film that is called .gif may be
_PATHS_A_TASK = 1000
_ROWS_A_BATCH = 4096
_ROWS_READ = 16  # of a Parquet file at a time: pictures are large


# Names the pictures of one file.
Look = Callable[[str], Iterator[ImagePlace]]


class ChangedArchiveError(Exception):
    """An input file is not what it was when the run began."""


def parquet_places(spark: SparkSession, folder: str) -> DataFrame:
    """Return the places of pictures in Parquet files, such as images/ of a release.

    Args:
        spark: the session.
        folder: its files have the column image (`bytes` and `path`), as datasets of pictures have
            it, or bytes; and sha256, or each picture is read once to learn its hash.
    """
    return _places(spark, found_files(folder, (".parquet",)), parquet_pictures)


def parquet_pictures(path: str) -> Iterator[ImagePlace]:
    """Yield the place of each row of a Parquet file.

    Raises:
        SettingsError: it cannot be read, has no pictures, or a row without its hash.
    """
    try:
        with fsspec.open(path, "rb") as source:
            file = pq.ParquetFile(source)
            names = file.schema_arrow.names
            if not _picture_column(file.schema_arrow):
                raise SettingsError(
                    f"{path} has the columns {', '.join(names)}. Parquet files of pictures need "
                    "image or bytes."
                )
            for row, key in enumerate(_hashes(path, file)):
                if key is None:
                    raise SettingsError(
                        f"{path} has no sha256 in row {row}. Fill it, or leave the column out."
                    )
                yield ImagePlace(key, PARQUET, path, row, 0, path.rpartition("/")[2])
    except (OSError, pa.ArrowException) as error:
        raise _unreadable(path, error) from error


def _picture_column(schema: pa.Schema) -> str:
    """Return which column holds the bytes of pictures; "" where none does."""
    for name in ("image", "bytes"):
        if name in schema.names:
            kind = schema.field(name).type
            if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
                return name
            if pa.types.is_struct(kind) and kind.get_field_index("bytes") >= 0:
                return f"{name}.bytes"
    return ""


def _hashes(path: str, file: pq.ParquetFile) -> Iterator[str | None]:
    if "sha256" in file.schema_arrow.names:
        for batch in file.iter_batches(columns=["sha256"]):
            yield from batch.column(0).to_pylist()
    else:
        for _, body in in_parquet(path, range(file.metadata.num_rows)):
            yield sha256(body).hexdigest()


def folder_places(spark: SparkSession, folder: str) -> DataFrame:
    """Return the places of all picture files in a folder and those below it.

    Each file is read once to learn its hash. Of one above 256 MB the beginning counts as the
    picture, so that it is listed, and found to be none that can be read.
    """
    return _places(spark, found_files(folder, _ENDINGS), picture_file)


def picture_file(path: str) -> Iterator[ImagePlace]:
    """Yield the place of the picture in a file.

    Raises:
        SettingsError: it cannot be read.
    """
    try:
        with fsspec.open(path, "rb") as source:
            body = source.read(_MAX_FILE_BYTES + 1)
    except OSError as error:
        raise _unreadable(path, error) from error
    yield ImagePlace(sha256(body).hexdigest(), FILE, path, 0, 0, path.rpartition("/")[2])


def _unreadable(path: str, error: Exception) -> SettingsError:
    return SettingsError(f"cannot read {path}: {error}. Mend it, or take it out of its folder.")


def found_files(folder: str, endings: tuple[str, ...]) -> list[str]:
    """Return what of a folder ends so, whatever its case; links that lead to no file are none.

    Raises:
        FileNotFoundError: nothing there ends so.
    """
    filesystem, inner = fsspec.url_to_fs(for_fsspec(folder))
    found = filesystem.find(inner, detail=True).items()
    paths = sorted(
        path
        for path, about in found
        if path.lower().endswith(endings)
        and (about["type"] == "file" or (about.get("islink") and filesystem.isfile(path)))
    )
    if not paths:
        raise FileNotFoundError(f"{folder} holds no file that ends in {', '.join(endings)}")
    return [filesystem.unstrip_protocol(path) for path in paths]


def _places(spark: SparkSession, paths: list[str], look: Look) -> DataFrame:
    cores = spark.sparkContext.defaultParallelism
    tasks = max(1, min(len(paths), max(cores, len(paths) // _PATHS_A_TASK)))
    listed = spark.createDataFrame([(path,) for path in paths], "path string").repartition(tasks)

    def on_partition(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for path in batch.column(0).to_pylist():
                places = look(path)
                while rows := list(islice(places, _ROWS_A_BATCH)):
                    yield to_batch(rows, ImagePlace)

    return listed.mapInArrow(on_partition, spark_schema(ImagePlace))


def bodies_at(
    places: Iterable[ImagePlace], reading: ReadSettings
) -> Iterator[tuple[ImagePlace, bytes]]:
    """Read pictures where they stand, each file in one go.

    Args:
        places: by kind, path and position; the places of one file are in memory at a time.
        reading: how archives are read.

    Yields:
        Every place once, with its bytes; the places of a file in any order.

    Raises:
        ChangedArchiveError: a file no longer holds what it held when its places were named.
    """
    for (kind, path), group in groupby(places, key=lambda place: (place.kind, place.path)):
        by_position = {place.position: place for place in group}
        if kind == ARCHIVE:
            found = _in_archive(path, list(by_position.values()), reading)
        elif kind == PARQUET:
            found = in_parquet(path, by_position.keys())
        else:
            found = _in_file(path)
        for position, body in found:
            place = by_position.get(position)
            if place is None:
                continue
            if sha256(body).hexdigest() != place.sha256:
                raise _changed(place)
            yield by_position.pop(position), body
        if by_position:
            raise _changed(next(iter(by_position.values())))


def _changed(place: ImagePlace) -> ChangedArchiveError:
    return ChangedArchiveError(
        f"{place.name} has changed since its pictures were listed: none with the hash "
        f"{place.sha256} at {place.position}. Put the file back, or list its pictures again."
    )


def _in_archive(
    path: str, places: list[ImagePlace], reading: ReadSettings
) -> Iterator[tuple[int, bytes]]:
    spans = [(place.position, place.length) for place in places]
    for capture in read_captures_at(ArchiveFile(path, places[0].name, 0), spans, reading):
        yield capture.warc_record_offset, capture.body


def in_parquet(path: str, rows: Iterable[int]) -> Iterator[tuple[int, bytes]]:
    """Yield the pictures in some rows of a Parquet file, rising; a few are in memory at a time.

    Args:
        path: of the file.
        rows: those that it does not have are passed over.

    Raises:
        OSError: the file is missing.
        pa.ArrowException: it is no Parquet.
    """
    wanted = sorted(rows)
    with fsspec.open(for_fsspec(path), "rb") as source:
        file = pq.ParquetFile(source)
        column = _picture_column(file.schema_arrow)
        first = 0
        for group in range(file.num_row_groups):
            behind = first + file.metadata.row_group(group).num_rows
            here = {row for row in wanted if first <= row < behind}
            at = first
            if here:
                for batch in file.iter_batches(_ROWS_READ, row_groups=[group], columns=[column]):
                    values = batch.column(0)
                    if pa.types.is_struct(values.type):
                        values = values.field("bytes")
                    for offset in range(batch.num_rows):
                        if at + offset in here:
                            yield at + offset, values[offset].as_py() or b""
                    at += batch.num_rows
            first = behind


def _in_file(path: str) -> Iterator[tuple[int, bytes]]:
    with fsspec.open(path, "rb") as source:
        yield 0, source.read(_MAX_FILE_BYTES + 1)


def all_places(
    spark: SparkSession, images: Iterable[str], archived: Iterable[str], folders: Iterable[str]
) -> DataFrame:
    """Return the places of all pictures of several sources (`ImagePlace`).

    Args:
        spark: the session.
        images: images/ of releases, or other folders of Parquet files.
        archived: tables/images of runs.
        folders: of picture files.
    """
    tables = [parquet_places(spark, folder) for folder in images]
    tables += [read_table(spark, folder, StoredPicture).select("place.*") for folder in archived]
    tables += [folder_places(spark, folder) for folder in folders]
    return reduce(DataFrame.unionByName, tables)
