"""What jobs write of a document, and the document that is put together of it again. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from mmc4_like.records import CandidateImage, Sentence
from mmc4_like.tables import (
    CandidateDocument,
    DocumentParts,
    JudgedDocument,
    JudgedImage,
    MarkedImage,
    OutsideLimit,
    PlacedDocument,
    PlacementMarks,
    TextSizes,
)
from mmc4_like.texts.sentences import sentence_texts


def sizes_of(candidate: CandidateDocument) -> TextSizes:
    """Return how much text a document has, whether its text is at hand or not."""
    if candidate.sizes is not None:
        return candidate.sizes
    text = candidate.document.text
    texts = sentence_texts(text, candidate.sentences)
    return TextSizes(
        len(text.split()),
        _utf8(text),
        tuple(len(one.split()) for one in texts),
        tuple(map(_utf8, texts)),
    )


def _utf8(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


def without_text(candidate: CandidateDocument) -> CandidateDocument:
    """Return a document as LINKS has it: the sizes of its text, and not the text."""
    sizes = sizes_of(candidate)
    return replace(candidate, document=replace(candidate.document, text=""), sizes=sizes)


def with_text(candidate: CandidateDocument, text: str) -> CandidateDocument:
    """Put a text in again; one that may not be used was emptied, and stays so.

    Raises:
        ValueError: the document has a text, and it was not found.
    """
    if candidate.sizes is not None and not candidate.sizes.text_bytes:
        return candidate
    if not text:
        raise ValueError(f"the text of {candidate.document.doc_id} is not where it was read from")
    return replace(candidate, document=replace(candidate.document, text=text), sizes=None)


def judged_of(before: CandidateDocument, after: CandidateDocument) -> JudgedDocument | None:
    """Return what judging changed of a document; None: nothing."""
    if after == before:
        return None
    return JudgedDocument(
        after.document.doc_id,
        after.document.reject_reason,
        after.document.reject_value,
        tuple(
            JudgedImage(image.facts, image.reject_reason, image.reject_value, image.scores)
            for image in after.images
        ),
    )


def with_judged(candidate: CandidateDocument, judged: JudgedDocument | None) -> CandidateDocument:
    """Return a document as judging left it.

    Raises:
        ValueError: the row is of another document.
    """
    if judged is None:
        return candidate
    images = tuple(
        replace(
            image,
            facts=said.facts,
            reject_reason=said.reject_reason,
            reject_value=said.reject_value,
            scores=said.scores,
        )
        for image, said in zip(candidate.images, judged.images, strict=True)
    )
    return _marked(candidate, judged, images)


def marks_of(
    before: CandidateDocument | PlacedDocument, after: PlacedDocument
) -> PlacementMarks | None:
    """Return what placing, for the first time or again, changed of a document; None: nothing."""
    if after == (PlacedDocument(before) if isinstance(before, CandidateDocument) else before):
        return None
    candidate = after.candidate
    return PlacementMarks(
        candidate.document.doc_id,
        candidate.document.reject_reason,
        candidate.document.reject_value,
        tuple(
            MarkedImage(
                image.reject_reason, image.reject_value, image.clip_caption, image.clip_alt_text
            )
            for image in candidate.images
        ),
        tuple(nth for nth, sentence in enumerate(candidate.sentences) if sentence.truncated),
        after.placements,
        after.similarity,
        after.clip_mean,
        after.clip_min,
        after.evidence,
    )


def with_marks(candidate: CandidateDocument, marks: PlacementMarks | None) -> PlacedDocument:
    """Return a judged document as placing left it.

    Raises:
        ValueError: the row is of another document.
    """
    if marks is None:
        return PlacedDocument(candidate)
    images = tuple(
        replace(
            image,
            reject_reason=said.reject_reason,
            reject_value=said.reject_value,
            clip_caption=said.clip_caption,
            clip_alt_text=said.clip_alt_text,
        )
        for image, said in zip(candidate.images, marks.images, strict=True)
    )
    sentences = _truncated(candidate.sentences, marks.truncated)
    return PlacedDocument(
        replace(_marked(candidate, marks, images), sentences=sentences),
        marks.placements,
        marks.similarity,
        marks.clip_mean,
        marks.clip_min,
        marks.evidence,
    )


def assembled(parts: DocumentParts) -> PlacedDocument:
    """Return the document that jobs have written in parts.

    Raises:
        ValueError: parts of different documents.
    """
    candidate = parts.candidate
    if parts.text is not None:
        candidate = with_text(candidate, parts.text)
    placed = with_marks(with_judged(candidate, parts.judged), parts.marks)
    return placed if parts.outside is None else _outside(placed, parts.outside)


def _outside(placed: PlacedDocument, said: OutsideLimit) -> PlacedDocument:
    document = replace(
        placed.candidate.document,
        reject_reason=said.reject_reason,
        reject_value=said.reject_value,
        reject_detail=said.reject_detail,
    )
    return replace(placed, candidate=replace(placed.candidate, document=document))


def parts_of(placed: PlacedDocument) -> DocumentParts:
    """Return the parts of a document that an earlier version wrote whole."""
    return DocumentParts(placed.candidate, marks=marks_of(placed.candidate, placed))


def _marked(
    candidate: CandidateDocument,
    said: JudgedDocument | PlacementMarks,
    images: tuple[CandidateImage, ...],
) -> CandidateDocument:
    document = replace(
        candidate.document, reject_reason=said.reject_reason, reject_value=said.reject_value
    )
    return replace(candidate, document=document, images=images)


def _truncated(sentences: Sequence[Sentence], truncated: Sequence[int]) -> tuple[Sentence, ...]:
    if not truncated:
        return tuple(sentences)
    long = set(truncated)
    return tuple(
        replace(one, truncated=True) if nth in long else one for nth, one in enumerate(sentences)
    )
