"""A release -> a release without pictures, or documents, that are nearly the same by their vectors.

spark-submit spark_jobs/derived/semantic_copies.py SETTINGS.toml

SemDeDup: vectors are clustered, and within a cluster what is nearer than a limit to one that stays
goes. It finds what hashes of pixels and of words do not: another photo of the same thing.
"""

import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Literal

from pyspark import StorageLevel
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.balance.clusters import (
    Stored,
    assigned,
    copies,
    document_vectors,
    stored_vectors,
    text_parts,
    trained_centres,
)
from spark_jobs.derived import release
from spark_jobs.derived.near_targets import shown_pictures, vectors_of
from spark_jobs.derived.places import DROPS
from spark_jobs.derived.release import Derivation, Derived, derive
from spark_jobs.release.published import documents_of, picture_hashes
from spark_jobs.run.launch import launch
from spark_jobs.run.session import open_session
from spark_jobs.run.tables import IMAGE_VECTORS, TEXT_VECTORS, exists, table_path
from webdoc.balance.clusters import ClusterSettings, check_faiss
from webdoc.balance.near_copies import NearCopySettings
from webdoc.clip.vectors import SentenceVector
from webdoc.reasons import Reason
from webdoc.run_settings import ReleaseSettings, SparkSettings
from webdoc.settings import build, read_toml

_WORDS = "aggregate(texts, 0, (n, t) -> n + if(t is null, 0, size(split(trim(t), '\\\\s+'))))"
_PLACES = "size(filter(images, url -> url is not null))"
_PIXELS = (
    "transform(from_json(metadata, 'array<struct<sha256:string,original_width:long,"
    "original_height:long>>'), f -> struct(f.sha256 as key,"
    " try_multiply(f.original_width, f.original_height) as size))"
)


@dataclass(frozen=True, slots=True)
class SemanticCopiesSettings:
    """Which release, what is compared, and where it goes."""

    release: str = ""  # folder of a release
    out: str = ""  # folder that does not exist yet, or is empty
    of: Literal["images", "documents"] = "images"
    vectors: str = ""  # table of pictures' vectors; "": that of the release's own run
    copies: NearCopySettings = field(default_factory=NearCopySettings)
    clusters: ClusterSettings = field(default_factory=ClusterSettings)
    files: ReleaseSettings = field(default_factory=ReleaseSettings)
    spark: SparkSettings = field(default_factory=SparkSettings)


def check(settings: SemanticCopiesSettings) -> None:
    """Refuse before Spark starts.

    Raises:
        SettingsError: FAISS is not installed.
        RunFolderError: no release there, or the folder for the new one is not empty.
    """
    release.check([settings.release], settings.out)
    check_faiss()


def run(spark: SparkSession, settings: SemanticCopiesSettings) -> Derived:
    """Write the release without copies.

    Raises:
        SettingsError, RunFolderError: as of `check`; or its pictures have no vectors.
    """
    check(settings)
    folder = settings.vectors or table_path(settings.release, IMAGE_VECTORS)
    stored = stored_vectors(spark, folder)
    documents, shown = (
        documents_of(spark, settings.release),
        shown_pictures(spark, settings.release),
    )
    with ExitStack() as held:

        def kept(rows: DataFrame) -> DataFrame:
            held.callback(rows.unpersist)
            return rows.persist(StorageLevel.DISK_ONLY)

        rows = kept(vectors_of(shown, stored.rows))
        if settings.of == "documents":
            parts = shown.join(rows, "key")
            parts = parts.select("doc_id", F.lit("picture").alias("kind"), "key", "vector")
            texts = _texts(spark, folder, documents, stored)
            rows = kept(document_vectors(parts if texts is None else parts.unionByName(texts)))
            sizes = documents.select(F.col("doc_id").alias("key"), F.expr(_WORDS).alias("size"))
        else:
            own = documents.select(F.explode(F.filter(F.expr(_PIXELS), _is_known)).alias("own"))
            sizes = own.select("own.*").groupBy("key").agg(F.max("size").alias("size"))
        clustered = kept(assigned(rows, trained_centres(rows, settings.clusters)))
        gone = kept(copies(clustered, sizes, settings.copies))
        if settings.of == "documents":
            stays = documents.join(gone, documents["doc_id"] == gone["key"], "left_anti")
            stays = stays.select("doc_id")
        else:
            stays = _without_pictures(documents, shown, gone)
        return derive(
            spark, [settings.release], settings.out, stays, _made(settings, stored), settings.files
        )


def _is_known(own: Column) -> Column:
    return own["key"].isNotNull() & (own["key"] != "")


def _texts(
    spark: SparkSession, pictures: str, documents: DataFrame, stored: Stored
) -> DataFrame | None:
    """Return the vectors of paragraphs, where they stand beside those of pictures."""
    folder = f"{pictures.rstrip('/').removesuffix(IMAGE_VECTORS)}{TEXT_VECTORS}"
    if not pictures.rstrip("/").endswith(IMAGE_VECTORS) or not exists(folder):
        return None
    vectors = stored_vectors(spark, folder, SentenceVector, stored.revision)
    return text_parts(documents, vectors.rows)


def _without_pictures(documents: DataFrame, shown: DataFrame, gone: DataFrame) -> DataFrame:
    """Return doc_id and drops of documents that have an image left, or had none."""
    drops = shown.join(gone.select("key"), "key").groupBy("doc_id")
    lost = drops.agg(F.sort_array(F.collect_list("key")).alias(DROPS))
    rows = documents.select("doc_id", picture_hashes().alias("hashes"), F.expr(_PLACES).alias("n"))
    left = rows.join(lost, "doc_id", "left")
    # A picture may stand twice in a document; one whose bytes are unknown stays.
    gone_places = f"size(filter(hashes, h -> h is not null and array_contains({DROPS}, h)))"
    return left.where(f"{DROPS} is null or n > {gone_places}").select("doc_id", DROPS)


def _made(settings: SemanticCopiesSettings, stored: Stored) -> Derivation:
    said = (
        f"Of {settings.of} whose vectors ({stored.model}) have a cosine above"
        f" {settings.copies.max_cosine:g} one stays ({settings.copies.keep})."
    )
    return Derivation(
        "interleaf dedup", said, Reason.DOCUMENT_SEMANTIC_COPY, Reason.IMAGE_SEMANTIC_COPY
    )


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = build(SemanticCopiesSettings, read_toml(settings_file))
    check(settings)
    with open_session("interleaf dedup", settings.spark) as spark:
        run(spark, settings)


if __name__ == "__main__":
    sys.exit(launch(main))
