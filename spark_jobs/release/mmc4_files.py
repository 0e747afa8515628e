"""The data files of a release of the MMC4 path, the same bytes whatever the cluster."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from mmc4_like.release.rows import interleaved_row, mmc4_row
from mmc4_like.settings import Mmc4Settings
from mmc4_like.tables import PlacedDocument
from spark_jobs.release.writing import exported_rows, file_count, write_exported
from webdoc.exporters.documents import DOCUMENTS
from webdoc.exporters.mmc4 import MMC4, MMC4_LINES
from webdoc.release.files import ReleaseFile


def live(placed: DataFrame) -> DataFrame:
    """Return the documents that are published."""
    return placed.where("candidate.document.reject_reason is null")


def write_documents(placed: DataFrame, settings: Mmc4Settings) -> list[ReleaseFile]:
    """Write data/, mmc4/ and jsonl/: the same documents three times, in the same files."""
    kept = live(placed)
    count = file_count(kept.count(), settings.release)
    files: list[ReleaseFile] = []
    for exporter, row in ((DOCUMENTS, interleaved_row), (MMC4, mmc4_row), (MMC4_LINES, mmc4_row)):
        rows = exported_rows(kept, exporter, PlacedDocument, row, _doc_id)
        files += write_exported(rows, exporter, count, settings.out, settings.release)
    return files


def _doc_id(placed: PlacedDocument) -> str:
    return placed.candidate.document.doc_id


def placed_pictures(placed: DataFrame) -> DataFrame:
    """Return the sha256 of every picture that a published document shows."""
    stands = F.expr("filter(placements, p -> p.sentence is not null)")
    shown = live(placed).select("candidate.images", F.explode(stands).alias("placement"))
    found = shown.select(
        F.expr("element_at(images, cast(placement.image + 1 as int)).facts.sha256")
    )
    return found.toDF("sha256").where("sha256 != ''").distinct()
