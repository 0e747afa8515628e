"""How well an image fits the texts around it, by CLIP. Measures, and optional rules on them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from webdoc.settings import setting

Vector = NDArray[np.floating]  # (dimensions,), of length 1


@dataclass(frozen=True, slots=True)
class ImageAlignment:
    """Cosines in [-1, 1] of one image with its texts; None where there is no such text."""

    caption: float | None = None
    alt_text: float | None = None
    neighbour: float | None = None  # the text before or after it, whichever is more alike

    @property
    def best(self) -> float | None:
        """The largest of them; None for an image without any text."""
        cosines = (self.caption, self.alt_text, self.neighbour)
        return max((value for value in cosines if value is not None), default=None)


@dataclass(frozen=True, slots=True)
class DocumentAlignment:
    """Over the images of a document that have a text, by the best of each; None for no such one."""

    mean: float | None = None
    min: float | None = None


@dataclass(frozen=True, slots=True)
class AlignmentRules:
    """Least cosines; what has no text is not judged. none: no rule.

    They depend on the model. LAION-400M (arXiv:2111.02114) kept captions of 0.3 and more by
    ViT-B/32.
    """

    min_image: float | None = setting(
        None,
        "Of an image's best text.",
        source="ours, off: neither corpus has one; LAION-400M (arXiv:2111.02114) took 0.3 by"
        " ViT-B/32",
    )
    min_document_mean: float | None = setting(
        None, "The mean of a document's images, each by its best text.", source="ours, off"
    )
    min_document_min: float | None = setting(None, "Likewise the least.", source="ours, off")

    def __post_init__(self) -> None:
        for f in fields(AlignmentRules):
            limit = getattr(self, f.name)
            if limit is not None and not -1 <= limit <= 1:
                raise ValueError(f"{f.name} must lie in [-1, 1], or be none; got {limit}")


def alignment_of(cosines: Iterable[tuple[str, float]]) -> ImageAlignment:
    """Return the alignment of an image from the cosines with its texts, in any order.

    Args:
        cosines: what each text is (caption, alt_text, neighbour), and its cosine. Of several of
            one kind the largest counts.
    """
    largest: dict[str, float] = {}
    for kind, value in cosines:
        largest[kind] = max(value, largest.get(kind, value))
    return ImageAlignment(**largest)


def cosine(a: Vector, b: Vector) -> float:
    """Return the cosine of two vectors of length 1, computed in float32.

    Raises:
        ValueError: a NaN or infinity inside, or dimensions that differ.
    """
    value = float(np.dot(a.astype(np.float32), b.astype(np.float32)))
    if not np.isfinite(value):
        raise ValueError("a vector holds NaN or infinity")
    return value


def align_document(images: Sequence[ImageAlignment]) -> DocumentAlignment:
    """Return mean and least of the images' best cosines."""
    known = [image.best for image in images if image.best is not None]
    if not known:
        return DocumentAlignment()
    return DocumentAlignment(mean=sum(known) / len(known), min=min(known))


def weak_image(image: ImageAlignment, rules: AlignmentRules) -> float | None:
    """Return the cosine for which an image is to be marked; None for one that may stay."""
    return _below(image.best, rules.min_image)


def weak_document(document: DocumentAlignment, rules: AlignmentRules) -> float | None:
    """Return the mean or least cosine for which a document is to be marked; None if it may stay."""
    mean = _below(document.mean, rules.min_document_mean)
    return mean if mean is not None else _below(document.min, rules.min_document_min)


def _below(value: float | None, limit: float | None) -> float | None:
    # As float32 sees it, as the value was: 0.3 is not below 0.3.
    if value is None or limit is None or np.float32(value) >= np.float32(limit):
        return None
    return value
