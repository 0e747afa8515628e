"""The report of a release of the MMC4 path: one HTML page, without scripts and without network."""

from collections.abc import Iterable
from dataclasses import dataclass

from mmc4_like.release.card import CardFacts, SimilarityCount
from mmc4_like.release.examples import examples_html
from mmc4_like.tables import PlacedDocument
from webdoc.reasons import reason_text
from webdoc.release.escaping import html_text
from webdoc.release.figures import levels_of, size_text
from webdoc.release.report_examples import ExampleLimits
from webdoc.release.report_page import (
    Section,
    counted,
    funnel_section,
    level_tiles,
    notes_html,
    page_html,
    settings_section,
    tile,
)

_LEVEL_SENTENCES = {
    "record": "Every record of every WARC file and every page of every WAT file, and what it was.",
    "pool_image": "Every picture of the pool; kept ones could be the nearest to a text.",
    "given_image": "Every image of the given tables; kept ones belong to a text of the corpus.",
    "document": "Every text of the corpus.",
    "sentence": "Every sentence of the texts.",
    "image": "Every image that one of the texts might have shown.",
    "word": "The words of the sentences.",
}
_STEP = 5  # hundredths of a class of similarity


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """What the report says beside the card."""

    card: CardFacts
    files: tuple[tuple[str, int], ...]  # of the release: path and bytes, without card and report
    examples: tuple[PlacedDocument, ...]  # some published, and some of each reason
    thumbnails: tuple[tuple[str, bytes], ...] = ()  # (sha256, small JPEG) for images of examples


def report_html(facts: ReportFacts, limits: ExampleLimits | None = None) -> str:
    """Return the page.

    Args:
        facts: of the release.
        limits: how much of the examples is shown.
    """
    card = facts.card
    levels = levels_of(card.funnel)
    lead = (
        "What this release holds, what was left out and why, and texts to check it by. Images"
        f" were placed by the model {html_text(card.model)}. Made by interleaf"
        f" {html_text(card.version)}."
    )
    tiles = f'<dl class="tiles">{level_tiles(levels)}{_size_tile(facts)}</dl>'
    sections = (
        funnel_section(levels, _LEVEL_SENTENCES, reason_text),
        Section("similarity", "Similarity", similarity_html(card.similarities)),
        Section("examples", "Texts", examples_html(facts.examples, facts.thumbnails, limits)),
        settings_section(card.settings),
    )
    return page_html(card.name, lead, f"{tiles}\n{notes_html(card.notes)}", sections)


def _size_tile(facts: ReportFacts) -> str:
    size = sum(size_bytes for _, size_bytes in facts.files)
    pictures = facts.card.pictures
    inside = f"{pictures:,} pictures inside" if pictures else "image URLs only"
    plural = "file" if len(facts.files) == 1 else "files"
    return tile("Size", size_text(size), f"{len(facts.files):,} {plural}, {inside}")


def similarity_html(similarities: Iterable[SimilarityCount]) -> str:
    """Return how similar images are to sentences: placed ones to theirs, others to their best."""
    rows = tuple(similarities)
    parts = (
        counted("Placed images, with their sentence", _classes(rows, placed=True), "Images"),
        counted(
            "Unplaced images, with the sentence they are most like",
            _classes(rows, placed=False),
            "Images",
            css="lost",
        ),
    )
    if not any(parts):
        return "<p>No image of a published text was compared with a sentence.</p>"
    return (
        '<p class="soft">Cosines, of published texts only. They depend on the model: numbers of'
        f' another one say something else.</p>\n<div class="columns">\n{"".join(parts)}</div>'
    )


def _classes(rows: Iterable[SimilarityCount], *, placed: bool) -> list[tuple[str, int]]:
    """Return how many images each class has, without gaps between the lowest and the highest."""
    counts: dict[int, int] = {}
    for row in rows:
        if row.placed == placed:
            low = row.hundredth // _STEP * _STEP
            counts[low] = counts.get(low, 0) + row.count
    if not counts:
        return []
    return [
        (f"{low / 100:.2f} to {(low + _STEP) / 100:.2f}", counts.get(low, 0))
        for low in range(min(counts), max(counts) + 1, _STEP)
    ]
