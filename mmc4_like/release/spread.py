"""What a placed text adds to the tallies of a release, and the pictures its report may show."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from mmc4_like.marks import sizes_of
from mmc4_like.release.funnel import image_reasons
from mmc4_like.settings import Mmc4Settings
from mmc4_like.tables import PlacedDocument
from webdoc.picture.showing import NEVER_SHOWN
from webdoc.picture.spread import (
    FORMATS,
    PICTURE_HOSTS,
    PICTURE_SCALES,
    picture_limits,
    tally_picture,
)
from webdoc.reasons import KEPT, Reason
from webdoc.release.picture_grid import PictureCase
from webdoc.release.spread import Limit, NameCounts, Scale, Tallies, Tally, name_counts
from webdoc.url_keys import host_of, registered_domain

IMAGES: Final = Scale("Images placed in a document", (0, 1, 2, 3, 5, 10, 20, 30))
SENTENCES: Final = Scale("Sentences in a document", (0, 3, 10, 20, 40, 100, 200, 500))
WORDS: Final = Scale("Words in a document", (0, 10, 50, 100, 200, 500, 1000, 2000, 5000))
SIMILARITY: Final = Scale(
    "Cosine of an image with its sentence, or with its best one while unplaced",
    (0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4),
)
SCALES: Final = (IMAGES, SENTENCES, WORDS, SIMILARITY, *PICTURE_SCALES)
LANGUAGES, DOMAINS = "Languages", "Most frequent domains"
MONTHS, SOURCES = "Months of capture", "Where images are from"


def tallies_of(documents: Iterable[PlacedDocument]) -> Iterator[Tally]:
    """Yield what some documents add, kept and left out."""
    tallies = Tallies(SCALES)
    for placed in documents:
        _add(tallies, placed)
    yield from tallies.rows()


def _add(tallies: Tallies, placed: PlacedDocument) -> None:
    candidate = placed.candidate
    document, kept = candidate.document, candidate.document.reject_reason is None
    size = sizes_of(candidate)
    tallies.name(LANGUAGES, document.language, kept=kept)
    tallies.name(DOMAINS, registered_domain(host_of(document.url)), kept=kept)
    tallies.name(MONTHS, (candidate.capture.capture_time or document.timestamp)[:7], kept=kept)
    if size.text_bytes:
        holding = sum(placement.sentence is not None for placement in placed.placements)
        tallies.number(IMAGES.title, holding, kept=kept)
        tallies.number(SENTENCES.title, len(candidate.sentences), kept=kept)
        tallies.number(WORDS.title, size.words, kept=kept)
    for placement in placed.placements:
        stays = kept and placement.sentence is not None
        tallies.number(SIMILARITY.title, placement.similarity, kept=stays)
    for image, reason in zip(candidate.images, image_reasons(placed), strict=True):
        tallies.name(SOURCES, image.source, kept=reason == KEPT)
        tally_picture(tallies, image.url, image.facts, kept=reason == KEPT)


def limits_of(settings: Mmc4Settings) -> dict[str, tuple[Limit, ...]]:
    """Return the thresholds that a histogram has drawn in."""
    rules, placement = settings.documents, settings.placement
    limits = picture_limits(settings.images, settings.safety)
    pairs = (
        (IMAGES, "documents.min_images", rules.min_images),
        (IMAGES, "documents.max_images", rules.max_images),
        (SENTENCES, "documents.min_sentences", rules.min_sentences),
        (SENTENCES, "documents.max_sentences", rules.max_sentences),
        (SIMILARITY, "placement.min_similarity", placement.min_similarity),
        (SIMILARITY, "placement.min_best_similarity", placement.min_best_similarity),
    )
    for scale, key, value in pairs:
        if value is not None:
            limits[scale.title] = (*limits.get(scale.title, ()), Limit(value, key))
    return limits


def counted(tallies: Sequence[Tally]) -> tuple[NameCounts, ...]:
    """Return months, sources, formats and hosts of what was kept."""
    return name_counts(tallies, (MONTHS, SOURCES, FORMATS, PICTURE_HOSTS))


def picture_cases(placed: PlacedDocument) -> Iterator[PictureCase]:
    """Yield each picture of a text that a grid may show, with what became of it there."""
    document = placed.candidate.document
    if document.reject_reason == Reason.DOCUMENT_NOT_PERMITTED:
        return
    values = {row.image: row.similarity for row in placed.placements}
    fates = zip(placed.candidate.images, image_reasons(placed), strict=True)
    for index, (image, reason) in enumerate(fates):
        if image.facts.sha256 and reason not in NEVER_SHOWN:
            facts = image.facts
            yield PictureCase(
                str(reason),
                facts.sha256,
                document.doc_id,
                document.url,
                values.get(index, image.reject_value),
                f"{facts.format} · {facts.width_px} × {facts.height_px} px",
                image.alt_text,
            )
