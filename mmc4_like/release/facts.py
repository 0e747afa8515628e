"""What a finished run of the MMC4 path knows about itself, beside what both paths know."""

from dataclasses import dataclass
from typing import Final

from mmc4_like.tables import PlacedDocument
from webdoc.exporters.documents import DOCUMENTS
from webdoc.exporters.images import IMAGES
from webdoc.exporters.mmc4 import MMC4, MMC4_LINES
from webdoc.release.facts import SharedFacts

OUTPUTS: Final = (DOCUMENTS, MMC4, MMC4_LINES, IMAGES)  # of this path's releases


@dataclass(frozen=True, slots=True)
class SimilarityCount:
    """How many images of published documents have a similarity in one hundredth."""

    placed: bool  # with their own sentence; else with their best one, and unplaced
    hundredth: int  # 15 is [0.15, 0.16)
    count: int


@dataclass(frozen=True, slots=True)
class CardFacts:
    """Everything that the card says."""

    shared: SharedFacts
    model: str  # that placed the images, without folders
    revision: str
    documents: int
    images: int  # placed
    similarities: tuple[SimilarityCount, ...]
    fetches: bool = False  # whether images were looked for on the web


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """What the report says beside the card."""

    card: CardFacts
    examples: tuple[PlacedDocument, ...]  # some published, and some of each reason
    thumbnails: tuple[tuple[str, bytes], ...] = ()  # (sha256, small JPEG) for images of examples
