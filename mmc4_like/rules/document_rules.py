"""Rules on whole documents, before their images are compared and once they are placed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mmc4_like.records import CandidateImage, Placement, TextDocument
from webdoc.reasons import Reason
from webdoc.settings import setting


@dataclass(frozen=True, slots=True)
class DocumentRules:
    """When a document is left out. none: no limit."""

    min_sentences: int = setting(
        1,
        "The fewest sentences of a document.",
        source="follows: an image needs one; core: 4 to 40 sentences",
    )
    max_sentences: int | None = setting(
        None, "The most sentences.", source="MMC4 has none but in core"
    )
    min_images: int = setting(
        1,
        "The fewest images that found a place.",
        source="MMC4: documents without a valid image are dropped; core: 2 to 15 images",
    )
    max_images: int | None = setting(None, "The most.", source="MMC4 has none but in core")
    good_similarity: float = setting(
        0.25,
        "A placement is good strictly above it.",
        source="MMC4, core; counts only with min_good_share",
    )
    min_good_share: float = setting(
        0.0,
        "The least share of placements that are good, in [0, 1].",
        source="MMC4, core only: 75 % of the matches above 0.25",
    )

    def __post_init__(self) -> None:
        pairs = ((self.min_sentences, self.max_sentences), (self.min_images, self.max_images))
        if any(low < 0 or (high is not None and high < low) for low, high in pairs):
            raise ValueError("a least number must be 0 or more and at most the greatest")
        if not 0 <= self.min_good_share <= 1:
            raise ValueError(f"min_good_share must lie in [0, 1], got {self.min_good_share}")
        if not -1 <= self.good_similarity <= 1:
            raise ValueError(f"good_similarity must lie in [-1, 1], got {self.good_similarity}")


def mark_before_placement(
    document: TextDocument, sentences: int, images: Sequence[CandidateImage], rules: DocumentRules
) -> TextDocument:
    """Mark a document for which no vector needs to be computed: it cannot become one."""
    live = sum(image.reject_reason is None for image in images)
    if not _within(sentences, rules.min_sentences, rules.max_sentences):
        return _marked(document, Reason.DOCUMENT_SENTENCES, sentences)
    if live < rules.min_images:
        return _marked(document, Reason.DOCUMENT_IMAGES, live)
    return document


def mark_after_placement(
    document: TextDocument, placements: Sequence[Placement], rules: DocumentRules
) -> TextDocument:
    """Mark a document by the number and quality of its placements."""
    placed = [p.similarity for p in placements if p.sentence is not None]
    if not _within(len(placed), rules.min_images, rules.max_images):
        return _marked(document, Reason.DOCUMENT_IMAGES, len(placed))
    good = sum(similarity > rules.good_similarity for similarity in placed)
    share = good / len(placed) if placed else 1.0
    if share < rules.min_good_share:
        return _marked(document, Reason.DOCUMENT_WEAK_PLACEMENTS, share)
    return document


def _within(count: int, least: int, most: int | None) -> bool:
    return least <= count and (most is None or count <= most)


def _marked(document: TextDocument, reason: Reason, value: float) -> TextDocument:
    if document.reject_reason is not None:
        return document
    return replace(document, reject_reason=reason, reject_value=float(value))
