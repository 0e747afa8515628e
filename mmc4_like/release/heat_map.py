"""The similarity matrix of a placed text as a picture: images down, sentences across."""

from dataclasses import dataclass
from typing import Final

from mmc4_like.place_document import stored_similarity
from mmc4_like.rules.placement import Similarity
from mmc4_like.tables import PlacedDocument

MOST_ROWS, MOST_COLUMNS = 24, 60
_SHADES: Final = 8


@dataclass(frozen=True, slots=True)
class Shade:
    """All cells of one shade."""

    low: float  # cosine
    high: float
    opacity: float
    path: str  # of SVG: a square of side 1 for each cell


@dataclass(frozen=True, slots=True)
class Place:
    """Where an image was placed."""

    row: int
    column: int
    similarity: float


@dataclass(frozen=True, slots=True)
class HeatMap:
    """A matrix as it is drawn, its beginning where it is large."""

    rows: tuple[int, ...]  # of each row, the index among the document's images
    columns: int
    lowest: float
    highest: float
    levels: tuple[Shade, ...]
    places: tuple[Place, ...]
    cut: bool

    @property
    def summary(self) -> str:
        """The matrix in a sentence, for those who do not see it."""
        return (
            f"Similarity of {len(self.rows)} images and {self.columns} sentences, from "
            f"{self.lowest:.2f} to {self.highest:.2f}; {len(self.places)} images are placed."
        )


def heat_map(placed: PlacedDocument) -> HeatMap | None:
    """Return the matrix of a document; None where nothing was compared."""
    whole = stored_similarity(placed)
    if not whole.size:
        return None
    matrix = whole[:MOST_ROWS, :MOST_COLUMNS]
    lowest, highest = float(matrix.min()), float(matrix.max())
    rows = placed.placements[: len(matrix)]
    places = tuple(
        Place(row, placement.sentence, placement.similarity)
        for row, placement in enumerate(rows)
        if placement.sentence is not None and placement.sentence < matrix.shape[1]
    )
    return HeatMap(
        tuple(placement.image for placement in rows),
        matrix.shape[1],
        lowest,
        highest,
        tuple(_levels(matrix, lowest, highest)),
        places,
        matrix.size < whole.size,
    )


def _levels(matrix: Similarity, lowest: float, highest: float) -> list[Shade]:
    step = (highest - lowest) / _SHADES or 1.0
    shades = ((matrix - lowest) / step).astype(int).clip(0, _SHADES - 1)
    levels = []
    for shade in range(_SHADES):
        cells = zip(*(shades == shade).nonzero(), strict=True)
        path = "".join(f"M{column} {row}h1v1h-1z" for row, column in cells)
        if path:
            low = lowest + shade * step
            levels.append(Shade(low, low + step, round((shade + 0.5) / _SHADES, 3), path))
    return levels
