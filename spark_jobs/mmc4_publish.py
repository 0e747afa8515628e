"""PLACED, PICTURES -> the release: JSONL and Parquet files, card, funnel, checksums.

spark-submit spark_jobs/mmc4_publish.py SETTINGS.toml
"""

import sys
from collections.abc import Iterator
from functools import reduce

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from mmc4_like.release import spread
from mmc4_like.release.card import LANGUAGE_ERRORS, card_text
from mmc4_like.release.facts import OUTPUTS, CardFacts, SimilarityCount
from mmc4_like.release.funnel import funnel_of
from mmc4_like.settings import Mmc4Settings
from mmc4_like.tables import (
    ARCHIVES,
    GIVEN,
    PICTURES,
    POOL,
    ArchiveRow,
    GivenImage,
    PlacedDocument,
    PoolPicture,
)
from spark_jobs.release.archives import archive_lines
from spark_jobs.release.checksums import CHECKSUMS, checksum_lines, is_published
from spark_jobs.release.counts import (
    cosine_counts,
    csv_lines,
    level_rows,
    summed,
)
from spark_jobs.release.explored import Looks, explored, explored_rows
from spark_jobs.release.mmc4_files import live, placed_pictures, write_documents
from spark_jobs.release.mmc4_report import report_text
from spark_jobs.release.pictures import write_images
from spark_jobs.run.clip import model_of
from spark_jobs.run.files import write_bytes
from spark_jobs.run.launch import launch
from spark_jobs.run.mmc4 import alone
from spark_jobs.run.tables import (
    DOCUMENT_MARKS,
    is_finished,
    read_table,
    remove,
    spark_schema,
    table_path,
)
from spark_jobs.scores.documents import scores_documents
from spark_jobs.scores.mmc4 import judged
from webdoc.arrow import Batches, from_batch, to_batch
from webdoc.reasons import KEPT, CaptureReason, FunnelRow, Reason
from webdoc.release.alignment_spread import AlignmentFacts, CosineCount
from webdoc.release.croissant import croissant_text
from webdoc.release.facts import PermissionFacts, PictureChecks, SharedFacts
from webdoc.release.figures_file import figures_svg
from webdoc.release.files import ReleaseFile
from webdoc.release.picture_grid import grids_of
from webdoc.release.publication import publication_of
from webdoc.release.published_settings import published_settings
from webdoc.release.spread import histograms, names, period
from webdoc.tables.images import StoredPicture
from webdoc.version import VERSION


def run(spark: SparkSession, settings: Mmc4Settings) -> None:
    """Write the release; when it is whole already it is left alone."""
    out = settings.out
    if is_published(out):
        return
    for exporter in OUTPUTS:
        remove(table_path(out, exporter.folder))  # what a killed run left
    _check_scored(settings)
    placed = judged(spark, out)
    pictures = read_table(spark, table_path(settings.tables_from, PICTURES), StoredPicture)
    files = write_documents(placed, settings)
    shown = placed_pictures(placed)
    files += write_images(pictures, shown, out, settings.release, settings.archives)
    funnel = funnel_rows(spark, placed, settings)
    facts = card_facts(placed, funnel, files, settings)
    texts = {
        "funnel.csv": csv_lines(funnel),
        "similarity.csv": similarity_lines(facts.similarities),
        "settings.toml": facts.shared.settings,
        "croissant.json": croissant_text(facts.shared),
        "report.html": report_text(placed, pictures, facts, settings),
        "README.md": card_text(facts),
    }
    if facts.shared.histograms:
        texts["figures.svg"] = figures_svg(facts.shared.histograms)
    if facts.shared.has_archives:
        texts["archives.csv"] = archive_lines(records_of(spark, settings), with_links=True)
    files += [write_bytes(out, path, text.encode()) for path, text in texts.items()]
    write_bytes(out, CHECKSUMS, checksum_lines(files).encode())


def _check_scored(settings: Mmc4Settings) -> None:
    """Refuse to publish what is not judged to the end.

    Raises:
        FileNotFoundError: names the table that the job before this one writes.
    """
    path = table_path(settings.out, DOCUMENT_MARKS)
    if scores_documents(settings.scores) and not is_finished(path):
        raise FileNotFoundError(f"no finished table at {path}: run the job that writes it first")


def records_of(spark: SparkSession, settings: Mmc4Settings) -> DataFrame:
    """Return warc_filename, kind and reject_reason of every record of the archives."""
    rows = read_table(spark, table_path(settings.tables_from, ARCHIVES), ArchiveRow)
    damaged = F.when(F.col("page.problem") != "", F.lit(CaptureReason.DAMAGED_RECORD.value))
    return rows.select(
        F.coalesce("record.warc_filename", "page.warc_filename").alias("warc_filename"),
        "kind",
        F.coalesce("record.reject_reason", damaged).alias("reject_reason"),
    )


def funnel_rows(spark: SparkSession, placed: DataFrame, settings: Mmc4Settings) -> list[FunnelRow]:
    """Return the funnel of a run: records, pool, given images, documents, and so on."""

    def on_partition(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield to_batch(funnel_of(from_batch(batch, PlacedDocument)), FunnelRow)

    parts = [level_rows("record", records_of(spark, settings), F.col("kind"))]
    parts.append(placed.mapInArrow(on_partition, spark_schema(FunnelRow)))
    pool_path, given_path = (table_path(settings.tables_from, name) for name in (POOL, GIVEN))
    if is_finished(pool_path):
        parts.append(
            level_rows("pool_image", read_table(spark, pool_path, PoolPicture), F.lit(KEPT))
        )
    if is_finished(given_path):
        no_text = F.when(F.col("doc_id").isNull(), F.lit(Reason.GIVEN_NO_TEXT.value))
        images = read_table(spark, given_path, GivenImage).select(no_text.alias("reject_reason"))
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
    placed: DataFrame,
    funnel: list[FunnelRow],
    files: list[ReleaseFile],
    settings: Mmc4Settings,
) -> CardFacts:
    """Gather what card, report and Croissant file say.

    Args:
        placed: PLACED.
        funnel: of the run.
        files: the data files of its release.
        settings: of the run.
    """
    kept = {row.level: row.count for row in funnel if row.reason == KEPT}
    model = model_of(settings.tables_from)
    looks = Looks(spread.tallies_of, spread.picture_cases, lambda _: ())
    tallies, cases, _ = explored(explored_rows(placed, PlacedDocument, looks))
    release = settings.release
    count = kept.get("document", 0)
    shared = SharedFacts(
        name=release.name,
        description=(
            f"{count:,} texts with images placed among their sentences, in the fields of MMC4 and"
            f" in the columns of OBELICS. Made by interleaf {VERSION} with the preset"
            f" {settings.preset}."
        ),
        licence=release.licence,
        version=VERSION,
        preset=settings.preset,
        settings=published_settings(settings),
        files=tuple(files),
        outputs=OUTPUTS,
        funnel=tuple(funnel),
        notes=_notes(settings),
        languages=names(tallies, spread.LANGUAGES, most=None),
        domains=names(tallies, spread.DOMAINS),
        permission=PermissionFacts(
            tuple(settings.permission.signals),
            bool(settings.permission.opt_out_lists),
            tuple(refusals(placed)),
        ),
        checks=_picture_checks(placed, settings),
        alignment=AlignmentFacts(model.name, model.revision, alignment_counts(placed)),
        has_archives=any(row.level == "record" for row in funnel),
        histograms=histograms(tallies, spread.SCALES, spread.limits_of(settings)),
        counted=spread.counted(tallies),
        grids=grids_of(cases, funnel),
        publication=publication_of(release),
        period=period(tallies, spread.MONTHS),
        language_errors=LANGUAGE_ERRORS,
    )
    return CardFacts(
        shared=shared,
        model=model.name,
        revision=model.revision,
        documents=count,
        images=kept.get("image", 0),
        similarities=tuple(similarities(placed)),
        fetches=settings.fetches,
    )


def refusals(placed: DataFrame) -> list[tuple[str, str, int]]:
    """Return how many documents each sign of permission left out, and how many images any did."""
    texts = placed.select("candidate.document.*")
    refused = texts.where(F.col("reject_reason") == Reason.DOCUMENT_NOT_PERMITTED.value)
    sign = F.substring_index("reject_detail", ":", 1).alias("sign")
    counted = refused.groupBy(sign).count().orderBy(F.desc("count"), "sign").collect()
    rows = [("document", row["sign"], row["count"]) for row in counted]
    images = placed.select(F.explode("candidate.images.reject_reason").alias("reason"))
    count = images.where(F.col("reason") == Reason.IMAGE_NOT_PERMITTED.value).count()
    return rows + ([("image", "any sign", count)] if count else [])


def _picture_checks(placed: DataFrame, settings: Mmc4Settings) -> PictureChecks:
    """Return which models looked at pictures; of texts no step asks whether they are unsafe."""
    most = settings.faces.max_faces
    return PictureChecks(
        texts="No step looks for pornographic text",
        safety_model=settings.safety.model if settings.safety.policy != "keep" else "",
        face_model=settings.faces.model,
        faces=tuple(_faces(placed)) if settings.faces.model else (),
        left_out="" if most is None else f"Images with more than {most} were left out.",
    )


def _faces(placed: DataFrame) -> list[tuple[int, int]]:
    """Return how many placed images of published documents show how many faces, fewest first."""
    looked_at = placed_images(placed).where("image.facts.faces is not null")
    counted = looked_at.groupBy(F.size("image.facts.faces").alias("faces")).count().orderBy("faces")
    return [(row["faces"], row["count"]) for row in counted.collect()]


def placed_images(placed: DataFrame) -> DataFrame:
    """Return image and placement of each placed image of published documents."""
    rows = live(placed).select("candidate.images", F.explode("placements").alias("placement"))
    return rows.where("placement.sentence is not null").select(
        F.expr("element_at(images, cast(placement.image + 1 as int))").alias("image"), "placement"
    )


def alignment_counts(placed: DataFrame) -> tuple[CosineCount, ...]:
    """Return how many placed images of published documents are how alike to which text."""
    columns = {kind: f"image.clip_{kind}" for kind in ("caption", "alt_text")}
    return cosine_counts(
        placed_images(placed), {**columns, "neighbour": "placement.clip_neighbour"}
    )


def _notes(settings: Mmc4Settings) -> tuple[str, ...]:
    if settings.safety.model:
        return ()
    return ("No image was judged for pornography: this needs scores of a model (safety.model).",)


if __name__ == "__main__":
    sys.exit(launch(alone("mmc4_publish", run)))
