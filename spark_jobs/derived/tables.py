"""Small tables of a release made of releases: clusters, attribution, archives."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import reduce
from math import ceil
from typing import Final

import fsspec
import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.release.attribution import Attribution, attributions
from spark_jobs.derived.files import linked
from spark_jobs.derived.places import SOURCE, has_folder
from spark_jobs.release.checksums import published_files
from spark_jobs.release.writing import write_exported
from spark_jobs.run.files import write_bytes
from spark_jobs.run.tables import exists, for_fsspec, parquet_rows, spark_schema, table_path
from webdoc.arrow import Batches, from_batch, schema_of, to_batch
from webdoc.derived.facts import DocumentFacts
from webdoc.exporters.clusters import CLUSTERS
from webdoc.release.files import ReleaseFile
from webdoc.run_settings import ReleaseSettings

_ATTRIBUTION: Final = "attribution.csv"
_CLUSTER_ROWS: Final = 1_000_000  # of a file, about 100 bytes each


def write_clusters(  # noqa: PLR0913 - what a folder depends on
    spark: SparkSession,
    sources: Sequence[str],
    gone: DataFrame,
    out: str,
    limits: ReleaseSettings,
    *,
    in_place: bool,
) -> list[ReleaseFile]:
    """Write clusters/ without rows that name a document which is gone.

    Args:
        spark: the session.
        sources: folders of releases.
        gone: source and doc_id of the documents that are left out.
        out: folder of the new release.
        limits: of its files.
        in_place: where nothing is gone from the only source, its files are linked or copied.
    """
    have = [number for number, source in enumerate(sources) if has_folder(source, CLUSTERS)]
    if not have:
        return []
    parts = [
        parquet_rows(
            spark, table_path(sources[number], CLUSTERS.folder), spark_schema(CLUSTERS.record)
        ).withColumn(SOURCE, F.lit(number))
        for number in have
    ]
    rows = reduce(DataFrame.unionByName, parts)
    for column in ("doc_id", "cluster_id", "keeper"):
        named = gone.select(SOURCE, F.col("doc_id").alias(column))
        rows = rows.join(named, [SOURCE, column], "left_anti")
    names = schema_of(CLUSTERS.record).names
    kept = rows.select(*names).distinct()
    count = kept.count()
    if in_place:
        own = [f for f in published_files(sources[0]) if f.path.startswith(f"{CLUSTERS.folder}/")]
        if count == sum(file.rows for file in own):
            return [linked(sources[0], file, out) for file in own]
    if not count:
        return []
    large = replace(limits, max_row_group_rows=_CLUSTER_ROWS)
    by_key = kept.select("doc_id", F.struct(*names).alias("row"))
    return write_exported(by_key, CLUSTERS, ceil(count / _CLUSTER_ROWS), out, large)


def write_attribution(sources: Sequence[str], facts: DataFrame, out: str) -> list[ReleaseFile]:
    """Write attribution.csv anew, where a source has one, of the documents that stay."""
    if not any(exists(table_path(source, _ATTRIBUTION)) for source in sources):
        return []
    schema = schema_of(Attribution)

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            documents: list[DocumentFacts] = from_batch(batch, DocumentFacts)
            found = [row for one in documents for row in attributions(one, one.pictures)]
            yield to_batch(found, Attribution)

    narrow = facts.select(*schema_of(DocumentFacts).names)
    rows = narrow.mapInArrow(on_partition, spark_schema(Attribution)).orderBy(*schema.names)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(schema.names)
    writer.writerows(tuple(row) for row in rows.toLocalIterator())
    return [write_bytes(out, _ATTRIBUTION, text.getvalue().encode("utf-8", "replace"))]


def merged_counts(sources: Sequence[str], path: str) -> str:
    """Return a CSV file of counts of several releases as one: rows of one name are added up.

    Args:
        sources: folders of releases; one without the file has no rows.
        path: of the file; its first column is a name, the others are counts. "" where none has it.
    """
    names: list[str] = []
    counts: dict[str, dict[str, int]] = {}
    for text in texts_of(sources, path):
        for row in csv.DictReader(io.StringIO(text, newline="")):
            name, *columns = row
            names += [column for column in columns if column not in names]
            found = counts.setdefault(row[name], {})
            for column in columns:
                found[column] = found.get(column, 0) + int(row[column])
    if not counts:
        return ""
    out = io.StringIO(newline="")
    out.write(",".join(["warc_filename", *names]) + "\n")
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    for name in sorted(counts):
        writer.writerow([name, *(counts[name].get(column, 0) for column in names)])
    return out.getvalue()


def texts_of(sources: Sequence[str], path: str) -> list[str]:
    """Return a text file of each release that has it."""
    places = [table_path(source, path) for source in sources]
    return [read_text(place) for place in places if exists(place)]


def read_text(place: str) -> str:
    """Return a text file."""
    with fsspec.open(for_fsspec(place), "rb") as file:
        return bytes(file.read()).decode()
