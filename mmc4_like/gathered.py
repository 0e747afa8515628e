"""Vectors as a join brings them, in any order -> a document that can be compared."""

from dataclasses import dataclass, replace

from mmc4_like.tables import CandidateDocument, ComparableDocument


@dataclass(frozen=True, slots=True)
class ImageRow:
    """The vector of one image of a document."""

    image: int  # index among its images
    vector: bytes


@dataclass(frozen=True, slots=True)
class SentenceRow:
    """The vector of one sentence of a document."""

    nth: int  # index among its sentences
    is_cut: bool  # longer than the model reads
    vector: bytes


@dataclass(frozen=True, slots=True)
class GatheredDocument:
    """A candidate beside its vectors, in no order: what the job hands to the pure step."""

    candidate: CandidateDocument
    images: tuple[ImageRow, ...] = ()
    sentences: tuple[SentenceRow, ...] = ()


def comparable(document: GatheredDocument) -> ComparableDocument:
    """Put the vectors in their places, and mark the sentences that the model did not see whole.

    Raises:
        ValueError: a sentence has no vector.
    """
    candidate = document.candidate
    vectors = {row.image: row.vector for row in document.images}
    rows = sorted(document.sentences, key=lambda row: row.nth)
    if len(rows) != len(candidate.sentences):
        raise ValueError(f"{candidate.document.doc_id} has sentences without a vector")
    sentences = tuple(
        replace(sentence, truncated=row.is_cut)
        for sentence, row in zip(candidate.sentences, rows, strict=True)
    )
    return ComparableDocument(
        replace(candidate, sentences=sentences),
        tuple(vectors.get(index, b"") for index in range(len(candidate.images))),
        tuple(row.vector for row in rows),
    )
