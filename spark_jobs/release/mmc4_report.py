"""PLACED, PICTURES -> the report of a release of the MMC4 path."""

from collections.abc import Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from mmc4_like.release.facts import CardFacts, ReportFacts
from mmc4_like.release.report import report_html
from mmc4_like.settings import Mmc4Settings
from mmc4_like.tables import PlacedDocument
from spark_jobs.release.counts import example_ids
from spark_jobs.release.explored import hidden_among
from spark_jobs.release.pictures import thumbnails
from webdoc.arrow import from_batch
from webdoc.picture.showing import NEVER_SHOWN, ShowRules
from webdoc.reasons import Reason

_REASONS_OF_IMAGES = """array_distinct(filter(
    concat(candidate.images.reject_reason, placements.reject_reason), reason -> reason is not null
))"""


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
    shown = examples(placed, settings.release.report_pages)
    cases = [case.sha256 for grid in card.shared.grids for case in grid.cases]
    small = _thumbnails(placed, cases, shown, pictures, settings)
    return report_html(ReportFacts(card, shown, small))


def examples(placed: DataFrame, kept: int) -> tuple[PlacedDocument, ...]:
    """Return some published documents and some of each reason, also of images, always the same."""
    doc_id = F.col("candidate.document.doc_id").alias("doc_id")
    reason = F.col("candidate.document.reject_reason").alias("reject_reason")
    own = placed.select(doc_id, reason)
    of_images = placed.where("candidate.document.reject_reason is null").select(
        doc_id, F.explode(F.expr(_REASONS_OF_IMAGES)).alias("reject_reason")
    )
    ids = example_ids(own.unionByName(of_images), kept)
    table = placed.where(F.col("candidate.document.doc_id").isin(ids)).toArrow()
    found = [one for batch in table.to_batches() for one in from_batch(batch, PlacedDocument)]
    return tuple(sorted(found, key=lambda one: one.candidate.document.doc_id))


def _thumbnails(
    placed: DataFrame,
    cases: Sequence[str],
    shown: Sequence[PlacedDocument],
    pictures: DataFrame,
    settings: Mmc4Settings,
) -> tuple[tuple[str, bytes], ...]:
    """Return small pictures, none that any text has a reason never to show."""
    images = (image for one in shown for image in one.candidate.images)
    wanted = [*cases, *(image.facts.sha256 for image in images if image.facts.sha256)]
    rows = placed.select(
        F.col("candidate.document.reject_reason").alias("text_reason"),
        F.explode("candidate.images").alias("image"),
    ).select("text_reason", F.col("image.facts.sha256").alias("sha256"), "image.reject_reason")
    is_hidden = F.col("reject_reason").isin([str(reason) for reason in NEVER_SHOWN]) | (
        F.col("text_reason") == Reason.DOCUMENT_NOT_PERMITTED.value
    )
    hidden = hidden_among(rows, is_hidden, wanted)
    rules = ShowRules.of(settings.safety, settings.faces)
    allowed = (digest for digest in wanted if digest not in hidden)
    return thumbnails(pictures, allowed, settings.archives, rules)
