"""The funnel: how many documents, sentences and images each reason took."""

from collections import Counter
from collections.abc import Iterable

from mmc4_like.marks import sizes_of
from mmc4_like.tables import PlacedDocument
from webdoc.reasons import IN_REJECTED_DOCUMENT, KEPT, WITHOUT_IMAGE, FunnelRow


def funnel_of(documents: Iterable[PlacedDocument]) -> list[FunnelRow]:
    """Return the rows of some documents, for the levels document, sentence and image."""
    counts: Counter[tuple[str, str]] = Counter()
    words: Counter[tuple[str, str]] = Counter()
    sizes: Counter[tuple[str, str]] = Counter()

    def add(key: tuple[str, str], own_words: int, own_bytes: int) -> None:
        counts[key] += 1
        words[key] += own_words
        sizes[key] += own_bytes

    for placed in documents:
        reason, own = placed.candidate.document.reject_reason, sizes_of(placed.candidate)
        add(("document", reason or KEPT), own.words, own.text_bytes)
        holding = {placement.sentence for placement in placed.placements}
        for nth, size in enumerate(zip(own.sentence_words, own.sentence_bytes, strict=True)):
            fate = KEPT if nth in holding else WITHOUT_IMAGE
            add(("sentence", IN_REJECTED_DOCUMENT if reason else fate), *size)
        counts.update(("image", reason) for reason in image_reasons(placed))
    return [
        FunnelRow(level, str(reason), count, words[level, reason], sizes[level, reason])
        for (level, reason), count in sorted(counts.items())
    ]


def image_reasons(placed: PlacedDocument) -> list[str]:
    """Return what became of each candidate image of a document: kept, or why it was left out."""
    fallback = IN_REJECTED_DOCUMENT if placed.candidate.document.reject_reason else KEPT
    unplaced = {p.image: p.reject_reason for p in placed.placements if p.reject_reason is not None}
    return [
        image.reject_reason or unplaced.get(index) or fallback
        for index, image in enumerate(placed.candidate.images)
    ]
