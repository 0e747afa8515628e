"""The Parquet files of a release, the same bytes whatever the cluster."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from math import ceil

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.release.attribution import Attribution, attribution_rows
from obelics_like.release.row import release_row
from obelics_like.settings import ObelicsSettings
from spark_jobs.release.writing import exported_rows, file_count, write_exported
from spark_jobs.run.files import write_bytes
from spark_jobs.run.tables import spark_schema
from webdoc.arrow import Batches, from_batch, schema_of, to_batch
from webdoc.duplicates.near_duplicates import NearCopy
from webdoc.exporters.clusters import CLUSTERS
from webdoc.exporters.documents import DOCUMENTS
from webdoc.page.document import Document
from webdoc.release.files import ReleaseFile

_CLUSTER_ROWS = 1_000_000  # of a file, about 100 bytes each


def live(documents: DataFrame) -> DataFrame:
    """Return the documents that are published."""
    return documents.where(F.col("reject_reason").isNull())


def write_data(documents: DataFrame, settings: ObelicsSettings) -> list[ReleaseFile]:
    """Write data/train-*.parquet; without any document, one file without rows."""
    kept = live(documents)
    rows = exported_rows(kept, DOCUMENTS, Document, release_row, _doc_id)
    count = file_count(kept.count(), settings.release)
    return write_exported(rows, DOCUMENTS, count, settings.out, settings.release)


def _doc_id(document: Document | NearCopy) -> str:
    return document.doc_id


def write_clusters(clusters: DataFrame, settings: ObelicsSettings) -> list[ReleaseFile]:
    """Write clusters/train-*.parquet: which document was left out for which other one."""
    buckets = ceil(clusters.count() / _CLUSTER_ROWS)
    if not buckets:
        return []
    # Short rows that nobody reads one by one: large row groups.
    limits = replace(settings.release, max_row_group_rows=_CLUSTER_ROWS)
    rows = exported_rows(clusters, CLUSTERS, NearCopy, _as_it_is, _doc_id)
    return write_exported(rows, CLUSTERS, buckets, settings.out, limits)


def _as_it_is(copy: NearCopy) -> NearCopy:
    return copy


def write_attribution(documents: DataFrame, out: str) -> ReleaseFile:
    """Write attribution.csv: each published page or image that names a licence or whose it is."""
    schema = schema_of(Attribution)

    def rows_of(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            found = [r for d in from_batch(batch, Document) for r in attribution_rows(d)]
            yield to_batch(found, Attribution)

    rows = live(documents).mapInArrow(rows_of, spark_schema(Attribution)).orderBy(*schema.names)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(schema.names)
    writer.writerows(tuple(row) for row in rows.toLocalIterator())
    return write_bytes(out, "attribution.csv", text.getvalue().encode("utf-8", "replace"))


def shown_pictures(documents: DataFrame) -> DataFrame:
    """Return the sha256 of every picture that a published document shows."""
    nodes = live(documents).select(F.explode("nodes").alias("node"))
    shown = nodes.where("node.reject_reason is null and node.image.facts.sha256 != ''")
    return shown.select(F.col("node.image.facts.sha256").alias("sha256")).distinct()
