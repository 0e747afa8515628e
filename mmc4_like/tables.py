"""The tables of this corpus, each a Parquet folder whose columns are one dataclass.

TEXTS (`records.TextDocument`) and LINKED_PAGES (`wat.LinkedPage`) -> CANDIDATES -> with vectors
-> PLACED -> release.
"""

from dataclasses import dataclass

from mmc4_like.records import CandidateImage, Placement, Sentence, TextDocument
from mmc4_like.texts.wat import LinkedPage
from webdoc.tables.images import StoredPicture
from webdoc.tables.records import Record

ARCHIVES = "tables/archives"  # ArchiveRow
TEXTS = "tables/texts"  # TextRow
REFUSED = "tables/refused"  # mmc4_like.rules.archive_robots.PageRefusals
POOL = "tables/pool"  # PoolPicture
GIVEN = "tables/given"  # GivenImage
NEIGHBOURS = "tables/neighbours"  # webdoc.clip.nearest_vectors.Neighbour
LINKS = "tables/links"  # mmc4_like.tables.CandidateDocument, before any picture was looked at
PICTURES = "tables/pictures"  # StoredPicture
FOUND = "tables/found"  # CandidateDocument, with what its pictures are
CANDIDATES = "tables/candidates"  # CandidateDocument, judged
IMAGE_VECTORS = "tables/image_vectors"
SENTENCE_VECTORS = "tables/sentence_vectors"
PLACED = "tables/placed"  # mmc4_like.tables.PlacedDocument


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
    # of each image, webdoc.clip.vectors; b"" where it has none
    image_vectors: tuple[bytes, ...] = ()
    sentence_vectors: tuple[bytes, ...] = ()  # of each sentence; () where no image is live


@dataclass(frozen=True, slots=True)
class PlacedDocument:
    """PLACED: a candidate, and where its images go. Enough to place them again."""

    candidate: CandidateDocument
    placements: tuple[Placement, ...] = ()  # of the compared images, in the order of images
    similarity: bytes = b""  # (placements, sentences) float32, little-endian, row by row
    clip_mean: float | None = None  # of the placed images, by the best text of each
    clip_min: float | None = None  # likewise the least


@dataclass(frozen=True, slots=True)
class ArchiveRow:
    """ARCHIVES: one row for each record of the WARC files, and for each page of the WAT files."""

    kind: str  # page, image, robots, other; links: a page of a WAT file
    record: Record | None = None  # of a WARC record, without its document
    page: LinkedPage | None = None  # of page and links: the images that it shows
    text: TextDocument | None = None  # of a page whose main text is wanted


@dataclass(frozen=True, slots=True)
class TextRow:
    """TEXTS: one row for each text that is in the corpus or should be."""

    kind: str  # text; unread: marked, with the reason
    document: TextDocument


@dataclass(frozen=True, slots=True)
class PoolPicture(StoredPicture):
    """POOL: a picture that any text may show, unless it breaks a rule."""

    reject_reason: str | None = None  # mmc4_like.records.Reason; None: it may be the nearest one


@dataclass(frozen=True, slots=True)
class GivenImage:
    """GIVEN: an image that a table of the user gives to a text; a row for each text it matches."""

    text: str  # doc_id, or webdoc.url_keys.url_key, of the text as the table names it
    rank: int  # the order among those of one row of the table
    image: CandidateImage
    doc_id: str | None  # of the text in the corpus; None: there is no such text
