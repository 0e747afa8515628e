"""The tables of this corpus, each a Parquet folder whose columns are one dataclass.

TEXTS (`records.TextDocument`) and LINKED_PAGES (`wat.LinkedPage`) -> CANDIDATES -> with vectors
-> PLACED -> release.
"""

from dataclasses import dataclass

from mmc4_like.records import CandidateImage, Placement, Sentence, TextDocument


@dataclass(frozen=True, slots=True)
class PageCapture:
    """Which capture of a text's page its images are from. Empty where there is none."""

    capture_time: str = ""  # UTC, 2019-04-25T12:57:54Z
    warc_filename: str = ""
    warc_record_offset: int = 0
    warc_record_length: int = 0
    captures_of_url: int = 0  # how many there were to choose from


@dataclass(frozen=True, slots=True)
class CandidateDocument:
    """CANDIDATES: a document, its sentences, and every image that may be placed in it."""

    document: TextDocument
    sentences: tuple[Sentence, ...] = ()
    images: tuple[CandidateImage, ...] = ()  # marked ones too
    capture: PageCapture = PageCapture()


@dataclass(frozen=True, slots=True)
class ComparableDocument:
    """A candidate beside its vectors: what the placement job hands to the pure step."""

    candidate: CandidateDocument
    image_vectors: tuple[bytes, ...] = ()  # of each image, webdoc.vectors; b"" where it has none
    sentence_vectors: tuple[bytes, ...] = ()  # of each sentence; () where no image is live


@dataclass(frozen=True, slots=True)
class PlacedDocument:
    """PLACED: a candidate, and where its images go. Enough to place them again."""

    candidate: CandidateDocument
    placements: tuple[Placement, ...] = ()  # of the compared images, in the order of images
    similarity: bytes = b""  # (placements, sentences) float32, little-endian, row by row
    clip_mean: float | None = None  # of the placed images, by the best text of each
    clip_min: float | None = None  # likewise the least
