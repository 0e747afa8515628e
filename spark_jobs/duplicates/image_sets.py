"""Documents that show the same set of images: only the newest stays."""

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.rules.exact_duplicates import image_set_key
from obelics_like.settings import ObelicsSettings
from spark_jobs.run.tables import spark_schema
from webdoc.arrow import Batches, from_batch, schema_of, to_batch
from webdoc.page.document import Document
from webdoc.reasons import Reason


@dataclass(frozen=True, slots=True)
class ImageSet:
    """A live document under the key of its set of images."""

    doc_id: str
    key: str
    capture_time: str


def _image_sets(documents: DataFrame) -> DataFrame:
    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            keyed = [(d, image_set_key(d)) for d in from_batch(batch, Document)]
            yield to_batch([ImageSet(d.doc_id, k, d.capture_time) for d, k in keyed if k], ImageSet)

    return documents.mapInArrow(on_partition, spark_schema(ImageSet))


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


def mark_image_sets(documents: DataFrame, settings: ObelicsSettings) -> DataFrame:
    """Mark live documents whose images are, as a set, those of a newer live document."""
    if not settings.deduplication.image_sets:
        return documents
    kept = repeated(_image_sets(documents))
    reason = F.when(F.col("kept_doc_id").isNotNull(), Reason.DOCUMENT_IMAGE_SET_REPEATED.value)
    return (
        documents.join(kept, "doc_id", "left")
        .withColumn("reject_reason", F.coalesce("reject_reason", reason))
        .withColumn("reject_detail", F.coalesce("kept_doc_id", "reject_detail"))
        .select(*schema_of(Document).names)
    )
