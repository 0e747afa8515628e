"""The Parquet files of a release, the same bytes whatever the cluster."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.release.attribution import Attribution, attribution_rows
from obelics_like.release.row import release_row
from obelics_like.rules.judge import Rules
from obelics_like.rules.mark_document import final_document
from obelics_like.rules.marks import Mark
from obelics_like.settings import ObelicsSettings
from spark_jobs.marks.documents import with_documents
from spark_jobs.marks.live import Live
from spark_jobs.release.writing import exported_rows, file_count, write_exported
from spark_jobs.run.files import write_bytes
from spark_jobs.run.tables import CLUSTERS as TABLE_OF_CLUSTERS
from spark_jobs.run.tables import read_table, stored_table, table_path
from webdoc.arrow import schema_of
from webdoc.duplicates.near_duplicates import NearCopy
from webdoc.exporters.clusters import CLUSTERS
from webdoc.exporters.documents import DOCUMENTS, ReleaseRow
from webdoc.page.document import Document
from webdoc.release.files import ReleaseFile

_CLUSTER_ROWS = 1_000_000  # of a file, about 100 bytes each


@dataclass(frozen=True, slots=True)
class _KeyedRow:
    """A row on its way to its file."""

    doc_id: str
    row: ReleaseRow


def write_data(found: Live, n_documents: int, settings: ObelicsSettings) -> list[ReleaseFile]:
    """Write data/train-*.parquet of live documents, of which there are so many.

    Without any there is one file without rows.
    """

    def step(document: Document, marks: tuple[Mark, ...], _: Rules) -> Iterator[_KeyedRow]:
        yield _KeyedRow(document.doc_id, release_row(final_document(document, marks)))

    rows = with_documents(found.heads, found.marks, settings, step, _KeyedRow)
    count = file_count(n_documents, settings.release)
    return write_exported(rows, DOCUMENTS, count, settings.out, settings.release)


def _doc_id(copy: NearCopy) -> str:
    return copy.doc_id


def write_clusters(spark: SparkSession, settings: ObelicsSettings) -> list[ReleaseFile]:
    """Write clusters/train-*.parquet: which document was left out for which other one."""
    path = table_path(settings.out, TABLE_OF_CLUSTERS)
    clusters = read_table(spark, path, NearCopy)
    buckets = ceil(stored_table(path).count_rows() / _CLUSTER_ROWS)
    if not buckets:
        return []
    # Short rows that nobody reads one by one: large row groups.
    limits = replace(settings.release, max_row_group_rows=_CLUSTER_ROWS)
    rows = exported_rows(clusters, CLUSTERS, NearCopy, _as_it_is, _doc_id)
    return write_exported(rows, CLUSTERS, buckets, settings.out, limits)


def _as_it_is(copy: NearCopy) -> NearCopy:
    return copy


def write_attribution(found: Live, settings: ObelicsSettings) -> ReleaseFile:
    """Write attribution.csv: each published page or image that names a licence or whose it is."""
    names = schema_of(Attribution).names

    def step(document: Document, marks: tuple[Mark, ...], _: Rules) -> Iterator[Attribution]:
        yield from attribution_rows(final_document(document, marks))

    by_bytes = found.marks.where("facts.licence != '' or facts.credit != ''").select("doc_id")
    named = found.heads.where("names_rights").select("doc_id").union(by_bytes).distinct()
    heads = found.heads.join(named, "doc_id", "left_semi")
    rows = with_documents(heads, found.marks, settings, step, Attribution)
    # In one part: to sort over several takes a job of Spark that only looks where to cut.
    rows = rows.repartition(1).sortWithinPartitions(*names)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(tuple(row) for row in rows.toLocalIterator())
    written = text.getvalue().encode("utf-8", "replace")
    return write_bytes(settings.out, "attribution.csv", written)


def shown_pictures(found: Live) -> DataFrame:
    """Return the sha256 of every picture that a live document shows."""
    known = found.marks.where("facts.sha256 != ''")
    known = known.select("doc_id", "node_index", F.col("facts.sha256").alias("sha256"))
    images = found.nodes.where("is_image").select("doc_id", "node_index")
    return images.join(known, ["doc_id", "node_index"]).select("sha256").distinct()
