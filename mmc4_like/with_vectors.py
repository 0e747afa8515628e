"""Vectors as a join brings them, in any order -> a document that can be compared."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from mmc4_like.compared import AROUND
from mmc4_like.records import CandidateImage, TextVector
from mmc4_like.tables import CandidateDocument, ComparableDocument
from webdoc.clip.alignment import alignment_of, cosine
from webdoc.clip.vectors import matrix_of


@dataclass(frozen=True, slots=True)
class ImageRow:
    """The vector of one image of a document."""

    image: int  # index among its images
    vector: bytes


@dataclass(frozen=True, slots=True)
class SentenceRow:
    """The vector of one sentence of a document."""

    nth: int  # index among its sentences
    sentence_key: str  # webdoc.clip.vectors.sentence_key of it
    is_cut: bool  # longer than the model reads
    vector: bytes


@dataclass(frozen=True, slots=True)
class GatheredDocument:
    """A candidate beside its vectors, in no order: what the job hands to the pure step."""

    candidate: CandidateDocument
    images: tuple[ImageRow, ...] = ()
    sentences: tuple[SentenceRow, ...] = ()
    texts: tuple[TextVector, ...] = ()  # of the images' own texts


def comparable(document: GatheredDocument) -> ComparableDocument:
    """Put vectors in their places, and write down what each image and its own texts have alike.

    Sentences that the model saw in part are marked.

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
    texts = sorted(document.texts, key=lambda text: (text.image, text.kind))
    images = _compared(candidate.images, vectors, texts)
    return ComparableDocument(
        replace(candidate, sentences=sentences, images=images),
        tuple(vectors.get(index, b"") for index in range(len(images))),
        tuple(row.vector for row in rows),
        tuple(texts),
        tuple(row.sentence_key for row in rows),
    )


def _compared(
    images: tuple[CandidateImage, ...], vectors: Mapping[int, bytes], texts: Iterable[TextVector]
) -> tuple[CandidateImage, ...]:
    """Write into the images how alike they and their captions and alt texts are."""
    cosines_of_image: dict[int, list[tuple[str, float]]] = defaultdict(list)
    for text in texts:
        if text.kind != AROUND and (vector := vectors.get(text.image)):
            pair = matrix_of([vector, text.vector])
            cosines_of_image[text.image].append((text.kind, cosine(pair[0], pair[1])))
    found = {index: alignment_of(pairs) for index, pairs in cosines_of_image.items()}
    return tuple(
        replace(image, clip_caption=found[i].caption, clip_alt_text=found[i].alt_text)
        if i in found
        else image
        for i, image in enumerate(images)
    )
