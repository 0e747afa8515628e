"""The Parquet files of a release: data/ and images/, the same bytes whatever the cluster."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from math import ceil

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.release.row import ReleaseRow, release_row
from obelics_like.settings import ObelicsSettings
from spark_jobs.release.buckets import bucketed, write_bucketed
from spark_jobs.run.files import write_parquet
from spark_jobs.run.tables import spark_schema
from webdoc.arrow import Batches, from_batch, schema_of, to_batch
from webdoc.duplicates.near_duplicates import NearCopy
from webdoc.page.document import Document
from webdoc.release.files import ReleaseFile

_CLUSTER_ROWS = 1_000_000  # of a file, about 100 bytes each


def live(documents: DataFrame) -> DataFrame:
    """Return the documents that are published."""
    return documents.where(F.col("reject_reason").isNull())


def write_data(documents: DataFrame, settings: ObelicsSettings) -> list[ReleaseFile]:
    """Write data/train-*.parquet; without any document, one file without rows."""
    kept = live(documents)
    buckets = max(1, ceil(kept.count() / settings.release.rows_per_file))

    def rows_of(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            found = from_batch(batch, Document)
            rows = to_batch([release_row(document) for document in found], ReleaseRow)
            yield rows.append_column("doc_id", pa.array([d.doc_id for d in found], pa.string()))

    def made(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        names = schema_of(ReleaseRow).names
        return (batch.select(names) for batch in batches)

    def write(path: str, batches: Batches) -> ReleaseFile:
        return write_parquet(settings.out, path, made(batches), schema_of(ReleaseRow), limits)

    limits = settings.release
    rows = kept.mapInArrow(rows_of, spark_schema(ReleaseRow).add("doc_id", "string"))
    return write_bucketed(bucketed(rows, "doc_id", buckets), "data/train", buckets, write)


def write_clusters(clusters: DataFrame, settings: ObelicsSettings) -> list[ReleaseFile]:
    """Write clusters/train-*.parquet: which document was left out for which other one."""
    buckets = ceil(clusters.count() / _CLUSTER_ROWS)
    if not buckets:
        return []
    # Short rows that nobody reads one by one: large row groups.
    limits = replace(settings.release, max_row_group_rows=_CLUSTER_ROWS)
    names = schema_of(NearCopy).names

    def made(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return (batch.select(names) for batch in batches)

    def write(path: str, batches: Batches) -> ReleaseFile:
        return write_parquet(settings.out, path, made(batches), schema_of(NearCopy), limits)

    rows = bucketed(clusters, "doc_id", buckets)
    return write_bucketed(rows, "clusters/train", buckets, write)


def shown_pictures(documents: DataFrame) -> DataFrame:
    """Return the sha256 of every picture that a published document shows."""
    nodes = live(documents).select(F.explode("nodes").alias("node"))
    shown = nodes.where("node.reject_reason is null and node.image.facts.sha256 != ''")
    return shown.select(F.col("node.image.facts.sha256").alias("sha256")).distinct()
