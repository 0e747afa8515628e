"""Reading a release again: its documents, and with them the bytes of their pictures."""

from dataclasses import dataclass
from typing import Final

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.run.tables import spark_schema, table_path
from webdoc.exporters.documents import DOCUMENTS
from webdoc.exporters.images import IMAGES
from webdoc.release.exporter import Exporter
from webdoc.release.published import PublishedDocument, published_document

_HASHES: Final = "transform(from_json(metadata, 'array<struct<sha256:string>>'), f -> f.sha256)"
_WITHOUT_PICTURES: Final = "cast(array() as array<struct<sha256:string,body:binary>>)"


@dataclass(frozen=True, slots=True)
class PictureBody:
    """The bytes of one picture."""

    sha256: str
    body: bytes


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """A row of data/ with what the release holds of its pictures."""

    doc_id: str
    images: tuple[str | None, ...]
    texts: tuple[str | None, ...]
    metadata: str
    general_metadata: str
    pictures: tuple[PictureBody, ...]  # each once; in no order

    def document(self) -> PublishedDocument:
        """Return the row unpacked."""
        bodies = {picture.sha256: picture.body for picture in self.pictures}
        return published_document(
            self.images, self.texts, self.metadata, self.general_metadata, bodies
        )


def published_rows(spark: SparkSession, folder: str, *, with_pictures: bool) -> DataFrame:
    """Return the documents of a release, PublishedRow.

    Args:
        spark: the session.
        folder: of the release.
        with_pictures: whether the bytes of pictures are wanted; without a folder images/ there are
            none.
    """
    documents = documents_of(spark, folder)
    if not with_pictures:
        rows = documents.withColumn("pictures", F.expr(_WITHOUT_PICTURES))
        return rows.select(*PublishedRow.__slots__)
    stored = _table(spark, folder, IMAGES).select("sha256", F.col("image.bytes").alias("body"))
    shown = documents.select("doc_id", F.explode(F.array_distinct(F.expr(_HASHES))).alias("sha256"))
    by_document = (
        shown.join(stored, "sha256")
        .groupBy("doc_id")
        .agg(F.collect_list(F.struct("sha256", "body")).alias("pictures"))
    )
    nothing = F.expr(_WITHOUT_PICTURES)
    rows = documents.join(by_document, "doc_id", "left")
    rows = rows.withColumn("pictures", F.coalesce("pictures", nothing))
    return rows.select(*PublishedRow.__slots__)


def documents_of(spark: SparkSession, folder: str) -> DataFrame:
    """Return the rows of data/ beside their doc_id."""
    doc_id = F.get_json_object("general_metadata", "$.doc_id").alias("doc_id")
    return _table(spark, folder, DOCUMENTS).select(doc_id, "*")


def picture_counts(spark: SparkSession, folder: str, *, stored: bool) -> tuple[int, int, int]:
    """Return how many pictures documents show, how many of them the release holds, and their bytes.

    Args:
        spark: the session.
        folder: of the release.
        stored: whether it has images/.
    """
    shown = documents_of(spark, folder).select(F.explode(F.expr(_HASHES)).alias("sha256"), "images")
    entries = documents_of(spark, folder).select(
        F.expr("size(filter(images, url -> url is not null))").alias("count")
    )
    total = entries.agg(F.sum("count")).collect()[0][0] or 0
    if not stored:
        return total, 0, 0
    sizes = _table(spark, folder, IMAGES).select("sha256", "size_bytes")
    found = shown.join(sizes, "sha256").agg(F.count("sha256"), F.sum("size_bytes")).collect()[0]
    return total, found[0], found[1] or 0


def _table(spark: SparkSession, folder: str, exporter: Exporter) -> DataFrame:
    schema = spark_schema(exporter.record)
    return spark.read.schema(schema).parquet(table_path(folder, exporter.folder))
