"""The report of a release of the MMC4 path: one HTML page that stands alone."""

from collections.abc import Iterable
from typing import Final

from mmc4_like.release.examples import examples_html, found_by, shown_texts
from mmc4_like.release.facts import ReportFacts, SimilarityCount
from mmc4_like.release.image_fates import image_fates
from webdoc.release.report_examples import ExampleLimits
from webdoc.release.report_page import page_html

_LEVEL_SENTENCES: Final = {
    "record": "Every record of every WARC file and every page of every WAT file, and what it was.",
    "pool_image": "Every picture of the pool; kept ones could be the nearest to a text.",
    "given_image": "Every image of the given tables; kept ones belong to a text of the corpus.",
    "document": "Every text of the corpus.",
    "sentence": "Every sentence of the texts.",
    "image": "Every image that one of the texts might have shown.",
    "word": "The words of the sentences.",
}
_STEP: Final = 5  # hundredths of a class of similarity


def report_html(facts: ReportFacts, limits: ExampleLimits | None = None) -> str:
    """Return the page.

    Args:
        facts: of the release.
        limits: how much of the examples is shown.
    """
    card, limits = facts.card, limits or ExampleLimits()
    shown = shown_texts(facts.examples, limits)
    limits = limits.shared_by(len(shown))
    return page_html(
        "mmc4_like.release",
        "mmc4_report.html.j2",
        card.shared,
        sentences=_LEVEL_SENTENCES,
        own_sections=(
            ("similarity", "Similarity"),
            ("spread", "What is in it"),
            ("examples", "Texts"),
        ),
        examples=examples_html(facts.examples, facts.thumbnails, limits),
        found=[found_by(placed, image_fates(placed)) for placed in shown],
        thumbnails=facts.thumbnails,
        limits=limits,
        model=card.model,
        placed=_classes(card.similarities, placed=True),
        unplaced=_classes(card.similarities, placed=False),
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
