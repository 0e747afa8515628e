"""What a page adds to the tallies of a release, and the pictures that its report may show."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from obelics_like.settings import ObelicsSettings
from webdoc.page.document import Document, Image, Node
from webdoc.picture.showing import NEVER_SHOWN
from webdoc.picture.spread import (
    FORMATS,
    GRAPHIC,
    PICTURE_HOSTS,
    PICTURE_SCALES,
    picture_limits,
    tally_picture,
)
from webdoc.reasons import IN_REJECTED_DOCUMENT, KEPT, Reason
from webdoc.release.files import Distribution
from webdoc.release.picture_grid import PictureCase
from webdoc.release.spread import (
    Histogram,
    Limit,
    NameCounts,
    Scale,
    Tallies,
    Tally,
    name_counts,
)
from webdoc.url_keys import host_of, registered_domain

IMAGES: Final = Scale("Images in a document", (0, 1, 2, 3, 5, 10, 20, 30))
WORDS: Final = Scale("Words in a document", (0, 10, 50, 100, 200, 500, 1000, 2000, 5000))
LANGUAGE: Final = Scale("How sure the language is", (0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95))
KIND: Final = Scale("How sure the kind of page is", (0.5, 0.6, 0.7, 0.8, 0.9, 0.95))
COSINE: Final = Scale(
    "Cosine of an image and its best text", (0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4)
)
SCALES: Final = (IMAGES, WORDS, LANGUAGE, KIND, *PICTURE_SCALES, COSINE)
LANGUAGES, DOMAINS = "Languages", "Most frequent domains"
MONTHS, KINDS = "Months of capture", "Kinds of pages"


def tallies_of(documents: Iterable[Document]) -> Iterator[Tally]:
    """Yield what some documents add, kept and left out."""
    tallies = Tallies(SCALES)
    for document in documents:
        _add(tallies, document)
    yield from tallies.rows()


def _add(tallies: Tallies, document: Document) -> None:
    kept = document.reject_reason is None
    tallies.name(LANGUAGES, document.language, kept=kept)
    tallies.name(DOMAINS, registered_domain(host_of(document.url)), kept=kept)
    tallies.name(MONTHS, document.capture_time[:7], kept=kept)
    if document.page_kind:
        tallies.name(KINDS, document.page_kind, kept=kept)
        tallies.number(KIND.title, document.page_kind_score, kept=kept)
    if document.language:
        tallies.number(LANGUAGE.title, document.language_score, kept=kept)
    live = [node for node in document.nodes if node.reject_reason is None]
    if document.nodes:
        tallies.number(IMAGES.title, sum(node.kind == "image" for node in live), kept=kept)
        words = sum(len(node.text.split()) for node in live if node.kind == "text")
        tallies.number(WORDS.title, words, kept=kept)
    for node in document.nodes:
        if node.image is not None:
            stays = kept and node.reject_reason is None
            tally_picture(tallies, node.image.url, node.image.facts, kept=stays)
            tallies.number(COSINE.title, _best(node.image), kept=stays)


def _best(image: Image) -> float | None:
    cosines = (image.clip_caption, image.clip_alt_text, image.clip_neighbour)
    return max((value for value in cosines if value is not None), default=None)


def limits_of(settings: ObelicsSettings) -> dict[str, tuple[Limit, ...]]:
    """Return the thresholds that a histogram has drawn in."""
    rules = settings.documents
    limits = picture_limits(settings.images, settings.safety)
    limits |= {
        IMAGES.title: (
            Limit(rules.min_images, "documents.min_images"),
            Limit(rules.max_images, "documents.max_images"),
        ),
        WORDS.title: (
            Limit(rules.min_words, "documents.min_words"),
            Limit(rules.max_words, "documents.max_words"),
        ),
        LANGUAGE.title: (Limit(settings.language.min_score, "language.min_score"),),
    }
    if settings.images.max_graphic_score is not None:
        limits[GRAPHIC.title] = (
            Limit(settings.images.max_graphic_score, "images.max_graphic_score"),
        )
    if settings.alignment.min_image is not None:
        limits[COSINE.title] = (Limit(settings.alignment.min_image, "alignment.min_image"),)
    return limits


def distributions(histograms: Iterable[Histogram]) -> tuple[Distribution, ...]:
    """Return how images and words are spread over the published documents."""
    return tuple(
        Distribution(
            histogram.scale.title.lower(), tuple(map(int, histogram.scale.ends)), histogram.kept
        )
        for histogram in histograms
        if histogram.scale in (IMAGES, WORDS)
    )


def counted(tallies: Sequence[Tally]) -> tuple[NameCounts, ...]:
    """Return months, kinds, formats and hosts of what was kept."""
    return name_counts(tallies, (MONTHS, KINDS, FORMATS, PICTURE_HOSTS))


def picture_cases(document: Document) -> Iterator[PictureCase]:
    """Yield each picture of a page that a grid may show, with what became of it there."""
    if document.reject_reason == Reason.DOCUMENT_NOT_PERMITTED:
        return
    fallback = KEPT if document.reject_reason is None else IN_REJECTED_DOCUMENT
    for node in document.nodes:
        if node.image and node.image.facts.sha256 and not is_hidden(node):
            facts = node.image.facts
            yield PictureCase(
                str(node.reject_reason or fallback),
                facts.sha256,
                document.doc_id,
                document.url,
                node.reject_value,
                f"{facts.format} · {facts.width_px} × {facts.height_px} px",
                node.image.alt_text,
            )


def node_examples(document: Document) -> set[tuple[str, str]]:
    """Return (reason, doc_id) of each rule that took a node of a page that is published."""
    if document.reject_reason is not None:
        return set()
    reasons = {node.reject_reason for node in document.nodes if node.reject_reason is not None}
    return {(str(reason), document.doc_id) for reason in reasons}


def is_hidden(node: Node) -> bool:
    """Tell whether no report may show the picture of a node, on this page or on any other."""
    refused = node.image is not None and bool(node.image.permission_reason)
    return refused or node.reject_reason in NEVER_SHOWN
