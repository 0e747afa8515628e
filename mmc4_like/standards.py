"""What is usual in a run between images, their texts and sentences of other documents. Pure.

A part of a score counts in these units, and the limit `placement.min_contrast` is one of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

import numpy as np

from mmc4_like.records import CandidateImage
from mmc4_like.rules.evidence import Cosines, Standard
from mmc4_like.tables import CandidateDocument
from mmc4_like.texts.sentences import sentence_texts
from webdoc.clip.vectors import matrix_of, sentence_key

SAMPLED_DOCUMENTS: Final = 256
_SENTENCES: Final = 256  # of all sampled documents together
# Of these so many are compared with every image of the run: that is paid for each document.
_COMPARED_WITH_ALL: Final = 64
_IMAGES: Final = 4  # of one document
# Fewer sentences of other documents say nothing about what is usual for an image.
_FEWEST_FOREIGN: Final = 20


@dataclass(frozen=True, eq=False, slots=True)
class ForeignSentences:
    """A few sentences of the whole run, with which every image is compared."""

    keys: tuple[str, ...]  # webdoc.clip.vectors.sentence_key
    vectors: Cosines  # (sentences, dimensions) unit vectors


@dataclass(frozen=True, slots=True)
class SampledItem:
    """An image, a text of an image or a sentence that stands for the run."""

    doc_id: str
    part: str  # image, caption, alt_text, around; sentence
    key: str  # sha256 of an image, sentence_key of a text


def sampled_items(documents: Sequence[CandidateDocument]) -> list[SampledItem]:
    """Return what of some documents is compared: few images of each, and as few sentences.

    Which ones, their hashes decide, so that every run over the same documents takes the same.

    Args:
        documents: live ones.
    """
    each = ceil(_SENTENCES / max(len(documents), 1))
    items: list[SampledItem] = []
    for one in documents:
        name = one.document.doc_id
        keys = {sentence_key(text) for text in sentence_texts(one.document.text, one.sentences)}
        items += [SampledItem(name, "sentence", key) for key in sorted(keys)[:each]]
        shown = {image.facts.sha256: image for image in one.images if _is_compared(image)}
        for sha256 in sorted(shown)[:_IMAGES]:
            items.append(SampledItem(name, "image", sha256))
            items += [
                SampledItem(name, part, sentence_key(text))
                for part, text in image_texts(shown[sha256]).items()
            ]
    return items


def image_texts(image: CandidateImage) -> dict[str, str]:
    """Return the texts that an image has on its page, by the part of a score; no blank ones."""
    texts = {
        "caption": image.caption,
        "alt_text": image.alt_text,
        "around": image.words_around,
    }
    return {part: text for part, text in texts.items() if text.strip()}


def standards_of(
    items: Iterable[SampledItem], images: Mapping[str, bytes], texts: Mapping[str, bytes]
) -> tuple[tuple[Standard, ...], ForeignSentences]:
    """Return the standards of a run, and its foreign sentences.

    Pairs within one document count only where there is a single document: then there is nothing
    else to go by.

    Args:
        items: from `sampled_items`.
        images: vectors by sha256; those missing are left out, as are empty ones.
        texts: vectors by sentence_key.
    """
    known = [
        (item, vector)
        for item in items
        if (vector := (images if item.part == "image" else texts).get(item.key))
    ]
    sentences = [(item, vector) for item, vector in known if item.part == "sentence"]
    if not sentences:
        return (), ForeignSentences((), np.zeros((0, 0), np.float32))
    matrix = matrix_of([vector for _, vector in sentences])
    owners = np.array([item.doc_id for item, _ in sentences])
    standards = []
    for part in ("image", "caption", "alt_text", "around"):
        of_part = [(item, vector) for item, vector in known if item.part == part]
        if of_part:
            cosines = matrix_of([vector for _, vector in of_part]) @ matrix.T
            foreign = np.array([item.doc_id for item, _ in of_part])[:, None] != owners
            counted = cosines[foreign] if foreign.any() else cosines.ravel()
            wide = counted.astype(np.float64)
            standards.append(Standard(part, float(wide.mean()), float(wide.std()), wide.size))
    keys = [item.key for item, _ in sentences]
    rows = sorted(range(len(keys)), key=lambda row: (keys[row], row))[:_COMPARED_WITH_ALL]
    return tuple(standards), ForeignSentences(tuple(keys[row] for row in rows), matrix[rows])


def foreign_cosines(
    images: Cosines, foreign: ForeignSentences, own_keys: Sequence[str]
) -> tuple[Cosines, Cosines] | None:
    """Return what is usual for each image beside a sentence that is not of its document.

    Args:
        images: (n_images, dimensions) unit vectors.
        foreign: sentences of the whole run.
        own_keys: of the document's own sentences, which do not count.

    Returns:
        (n_images,) mean, and (n_images,) standard deviation; None where there are too few.
    """
    document_keys = set(own_keys)
    others = [row for row, key in enumerate(foreign.keys) if key not in document_keys]
    if len(others) < _FEWEST_FOREIGN:
        return None
    vectors = foreign.vectors if len(others) == len(foreign.keys) else foreign.vectors[others]
    cosines = images @ vectors.T
    mean = cosines.mean(axis=1)
    return mean, np.sqrt(np.square(cosines - mean[:, None]).mean(axis=1))


def _is_compared(image: CandidateImage) -> bool:
    return image.reject_reason is None and bool(image.facts.sha256)
