"""What an imported release says of itself: its card, its funnel, what card and Croissant share."""

from typing import Final

from webdoc.derived.facts import Sums
from webdoc.exporters.documents import DOCUMENTS
from webdoc.exporters.mmc4 import MMC4, MMC4_LINES
from webdoc.importers.importer import Form
from webdoc.reasons import KEPT, FunnelRow
from webdoc.release.card import card_text
from webdoc.release.facts import PermissionFacts, PictureChecks, SharedFacts
from webdoc.release.files import ReleaseFile
from webdoc.version import VERSION

_ABSENT: Final = {"archives.csv", "attribution.csv", "similarity.csv"}


def import_funnel(kept: Sums, rejected: tuple[tuple[str, int], ...]) -> tuple[FunnelRow, ...]:
    """Return the funnel of an import: documents that are kept before rows that are none."""
    return (
        FunnelRow("document", KEPT, kept.documents, kept.words, kept.text_bytes),
        *(FunnelRow("document", reason, count) for reason, count in rejected),
        FunnelRow("text", KEPT, kept.paragraphs, kept.words, kept.text_bytes),
        FunnelRow("image", KEPT, kept.images),
    )


def import_facts(  # noqa: PLR0913, PLR0917 - what a release knows of itself
    form: Form,
    settings: str,
    files: tuple[ReleaseFile, ...],
    funnel: tuple[FunnelRow, ...],
    languages: tuple[tuple[str, int], ...],
    domains: tuple[tuple[str, int], ...],
) -> SharedFacts:
    """Return what card, report and Croissant file say in the same words."""
    return SharedFacts(
        name=f"{form.corpus}-imported",
        description=f"Documents of {form.corpus} in the columns of interleaf.",
        licence=form.licence,
        version=VERSION,
        preset="import",
        settings=settings,
        files=files,
        outputs=(DOCUMENTS, MMC4, MMC4_LINES) if form.writes_mmc4 else (DOCUMENTS,),
        funnel=funnel,
        notes=(),
        languages=languages,
        domains=domains,
        permission=PermissionFacts((), False, ()),
        checks=PictureChecks(texts="No step of the import looks at what texts say"),
        alignment=None,
        has_archives=False,
    )


def import_card(form: Form, facts: SharedFacts, kept: Sums) -> str:
    """Return the dataset card."""
    return card_text(
        "webdoc.importers",
        "import_card.md.j2",
        facts,
        (form.name,),
        form=form,
        sums=kept,
        absent=_ABSENT,
    )
