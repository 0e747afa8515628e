"""The funnel: how many documents, sentences and images each reason took."""

from collections import Counter
from collections.abc import Iterable

from mmc4_like.tables import PlacedDocument
from mmc4_like.texts.sentences import sentence_texts
from webdoc.reasons import IN_REJECTED_DOCUMENT, KEPT, WITHOUT_IMAGE, FunnelRow


def funnel_of(documents: Iterable[PlacedDocument]) -> list[FunnelRow]:
    """Return the rows of some documents, for the levels document, sentence and image."""
    counts: Counter[tuple[str, str]] = Counter()
    words: Counter[tuple[str, str]] = Counter()
    sizes: Counter[tuple[str, str]] = Counter()
    for placed in documents:
        document = placed.candidate.document
        document_key = ("document", document.reject_reason or KEPT)
        _add(document_key, document.text, counts, words, sizes)
        holding = {placement.sentence for placement in placed.placements}
        texts = sentence_texts(document.text, placed.candidate.sentences)
        for nth, text in enumerate(texts):
            fate = KEPT if nth in holding else WITHOUT_IMAGE
            key = ("sentence", IN_REJECTED_DOCUMENT if document.reject_reason else fate)
            _add(key, text, counts, words, sizes)
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


def _add(
    key: tuple[str, str],
    text: str,
    counts: Counter[tuple[str, str]],
    words: Counter[tuple[str, str]],
    sizes: Counter[tuple[str, str]],
) -> None:
    counts[key] += 1
    words[key] += len(text.split())
    sizes[key] += len(text.encode("utf-8", "replace"))
