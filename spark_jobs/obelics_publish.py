"""DEDUPLICATED or ALIGNED, IMAGES, CLUSTERS -> the release: Parquet, card, report, checksums.

spark-submit spark_jobs/obelics_publish.py SETTINGS.toml
"""

import json
import sys

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.card import card_text
from obelics_like.croissant import croissant
from obelics_like.marking import Rules
from obelics_like.published_settings import published_settings
from obelics_like.records import Document
from obelics_like.release_facts import ReleaseFacts, ReleaseFile
from obelics_like.report import report_html
from obelics_like.report_examples import pictures_to_show
from obelics_like.settings import ObelicsSettings, load_settings
from obelics_like.tables import ImageSource, Record
from spark_jobs import release_facts
from spark_jobs.files import write_bytes
from spark_jobs.launch import launch
from spark_jobs.obelics_alignment import alignment_facts, compares
from spark_jobs.release_files import (
    IN_FILE_ORDER,
    bodies_of,
    live,
    write_clusters,
    write_data,
    write_images,
)
from spark_jobs.session import open_session
from spark_jobs.tables import (
    ALIGNED,
    CLUSTERS,
    DEDUPLICATED,
    IMAGES,
    RECORDS,
    exists,
    read_table,
    remove,
    table_path,
)
from webdoc.arrow import from_batch
from webdoc.captures import Kind
from webdoc.near_duplicates import NearCopy
from webdoc.pictures import thumbnail
from webdoc.version import VERSION

CHECKSUMS = "SHA256SUMS"  # written last: a folder that has it holds a whole release
THUMBNAILS = 60  # in a report
THUMBNAIL_PX = 240


def is_published(out: str) -> bool:
    """Tell whether the folder holds a whole release."""
    return exists(table_path(out, CHECKSUMS))


def run(spark: SparkSession, settings: ObelicsSettings) -> None:
    """Write the release; when it is whole already it is left alone."""
    out = settings.out
    if is_published(out):
        return
    for folder in ("data", "images", "clusters"):
        remove(table_path(out, folder))  # what a killed run left
    records = read_table(spark, table_path(out, RECORDS), Record)
    documents = _judged(spark, settings)
    images = read_table(spark, table_path(out, IMAGES), ImageSource)
    files = write_data(documents, settings)
    if settings.images.source != "none":
        files += write_images(documents, images, settings)
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


def checksum_lines(files: list[ReleaseFile]) -> str:
    """Return the lines of SHA256SUMS."""
    return "".join(f"{f.sha256}  {f.path}\n" for f in sorted(files, key=lambda f: f.path))


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
    images = read_table(spark, table_path(out, IMAGES), ImageSource)
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
        thumbnails=tuple(_thumbnails(shown, images, settings)),
        faces=tuple(release_facts.faces(kept)) if settings.faces.model else (),
    )


def _thumbnails(
    shown: list[Document], images: DataFrame, settings: ObelicsSettings
) -> list[tuple[str, bytes]]:
    """Return small pictures for the report's examples, but none that nobody should see."""
    rows = images.where(F.col("sha256").isin(pictures_to_show(shown)[:THUMBNAILS]))
    found = rows.orderBy(*IN_FILE_ORDER).toArrow()
    sources = (source for batch in found.to_batches() for source in from_batch(batch, ImageSource))
    small = (
        (source.sha256, thumbnail(body, THUMBNAIL_PX))
        for source, body in bodies_of(sources, settings.reading)
    )
    return sorted((digest, picture) for digest, picture in small if picture is not None)


def _archives(records: DataFrame) -> str:
    """Return CSV: how many records of each input file are of which kind."""
    by_file = records.groupBy("warc_filename")
    counted = by_file.pivot("kind", [kind.value for kind in Kind]).count()
    lines = ["warc_filename,pages,images,robots,others"]
    for row in counted.na.fill(0).orderBy("warc_filename").toLocalIterator():
        name = '"' + row["warc_filename"].replace('"', '""') + '"'
        lines.append(",".join([name, *(str(row[kind]) for kind in Kind)]))
    return "\n".join(lines) + "\n"


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = load_settings(settings_file)
    with open_session("obelics_publish", settings.spark) as spark:
        run(spark, settings)


if __name__ == "__main__":
    sys.exit(launch(main))
