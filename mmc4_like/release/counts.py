"""What is counted of documents for funnel, card and report, from their parts alone. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import floor
from typing import Final

from mmc4_like.records import CandidateImage, Placement
from mmc4_like.release.facts import SimilarityCount
from mmc4_like.release.funnel import funnel_of
from mmc4_like.tables import PlacedDocument
from webdoc.reasons import FunnelRow, Reason
from webdoc.release.alignment_spread import CosineCount

REFUSED, FACES, SIMILARITY, COSINE = "refused", "faces", "similarity", "cosine"
_PLACED: Final = "placed"


@dataclass(frozen=True, slots=True)
class Count(FunnelRow):
    """A row of the funnel, or how often something else was met: then its level says what."""

    number: int | None = None  # of faces; or the hundredth that a cosine lies in


@dataclass(frozen=True, slots=True)
class ShownImage:
    """A candidate image of a document, and what became of both."""

    doc_id: str
    document_reason: Reason | None
    sha256: str
    reason: Reason | None  # why it was left out or is unplaced
    is_placed: bool


def counts_of(documents: Iterable[PlacedDocument]) -> list[Count]:
    """Return what some documents add to all counts."""
    found = list(documents)
    counts = [Count(*(getattr(r, name) for name in FunnelRow.__slots__)) for r in funnel_of(found)]
    others = Counter(key for placed in found for key in _others(placed))
    return counts + [
        Count(level, name, count, 0, 0, number) for (level, name, number), count in others.items()
    ]


def shown_images(placed: PlacedDocument) -> Iterator[ShownImage]:
    """Yield the candidate images of a document."""
    document = placed.candidate.document
    stands = {p.image for p in placed.placements if p.sentence is not None}
    unplaced = {p.image: p.reject_reason for p in placed.placements}
    for index, image in enumerate(placed.candidate.images):
        yield ShownImage(
            document.doc_id,
            document.reject_reason,
            image.facts.sha256,
            image.reject_reason or unplaced.get(index),
            index in stands,
        )


def similarities(counts: Iterable[Count]) -> tuple[SimilarityCount, ...]:
    """Return how many images of published documents have which similarity, placed ones first."""
    rows = [
        SimilarityCount(row.reason == _PLACED, row.number or 0, row.count)
        for row in counts
        if row.level == SIMILARITY
    ]
    return tuple(sorted(rows, key=lambda row: (not row.placed, row.hundredth)))


def cosines(counts: Iterable[Count]) -> tuple[CosineCount, ...]:
    """Return how many placed images of published documents are how alike to which text."""
    rows = [CosineCount(r.reason, r.number or 0, r.count) for r in counts if r.level == COSINE]
    return tuple(sorted(rows, key=lambda row: (row.text, row.hundredth)))


def faces(counts: Iterable[Count]) -> list[tuple[int, int]]:
    """Return how many placed images of published documents show how many faces, fewest first."""
    return sorted((row.number or 0, row.count) for row in counts if row.level == FACES)


def refusals(counts: Iterable[Count]) -> list[tuple[str, str, int]]:
    """Return how many documents each sign of permission left out, and how many images any did."""
    rows = [(r.reason, r.count) for r in counts if r.level == REFUSED]
    of_images = [
        ("image", "any sign", row.count)
        for row in counts
        if (row.level, row.reason) == ("image", Reason.IMAGE_NOT_PERMITTED)
    ]
    ordered = sorted(rows, key=lambda row: (-row[1], row[0]))
    return [("document", *row) for row in ordered] + of_images


_Key = tuple[str, str, int | None]


def _others(placed: PlacedDocument) -> Iterator[_Key]:
    document, images = placed.candidate.document, placed.candidate.images
    if document.reject_reason == Reason.DOCUMENT_NOT_PERMITTED:
        yield REFUSED, document.reject_detail.partition(":")[0], None
    if document.reject_reason is not None:
        return
    for placement in placed.placements:
        is_placed = placement.sentence is not None
        yield SIMILARITY, _PLACED if is_placed else "", _hundredth(placement.similarity)
        if is_placed:
            image = images[placement.image]
            yield from _cosines(image, placement)
            if image.facts.faces is not None:
                yield FACES, "", len(image.facts.faces)


def _cosines(image: CandidateImage, placement: Placement) -> Iterator[_Key]:
    found = {
        "caption": image.clip_caption,
        "alt_text": image.clip_alt_text,
        "neighbour": placement.clip_neighbour,
    }
    known = {text: cosine for text, cosine in found.items() if cosine is not None}
    if known:
        known["best"] = max(known.values())
    for text, cosine in known.items():
        yield COSINE, text, _hundredth(cosine)


def _hundredth(cosine: float) -> int:
    return floor(cosine * 100)
