"""The Parquet files of a release, the same bytes whatever the cluster."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import ceil

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.release.attribution import Attribution, attribution_rows
from obelics_like.release.row import release_row
from obelics_like.settings import ObelicsSettings
from spark_jobs.marks.live import Live
from spark_jobs.release.explored import Example, Looks
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
from webdoc.release.picture_grid import PictureCase
from webdoc.release.spread import Tally

_CLUSTER_ROWS = 1_000_000  # of a file, about 100 bytes each


@dataclass(frozen=True, slots=True)
class Seen:
    """One row of the pass over all documents that publishing makes: one of the five."""

    doc_id: str = ""  # of a row of the release
    row: ReleaseRow | None = None
    attribution: Attribution | None = None
    tally: Tally | None = None
    case: PictureCase | None = None
    example: Example | None = None


def seen_rows(looks: Looks[Document]) -> Callable[[Iterator[list[Document]]], Iterator[list[Seen]]]:
    """Return what makes the rows of the release, and all that is counted, of a task's documents."""

    def rows(found: Iterator[list[Document]]) -> Iterator[list[Seen]]:
        published: list[Document] = []

        def noted() -> Iterator[list[Document]]:
            for documents in found:
                published.extend(one for one in documents if one.reject_reason is None)
                yield documents

        for made in looks.rows(noted()):
            yield [Seen(tally=one.tally, case=one.case, example=one.example) for one in made]
            yield [Seen(one.doc_id, release_row(one)) for one in published]
            yield [Seen(attribution=a) for one in published for a in attribution_rows(one)]
            published.clear()

    return rows


def write_data(seen: DataFrame, n_documents: int, settings: ObelicsSettings) -> list[ReleaseFile]:
    """Write data/train-*.parquet of the published documents, of which there are so many.

    Without any there is one file without rows.
    """
    rows = seen.where("row is not null").select("doc_id", "row")
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


def write_attribution(seen: DataFrame, settings: ObelicsSettings) -> ReleaseFile:
    """Write attribution.csv: each published page or image that names a licence or whose it is."""
    names = schema_of(Attribution).names
    rows = seen.where("attribution is not null").select("attribution.*")
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
