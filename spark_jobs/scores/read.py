"""How jobs of scores are given the documents that they score."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

import pyarrow as pa

from webdoc.exporters.documents import ReleaseRow
from webdoc.release.published import published_document
from webdoc.scores.scorer import Kind, ScoredDocument, ScoredText

Thing = ScoredText | ScoredDocument
# Reads the wanted documents of a task, for scorers of a kind: ids, and what is scored; None of a
# document that cannot be read.
Read = Callable[[Iterable[pa.RecordBatch], Kind], Iterator[tuple[str, Thing | None]]]
_BLANK_LINE: Final = "\n\n"


def text_thing(texts: Sequence[str | None], language: str) -> ScoredText:
    """Return what scorers of texts look at."""
    return ScoredText(_BLANK_LINE.join(text for text in texts if text is not None), language)


def thing_of(
    row: ReleaseRow, language: str, kind: Kind, removed_share: float | None = None
) -> Thing:
    """Return what scorers of a kind look at of a document, given as the row of data/ that it gets.

    Args:
        row: of the document.
        language: of its text.
        kind: texts or documents.
        removed_share: as in ScoredDocument.
    """
    if kind == "texts":
        return text_thing(row.texts, language)
    document = published_document(row.images, row.texts, row.metadata, row.general_metadata, {})
    return ScoredDocument(document, removed_share=removed_share)
