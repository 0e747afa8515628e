"""DEDUPLICATED, IMAGES, CLUSTERS -> the release: Parquet files, card, report, checksums.

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
from obelics_like.release_facts import ReleaseFacts
from obelics_like.report import report_html
from obelics_like.settings import ObelicsSettings, load_settings
from obelics_like.tables import ImageSource, Record
from spark_jobs import release_facts
from spark_jobs.files import write_bytes
from spark_jobs.launch import launch
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
_THUMBNAILS = 60
_THUMBNAIL_PX = 240


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
    documents = read_table(spark, table_path(out, DEDUPLICATED), Document)
    images = read_table(spark, table_path(out, IMAGES), ImageSource)
    files = write_data(documents, settings)
    if settings.images.source != "none":
        files += write_images(documents, images, settings)
    if settings.near_duplicates.texts:
        files += write_clusters(read_table(spark, table_path(out, CLUSTERS), NearCopy), settings)
    kept = live(documents)
    funnel = release_facts.funnel(records, documents)
    shown = release_facts.examples(documents)
    facts = ReleaseFacts(
        settings=settings,
        version=VERSION,
        files=tuple(files),
        funnel=tuple(funnel),
        notes=tuple(Rules.load(settings).notes()),
        languages=tuple(release_facts.languages(kept)),
        domains=tuple(release_facts.domains(kept)),
        distributions=tuple(release_facts.distributions(kept)),
        examples=tuple(shown),
        refusals=tuple(release_facts.refusals(documents)),
        thumbnails=tuple(_thumbnails(shown, images, settings)),
        faces=tuple(release_facts.faces(kept)) if settings.faces.model else (),
    )
    texts = {
        "funnel.csv": release_facts.csv_lines(funnel),
        "archives.csv": _archives(records),
        "settings.toml": published_settings(settings),
        "croissant.json": json.dumps(croissant(facts), indent=1, ensure_ascii=False) + "\n",
        "report.html": report_html(facts),
        "README.md": card_text(facts),
    }
    files += [write_bytes(out, path, text.encode()) for path, text in texts.items()]
    sums = "".join(f"{f.sha256}  {f.path}\n" for f in sorted(files, key=lambda f: f.path))
    write_bytes(out, CHECKSUMS, sums.encode())


def _thumbnails(
    shown: list[Document], images: DataFrame, settings: ObelicsSettings
) -> list[tuple[str, bytes]]:
    """Return small pictures for the report's examples."""
    wanted = dict.fromkeys(
        node.image.sha256
        for document in shown
        for node in document.nodes
        if node.image and node.image.sha256
    )
    rows = images.where(F.col("sha256").isin(list(wanted)[:_THUMBNAILS]))
    found = rows.orderBy(*IN_FILE_ORDER).toArrow()
    sources = (source for batch in found.to_batches() for source in from_batch(batch, ImageSource))
    small = (
        (source.sha256, thumbnail(body, _THUMBNAIL_PX))
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
