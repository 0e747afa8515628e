"""The small pictures of an OBELICS report: none that any page has a reason never to show."""

from collections.abc import Sequence

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.heads import LIVE, REJECTED
from obelics_like.release.examples import pictures_to_show
from obelics_like.rules.marks import WHOLE
from obelics_like.settings import ObelicsSettings
from spark_jobs.marks.older_runs import judged_table
from spark_jobs.marks.read_kinds import read_kind
from spark_jobs.release.explored import hidden_among
from spark_jobs.release.pictures import thumbnails
from spark_jobs.run.tables import IMAGES, read_any_version, table_path
from webdoc.page.document import Document
from webdoc.picture.showing import NEVER_SHOWN, ShowRules
from webdoc.reasons import Reason
from webdoc.release.picture_grid import PictureCase
from webdoc.tables.images import StoredPicture


def report_pictures(
    spark: SparkSession,
    settings: ObelicsSettings,
    marks: DataFrame,
    cases: Sequence[PictureCase],
    shown: Sequence[Document],
) -> tuple[tuple[str, bytes], ...]:
    """Return (sha256, JPEG) of the pictures of grids and example pages that may be shown.

    Args:
        spark: the session.
        settings: of the run.
        marks: of all its steps.
        cases: the pictures of the grids.
        shown: the example pages.
    """
    if settings.images.source == "none":
        return ()
    out = settings.out
    wanted = [case.sha256 for case in cases] + pictures_to_show(shown)
    seen = _seen_before(spark, out) if judged_table(out) else _seen(marks)
    reasons = [str(reason) for reason in (*NEVER_SHOWN, Reason.DOCUMENT_NOT_PERMITTED)]
    is_hidden = F.col("reason").isin(reasons) | (F.col("refused") != "")
    hidden = hidden_among(seen, is_hidden, wanted)
    rules = ShowRules.of(settings.safety, settings.faces)
    allowed = (digest for digest in wanted if digest not in hidden)
    images = read_any_version(spark, table_path(out, IMAGES), StoredPicture)
    return thumbnails(images, allowed, settings.archives, rules)


def _seen(marks: DataFrame) -> DataFrame:
    """Return (sha256, reason, refused): what is said of each picture, and of the pages around."""
    sha256 = F.col("facts.sha256").alias("sha256")
    pictures = marks.where("facts.sha256 != ''").select("doc_id", "node_index", sha256)
    said = marks.select(
        "doc_id",
        F.col("node_index").alias("of"),
        F.col("reject_reason").alias("reason"),
        F.col("permission_reason").alias("refused"),
    )
    rows = pictures.join(said, "doc_id")
    own = (F.col("of") == F.col("node_index")) | (F.col("of") == WHOLE)
    return rows.where(own).select("sha256", "reason", "refused")


def _seen_before(spark: SparkSession, out: str) -> DataFrame:
    """Return the same of a run of an earlier version, whose documents bear their marks."""
    documents = read_kind(spark, out, LIVE).union(read_kind(spark, out, REJECTED))
    nodes = documents.select("reject_reason", F.explode("nodes").alias("node"))
    sha256 = F.col("node.image.facts.sha256").alias("sha256")
    is_refused = F.col("reject_reason") == Reason.DOCUMENT_NOT_PERMITTED.value
    reason = F.when(is_refused, F.col("reject_reason")).otherwise(F.col("node.reject_reason"))
    refused = F.col("node.image.permission_reason").alias("refused")
    return nodes.where("node.image is not null").select(sha256, reason.alias("reason"), refused)
