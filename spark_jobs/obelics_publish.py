"""The last judged documents, IMAGES, CLUSTERS -> the release: Parquet, card, report, checksums.

spark-submit spark_jobs/obelics_publish.py SETTINGS.toml
"""

import sys

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.release import spread
from obelics_like.release.card import card_text
from obelics_like.release.examples import pictures_to_show
from obelics_like.release.facts import OUTPUTS, ReleaseFacts, shared_facts
from obelics_like.release.report import report_html
from obelics_like.rules.mark_document import Rules
from obelics_like.settings import ObelicsSettings, load_settings
from spark_jobs.obelics_alignment import alignment_facts, compares
from spark_jobs.release import counts as release_facts
from spark_jobs.release.archives import archive_lines
from spark_jobs.release.checksums import CHECKSUMS, checksum_lines, is_published
from spark_jobs.release.explored import explored, hidden_among
from spark_jobs.release.obelics_files import (
    live,
    shown_pictures,
    write_attribution,
    write_clusters,
    write_data,
)
from spark_jobs.release.pictures import thumbnails, write_images
from spark_jobs.run.files import write_bytes
from spark_jobs.run.launch import launch
from spark_jobs.run.session import open_session
from spark_jobs.run.tables import (
    CLUSTERS,
    IMAGES,
    RECORDS,
    judged_table,
    read_any_version,
    read_table,
    remove,
    table_path,
)
from webdoc.duplicates.near_duplicates import NearCopy
from webdoc.page.document import Document
from webdoc.picture.showing import NEVER_SHOWN, ShowRules
from webdoc.reasons import Reason
from webdoc.release.croissant import croissant_text
from webdoc.release.figures_file import figures_svg
from webdoc.release.files import ReleaseFile
from webdoc.release.picture_grid import PictureCase
from webdoc.release.published_settings import published_settings
from webdoc.release.spread import histograms as spread_histograms
from webdoc.release.spread import names, period
from webdoc.tables.images import StoredPicture
from webdoc.tables.records import Record
from webdoc.version import VERSION


def run(spark: SparkSession, settings: ObelicsSettings) -> None:
    """Write the release; when it is whole already it is left alone."""
    out = settings.out
    if is_published(out):
        return
    for exporter in OUTPUTS:
        remove(table_path(out, exporter.folder))  # what a killed run left
    records = read_table(spark, table_path(out, RECORDS), Record)
    documents = read_table(spark, judged_table(out), Document)
    images = read_table(spark, table_path(out, IMAGES), StoredPicture)
    files = write_data(documents, settings)
    if settings.images.source != "none":
        shown = shown_pictures(documents)
        files += write_images(images, shown, out, settings.release, settings.archives)
    if settings.near_duplicates.texts:
        files += write_clusters(read_table(spark, table_path(out, CLUSTERS), NearCopy), settings)
    files.append(write_attribution(documents, out))
    facts = facts_of(spark, settings, files)
    texts = {
        "funnel.csv": release_facts.csv_lines(list(facts.funnel)),
        "archives.csv": archive_lines(records),
        "settings.toml": published_settings(settings),
        "croissant.json": croissant_text(shared_facts(facts)),
        "report.html": report_html(facts),
        "README.md": card_text(facts),
    }
    if facts.histograms:
        texts["figures.svg"] = figures_svg(facts.histograms)
    files += [write_bytes(out, path, text.encode()) for path, text in texts.items()]
    write_bytes(out, CHECKSUMS, checksum_lines(files).encode())


def facts_of(
    spark: SparkSession, settings: ObelicsSettings, files: list[ReleaseFile]
) -> ReleaseFacts:
    """Gather what card, report and Croissant file say, from the tables of a run.

    Args:
        spark: the session.
        settings: of the run.
        files: the data files of its release.
    """
    out = settings.out
    documents = read_any_version(spark, judged_table(out), Document)
    images = read_any_version(spark, table_path(out, IMAGES), StoredPicture)
    records = read_any_version(spark, table_path(out, RECORDS), Record)
    kept = live(documents)
    shown = release_facts.examples(documents, settings.release.report_pages)
    tallies, cases = explored(documents, Document, spread.tallies_of, spread.picture_cases)
    histograms = spread_histograms(tallies, spread.SCALES, spread.limits_of(settings))
    return ReleaseFacts(
        settings=settings,
        version=VERSION,
        files=tuple(files),
        funnel=tuple(release_facts.funnel(records, documents)),
        notes=tuple(Rules.load(settings).notes()),
        languages=names(tallies, spread.LANGUAGES, most=None),
        domains=names(tallies, spread.DOMAINS),
        distributions=spread.distributions(histograms),
        examples=tuple(shown),
        refusals=tuple(release_facts.refusals(documents)),
        alignment=alignment_facts(kept, out) if compares(settings) else None,
        thumbnails=_thumbnails(documents, images, cases, shown, settings),
        faces=tuple(release_facts.faces(kept)) if settings.faces.model else (),
        histograms=histograms,
        counted=spread.counted(tallies),
        cases=tuple(cases),
        period=period(tallies, spread.MONTHS),
    )


def _thumbnails(
    documents: DataFrame,
    images: DataFrame,
    cases: list[PictureCase],
    shown: list[Document],
    settings: ObelicsSettings,
) -> tuple[tuple[str, bytes], ...]:
    """Return small pictures for the report, none that any page has a reason never to show."""
    wanted = [case.sha256 for case in cases] + pictures_to_show(shown)
    nodes = documents.select("reject_reason", F.explode("nodes").alias("node"))
    rows = nodes.select(
        F.col("node.image.facts.sha256").alias("sha256"),
        F.col("node.reject_reason").alias("reason"),
        F.col("node.image.permission_reason").alias("refused"),
        F.col("reject_reason").alias("page_reason"),
    )
    is_hidden = (
        F.col("reason").isin([str(reason) for reason in NEVER_SHOWN])
        | (F.col("refused") != "")
        | (F.col("page_reason") == Reason.DOCUMENT_NOT_PERMITTED.value)
    )
    hidden = hidden_among(rows, is_hidden, wanted)
    rules = ShowRules.of(settings.safety, settings.faces)
    allowed = (digest for digest in wanted if digest not in hidden)
    return thumbnails(images, allowed, settings.archives, rules)


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = load_settings(settings_file)
    with open_session("obelics_publish", settings.spark) as spark:
        run(spark, settings)


if __name__ == "__main__":
    sys.exit(launch(main))
