"""Documents that show the same set of images: only the newest stays."""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.rules.marks import WHOLE
from spark_jobs.marks.live import Live, mark_columns
from webdoc.reasons import Reason


def repeated(keyed: DataFrame) -> DataFrame:
    """Return (doc_id, kept_doc_id) of every document that is not the newest of its key.

    Captures of one time: the smallest doc_id stays.
    """
    window = Window.partitionBy("key").orderBy(F.desc("capture_time"), F.asc("doc_id"))
    ranked = keyed.select(
        "doc_id",
        F.first("doc_id").over(window).alias("kept_doc_id"),
        F.row_number().over(window).alias("rank"),
    )
    return ranked.where("rank > 1").select("doc_id", "kept_doc_id")


def image_set_marks(found: Live) -> DataFrame:
    """Return the marks of documents whose images are, as a set, those of a newer one."""
    images = found.nodes.where("is_image").groupBy("doc_id")
    # Equal URLs have equal keys of one length, so what the sorted keys make is the set's own.
    keys = F.array_join(F.sort_array(F.collect_set(F.hex("key"))), "")
    sets = images.agg(F.md5(keys).alias("key"))
    kept = repeated(sets.join(found.heads.select("doc_id", "capture_time"), "doc_id"))
    reason = Reason.DOCUMENT_IMAGE_SET_REPEATED
    return kept.select(*mark_columns(WHOLE, reason.value, detail=F.col("kept_doc_id")))
