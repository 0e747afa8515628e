"""PLACED, PICTURES -> the release: JSONL and Parquet files, card, funnel, checksums.

spark-submit spark_jobs/mmc4_publish.py SETTINGS.toml
"""

import re
import sys
from collections.abc import Iterator
from functools import reduce

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from mmc4_like.release.card import CardFacts, SimilarityCount, card_text
from mmc4_like.release.funnel import funnel_of
from mmc4_like.settings import Mmc4Settings
from mmc4_like.tables import (
    ARCHIVES,
    GIVEN,
    PICTURES,
    PLACED,
    POOL,
    ArchiveRow,
    GivenImage,
    PlacedDocument,
    PoolPicture,
)
from spark_jobs.release.checksums import CHECKSUMS, checksum_lines, is_published
from spark_jobs.release.counts import cosine_counts, csv_lines, level_rows, summed
from spark_jobs.release.mmc4_files import live, placed_pictures, write_documents
from spark_jobs.release.mmc4_report import report_text
from spark_jobs.release.pictures import write_images
from spark_jobs.run.clip import model_of
from spark_jobs.run.files import write_bytes
from spark_jobs.run.launch import launch
from spark_jobs.run.mmc4 import alone
from spark_jobs.run.tables import is_finished, read_table, remove, spark_schema, table_path
from webdoc.arrow import Batches, from_batch, to_batch
from webdoc.reasons import KEPT, CaptureReason, FunnelRow, Reason
from webdoc.release.alignment_spread import AlignmentFacts, CosineCount
from webdoc.release.published_settings import published_settings
from webdoc.tables.images import StoredPicture
from webdoc.version import VERSION

FOLDERS = ("data", "mmc4", "jsonl", "images")
_LANGUAGE_CODE = re.compile(r"[a-z]{2,3}")


def run(spark: SparkSession, settings: Mmc4Settings) -> None:
    """Write the release; when it is whole already it is left alone."""
    out = settings.out
    if is_published(out):
        return
    for folder in FOLDERS:
        remove(table_path(out, folder))  # what a killed run left
    placed = read_table(spark, table_path(out, PLACED), PlacedDocument)
    pictures = read_table(spark, table_path(settings.tables_from, PICTURES), StoredPicture)
    files = write_documents(placed, settings)
    shown = placed_pictures(placed)
    images = write_images(pictures, shown, out, settings.release, settings.archives)
    funnel = funnel_rows(spark, placed, settings)
    facts = card_facts(placed, funnel, sum(file.rows for file in images), settings)
    files += images
    texts = {
        "funnel.csv": csv_lines(funnel),
        "similarity.csv": similarity_lines(facts.similarities),
        "settings.toml": facts.settings,
        "report.html": report_text(placed, pictures, facts, files, settings),
        "README.md": card_text(facts),
    }
    files += [write_bytes(out, path, text.encode()) for path, text in texts.items()]
    write_bytes(out, CHECKSUMS, checksum_lines(files).encode())


def funnel_rows(spark: SparkSession, placed: DataFrame, settings: Mmc4Settings) -> list[FunnelRow]:
    """Return the funnel of a run: records, pool, given images, documents, and so on."""

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield to_batch(funnel_of(from_batch(batch, PlacedDocument)), FunnelRow)

    rows = read_table(spark, table_path(settings.tables_from, ARCHIVES), ArchiveRow)
    damaged = F.when(F.col("page.problem") != "", F.lit(CaptureReason.DAMAGED_RECORD.value))
    reason = F.coalesce("record.reject_reason", damaged).alias("reject_reason")
    records = rows.select(reason, "kind")
    parts = [level_rows("record", records, F.col("kind"))]
    parts.append(placed.mapInArrow(on_partition, spark_schema(FunnelRow)))
    pool, given = (table_path(settings.tables_from, name) for name in (POOL, GIVEN))
    if is_finished(pool):
        parts.append(level_rows("pool_image", read_table(spark, pool, PoolPicture), F.lit(KEPT)))
    if is_finished(given):
        no_text = F.when(F.col("doc_id").isNull(), F.lit(Reason.GIVEN_NO_TEXT.value))
        images = read_table(spark, given, GivenImage).select(no_text.alias("reject_reason"))
        parts.append(level_rows("given_image", images, F.lit(KEPT)))
    return summed(reduce(DataFrame.unionByName, parts))


def similarities(placed: DataFrame) -> list[SimilarityCount]:
    """Return how many images of published documents have which similarity."""
    rows = live(placed).select(F.explode("placements").alias("placement"))
    counts = rows.groupBy(
        F.col("placement.sentence").isNotNull().alias("placed"),
        F.floor(F.col("placement.similarity") * 100).cast("int").alias("hundredth"),
    ).count()
    ordered = counts.orderBy(F.desc("placed"), "hundredth").collect()
    return [SimilarityCount(row["placed"], row["hundredth"], row["count"]) for row in ordered]


def similarity_lines(rows: tuple[SimilarityCount, ...]) -> str:
    """Return the distribution as CSV."""
    lines = [f"{int(row.placed)},{row.hundredth / 100:.2f},{row.count}" for row in rows]
    return "\n".join(["placed,from,count", *lines]) + "\n"


def card_facts(
    placed: DataFrame, funnel: list[FunnelRow], pictures: int, settings: Mmc4Settings
) -> CardFacts:
    """Gather what the card says."""
    kept = {row.level: row.count for row in funnel if row.reason == KEPT}
    languages = live(placed).select("candidate.document.language").distinct().collect()
    model = model_of(settings.tables_from)
    return CardFacts(
        name=settings.release.name,
        licence=settings.release.licence,
        version=VERSION,
        model=model.name,
        revision=model.revision,
        languages=tuple(sorted(r[0] for r in languages if _LANGUAGE_CODE.fullmatch(r[0] or ""))),
        documents=kept.get("document", 0),
        images=kept.get("image", 0),
        pictures=pictures,
        funnel=tuple(funnel),
        similarities=tuple(similarities(placed)),
        notes=_notes(settings),
        settings=published_settings(settings),
        alignment=AlignmentFacts(model.name, model.revision, alignment_counts(placed)),
    )


def alignment_counts(placed: DataFrame) -> tuple[CosineCount, ...]:
    """Return how many placed images of published documents are how alike to which text."""
    rows = live(placed).select("candidate.images", F.explode("placements").alias("placement"))
    shown = rows.where("placement.sentence is not null").select(
        F.expr("element_at(images, cast(placement.image + 1 as int))").alias("image"), "placement"
    )
    columns = {kind: f"image.clip_{kind}" for kind in ("caption", "alt_text")}
    return cosine_counts(shown, {**columns, "neighbour": "placement.clip_neighbour"})


def _notes(settings: Mmc4Settings) -> tuple[str, ...]:
    if settings.safety.model:
        return ()
    return ("No image was judged for pornography: this needs scores of a model (safety.model).",)


if __name__ == "__main__":
    sys.exit(launch(alone("mmc4_publish", run)))
