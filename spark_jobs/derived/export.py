"""A release in another form, for those who train on it: the release itself stays as it is.

spark-submit spark_jobs/derived/export.py SETTINGS.toml
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from math import ceil
from typing import Any, Final

import fsspec
import pyarrow as pa
from huggingface_hub import DatasetCard
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.release.checksums import CHECKSUMS, checksum_lines, is_published
from spark_jobs.release.export_folder import (
    forget_unfinished,
    prepare_export,
    shard_record,
    written_shards,
)
from spark_jobs.release.forms import Target, write_shard
from spark_jobs.release.published import bucket_of, document_sizes, documents_by_shard, pieces
from spark_jobs.release.shard_index import write_index
from spark_jobs.run.files import write_bytes
from spark_jobs.run.folder import RunFolderError
from spark_jobs.run.launch import launch
from spark_jobs.run.session import open_session
from spark_jobs.run.tables import exists, for_fsspec, table_path
from webdoc.arrow import Batches
from webdoc.exporters import exported_forms
from webdoc.exporters.images import IMAGES
from webdoc.exporters.mmc4 import MMC4_LINES
from webdoc.release.export_card import ExportFacts, export_card
from webdoc.release.exporter import Exporter
from webdoc.release.mds import MAX_BYTES
from webdoc.release.published import MissingPolicy, PublishedDocument, without_missing
from webdoc.release.reserved import IMAGE_TOKEN, count_tokens, without_reserved
from webdoc.release.shards import (
    Bucket,
    Shard,
    dealt,
    shard_index,
    shard_name,
    weight,
)
from webdoc.run_settings import ReleaseSettings, SparkSettings
from webdoc.settings import SettingsError, build, read_toml

RELEASE_CARD: Final = "RELEASE.md"
SHARDS: Final = "shards.json"
_BUCKETS: Final = 1 << 16  # to begin with
_BUCKETS_A_SHARD: Final = 16  # so that a shard is cut where it is nearly full


@dataclass(frozen=True, slots=True)
class ExportSettings:
    """What is exported, to what, and how it is cut."""

    release: str = ""  # folder of a release
    to: str = ""  # name of an exporter
    out: str = ""  # folder that does not exist yet, or is empty
    missing: MissingPolicy = "skip_image"  # what becomes of pictures without bytes
    shard_bytes: int = 1_000_000_000  # of a shard; a larger document has a shard of its own
    escape: tuple[str, ...] = ()  # more that readers take for a marker
    files: ReleaseSettings = field(default_factory=ReleaseSettings)
    spark: SparkSettings = field(default_factory=SparkSettings)

    def __post_init__(self) -> None:
        if self.shard_bytes < 1:
            raise ValueError(f"shard_bytes must be 1 or more, got {self.shard_bytes}")
        if not all(self.escape):
            raise ValueError("escape holds an empty text, which stands everywhere")


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote."""

    documents: int
    left_out: int  # documents, because of a picture without bytes or of the form
    missing: int  # pictures without bytes
    reserved: int  # markers of readers that stood in texts
    escaped: bool  # whether these were written so that no reader takes them for one
    files: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Totals:
    """What a release holds, before any bytes are read."""

    documents: int
    shown: int  # pictures
    found: int  # of them, those with bytes


def export_names() -> tuple[str, ...]:
    """Return what a release can be exported to."""
    return tuple(exporter.name for exporter in exported_forms())


def check(settings: ExportSettings) -> Exporter:
    """Return the exporter, or refuse before Spark starts.

    Raises:
        SettingsError: no such exporter, or an option lacks.
        RunFolderError: no release there, it lacks what the form is made of, or the folder for the
            export holds something else.
    """
    names = export_names()
    if settings.to not in names:
        complaint = f"{settings.to!r} is none" if settings.to else "Say what to export to"
        raise SettingsError(f"{complaint}. --to takes {', '.join(names)}.")
    if not settings.out:
        raise SettingsError("No output folder. Give one with --out DIR.")
    if settings.to == "mds" and settings.shard_bytes > MAX_BYTES:
        raise SettingsError("A shard of mds holds at most 4 GiB. Give a smaller --shard-size.")
    if not is_published(settings.release):
        raise RunFolderError(
            f"{settings.release} holds no whole release. Give the --out folder of a finished run."
        )
    prepare_export(settings.out, _state(settings), write=False)
    exporter = next(one for one in exported_forms() if one.name == settings.to)
    if exporter.needs_placed and not exists(table_path(settings.release, MMC4_LINES.folder)):
        raise RunFolderError(
            f"{settings.release} has no folder {MMC4_LINES.folder}/: {settings.to} needs the"
            " similarity of each picture to each sentence, which only `interleaf mmc4` measures."
            " Take --to webdataset."
        )
    if exporter.needs_pictures and not _has_pictures(settings.release):
        raise RunFolderError(
            f"{settings.release} holds no pictures, and {settings.to} is made of their bytes."
            " Build the release with images.source = warc, fetch or warc+fetch."
        )
    return exporter


def run(spark: SparkSession, settings: ExportSettings) -> Exported:
    """Write the export, or what a killed one left undone: shards, index, cards, checksums.

    Raises:
        SettingsError, RunFolderError: as of `check`; or a picture has no bytes, where that is an
            error.
    """
    exporter = check(settings)
    totals, plan, buckets = _planned(spark, settings, exporter)
    missing = totals.shown - totals.found if exporter.needs_pictures else 0
    if missing and settings.missing == "error":
        raise RunFolderError(
            f"{missing:,} of {totals.shown:,} pictures have no bytes in {settings.release}. Take"
            " --missing skip_image or skip_document."
        )
    prepare_export(settings.out, _state(settings))
    count = plan[-1][1] + 1 if plan else 1
    done = written_shards(settings.out)
    rest = [(bucket, shard) for bucket, shard in plan if shard not in done]
    if rest:
        table = pa.table({"bucket": [b for b, _ in rest], "shard": [s for _, s in rest]})
        dealt_rows = spark.createDataFrame(table).selectExpr(
            "cast(bucket as long) bucket", "cast(shard as int) shard"
        )
        rows = pieces(spark, settings.release, dealt_rows, buckets, exporter)
        _write(rows, settings, exporter, count)
    elif not plan:
        _one_shard(0, iter(()), settings=settings, exporter=exporter, count=1)
    shards = [shard for _, shard in sorted(written_shards(settings.out).items())]
    return _finished(settings, exporter, shards, totals, missing)


def _planned(
    spark: SparkSession, settings: ExportSettings, exporter: Exporter
) -> tuple[Totals, list[tuple[int, int]], int]:
    """Return what there is, the shard of each bucket, and how many buckets there are."""
    stored = exporter.needs_pictures and _has_pictures(settings.release)
    sizes = document_sizes(spark, settings.release, with_pictures=stored).persist()
    try:
        buckets = _BUCKETS
        while True:
            found, totals = _bucket_sizes(sizes, settings, exporter, buckets)
            shards = sum(one.size_bytes for one in found) / settings.shard_bytes
            shards = max(shards, totals.documents / settings.files.rows_per_file)
            # Where every bucket holds one document, smaller ones would change nothing.
            if shards * _BUCKETS_A_SHARD <= buckets or len(found) == totals.documents:
                break
            buckets = 1 << ceil(shards * _BUCKETS_A_SHARD).bit_length()
    finally:
        sizes.unpersist()
    return totals, dealt(found, settings.shard_bytes, settings.files.rows_per_file), buckets


def _bucket_sizes(
    sizes: DataFrame, settings: ExportSettings, exporter: Exporter, buckets: int
) -> tuple[list[Bucket], Totals]:
    names = ("text_bytes", "shown", "found", "picture_bytes")
    sums = [F.sum(name).alias(name) for name in names]
    if settings.missing == "skip_document" and exporter.needs_pictures:  # these weigh nothing
        whole = F.col("shown") == F.col("found")
        sums[0] = F.sum(F.when(whole, F.col("text_bytes")).otherwise(0)).alias("text_bytes")
        sums[3] = F.sum(F.when(whole, F.col("picture_bytes")).otherwise(0)).alias("picture_bytes")
    grouped = sizes.groupBy(bucket_of("doc_id", buckets)).agg(F.count("*").alias("count"), *sums)
    rows = grouped.collect()
    growth = 4 / 3 if exporter.needs_placed else 1.0  # base64
    texts = 2 if exporter.form == "json" else 1  # both readers have their own
    found = [
        Bucket(
            row["bucket"],
            row["count"],
            weight(
                texts * row["text_bytes"],
                row["count"] + row["found"],
                ceil(growth * row["picture_bytes"]),
            ),
        )
        for row in rows
    ]
    totals = (sum(row[name] for row in rows) for name in ("count", "shown", "found"))
    return found, Totals(*totals)


def _write(rows: DataFrame, settings: ExportSettings, exporter: Exporter, count: int) -> None:
    """Write the shards, a task each; what comes back are their records, which are small."""
    step = partial(_one_shard, settings=settings, exporter=exporter, count=count)

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for shard, documents in documents_by_shard(batches):
            step(shard, documents)
            yield pa.record_batch({"shard": pa.array([shard], pa.int32())})

    ordered = rows.repartitionById(count, F.col("shard"))
    ordered = ordered.sortWithinPartitions("shard", "bucket", "doc_id", "sha256")
    ordered.mapInArrow(on_partition, "shard int").collect()


def _one_shard(
    number: int,
    documents: Iterator[PublishedDocument],
    *,
    settings: ExportSettings,
    exporter: Exporter,
    count: int,
) -> None:
    """Write a shard, and then its record: a shard without one is written again."""
    tally = {"documents": 0, "left_out": 0, "pictures": 0, "reserved": 0}
    tokens = (*exporter.reserved, *settings.escape)

    def rows() -> Iterator[Any]:
        for document in documents:
            tally["reserved"] += count_tokens(document, tokens or (IMAGE_TOKEN,))
            row = _row(document, exporter, settings.missing, tokens)
            if row is None:
                tally["left_out"] += 1
                continue
            tally["documents"] += 1
            tally["pictures"] += sum(part.body is not None for part in document.parts)
            yield row

    path = f"{exporter.folder}/{shard_name(number, count, exporter.ending)}"
    target = Target(settings.out, path, shard_record(number), exporter, settings.files)
    files = write_shard(target, rows())
    shard = Shard(number, **tally, files=files)
    write_bytes(settings.out, f"{shard_record(number)}.json", shard.to_json().encode())


def _row(
    document: PublishedDocument, exporter: Exporter, missing: MissingPolicy, tokens: tuple[str, ...]
) -> Any:
    """Return the row of a document; None leaves it out."""
    if exporter.needs_pictures:
        kept = without_missing(document, missing)
        if kept is None:
            return None
        document = kept
    assert exporter.row
    return exporter.row(without_reserved(document, tokens) if tokens else document)


def _finished(
    settings: ExportSettings,
    exporter: Exporter,
    shards: list[Shard],
    totals: Totals,
    missing: int,
) -> Exported:
    """Write what stands beside the shards, the checksums last."""
    out = settings.out
    escaped = bool(exporter.reserved or settings.escape)
    exported = Exported(
        documents=sum(shard.documents for shard in shards),
        left_out=totals.documents - sum(shard.documents for shard in shards),
        missing=missing,
        reserved=sum(shard.reserved for shard in shards),
        escaped=escaped,
        files=len(shards),
        size_bytes=0,
    )
    card = _read(table_path(settings.release, "README.md"))
    facts = ExportFacts(
        exporter,
        exported.documents,
        exported.left_out,
        missing,
        exported.reserved,
        (*exporter.reserved, *settings.escape),
        len(shards),
    )
    release = DatasetCard(card)
    texts = {
        "README.md": export_card(release, facts),
        RELEASE_CARD: card,
        SHARDS: shard_index(str(release.data["pretty_name"]), shards),
    }
    # A picture that documents of two shards show lies beside both, once.
    files = {file.path: file for shard in shards for file in shard.files}
    written = [*files.values()]
    written += [write_bytes(out, path, text.encode()) for path, text in texts.items()]
    waiting = [shard_record(shard.number) for shard in shards]
    written += write_index(exporter.index, out, shards, waiting)
    write_bytes(out, CHECKSUMS, checksum_lines(written).encode())
    forget_unfinished(out)
    return replace(exported, size_bytes=sum(file.size_bytes for file in files.values()))


def _state(settings: ExportSettings) -> dict[str, Any]:
    """Return what makes an export what it is: a killed one goes on with the same alone."""
    return {
        "release": settings.release,
        "checksums": _read(table_path(settings.release, CHECKSUMS)),
        "to": settings.to,
        "missing": settings.missing,
        "shard_bytes": settings.shard_bytes,
        "rows_per_file": settings.files.rows_per_file,
        "escape": list(settings.escape),
    }


def _has_pictures(folder: str) -> bool:
    return exists(table_path(folder, IMAGES.folder))


def _read(path: str) -> str:
    with fsspec.open(for_fsspec(path), "r", encoding="utf-8") as file:
        return str(file.read())


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = build(ExportSettings, read_toml(settings_file))
    with open_session("interleaf export", settings.spark) as spark:
        run(spark, settings)


if __name__ == "__main__":
    sys.exit(launch(main))
