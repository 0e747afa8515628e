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
_SAID: Final = (
    "How alike each published image and its texts are: cosines of CLIP vectors (`{model}`, revision"
    " `{revision}`). They depend on the model: LAION-400M kept captions of 0.30 and more by"
    " ViT-B/32, and those of another model lie elsewhere."
)


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


def alignment_section(facts: AlignmentFacts) -> str:
    """Return the section of a card, Markdown, without a blank line at its end."""
    said = _SAID.format(model=facts.model, revision=facts.revision)
    rows = list(_rows(facts.counts))
    if not rows:
        return f"## Alignment\n\n{said}\n\nNo published image has a text to compare it with."
    head = ["| compared with | images | mean | 0.30 and more |", "| --- | ---: | ---: | ---: |"]
    return "\n".join(["## Alignment", "", said, "", *head, *rows])


def _rows(counts: Sequence[CosineCount]) -> Iterator[str]:
    """Yield a line for each kind of text that any image has; a hundredth counts as its middle."""
    for kind, meaning in _TEXTS.items():
        own = sorted((row.hundredth, row.count) for row in counts if row.text == kind)
        images = sum(count for _, count in own)
        if images:
            mean = sum((hundredth + 0.5) / 100 * count for hundredth, count in own) / images
            high = sum(count for hundredth, count in own if hundredth >= round(LAION_LIMIT * 100))
            yield f"| {meaning} | {images:,} | {mean:.2f} | {high / images:.1%} |"
