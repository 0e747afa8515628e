"""DEDUPLICATED or ALIGNED, IMAGES, CLUSTERS -> the release: Parquet, card, report, checksums.

spark-submit spark_jobs/obelics_publish.py SETTINGS.toml
"""

import json
import sys

from pyspark.sql import DataFrame, SparkSession

from obelics_like.release.card import card_text
from obelics_like.release.croissant import croissant
from obelics_like.release.examples import pictures_to_show
from obelics_like.release.facts import ReleaseFacts
from obelics_like.release.report import report_html
from obelics_like.rules.mark_document import Rules
from obelics_like.settings import ObelicsSettings, load_settings
from spark_jobs.obelics_alignment import alignment_facts, compares
from spark_jobs.release import counts as release_facts
from spark_jobs.release.checksums import CHECKSUMS, checksum_lines, is_published
from spark_jobs.release.obelics_files import live, shown_pictures, write_clusters, write_data
from spark_jobs.release.pictures import thumbnails, write_images
from spark_jobs.run.files import write_bytes
from spark_jobs.run.launch import launch
from spark_jobs.run.session import open_session
from spark_jobs.run.tables import (
    ALIGNED,
    CLUSTERS,
    DEDUPLICATED,
    IMAGES,
    RECORDS,
    read_table,
    remove,
    table_path,
)
from webdoc.duplicates.near_duplicates import NearCopy
from webdoc.page.document import Document
from webdoc.reasons import Kind
from webdoc.release.escaping import csv_cell
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
    for folder in ("data", "images", "clusters"):
        remove(table_path(out, folder))  # what a killed run left
    records = read_table(spark, table_path(out, RECORDS), Record)
    documents = _judged(spark, settings)
    images = read_table(spark, table_path(out, IMAGES), StoredPicture)
    files = write_data(documents, settings)
    if settings.images.source != "none":
        shown = shown_pictures(documents)
        files += write_images(images, shown, out, settings.release, settings.archives)
    if settings.near_duplicates.texts:
        files += write_clusters(read_table(spark, table_path(out, CLUSTERS), NearCopy), settings)
    facts = facts_of(spark, settings, files)
    texts = {
        "funnel.csv": release_facts.csv_lines(list(facts.funnel)),
        "archives.csv": _archives(records),
        "settings.toml": published_settings(settings),
        "croissant.json": json.dumps(croissant(facts), indent=1, ensure_ascii=False) + "\n",
        "report.html": report_html(facts),
        "README.md": card_text(facts),
    }
    files += [write_bytes(out, path, text.encode()) for path, text in texts.items()]
    write_bytes(out, CHECKSUMS, checksum_lines(files).encode())


def _judged(spark: SparkSession, settings: ObelicsSettings) -> DataFrame:
    """Return the documents as the last job that judged them left them."""
    last = ALIGNED if compares(settings) else DEDUPLICATED
    return read_table(spark, table_path(settings.out, last), Document)


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
    documents = _judged(spark, settings)
    images = read_table(spark, table_path(out, IMAGES), StoredPicture)
    records = read_table(spark, table_path(out, RECORDS), Record)
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


def _archives(records: DataFrame) -> str:
    """Return CSV: how many records of each input file are of which kind."""
    by_file = records.groupBy("warc_filename")
    counted = by_file.pivot("kind", [kind.value for kind in Kind]).count()
    lines = ["warc_filename,pages,images,robots,others"]
    for row in counted.na.fill(0).orderBy("warc_filename").toLocalIterator():
        cells = [csv_cell(row["warc_filename"]), *(str(row[kind]) for kind in Kind)]
        lines.append(",".join(cells))
    return "\n".join(lines) + "\n"


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = load_settings(settings_file)
    with open_session("obelics_publish", settings.spark) as spark:
        run(spark, settings)


if __name__ == "__main__":
    sys.exit(launch(main))
