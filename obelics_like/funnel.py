"""The funnel: how many records, documents, texts and images each reason took."""

from collections import Counter
from collections.abc import Iterable

from webdoc.page.document import Document
from webdoc.reasons import (
    EMAILS,
    IN_REJECTED_DOCUMENT,
    IP_ADDRESSES,
    KEPT,
    PERSONAL_DATA,
    PHONES,
    FunnelRow,
)


def funnel_of(documents: Iterable[Document]) -> list[FunnelRow]:
    """Return the rows of some documents, for the levels document, text and image.

    What was replaced in the texts of kept documents is a level of its own, personal_data.
    """
    counts: Counter[tuple[str, str]] = Counter()
    words: Counter[tuple[str, str]] = Counter()
    sizes: Counter[tuple[str, str]] = Counter()
    for document in documents:
        document_key = ("document", document.reject_reason or KEPT)
        counts[document_key] += 1
        if document.reject_reason is None:
            for name in (EMAILS, PHONES, IP_ADDRESSES):
                counts[PERSONAL_DATA, name] += getattr(document, name)
        fallback = KEPT if document.reject_reason is None else IN_REJECTED_DOCUMENT
        for node in document.nodes:
            key = (node.kind, node.reject_reason or fallback)
            counts[key] += 1
            if node.kind == "text":
                n_words, n_bytes = len(node.text.split()), len(node.text.encode("utf-8", "replace"))
                for where in (key, document_key):
                    words[where] += n_words
                    sizes[where] += n_bytes
    return [
        FunnelRow(level, str(reason), count, words[level, reason], sizes[level, reason])
        for (level, reason), count in sorted(counts.items())
        if count
    ]
