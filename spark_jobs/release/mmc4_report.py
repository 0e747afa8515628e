"""What was seen in the documents of a run, and PICTURES -> the report of its release."""

from collections.abc import Sequence

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from mmc4_like.marks import assembled
from mmc4_like.release.facts import CardFacts, ReportFacts
from mmc4_like.release.report import report_html
from mmc4_like.settings import Mmc4Settings
from mmc4_like.tables import DocumentParts, PlacedDocument
from spark_jobs.marks.mmc4_parts import with_texts
from spark_jobs.release.counts import example_ids
from spark_jobs.release.explored import hidden_among
from spark_jobs.release.mmc4_seen import Seen
from spark_jobs.release.pictures import thumbnails
from webdoc.arrow import from_batch, schema_of
from webdoc.picture.showing import NEVER_SHOWN, ShowRules
from webdoc.reasons import Reason

_PARTS = schema_of(DocumentParts).names


def report_text(
    spark: SparkSession,
    seen: Seen,
    pictures: DataFrame,
    card: CardFacts,
    settings: Mmc4Settings,
) -> str:
    """Return the report.

    Args:
        spark: the session.
        seen: what was looked at in the documents of the run.
        pictures: PICTURES, whose bytes are where they were.
        card: what the card says.
        settings: of the run.
    """
    shown = examples(spark, seen, settings)
    cases = [case.sha256 for grid in card.shared.grids for case in grid.cases]
    small = _thumbnails(seen.images, cases, shown, pictures, settings)
    return report_html(ReportFacts(card, shown, small))


def examples(spark: SparkSession, seen: Seen, settings: Mmc4Settings) -> tuple[PlacedDocument, ...]:
    """Return some published documents and some of each reason, also of images, always the same."""
    of_images = seen.images.where("document_reason is null and reason is not null").select(
        "doc_id", F.col("reason").alias("reject_reason")
    )
    ids = example_ids(seen.reasons.unionByName(of_images.distinct()), settings.release.report_pages)
    parts = seen.parts.where(F.col("doc_id").isin(ids))
    table = with_texts(spark, parts, settings.tables_from).select(*_PARTS).toArrow()
    found = [one for batch in table.to_batches() for one in from_batch(batch, DocumentParts)]
    placed = map(assembled, found)
    return tuple(sorted(placed, key=lambda one: one.candidate.document.doc_id))


def _thumbnails(
    rows: DataFrame,
    cases: Sequence[str],
    shown: Sequence[PlacedDocument],
    pictures: DataFrame,
    settings: Mmc4Settings,
) -> tuple[tuple[str, bytes], ...]:
    """Return small pictures, none that any text has a reason never to show."""
    images = (image for one in shown for image in one.candidate.images)
    wanted = [*cases, *(image.facts.sha256 for image in images if image.facts.sha256)]
    is_hidden = F.col("reason").isin([str(reason) for reason in NEVER_SHOWN]) | (
        F.col("document_reason") == Reason.DOCUMENT_NOT_PERMITTED.value
    )
    hidden = hidden_among(rows, is_hidden, wanted)
    rules = ShowRules.of(settings.safety, settings.faces)
    allowed = (digest for digest in wanted if digest not in hidden)
    return thumbnails(pictures, allowed, settings.archives, rules)
