"""Some documents of a release with small pictures, for its report."""

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.derived.places import has_folder
from spark_jobs.release.pictures import THUMBNAIL_PX, THUMBNAILS
from spark_jobs.release.published import documents_of
from spark_jobs.run.tables import parquet_rows, spark_schema, table_path
from webdoc.derived.card import Examples
from webdoc.exporters.images import IMAGES
from webdoc.picture.measure import thumbnail
from webdoc.release.published import published_document

_SHOWN = 12


def examples(spark: SparkSession, out: str, facts: DataFrame) -> Examples:
    """Return the documents of a release with the smallest ids, and their pictures.

    Args:
        spark: the session.
        out: folder of the release, where documents and pictures are written.
        facts: DocumentFacts of its documents.
    """
    ids = [
        row["doc_id"] for row in facts.select("doc_id").orderBy("doc_id").limit(_SHOWN).collect()
    ]
    rows = documents_of(spark, out).where(F.col("doc_id").isin(ids)).orderBy("doc_id").collect()
    documents = tuple(
        published_document(
            tuple(row["images"]),
            tuple(row["texts"]),
            row["metadata"],
            row["general_metadata"],
            {},
        )
        for row in rows
    )
    wanted = [str(part.facts.get("sha256", "")) for one in documents for part in one.parts]
    keys = list(dict.fromkeys(key for key in wanted if key))[:THUMBNAILS]
    if not keys or not has_folder(out, IMAGES):
        return Examples(documents, ())
    path = table_path(out, IMAGES.folder)
    stored = parquet_rows(spark, path, spark_schema(IMAGES.record))
    bodies = stored.where(F.col("sha256").isin(keys)).select("sha256", "image.bytes").collect()
    small = ((row["sha256"], thumbnail(bytes(row["bytes"]), THUMBNAIL_PX)) for row in bodies)
    return Examples(
        documents, tuple(sorted((key, jpeg) for key, jpeg in small if jpeg is not None))
    )
