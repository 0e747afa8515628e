"""MetaCLIP's draw: which images, and so which documents, a balanced corpus keeps. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

NO_ENTRY: Final = "no entry"  # Drawn.entry where the texts of all images name no concept
_BITS: Final = 53  # as many as a float holds
ANY_LANGUAGE: Final = ""  # of counts, where languages are not told apart
Concept = tuple[str, int]  # language, number of an entry
Histogram = Iterable[tuple[int, int]]  # a count, and how many concepts have it


@dataclass(frozen=True, slots=True)
class ImageEntries:
    """Which entries the texts of one image name."""

    image: int  # as in ImageTexts
    entries: tuple[int, ...]  # their numbers, each once


@dataclass(frozen=True, slots=True)
class DocumentEntries:
    """Which entries the images of a document name."""

    doc_id: str
    language: str  # ANY_LANGUAGE where languages are not told apart
    images: tuple[ImageEntries, ...]


@dataclass(frozen=True, slots=True)
class Chance:
    """How likely a document is drawn for a frequent concept."""

    entry: str
    chance: float  # below 1


@dataclass(frozen=True, slots=True)
class Drawn:
    """What the draw says of a document."""

    doc_id: str
    stays: bool  # one of its images was drawn, or it has none
    chance: float  # the greatest of its concepts; 0 without one, 1 without an image
    entry: str  # that concept, the first by its name of several; NO_ENTRY; "" where it is rare
    images: tuple[int, ...]  # that were drawn


def chance_of(count: int, t: int) -> float:
    """Return how likely a document is drawn for a concept.

    Args:
        count: documents that have it.
        t: as in BalanceSettings.

    >>> chance_of(10, 20), chance_of(80, 20)
    (1.0, 0.25)
    """
    return t / max(count, t)


def is_drawn(doc_id: str, entry: str, chance: float, seed: int) -> bool:
    """Draw a document for a concept: by their hash, so the same wherever it is asked."""
    told = f"{seed}\0{doc_id}\0{entry}".encode("utf-8", "replace")
    number = int.from_bytes(blake2b(told, digest_size=8).digest()) >> (64 - _BITS)
    return number / (1 << _BITS) < chance


def draw(one: DocumentEntries, frequent: Mapping[Concept, Chance], seed: int) -> Drawn:
    """Draw a document: once for each concept, whatever the number of images that name it.

    An image is drawn if one of its concepts is, and the document stays if one of its images is.
    A document without images is not looked at, and stays.

    Args:
        one: the document.
        frequent: concepts whose chance is below 1; all others are always drawn.
        seed: of the draw.
    """
    if not one.images:
        return Drawn(one.doc_id, stays=True, chance=1.0, entry="", images=())
    drawn: dict[int, bool] = {}
    chances: list[tuple[float, str]] = []
    for number in {number for image in one.images for number in image.entries}:
        known = frequent.get((one.language, number))
        if known is None:
            drawn[number] = True
            chances.append((-1.0, ""))
        else:
            drawn[number] = is_drawn(one.doc_id, known.entry, known.chance, seed)
            chances.append((-known.chance, known.entry))
    images = tuple(i.image for i in one.images if any(drawn[number] for number in i.entries))
    if not chances:
        return Drawn(one.doc_id, stays=False, chance=0.0, entry=NO_ENTRY, images=())
    greatest, entry = min(chances)
    return Drawn(one.doc_id, bool(images), -greatest, entry, images)


def tail_share(counts: Histogram, t: int) -> float:
    """Return the share of mentions that belong to rare concepts, those below t.

    >>> tail_share([(1, 30), (70, 1)], t=20)
    0.3
    """
    pairs = list(counts)
    total = sum(count * concepts for count, concepts in pairs)
    rare = sum(count * concepts for count, concepts in pairs if count < t)
    return rare / total if total else 0.0


def t_of_share(counts: Histogram, share: float) -> int:
    """Return the count up to which concepts have a share of the mentions, as nearly as can be.

    The least of several counts that are as near; 0 where there are none.

    >>> t_of_share([(1, 30), (20, 1), (50, 1)], share=0.3)
    1
    """
    pairs = sorted(counts)
    total = sum(count * concepts for count, concepts in pairs)
    best, so_far = (2.0, 0), 0
    for count, concepts in pairs:
        so_far += count * concepts
        best = min(best, (abs(so_far / total - share), count))
    return best[1]


def limits_by_language(counts: Mapping[str, Histogram], t: int, reference: str) -> dict[str, int]:
    """Return t for each language: rare concepts have the same share in all of them.

    Args:
        counts: of each language.
        t: of the reference language.
        reference: a language; where the corpus has none of it, t holds for all.

    Source: MetaCLIP 2, arXiv:2507.22062, section 3.2.
    """
    if reference not in counts:
        return dict.fromkeys(counts, t)
    share = tail_share(counts[reference], t)
    return {
        language: t if language == reference else max(1, t_of_share(own, share))
        for language, own in counts.items()
    }
