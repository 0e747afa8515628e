"""The report of a finished release once more, from the tables of its run.

spark-submit spark_jobs/report_again.py FOLDER
"""

import sys
from dataclasses import replace

import fsspec
from pyspark.sql import SparkSession

from mmc4_like import settings as mmc4_settings
from mmc4_like.tables import PICTURES, PLACED
from obelics_like import settings as obelics_settings
from obelics_like.release.report import report_html
from spark_jobs import mmc4_publish
from spark_jobs.obelics_publish import facts_of
from spark_jobs.release.checksums import (
    CHECKSUMS,
    checksum_lines,
    is_published,
    published_files,
)
from spark_jobs.release.mmc4_report import report_text
from spark_jobs.release.mmc4_seen import seen
from spark_jobs.run.files import write_bytes
from spark_jobs.run.folder import RunFolderError, settings_of
from spark_jobs.run.launch import launch
from spark_jobs.run.session import open_session
from spark_jobs.run.tables import (
    RECORDS,
    for_fsspec,
    is_finished,
    read_any_version,
    table_path,
)
from webdoc.release.files import ReleaseFile
from webdoc.release.run_comparison import Comparison, compared, funnel_from_csv
from webdoc.tables.images import StoredPicture

REPORT = "report.html"


def check(out: str) -> None:
    """Refuse a folder that holds no finished run.

    Raises:
        RunFolderError: the message says what is missing.
    """
    settings_of(out)
    has_tables = any(is_finished(table_path(out, name)) for name in (RECORDS, PLACED))
    if not has_tables or not is_published(out):
        raise RunFolderError(
            f"{out} holds no finished run. Finish it with --resume; its tables/ must be there too."
        )


def run(spark: SparkSession, out: str, compare: str = "") -> None:
    """Write report.html and its line in SHA256SUMS anew.

    Args:
        spark: the session.
        out: folder of a finished run.
        compare: folder of another release, whose funnel and settings stand beside; "": none.

    Raises:
        RunFolderError: the other folder holds no release.
    """
    files = published_files(out)
    stored = {**settings_of(out), "out": out}
    data = [file for file in files if file.path.endswith((".parquet", ".jsonl"))]
    comparison = comparison_of(out, compare) if compare else None
    if is_finished(table_path(out, RECORDS)):
        html = _obelics(spark, obelics_settings.stored_settings(stored), data, comparison)
    else:
        html = _mmc4(spark, mmc4_settings.stored_settings(stored), data, comparison)
    others = [file for file in files if file.path != REPORT]
    written = write_bytes(out, REPORT, html.encode())
    write_bytes(out, CHECKSUMS, checksum_lines([*others, written]).encode())


def _obelics(
    spark: SparkSession,
    settings: obelics_settings.ObelicsSettings,
    data: list[ReleaseFile],
    comparison: Comparison | None,
) -> str:
    return report_html(replace(facts_of(spark, settings, data), comparison=comparison))


def _mmc4(
    spark: SparkSession,
    settings: mmc4_settings.Mmc4Settings,
    data: list[ReleaseFile],
    comparison: Comparison | None,
) -> str:
    pictures = read_any_version(spark, table_path(settings.tables_from, PICTURES), StoredPicture)
    with seen(spark, settings) as found:
        card = mmc4_publish.card_facts(found, data, settings)
        card = replace(card, shared=replace(card.shared, comparison=comparison))
        return report_text(spark, found, pictures, card, settings)


def comparison_of(out: str, other: str) -> Comparison:
    """Return two releases side by side.

    Raises:
        RunFolderError: the other folder holds no release, or one that cannot be read.
    """
    texts = []
    for folder in (out, other):
        filesystem, inner = fsspec.url_to_fs(for_fsspec(folder))
        try:
            texts += [
                filesystem.cat_file(f"{inner}/{name}").decode("utf-8")
                for name in ("funnel.csv", "settings.toml")
            ]
        except FileNotFoundError as error:
            raise RunFolderError(
                f"{folder} holds no funnel.csv and settings.toml, so no release to compare with. "
                "Give the --out folder of a finished run."
            ) from error
    try:
        funnels = [funnel_from_csv(text) for text in texts[::2]]
        return compared(funnels[0], texts[1], funnels[1], texts[3])
    except ValueError as error:
        raise RunFolderError(
            f"the release in {other} cannot be compared with: {error}. Was its funnel.csv or its "
            "settings.toml changed?"
        ) from error


def main(out: str) -> None:
    """Run this job alone."""
    check(out)
    with open_session("interleaf report") as spark:
        run(spark, out)


if __name__ == "__main__":
    sys.exit(launch(main, "FOLDER"))
