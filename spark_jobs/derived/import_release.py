"""Files of a published corpus -> a release, a document a row.

spark-submit spark_jobs/derived/import_release.py SETTINGS.toml

A row that is no document is counted with its reason; what the form does not say is null.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import fsspec
import pyarrow as pa
import tomli_w
from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.derived.examples import examples
from spark_jobs.derived.places import described
from spark_jobs.derived.tally import Tally, tally
from spark_jobs.release.checksums import CHECKSUMS, checksum_lines
from spark_jobs.release.counts import csv_lines
from spark_jobs.release.writing import exported_rows, file_count, write_exported
from spark_jobs.run.files import write_bytes
from spark_jobs.run.folder import RunFolderError
from spark_jobs.run.launch import launch
from spark_jobs.run.session import open_session
from spark_jobs.run.tables import for_fsspec, spark_schema
from webdoc.arrow import Batches, to_batch
from webdoc.derived.card import DerivedFacts
from webdoc.derived.history import HISTORY, Version, history_lines
from webdoc.derived.report import derived_report
from webdoc.exporters.documents import DOCUMENTS, ReleaseRow
from webdoc.exporters.mmc4 import MMC4, MMC4_LINES, Mmc4Row
from webdoc.importers.card import import_card, import_facts, import_funnel
from webdoc.importers.importer import Form, ImportedRow, form_named
from webdoc.importers.reading import SUFFIXES, imported_rows
from webdoc.release.croissant import croissant_text
from webdoc.release.files import ReleaseFile
from webdoc.run_settings import ReleaseSettings, SparkSettings
from webdoc.settings import SettingsError, build, read_toml
from webdoc.storage.inputs import ArchiveFile, expand_inputs

_COMMAND: Final = "interleaf import"
_ROWS_AT_ONCE: Final = 64


@dataclass(frozen=True, slots=True)
class ImportSettings:
    """What is imported, from which form, and where it goes."""

    inputs: tuple[str, ...] = ()  # Parquet files or lines of JSON: paths, folders, globs, URLs
    form: str = ""  # name of a form
    out: str = ""  # folder that does not exist yet, or is empty
    files: ReleaseSettings = field(default_factory=ReleaseSettings)
    spark: SparkSettings = field(default_factory=SparkSettings)


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of it."""

    documents: int
    images: int
    rejected: tuple[tuple[str, int], ...]  # reason, rows; most frequent first
    files: int


def check(settings: ImportSettings) -> tuple[Form, list[ArchiveFile]]:
    """Check everything before Spark starts.

    Raises:
        SettingsError: no such form, no input, none that can be read.
        RunFolderError: the folder for the release is not empty.
    """
    form = form_named(settings.form)
    if not settings.inputs:
        raise SettingsError("No input. Give Parquet files or lines of JSON, or folders of them.")
    if not settings.out:
        raise SettingsError("No output folder. Give one with --out DIR.")
    filesystem, inner = fsspec.url_to_fs(for_fsspec(settings.out))
    if filesystem.exists(inner) and (not filesystem.isdir(inner) or filesystem.ls(inner)):
        raise RunFolderError(f"{settings.out} is not empty. Give a new or an empty folder.")
    files = expand_inputs(settings.inputs, suffixes=SUFFIXES)
    if all(file.problem for file in files):
        raise SettingsError(f"None of the inputs can be read: {files[0].name}: {files[0].problem}.")
    return form, files


def run(spark: SparkSession, settings: ImportSettings) -> Imported:
    """Write the release: data/, with MMC4 also mmc4/ and jsonl/, card, report, checksums.

    Raises:
        SettingsError, RunFolderError: as of `check`.
    """
    form, inputs = check(settings)
    rows = read_rows(spark, inputs, form).persist(StorageLevel.DISK_ONLY)
    try:
        kept = rows.where("reject_reason is null")
        files = _write_documents(kept, form, settings)
        rejected = _rejected(rows)
    finally:
        rows.unpersist()
    facts = described(spark, [settings.out]).withColumns(
        {"stays": F.lit(True), "lost": F.lit(0).cast("long")}
    )
    facts = facts.persist()
    counts = tally(facts)
    texts = _texts(spark, settings, form, inputs, files, facts, counts, rejected)
    facts.unpersist()
    files += [write_bytes(settings.out, path, text.encode()) for path, text in texts.items()]
    write_bytes(settings.out, CHECKSUMS, checksum_lines(files).encode())
    return Imported(counts.kept.documents, counts.kept.images, rejected, len(files) + 1)


def read_rows(spark: SparkSession, inputs: Sequence[ArchiveFile], form: Form) -> DataFrame:
    """Return an `ImportedRow` for each row of the inputs, and for each input that breaks."""
    files = spark.createDataFrame(
        [(f.path, f.name, f.size_bytes, f.problem) for f in inputs],
        "path string, name string, size_bytes long, problem string",
    ).repartition(max(1, len(inputs)), "name")
    name = form.name

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        own = form_named(name)
        for batch in batches:
            for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                waiting: list[ImportedRow] = []
                for row in imported_rows(ArchiveFile(*values), own):
                    waiting.append(row)
                    if len(waiting) == _ROWS_AT_ONCE:
                        yield to_batch(waiting, ImportedRow)
                        waiting = []
                yield to_batch(waiting, ImportedRow)

    return files.mapInArrow(on_partition, spark_schema(ImportedRow))


def _write_documents(kept: DataFrame, form: Form, settings: ImportSettings) -> list[ReleaseFile]:
    count = file_count(kept.count(), settings.files)
    files: list[ReleaseFile] = []
    of_mmc4 = ((MMC4, _mmc4_row), (MMC4_LINES, _mmc4_row)) if form.writes_mmc4 else ()
    for exporter, row in ((DOCUMENTS, _row), *of_mmc4):
        made = exported_rows(kept, exporter, ImportedRow, row, _doc_id)
        files += write_exported(made, exporter, count, settings.out, settings.files)
    return files


def _row(imported: ImportedRow) -> ReleaseRow | None:
    return imported.row


def _mmc4_row(imported: ImportedRow) -> Mmc4Row | None:
    return imported.mmc4


def _doc_id(imported: ImportedRow) -> str:
    return imported.doc_id


def _rejected(rows: DataFrame) -> tuple[tuple[str, int], ...]:
    counted = rows.where("reject_reason is not null").groupBy("reject_reason").count().collect()
    found = [(row["reject_reason"], row["count"]) for row in counted]
    return tuple(sorted(found, key=lambda pair: (-pair[1], pair[0])))


def _texts(  # noqa: PLR0913, PLR0917 - what a release says
    spark: SparkSession,
    settings: ImportSettings,
    form: Form,
    inputs: Sequence[ArchiveFile],
    files: list[ReleaseFile],
    facts: DataFrame,
    counts: Tally,
    rejected: tuple[tuple[str, int], ...],
) -> dict[str, str]:
    """Return the small files of the release by their names."""
    own = {"form": form.name, "inputs": [file.name for file in inputs]}
    change = f"Imported from {form.corpus}: {len(inputs):,} files. {form.lacks}"
    version = Version(1, _COMMAND, change, counts.kept.documents, counts.kept.images, "")
    shared = import_facts(
        form,
        tomli_w.dumps({"import": own}),
        tuple(files),
        import_funnel(counts.kept, rejected),
        counts.languages,
        counts.domains,
    )
    derived = DerivedFacts(
        shared, (version,), counts.kept, counts.distributions, examples(spark, settings.out, facts)
    )
    return {
        "funnel.csv": csv_lines(list(shared.funnel)),
        HISTORY: history_lines((version,)),
        "settings.toml": shared.settings,
        "croissant.json": croissant_text(shared),
        "report.html": derived_report(derived),
        "README.md": import_card(form, shared, counts.kept),
    }


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = build(ImportSettings, read_toml(settings_file))
    with open_session(_COMMAND, settings.spark) as spark:
        run(spark, settings)


if __name__ == "__main__":
    sys.exit(launch(main))
