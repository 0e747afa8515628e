"""Live documents, IMAGES, CLUSTERS -> the release: Parquet, card, report, checksums.

spark-submit spark_jobs/obelics_publish.py SETTINGS.toml
"""

import sys

from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession

from obelics_like.release import spread
from obelics_like.release.card import card_text
from obelics_like.release.facts import OUTPUTS, ReleaseFacts, shared_facts
from obelics_like.release.report import report_html
from obelics_like.rules.mark_document import Rules
from obelics_like.settings import ObelicsSettings, load_settings
from spark_jobs.balance.obelics_balance import balances
from spark_jobs.marks.judged import of_all_documents
from spark_jobs.marks.live import Live, live
from spark_jobs.marks.read_kinds import read_records
from spark_jobs.obelics_alignment import alignment_facts, compares
from spark_jobs.obelics_scores import wanted_marks
from spark_jobs.release import counts as release_facts
from spark_jobs.release.archives import archive_lines
from spark_jobs.release.checksums import CHECKSUMS, checksum_lines, is_published
from spark_jobs.release.explored import Looks, explored
from spark_jobs.release.obelics_files import (
    Seen,
    seen_rows,
    shown_pictures,
    write_attribution,
    write_clusters,
    write_data,
)
from spark_jobs.release.obelics_report import report_pictures
from spark_jobs.release.pictures import write_images
from spark_jobs.run.files import write_bytes
from spark_jobs.run.launch import launch
from spark_jobs.run.session import open_session
from spark_jobs.run.tables import (
    ALIGNMENT_MARKS,
    BALANCE_MARKS,
    FINISH_MARKS,
    IMAGES,
    SET_MARKS,
    TEXT_MARKS,
    is_finished,
    read_table,
    remove,
    table_path,
)
from webdoc.reasons import KEPT, FunnelRow
from webdoc.release.croissant import croissant_text
from webdoc.release.figures_file import figures_svg
from webdoc.release.files import ReleaseFile
from webdoc.release.published_settings import published_settings
from webdoc.release.spread import histograms as spread_histograms
from webdoc.release.spread import names, period
from webdoc.tables.images import StoredPicture
from webdoc.version import VERSION


def run(spark: SparkSession, settings: ObelicsSettings) -> None:
    """Write the release; when it is whole already it is left alone."""
    out = settings.out
    if is_published(out):
        return
    _check_there(settings)
    for exporter in OUTPUTS:
        remove(table_path(out, exporter.folder))  # what a killed run left
    found = live(spark, out)
    funnel = release_facts.funnel(spark, out, found.marks)
    kept = (r.count for r in funnel if (r.level, r.reason) == ("document", KEPT))
    # Texts of the release are decoded once, and then looked at from several sides.
    seen = seen_documents(spark, settings, found).persist(StorageLevel.DISK_ONLY)
    files = write_data(seen, sum(kept), settings)
    if settings.images.source != "none":
        images = read_table(spark, table_path(out, IMAGES), StoredPicture)
        shown = shown_pictures(found)
        files += write_images(images, shown, out, settings.release, settings.archives)
    if settings.near_duplicates.texts:
        files += write_clusters(spark, settings)
    files.append(write_attribution(seen, settings))
    facts = facts_of(spark, settings, files, funnel, seen)
    seen.unpersist()
    texts = {
        "funnel.csv": release_facts.csv_lines(list(facts.funnel)),
        "archives.csv": archive_lines(read_records(spark, out)),
        "settings.toml": published_settings(settings),
        "croissant.json": croissant_text(shared_facts(facts)),
        "report.html": report_html(facts),
        "README.md": card_text(facts),
    }
    if facts.histograms:
        texts["figures.svg"] = figures_svg(facts.histograms)
    files += [write_bytes(out, path, text.encode()) for path, text in texts.items()]
    write_bytes(out, CHECKSUMS, checksum_lines(files).encode())


def _check_there(settings: ObelicsSettings) -> None:
    """Refuse to publish what is not judged to the end.

    Raises:
        FileNotFoundError: names a table that a job before this one writes.
    """
    wanted = {
        FINISH_MARKS: True,
        TEXT_MARKS: settings.near_duplicates.texts,
        SET_MARKS: settings.deduplication.image_sets,
        ALIGNMENT_MARKS: compares(settings),
        **dict.fromkeys(wanted_marks(settings), True),
        BALANCE_MARKS: balances(settings),
    }
    for name, is_made in wanted.items():
        path = table_path(settings.out, name)
        if is_made and not is_finished(path):
            raise FileNotFoundError(
                f"no finished table at {path}: run the job that writes it first"
            )


def seen_documents(spark: SparkSession, settings: ObelicsSettings, found: Live) -> DataFrame:
    """Return what is made of all documents of a run, left out ones too (`Seen`)."""
    looks = Looks(spread.tallies_of, spread.picture_cases, spread.node_examples)
    return of_all_documents(spark, settings, found.marks, seen_rows(looks), Seen)


def facts_of(
    spark: SparkSession,
    settings: ObelicsSettings,
    files: list[ReleaseFile],
    funnel: list[FunnelRow] | None = None,
    seen: DataFrame | None = None,
) -> ReleaseFacts:
    """Gather what card, report and Croissant file say, from the tables of a run.

    Args:
        spark: the session.
        settings: of the run.
        files: the data files of its release.
        funnel: of the run; None: it is counted.
        seen: from `seen_documents`; None: it is made.
    """
    out = settings.out
    found = live(spark, out)
    rows = seen_documents(spark, settings, found) if seen is None else seen
    tallies, cases, others = explored(rows.select("tally", "case", "example"))
    histograms = spread_histograms(tallies, spread.SCALES, spread.limits_of(settings))
    most = settings.release.report_pages
    shown = release_facts.examples(spark, out, found.marks, most, others)
    return ReleaseFacts(
        settings=settings,
        version=VERSION,
        files=tuple(files),
        funnel=tuple(funnel or release_facts.funnel(spark, out, found.marks)),
        notes=tuple(Rules.load(settings).notes()),
        languages=names(tallies, spread.LANGUAGES, most=None),
        domains=names(tallies, spread.DOMAINS),
        distributions=spread.distributions(histograms),
        examples=tuple(shown),
        refusals=tuple(release_facts.refusals(spark, out, found.marks)),
        alignment=alignment_facts(found, out) if compares(settings) else None,
        thumbnails=report_pictures(spark, settings, found.marks, cases, shown),
        faces=tuple(release_facts.faces(found)) if settings.faces.model else (),
        histograms=histograms,
        counted=spread.counted(tallies),
        cases=tuple(cases),
        period=period(tallies, spread.MONTHS),
    )


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = load_settings(settings_file)
    with open_session("obelics_publish", settings.spark) as spark:
        run(spark, settings)


if __name__ == "__main__":
    sys.exit(launch(main))
