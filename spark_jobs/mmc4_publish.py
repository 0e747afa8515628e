"""LINKS, CANDIDATES, PLACED, texts, PICTURES -> the release: data files, card, funnel, checksums.

spark-submit spark_jobs/mmc4_publish.py SETTINGS.toml
"""

import sys

from pyspark.sql import DataFrame, SparkSession

from mmc4_like.release import counts, spread
from mmc4_like.release.card import LANGUAGE_ERRORS, card_text
from mmc4_like.release.facts import OUTPUTS, CardFacts, SimilarityCount
from mmc4_like.settings import Mmc4Settings
from mmc4_like.tables import PICTURES
from spark_jobs.marks.mmc4_parts import final_reason, with_texts
from spark_jobs.release.archives import archive_lines
from spark_jobs.release.checksums import CHECKSUMS, checksum_lines, is_published
from spark_jobs.release.counts import csv_lines
from spark_jobs.release.mmc4_files import write_documents
from spark_jobs.release.mmc4_report import report_text
from spark_jobs.release.mmc4_seen import Seen, records_of, seen
from spark_jobs.release.pictures import write_images
from spark_jobs.run.clip import model_of
from spark_jobs.run.files import write_bytes
from spark_jobs.run.launch import launch
from spark_jobs.run.mmc4 import alone
from spark_jobs.run.tables import DOCUMENT_MARKS, is_finished, read_table, remove, table_path
from spark_jobs.scores.documents import scores_documents
from webdoc.reasons import KEPT
from webdoc.release.alignment_spread import AlignmentFacts
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
    pictures = read_table(spark, table_path(settings.tables_from, PICTURES), StoredPicture)
    with seen(spark, settings) as found:
        kept = sum(r.count for r in found.funnel if (r.level, r.reason) == ("document", KEPT))
        published = found.parts.where(final_reason().isNull())
        published = with_texts(spark, published, settings.tables_from)
        files = write_documents(published, kept, settings)
        shown = published_pictures(found.images)
        files += write_images(pictures, shown, out, settings.release, settings.archives)
        facts = card_facts(found, files, settings)
        report = report_text(spark, found, pictures, facts, settings)
    texts = {
        "funnel.csv": csv_lines(list(found.funnel)),
        "similarity.csv": similarity_lines(facts.similarities),
        "settings.toml": facts.shared.settings,
        "croissant.json": croissant_text(facts.shared),
        "report.html": report,
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


def published_pictures(images: DataFrame) -> DataFrame:
    """Return the sha256 of every picture that a published document shows.

    Args:
        images: `ShownImage`.
    """
    shown = images.where("is_placed and document_reason is null and sha256 != ''")
    return shown.select("sha256").distinct()


def similarity_lines(rows: tuple[SimilarityCount, ...]) -> str:
    """Return the distribution as CSV."""
    lines = [f"{int(row.placed)},{row.hundredth / 100:.2f},{row.count}" for row in rows]
    return "\n".join(["placed,from,count", *lines]) + "\n"


def card_facts(
    seen: Seen,
    files: list[ReleaseFile],
    settings: Mmc4Settings,
) -> CardFacts:
    """Gather what card, report and Croissant file say.

    Args:
        seen: what was looked at in its documents.
        files: the data files of its release.
        settings: of the run.
    """
    funnel, tallies = seen.funnel, seen.tallies
    kept = {row.level: row.count for row in funnel if row.reason == KEPT}
    model = model_of(settings.tables_from)
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
            tuple(counts.refusals(seen.counts)),
        ),
        checks=_picture_checks(seen, settings),
        alignment=AlignmentFacts(model.name, model.revision, counts.cosines(seen.counts)),
        has_archives=any(row.level == "record" for row in funnel),
        histograms=histograms(tallies, spread.SCALES, spread.limits_of(settings)),
        counted=spread.counted(tallies),
        grids=grids_of(seen.cases, funnel),
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
        similarities=counts.similarities(seen.counts),
        fetches=settings.fetches,
    )


def _picture_checks(seen: Seen, settings: Mmc4Settings) -> PictureChecks:
    """Return which models looked at pictures; of texts no step asks whether they are unsafe."""
    most = settings.faces.max_faces
    return PictureChecks(
        texts="No step looks for pornographic text",
        safety_model=settings.safety.model if settings.safety.policy != "keep" else "",
        face_model=settings.faces.model,
        faces=tuple(counts.faces(seen.counts)) if settings.faces.model else (),
        left_out="" if most is None else f"Images with more than {most} were left out.",
    )


def _notes(settings: Mmc4Settings) -> tuple[str, ...]:
    if settings.safety.model:
        return ()
    return ("No image was judged for pornography: this needs scores of a model (safety.model).",)


if __name__ == "__main__":
    sys.exit(launch(alone("mmc4_publish", run)))
