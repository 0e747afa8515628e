"""Vectors as a join brings them, in any order -> a document that can be compared."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from mmc4_like.records import CandidateImage
from mmc4_like.tables import CandidateDocument, ComparableDocument
from webdoc.clip.alignment import alignment_of


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
class TextCosine:
    """How alike an image and one of its own texts are."""

    image: int  # index among its document's images
    kind: str  # caption, alt_text
    cosine: float


@dataclass(frozen=True, slots=True)
class GatheredDocument:
    """A candidate beside its vectors, in no order: what the job hands to the pure step."""

    candidate: CandidateDocument
    images: tuple[ImageRow, ...] = ()
    sentences: tuple[SentenceRow, ...] = ()
    cosines: tuple[TextCosine, ...] = ()


def comparable(document: GatheredDocument) -> ComparableDocument:
    """Put vectors and cosines in their places, and mark sentences that the model saw in part.

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
        replace(
            candidate, sentences=sentences, images=_compared(candidate.images, document.cosines)
        ),
        tuple(vectors.get(index, b"") for index in range(len(candidate.images))),
        tuple(row.vector for row in rows),
    )


def _compared(
    images: tuple[CandidateImage, ...], cosines: Iterable[TextCosine]
) -> tuple[CandidateImage, ...]:
    """Write the cosines into the images that they are of."""
    own: dict[int, list[tuple[str, float]]] = defaultdict(list)
    for row in cosines:
        own[row.image].append((row.kind, row.cosine))
    found = {index: alignment_of(pairs) for index, pairs in own.items()}
    return tuple(
        replace(image, clip_caption=found[i].caption, clip_alt_text=found[i].alt_text)
        if i in found
        else image
        for i, image in enumerate(images)
    )
