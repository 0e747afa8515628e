"""What a finished run knows about itself: the one source of card, Croissant file and report."""

from dataclasses import dataclass
from typing import Final

from obelics_like.release.spread import LANGUAGE
from obelics_like.settings import ObelicsSettings
from webdoc.exporters.clusters import CLUSTERS
from webdoc.exporters.documents import DOCUMENTS
from webdoc.exporters.images import IMAGES
from webdoc.page.document import Document
from webdoc.reasons import EMAILS, IP_ADDRESSES, PERSONAL_DATA, PHONES, FunnelRow
from webdoc.release.alignment_spread import AlignmentFacts
from webdoc.release.facts import PermissionFacts, PictureChecks, SharedFacts
from webdoc.release.files import Distribution, ReleaseFile, folder_size
from webdoc.release.picture_grid import PictureCase, grids_of
from webdoc.release.publication import publication_of
from webdoc.release.published_settings import published_settings
from webdoc.release.run_comparison import Comparison
from webdoc.release.spread import Histogram, NameCounts

_SURE: Final = 0.8  # OBELICS' limit, with the full model
OUTPUTS: Final = (DOCUMENTS, IMAGES, CLUSTERS)  # of this path's releases


@dataclass(frozen=True, slots=True)
class ReleaseFacts:
    """Everything that card, Croissant file and report say."""

    settings: ObelicsSettings
    version: str  # of interleaf
    files: tuple[ReleaseFile, ...]  # data/*.parquet and images/*.parquet
    funnel: tuple[FunnelRow, ...]
    notes: tuple[str, ...]  # rules that could not run, and why
    languages: tuple[tuple[str, int], ...]  # of kept documents, most frequent first
    domains: tuple[tuple[str, int], ...]  # likewise, the top 20
    distributions: tuple[Distribution, ...]
    examples: tuple[Document, ...]  # some kept and some rejected, every node with its reason
    # Who said no: (document or image, sign of webdoc.permission.signs, how many), most first.
    refusals: tuple[tuple[str, str, int], ...] = ()
    alignment: AlignmentFacts | None = None  # None where images were not compared with texts
    thumbnails: tuple[tuple[str, bytes], ...] = ()  # (sha256, small JPEG) for images of examples
    # Published images by the faces they show, where faces.model counted: (faces, images), rising.
    faces: tuple[tuple[int, int], ...] = ()
    histograms: tuple[Histogram, ...] = ()  # of what the rules measured
    counted: tuple[NameCounts, ...] = ()  # months, formats, hosts of what was kept
    cases: tuple[PictureCase, ...] = ()  # pictures of each reason
    comparison: Comparison | None = None  # with another run; None: with none
    period: tuple[str, str] = ("", "")  # the first and last month of a capture, 2024-05


def shared_facts(facts: ReleaseFacts) -> SharedFacts:
    """Return what this release says in the words of both paths."""
    settings = facts.settings
    return SharedFacts(
        name=settings.release.name,
        description=(
            f"{folder_size(facts.files, DOCUMENTS.folder).rows:,} web pages as sequences of"
            " paragraphs and images in reading order, in the columns of OBELICS. Made by interleaf"
            f" {facts.version} with the preset {settings.preset}."
        ),
        licence=settings.release.licence,
        version=facts.version,
        preset=settings.preset,
        settings=published_settings(settings),
        files=facts.files,
        outputs=OUTPUTS,
        funnel=facts.funnel,
        notes=facts.notes,
        languages=facts.languages,
        domains=facts.domains,
        permission=PermissionFacts(
            tuple(settings.permission.signals),
            bool(settings.permission.opt_out_lists),
            facts.refusals,
        ),
        checks=_picture_checks(settings, facts.faces),
        alignment=facts.alignment,
        has_archives=True,
        personal_data=_personal_data(facts),
        histograms=facts.histograms,
        counted=facts.counted,
        grids=grids_of(facts.cases, facts.funnel),
        comparison=facts.comparison,
        publication=publication_of(settings.release),
        period=facts.period,
        language_errors=_language_errors(facts),
    )


def _language_errors(facts: ReleaseFacts) -> str:
    """Return how languages were told, and of how many published documents that is unsure."""
    histogram = next((h for h in facts.histograms if h.scale == LANGUAGE), None)
    if histogram is None:
        return ""
    unsure = sum(histogram.kept[: LANGUAGE.place(_SURE) + 1])
    total = sum(histogram.kept)
    return (
        "The compressed fastText model lid.176 told them, which errs most on short texts, on close"
        f" languages and on pages in two: what scored below {facts.settings.language.min_score:g}"
        f" was left out, and of the published documents {unsure:,} of {total:,} score"
        f" {_SURE:g} or less."
    )


def _personal_data(facts: ReleaseFacts) -> str:
    """Return what was looked for in texts and how much of it was replaced."""
    settings = facts.settings.personal_data
    counts = {row.reason: row.count for row in facts.funnel if row.level == PERSONAL_DATA}
    looked_for = (
        (settings.emails, "e-mail addresses", EMAILS),
        (settings.phones, "phone numbers", PHONES),
        (settings.ip_addresses, "public IP addresses", IP_ADDRESSES),
    )
    found = [f"{counts.get(name, 0):,} {what}" for is_on, what, name in looked_for if is_on]
    if not found:
        return ""
    stay = ", ".join([what for is_on, what, _ in looked_for if not is_on] + ["names"])
    return (
        f"Markers stand in the place of {' and '.join(found)}; the patterns that find them miss"
        f" some. Left as they are: {stay} and postal addresses."
    )


def _picture_checks(settings: ObelicsSettings, faces: tuple[tuple[int, int], ...]) -> PictureChecks:
    if settings.images.source == "none":
        return PictureChecks()
    most = settings.faces.max_faces
    return PictureChecks(
        safety_model=settings.safety.model if settings.safety.policy != "keep" else "",
        face_model=settings.faces.model,
        faces=faces,
        left_out="" if most is None else f"Images with more than {most} were left out.",
    )
