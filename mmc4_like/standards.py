"""What is usual in a run between images, their texts and sentences of other documents. Pure.

A part of a score counts in these units, and the limit `placement.min_contrast` is one of them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

import numpy as np

from mmc4_like.compared import IMAGE, OF_IMAGES, SENTENCE
from mmc4_like.rules.evidence import Cosines, Standard
from mmc4_like.tables import ComparedKey
from webdoc.clip.vectors import matrix_of

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


def sampled_items(compared: Iterable[ComparedKey]) -> list[SampledItem]:
    """Return what of some documents stands for the run: few images of each, and as few sentences.

    Which ones, their hashes decide, so that every run over the same documents takes the same.

    Args:
        compared: all of these documents, in any order.
    """
    documents: dict[str, list[ComparedKey]] = defaultdict(list)
    for row in compared:
        documents[row.doc_id].append(row)
    each = ceil(_SENTENCES / max(len(documents), 1))
    return [
        item for doc_id in sorted(documents) for item in _sampled(doc_id, documents[doc_id], each)
    ]


def _sampled(doc_id: str, rows: Iterable[ComparedKey], sentences: int) -> Iterator[SampledItem]:
    by_kind: dict[str, dict[int, str]] = defaultdict(dict)
    for row in rows:
        by_kind[row.kind][row.index] = row.key
    for key in sorted({*by_kind[SENTENCE].values()})[:sentences]:
        yield SampledItem(doc_id, SENTENCE, key)
    shown = {key: index for index, key in sorted(by_kind[IMAGE].items())}
    for key in sorted(shown)[:_IMAGES]:
        yield SampledItem(doc_id, IMAGE, key)
        for part in OF_IMAGES:
            if shown[key] in by_kind[part]:
                yield SampledItem(doc_id, part, by_kind[part][shown[key]])


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
        if (vector := (images if item.part == IMAGE else texts).get(item.key))
    ]
    sentences = [(item, vector) for item, vector in known if item.part == SENTENCE]
    if not sentences:
        return (), ForeignSentences((), np.zeros((0, 0), np.float32))
    matrix = matrix_of([vector for _, vector in sentences])
    owners = np.array([item.doc_id for item, _ in sentences])
    standards = []
    for part in (IMAGE, *OF_IMAGES):
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
