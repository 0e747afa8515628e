"""Files of a release made of files of releases: whole, or some of their rows.

A task writes one file and reads those whose rows it takes, front to back. So nothing but keys is
shuffled, and the same files give the same files.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.derived.places import SOURCE, rows_at
from spark_jobs.release.checksums import published_files
from spark_jobs.run.files import write_parquet, written_whole
from spark_jobs.run.tables import for_fsspec, spark_schema, table_path
from webdoc.arrow import Batches, from_batch, schema_of, to_batch
from webdoc.derived.rows import document_without, mmc4_without, scores_without
from webdoc.exporters.documents import DOCUMENTS
from webdoc.exporters.images import IMAGES
from webdoc.exporters.scores import SCORES
from webdoc.release.exporter import Exporter
from webdoc.release.files import ReleaseFile
from webdoc.run_settings import ReleaseSettings
from webdoc.tables.older import conformed, is_of_today

_ROWS_AT_ONCE: Final = 64
_EDITS: Final = {DOCUMENTS.name: document_without, SCORES.name: scores_without}


@dataclass(frozen=True, slots=True)
class KeptRow:
    """A row that stays, by its key."""

    key: str
    drops: tuple[str, ...]  # pictures that are taken out of it: webdoc.derived.rows


@dataclass(frozen=True, slots=True)
class FilePart:
    """Rows of one file of a release."""

    place: int  # among the parts of a file
    path: str
    kept: tuple[KeptRow, ...]


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A file to write."""

    path: str  # relative to the release
    parts: tuple[FilePart, ...]


def dealt(sizes: Sequence[int], limit: int) -> list[int]:
    """Return for each of some files, in order, the number of the new file that takes its rows.

    >>> dealt([3, 3, 9, 1, 1], 6), dealt([], 6)
    ([0, 0, 1, 2, 2], [])
    """
    numbers: list[int] = []
    number = filled = 0
    for size in sizes:
        if numbers and filled + size > limit:
            number, filled = number + 1, 0
        numbers.append(number)
        filled += size
    return numbers


def write_folder(  # noqa: PLR0913, PLR0917 - what a file depends on
    spark: SparkSession,
    releases: Sequence[str],
    exporter: Exporter,
    kept: DataFrame,
    out: str,
    limits: ReleaseSettings,
    *,
    in_place: bool = False,
) -> list[ReleaseFile]:
    """Write the folder of an exporter with some of the rows that releases have there.

    Args:
        spark: the session.
        releases: folders.
        exporter: of documents or of pictures.
        kept: source, key, drops: each row that stays, once.
        out: folder of the new release.
        limits: of its files.
        in_place: files keep their names, and one that loses nothing is linked or copied as it is.
            Otherwise small ones are put together, up to the limit of a file.
    """
    rows = rows_at(spark, releases, exporter).join(kept, [SOURCE, "key"])
    one = F.struct("key", F.coalesce("drops", F.array().cast("array<string>")).alias("drops"))
    by_file = (
        rows.groupBy(SOURCE, "file")
        .agg(
            F.collect_list(one).alias("kept"),
            F.sum("size").alias("size"),
            F.sum((F.size("drops") > 0).cast("int")).alias("edited"),
        )
        .persist()
    )
    try:
        counts = {
            (row[SOURCE], row["file"]): (row["rows"], row["size"], bool(row["edited"]))
            for row in by_file.select(
                SOURCE, "file", F.size("kept").alias("rows"), "size", "edited"
            ).collect()
        }
        if in_place:
            return _in_place(by_file, counts, releases[0], exporter, out, limits)
        return _put_together(by_file, counts, releases, exporter, out, limits)
    finally:
        by_file.unpersist()


_Counts = Mapping[tuple[int, str], tuple[int, int, bool]]


def _in_place(  # noqa: PLR0913, PLR0917 - what a file depends on
    by_file: DataFrame,
    counts: _Counts,
    release: str,
    exporter: Exporter,
    out: str,
    limits: ReleaseSettings,
) -> list[ReleaseFile]:
    files, targets = [], []
    for file in published_files(release):
        folder, _, name = file.path.rpartition("/")
        if folder != exporter.folder:
            continue
        rows, _, edited = counts.get((0, name), (0, 0, False))
        if rows == _rows_of(release, file, exporter) and not edited:
            files.append(linked(release, file, out))
        else:
            targets.append((0, name, file.path, 0))
    return sorted(
        files + _written(by_file, targets, [release], exporter, out, limits),
        key=lambda file: file.path,
    )


def _put_together(  # noqa: PLR0913, PLR0917 - what a file depends on
    by_file: DataFrame,
    counts: _Counts,
    releases: Sequence[str],
    exporter: Exporter,
    out: str,
    limits: ReleaseSettings,
) -> list[ReleaseFile]:
    files = sorted(counts)
    limit = limits.image_bytes_per_file if exporter == IMAGES else limits.rows_per_file
    numbers = dealt([counts[file][1] for file in files], limit)
    total = (numbers[-1] + 1) if numbers else 1
    name = f"{exporter.folder}/{exporter.file_name}"
    targets = [
        (source, file, f"{name}-{number:05d}-of-{total:05d}.{exporter.ending}", place)
        for place, ((source, file), number) in enumerate(zip(files, numbers, strict=True))
    ]
    if not targets and exporter != IMAGES:  # a release without documents has one file, empty
        targets = [(-1, "", f"{name}-00000-of-00001.{exporter.ending}", 0)]
    return _written(by_file, targets, releases, exporter, out, limits)


def _rows_of(release: str, file: ReleaseFile, exporter: Exporter) -> int:
    if not exporter.line:
        return file.rows
    with fsspec.open(for_fsspec(table_path(release, file.path)), "rb") as lines:
        return sum(1 for _ in lines)


def _written(  # noqa: PLR0913, PLR0917 - what a file depends on
    by_file: DataFrame,
    targets: list[tuple[int, str, str, int]],
    releases: Sequence[str],
    exporter: Exporter,
    out: str,
    limits: ReleaseSettings,
) -> list[ReleaseFile]:
    """Write files: (source, file whose rows go there, path of the new file, place in it)."""
    if not targets:
        return []
    spark = by_file.sparkSession
    folders = [table_path(release, exporter.folder) for release in releases]
    plan = spark.createDataFrame(
        [
            (source, file, path, place, f"{folders[source]}/{file}" if file else "")
            for source, file, path, place in targets
        ],
        f"{SOURCE} int, file string, target string, place int, path string",
    )
    nothing = F.array().cast(by_file.schema["kept"].dataType)
    parts = F.broadcast(plan).join(by_file, [SOURCE, "file"], "left")
    part = F.struct("place", "path", F.coalesce("kept", nothing).alias("kept"))
    planned = parts.groupBy(F.col("target").alias("path")).agg(
        F.sort_array(F.collect_list(part)).alias("parts")
    )
    n_files = len({target for _, _, target, _ in targets})
    step = partial(_write_file, exporter=exporter, out=out, limits=limits)

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            files: list[PlannedFile] = from_batch(batch, PlannedFile)
            yield to_batch([step(file) for file in files], ReleaseFile)

    written = planned.repartition(n_files).mapInArrow(on_partition, spark_schema(ReleaseFile))
    files = [
        ReleaseFile(*(row[name] for name in ReleaseFile.__slots__)) for row in written.collect()
    ]
    return sorted(files, key=lambda file: file.path)


def _write_file(
    planned: PlannedFile, *, exporter: Exporter, out: str, limits: ReleaseSettings
) -> ReleaseFile:
    parts = [part for part in planned.parts if part.path]
    if exporter.line:
        rows = 0
        with written_whole(table_path(out, planned.path)) as sink:
            for line in (line for part in parts for line in _kept_lines(part)):
                sink.write(line)
                rows += 1
        return ReleaseFile(planned.path, rows, sink.size_bytes, sink.sha256)
    schema = _schema(parts, exporter)
    batches = (batch for part in parts for batch in _kept_batches(part, exporter, schema))
    return write_parquet(out, planned.path, batches, schema, limits)


def _schema(parts: Sequence[FilePart], exporter: Exporter) -> pa.Schema:
    """Return the columns of a file: as they were if it has one part, for others may be like it."""
    if len(parts) != 1:
        return schema_of(exporter.record)
    with fsspec.open(for_fsspec(parts[0].path), "rb") as file:
        return pq.read_schema(file)


def _kept_batches(
    part: FilePart, exporter: Exporter, schema: pa.Schema
) -> Iterator[pa.RecordBatch]:
    kept = {row.key: row.drops for row in part.kept}
    is_other = is_of_today(schema, exporter.record)
    with fsspec.open(for_fsspec(part.path), "rb") as file:
        table = pq.ParquetFile(file)
        convert = is_other and not is_of_today(table.schema_arrow, exporter.record)
        for whole in table.iter_batches(_ROWS_AT_ONCE):
            keys = _keys(whole, exporter)
            batch = whole.filter(pa.array([key in kept for key in keys], pa.bool_()))
            drops = [kept[key] for key in keys if key in kept]
            if any(drops):
                batch = _edited(batch, drops, exporter)
            if batch.num_rows:
                yield conformed(batch, exporter.record) if convert else batch


def _keys(batch: pa.RecordBatch, exporter: Exporter) -> list[str]:
    if exporter == DOCUMENTS:
        about = batch.column("general_metadata").to_pylist()
        return [json.loads(text).get("doc_id", "") for text in about]
    keys: list[str] = batch.column("sha256" if exporter == IMAGES else "doc_id").to_pylist()
    return keys


def _edited(
    batch: pa.RecordBatch, drops: Sequence[tuple[str, ...]], exporter: Exporter
) -> pa.RecordBatch:
    edit = _EDITS.get(exporter.name, mmc4_without)
    rows = [
        edit(row, set(names)) if names else row
        for row, names in zip(batch.to_pylist(), drops, strict=True)
    ]
    return pa.RecordBatch.from_pylist(rows, schema=batch.schema)


def _kept_lines(part: FilePart) -> Iterator[bytes]:
    kept = {row.key: row.drops for row in part.kept}
    with fsspec.open(for_fsspec(part.path), "rb") as lines:
        for line in lines:
            row: dict[str, Any] = json.loads(line)
            drops = kept.get(row["doc_id"])
            if drops is None:
                continue
            if not drops:
                yield line
                continue
            text = json.dumps(
                mmc4_without(row, set(drops)), ensure_ascii=False, separators=(",", ":")
            )
            yield f"{text}\n".encode()


def linked(release: str, file: ReleaseFile, out: str) -> ReleaseFile:
    """Let a file stand in another release as it is: linked where that can be, else copied."""
    filesystem, source = fsspec.url_to_fs(for_fsspec(table_path(release, file.path)))
    other, target = fsspec.url_to_fs(for_fsspec(table_path(out, file.path)))
    other.makedirs(target.rpartition("/")[0], exist_ok=True)
    if filesystem.protocol == other.protocol and "file" in other.protocol:
        try:
            filesystem.link(source, target)
        except OSError:  # another disk, or one without hard links
            filesystem.cp_file(source, target)
    elif filesystem.protocol == other.protocol:
        filesystem.cp_file(source, target)
    else:
        with (
            filesystem.open(source, "rb") as given,
            written_whole(table_path(out, file.path)) as to,
        ):
            while block := given.read(1 << 24):
                to.write(block)
    return file
