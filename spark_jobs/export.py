"""A release in another form, for those who train on it: the release itself stays as it is.

spark-submit spark_jobs/export.py SETTINGS.toml
"""

import sys
from dataclasses import dataclass, field
from functools import partial
from math import ceil
from typing import Any, Final

import fsspec
from huggingface_hub import DatasetCard
from pyspark.sql import SparkSession

from spark_jobs.release.checksums import CHECKSUMS, checksum_lines, is_published
from spark_jobs.release.published import PublishedRow, picture_counts, published_rows
from spark_jobs.release.writing import exported_rows, write_exported
from spark_jobs.run.files import write_bytes
from spark_jobs.run.folder import RunFolderError
from spark_jobs.run.launch import launch
from spark_jobs.run.session import open_session
from spark_jobs.run.tables import exists, for_fsspec, table_path
from webdoc.exporters import all_exporters
from webdoc.exporters.images import IMAGES
from webdoc.release.export_card import ExportFacts, export_card
from webdoc.release.exporter import Exporter
from webdoc.release.published import MissingPolicy, without_missing
from webdoc.run_settings import ReleaseSettings, SparkSettings
from webdoc.settings import SettingsError, build, read_toml

RELEASE_CARD: Final = "RELEASE.md"


@dataclass(frozen=True, slots=True)
class ExportSettings:
    """What is exported, to what, and how it is cut."""

    release: str = ""  # folder of a release
    to: str = ""  # name of an exporter
    out: str = ""  # folder that does not exist yet, or is empty
    missing: MissingPolicy = "skip_image"  # what becomes of pictures without bytes
    files: ReleaseSettings = field(default_factory=ReleaseSettings)
    spark: SparkSettings = field(default_factory=SparkSettings)


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote."""

    documents: int
    left_out: int  # documents, because of a picture without bytes
    missing: int  # pictures without bytes
    files: int
    size_bytes: int


def export_names() -> tuple[str, ...]:
    """Return what a release can be exported to."""
    return tuple(exporter.name for exporter in all_exporters() if exporter.row)


def check(settings: ExportSettings) -> Exporter:
    """Return the exporter, or refuse before Spark starts.

    Raises:
        SettingsError: no such exporter, or an option lacks.
        RunFolderError: no release there, or the folder for the export is not empty.
    """
    names = export_names()
    if settings.to not in names:
        complaint = f"{settings.to!r} is none" if settings.to else "Say what to export to"
        raise SettingsError(f"{complaint}. --to takes {', '.join(names)}.")
    if not settings.out:
        raise SettingsError("No output folder. Give one with --out DIR.")
    if not is_published(settings.release):
        raise RunFolderError(
            f"{settings.release} holds no whole release. Give the --out folder of a finished run."
        )
    filesystem, inner = fsspec.url_to_fs(for_fsspec(settings.out))
    if filesystem.exists(inner) and (not filesystem.isdir(inner) or filesystem.ls(inner)):
        raise RunFolderError(f"{settings.out} is not empty. Give a new or an empty folder.")
    exporter = next(one for one in all_exporters() if one.name == settings.to)
    if exporter.needs_pictures and not _has_pictures(settings.release):
        raise RunFolderError(
            f"{settings.release} holds no pictures, and {settings.to} is made of their bytes."
            " Build the release with images.source = warc, fetch or warc+fetch."
        )
    return exporter


def run(spark: SparkSession, settings: ExportSettings) -> Exported:
    """Write the export: its files, a card, the card of the release, checksums.

    Raises:
        SettingsError, RunFolderError: as of `check`; or a picture has no bytes, where that is an
            error.
    """
    exporter = check(settings)
    stored = _has_pictures(settings.release)
    shown, found, size_bytes = picture_counts(spark, settings.release, stored=stored)
    missing = shown - found if exporter.needs_pictures else 0
    if missing and settings.missing == "error":
        raise RunFolderError(
            f"{missing:,} of {shown:,} pictures have no bytes in {settings.release}. Take"
            " --missing skip_image or skip_document."
        )
    documents = published_rows(spark, settings.release, with_pictures=exporter.needs_pictures)
    total = documents.select("doc_id").count()
    row = partial(_row, exporter=exporter, missing=settings.missing)
    rows = exported_rows(documents, exporter, PublishedRow, row, _doc_id)
    limits = settings.files
    by_bytes = size_bytes / limits.image_bytes_per_file if exporter.needs_pictures else 0
    count = max(1, ceil(by_bytes), ceil(total / limits.rows_per_file))
    files = write_exported(rows, exporter, count, settings.out, limits)
    exported = Exported(
        documents=sum(file.rows for file in files),
        left_out=total - sum(file.rows for file in files),
        missing=missing,
        files=len(files),
        size_bytes=sum(file.size_bytes for file in files),
    )
    card = _read(table_path(settings.release, "README.md"))
    facts = ExportFacts(exporter, exported.documents, exported.left_out, missing)
    texts = {"README.md": export_card(DatasetCard(card), facts), RELEASE_CARD: card}
    files += [write_bytes(settings.out, path, text.encode()) for path, text in texts.items()]
    write_bytes(settings.out, CHECKSUMS, checksum_lines(files).encode())
    return exported


def _row(published: PublishedRow, *, exporter: Exporter, missing: MissingPolicy) -> Any:
    document = published.document()
    if exporter.needs_pictures:
        kept = without_missing(document, missing)
        if kept is None:
            return None
        document = kept
    assert exporter.row
    return exporter.row(document)


def _doc_id(published: PublishedRow) -> str:
    return published.doc_id


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
