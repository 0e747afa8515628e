"""PLACED, PICTURES -> the report of a release of the MMC4 path."""

from collections.abc import Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from mmc4_like.release.examples import HIDDEN
from mmc4_like.release.facts import CardFacts, ReportFacts
from mmc4_like.release.report import report_html
from mmc4_like.settings import Mmc4Settings
from mmc4_like.tables import PlacedDocument
from spark_jobs.release.counts import example_ids
from spark_jobs.release.pictures import thumbnails
from webdoc.arrow import from_batch


def report_text(
    placed: DataFrame,
    pictures: DataFrame,
    card: CardFacts,
    settings: Mmc4Settings,
) -> str:
    """Return the report.

    Args:
        placed: PLACED.
        pictures: PICTURES, whose bytes are where they were.
        card: what the card says.
        settings: of the run.
    """
    shown = examples(placed)
    return report_html(ReportFacts(card, shown, _thumbnails(shown, pictures, settings)))


def examples(placed: DataFrame) -> tuple[PlacedDocument, ...]:
    """Return some published documents and some of each reason, always the same ones."""
    ids = example_ids(
        placed.select("candidate.document.doc_id", "candidate.document.reject_reason")
    )
    table = placed.where(F.col("candidate.document.doc_id").isin(ids)).toArrow()
    found = [one for batch in table.to_batches() for one in from_batch(batch, PlacedDocument)]
    return tuple(sorted(found, key=lambda one: one.candidate.document.doc_id))


def _thumbnails(
    shown: Sequence[PlacedDocument], pictures: DataFrame, settings: Mmc4Settings
) -> tuple[tuple[str, bytes], ...]:
    images = (image for one in shown for image in one.candidate.images)
    wanted = (i.facts.sha256 for i in images if i.facts.sha256 and i.reject_reason not in HIDDEN)
    return thumbnails(pictures, wanted, settings.archives)
