"""How cosines of images and their texts are spread over a release: what a card says of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

LAION_LIMIT: Final = 0.3  # LAION-400M, arXiv:2111.02114: captions below it were left out
_TEXTS: Final = {
    "caption": "its caption (`clip_caption`)",
    "alt_text": "its alternative text (`clip_alt_text`)",
    "neighbour": "the text before or after it (`clip_neighbour`)",
    "best": "the best of these",
}


@dataclass(frozen=True, slots=True)
class CosineCount:
    """How many images have a cosine in one hundredth."""

    text: str  # caption, alt_text, neighbour or best
    hundredth: int  # 30 is [0.30, 0.31)
    count: int


@dataclass(frozen=True, slots=True)
class AlignmentFacts:
    """What a release knows of the alignment of its images."""

    model: str  # without folders
    revision: str
    counts: tuple[CosineCount, ...]  # of published images


@dataclass(frozen=True, slots=True)
class AlignmentRow:
    """How alike the images and one kind of their texts are."""

    compared_with: str  # Markdown
    images: int  # that have such a text
    mean: float
    high: float  # share in [0, 1] of images at LAION_LIMIT and above


def alignment_rows(counts: Sequence[CosineCount]) -> Iterator[AlignmentRow]:
    """Yield a row for each kind of text that any image has; a hundredth counts as its middle."""
    for kind, meaning in _TEXTS.items():
        hundredths = sorted((row.hundredth, row.count) for row in counts if row.text == kind)
        images = sum(count for _, count in hundredths)
        if images:
            mean = sum((hundredth + 0.5) / 100 * count for hundredth, count in hundredths) / images
            high = sum(
                count for hundredth, count in hundredths if hundredth >= round(LAION_LIMIT * 100)
            )
            yield AlignmentRow(meaning, images, mean, high / images)
