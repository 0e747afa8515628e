"""The dataset card of a release of the MMC4 path: what this path says beside what both say."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from mmc4_like.release.facts import CardFacts, SimilarityCount
from webdoc.release.card import card_text as shared_card

# Below which share of images MMC4 would have lost, arXiv:2304.06939, figure 4a.
_LIMITS: Final = (0.10, 0.15, 0.20, 0.25, 0.30)
LANGUAGE_ERRORS: Final = (
    "Languages are those that the text corpus names; no step of this run checked them."
)
_BAR: Final = 40  # characters of the longest bar
_STEP: Final = 5  # hundredths of a bar


@dataclass(frozen=True, slots=True)
class SimilarityBar:
    """How many images lie in one class of similarity."""

    low: float  # cosine
    placed: int
    unplaced: int
    placed_width: int  # characters
    unplaced_width: int


@dataclass(frozen=True, slots=True)
class PlacedSimilarity:
    """How similar placed images are to their sentences."""

    mean: float
    above: tuple[tuple[float, float], ...]  # (cosine, share of images that reach it)


def card_text(facts: CardFacts) -> str:
    """Return the dataset card of a release."""
    return shared_card(
        "mmc4_like.release",
        "mmc4_card.md.j2",
        facts.shared,
        tags=("mmc4",),
        own=facts,
        steps=list(_steps(facts)),
        bars=list(_bars(facts.similarities)),
        placed=_placed(facts.similarities),
        absent={"attribution.csv"},
    )


def _steps(facts: CardFacts) -> Iterator[str]:
    yield "Texts are read row by row and cut into sentences; every row is counted."
    if facts.shared.has_archives:
        yield "Images of the pages of these texts are looked up in archive files."
    if facts.fetches:
        yield "Images that no archive holds are fetched from the web, where their hosts permit it."
    yield "Rules mark images by their address and their bytes; the first reason stays."
    yield "A CLIP model compares each image with each sentence of its text."
    yield "A linear assignment places images at sentences; weak and surplus ones find no place."
    yield "What carries no mark is published."


def _placed(similarities: Sequence[SimilarityCount]) -> PlacedSimilarity | None:
    """Return how similar placed images are; None where none was placed."""
    placed = [row for row in similarities if row.placed]
    total = sum(row.count for row in placed)
    if not total:
        return None
    mean = sum((row.hundredth + 0.5) / 100 * row.count for row in placed) / total
    above = tuple(
        (limit, sum(r.count for r in placed if r.hundredth >= round(limit * 100)) / total)
        for limit in _LIMITS
    )
    return PlacedSimilarity(mean, above)


def _bars(similarities: Sequence[SimilarityCount]) -> Iterator[SimilarityBar]:
    counts: dict[int, list[int]] = {}
    for row in similarities:
        bar = counts.setdefault(row.hundredth // _STEP * _STEP, [0, 0])
        bar[0 if row.placed else 1] += row.count
    most = max((placed + unplaced for placed, unplaced in counts.values()), default=1)
    for low, (placed, unplaced) in sorted(counts.items()):
        widths = round(_BAR * placed / most), round(_BAR * unplaced / most)
        yield SimilarityBar(low / 100, placed, unplaced, *widths)
