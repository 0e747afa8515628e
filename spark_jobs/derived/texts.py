"""The small files of a release made of releases: counts, history, card, report, Croissant."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from huggingface_hub import DatasetCard
from pyspark.sql import DataFrame, SparkSession

from spark_jobs.derived.examples import examples
from spark_jobs.derived.tables import merged_counts, read_text, texts_of
from spark_jobs.derived.tally import Tally
from spark_jobs.release.checksums import CHECKSUMS
from spark_jobs.release.counts import csv_lines
from spark_jobs.run.tables import exists, table_path
from webdoc.derived.card import DerivedFacts, derived_card
from webdoc.derived.facts import funnel_after, funnel_sum
from webdoc.derived.history import HISTORY, Version, first_version, history_lines, read_history
from webdoc.derived.report import derived_report
from webdoc.exporters.clusters import CLUSTERS
from webdoc.exporters.documents import DOCUMENTS
from webdoc.exporters.images import IMAGES
from webdoc.exporters.mmc4 import MMC4, MMC4_LINES
from webdoc.exporters.scores import SCORES
from webdoc.reasons import KEPT, FunnelRow, Reason
from webdoc.release.croissant import croissant_text
from webdoc.release.exporter import Exporter
from webdoc.release.facts import PermissionFacts, PictureChecks, SharedFacts
from webdoc.release.files import ReleaseFile
from webdoc.version import VERSION

_OUTPUTS: Final = (DOCUMENTS, MMC4, MMC4_LINES, IMAGES, CLUSTERS, SCORES)  # documents first
_FUNNEL: Final = "funnel.csv"
_SETTINGS: Final = "settings.toml"
_ARCHIVES: Final = "archives.csv"
_SIMILARITY: Final = "similarity.csv"
_CARD: Final = "README.md"


@dataclass(frozen=True, slots=True)
class Derivation:
    """How a release is made of others, for its card and its history."""

    command: str  # "interleaf select"
    change: str  # a sentence of plain text; of a removal it never says what was removed
    reason: Reason  # why documents are left out
    image_reason: Reason = Reason.IMAGE_REMOVED  # why pictures are taken out of those that stay


def release_texts(  # noqa: PLR0913, PLR0917 - what a release says
    spark: SparkSession,
    sources: Sequence[str],
    out: str,
    after: DataFrame,
    files: list[ReleaseFile],
    made: Derivation,
    counts: Tally,
) -> dict[str, str]:
    """Return the text of each small file of the new release, by its path.

    Args:
        spark: the session.
        sources: folders of the releases that it was made from.
        out: its own folder, where documents and pictures are written already.
        after: DocumentFacts of its documents.
        files: its files so far.
        made: how it was made.
        counts: what stays and what goes.
    """
    before, reasons = funnel_sum(_funnels(sources)), (made.reason, made.image_reason)
    funnel = funnel_after(before, counts.gone, counts.lost, *reasons)
    versions = _history(sources, made, counts)
    card = DatasetCard(read_text(table_path(sources[0], _CARD)))
    archives = merged_counts(sources, _ARCHIVES)
    settings = texts_of(sources, _SETTINGS)[0]
    shared = SharedFacts(
        name=card.data["pretty_name"],
        description=f"{counts.kept.documents:,} documents of text and images. {made.change}",
        licence=card.data["license"],
        version=VERSION,
        preset="",
        settings=settings,
        files=tuple(files),
        outputs=_outputs(files),
        funnel=tuple(funnel),
        notes=(),
        languages=counts.languages,
        domains=counts.domains,
        permission=PermissionFacts((), False, ()),
        checks=PictureChecks(),
        alignment=None,
        has_archives=bool(archives),
    )
    facts = DerivedFacts(
        shared=shared,
        history=versions,
        sums=counts.kept,
        distributions=counts.distributions,
        examples=examples(spark, out, after),
    )
    texts = {
        _FUNNEL: csv_lines(funnel),
        HISTORY: history_lines(versions),
        _SETTINGS: settings,
        "croissant.json": croissant_text(shared),
        "report.html": derived_report(facts),
        _CARD: derived_card(card, facts),
    }
    if archives:
        texts[_ARCHIVES] = archives
    if exists(table_path(sources[0], _SIMILARITY)):
        texts[_SIMILARITY] = _similarity_lines(counts)
    return texts


def _outputs(files: list[ReleaseFile]) -> tuple[Exporter, ...]:
    """Return the exporters of the folders that the release has, that of the documents first."""
    folders = {file.path.rpartition("/")[0] for file in files}
    return tuple(output for output in _OUTPUTS if output.folder in folders)


def _funnels(sources: Sequence[str]) -> list[FunnelRow]:
    return [
        FunnelRow(
            row["level"],
            row["reason"],
            int(row["count"]),
            int(row["words"]),
            int(row["text_bytes"]),
        )
        for text in texts_of(sources, _FUNNEL)
        for row in csv.DictReader(io.StringIO(text))
    ]


def _history(sources: Sequence[str], made: Derivation, counts: Tally) -> tuple[Version, ...]:
    """Return the history of the first source, and the new release as its last row."""
    earlier = texts_of(sources[:1], HISTORY)
    before = read_history(earlier[0]) if earlier else (_first(sources[0]),)
    names = [
        sha256(read_text(table_path(source, CHECKSUMS)).encode()).hexdigest() for source in sources
    ]
    kept = counts.kept
    row = Version(
        before[-1].version + 1,
        made.command,
        made.change,
        kept.documents,
        kept.images,
        " ".join(names),
    )
    return (*before, row)


def _first(source: str) -> Version:
    counts = {row.level: row.count for row in _funnels([source]) if row.reason == KEPT}
    return first_version(counts.get("document", 0), counts.get("image", 0))


def _similarity_lines(counts: Tally) -> str:
    """Return the distribution as CSV, of placed pictures: others are not known any more."""
    lines = [f"1,{hundredth / 100:.2f},{count}" for hundredth, count in counts.similarities]
    return "\n".join(["placed,from,count", *lines]) + "\n"
