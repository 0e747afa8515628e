"""The last judged documents, IMAGES, CLUSTERS -> the release: Parquet, card, report, checksums.

spark-submit spark_jobs/obelics_publish.py SETTINGS.toml
"""

import sys

from pyspark.sql import SparkSession

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
from webdoc.release.croissant import croissant_text
from webdoc.release.files import ReleaseFile
from webdoc.release.published_settings import published_settings
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
    shown = release_facts.examples(documents)
    return ReleaseFacts(
        settings=settings,
        version=VERSION,
        files=tuple(files),
        funnel=tuple(release_facts.funnel(records, documents)),
        notes=tuple(Rules.load(settings).notes()),
        languages=tuple(release_facts.languages(kept)),
        domains=tuple(release_facts.domains(kept)),
        distributions=tuple(release_facts.distributions(kept)),
        examples=tuple(shown),
        refusals=tuple(release_facts.refusals(documents)),
        alignment=alignment_facts(kept, out) if compares(settings) else None,
        thumbnails=thumbnails(images, pictures_to_show(shown), settings.archives),
        faces=tuple(release_facts.faces(kept)) if settings.faces.model else (),
    )


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = load_settings(settings_file)
    with open_session("obelics_publish", settings.spark) as spark:
        run(spark, settings)


if __name__ == "__main__":
    sys.exit(launch(main))
