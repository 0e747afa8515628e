"""The tables of this corpus, each a Parquet folder whose columns are one dataclass.

A text is written once, by the job that reads it: in TEXTS, or in ARCHIVES. LINKS has all else that
is known of a document before a picture is looked at; CANDIDATES and PLACED say what the rules made
of it. `mmc4_like.marks` puts these together.
"""

from dataclasses import dataclass

from mmc4_like.records import (
    CandidateImage,
    Placement,
    Sentence,
    TextCosines,
    TextDocument,
    TextVector,
)
from mmc4_like.texts.wat import LinkedPage
from webdoc.picture.facts import PictureFacts
from webdoc.reasons import Reason
from webdoc.scores.scorer import Score
from webdoc.tables.images import StoredPicture
from webdoc.tables.records import Record

ARCHIVES = "tables/archives"  # ArchiveRow
TEXTS = "tables/texts"  # TextRow
REFUSED = "tables/refused"  # mmc4_like.rules.archive_robots.PageRefusals
POOL = "tables/pool"  # PoolPicture
GIVEN = "tables/given"  # GivenImage
NEIGHBOURS = "tables/neighbours"  # webdoc.clip.nearest_vectors.Neighbour
LINKS = "tables/links"  # CandidateDocument without its text, before any picture was looked at
PICTURES = "tables/pictures"  # StoredPicture
CANDIDATES = "tables/candidates"  # JudgedDocument
COMPARED = "tables/compared"  # ComparedKey
IMAGE_VECTORS = "tables/image_vectors"
SENTENCE_VECTORS = "tables/sentence_vectors"
STANDARDS = "tables/standards"  # mmc4_like.rules.evidence.Standard
PLACED = "tables/placed"  # PlacementMarks


@dataclass(frozen=True, slots=True)
class PageCapture:
    """Which capture of a text's page its images are from. Empty where there is none."""

    capture_time: str = ""  # UTC, 2019-04-25T12:57:54Z
    warc_filename: str = ""
    warc_record_offset: int = 0
    warc_record_length: int = 0
    captures_of_url: int = 0  # how many there were to choose from


@dataclass(frozen=True, slots=True)
class TextSizes:
    """How much text a document has: what is counted of it where its text is not at hand."""

    words: int = 0  # of the whole text, divided at white space
    text_bytes: int = 0  # likewise, in UTF-8
    sentence_words: tuple[int, ...] = ()  # of each sentence
    sentence_bytes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CandidateDocument:
    """A document, its sentences, and every image that may be placed in it.

    LINKS has it without its text, and with the sizes of it.
    """

    document: TextDocument
    sentences: tuple[Sentence, ...] = ()
    images: tuple[CandidateImage, ...] = ()  # marked ones too
    capture: PageCapture = PageCapture()
    sizes: TextSizes | None = None  # None: the text is at hand


@dataclass(frozen=True, slots=True)
class JudgedImage:
    """What an image of a document is, and whether it breaks a rule."""

    facts: PictureFacts
    reject_reason: Reason | None = None
    reject_value: float | None = None
    scores: tuple[Score, ...] = ()


@dataclass(frozen=True, slots=True)
class JudgedDocument:
    """CANDIDATES: what the pictures of a document are, and what the rules say of them.

    A document that these leave as it is in LINKS has no row.
    """

    doc_id: str
    reject_reason: Reason | None = None  # of the document; None while live
    reject_value: float | None = None
    images: tuple[JudgedImage, ...] = ()  # of all its images, in their order


@dataclass(frozen=True, slots=True)
class ComparedKey:
    """COMPARED: a picture, a text of one, or a sentence of a live document, for its vector."""

    doc_id: str
    kind: str  # image; caption, alt_text, around: a text of an image; sentence
    index: int  # among the document's images, or among its sentences
    key: str  # sha256 of an image, else webdoc.clip.vectors.sentence_key


@dataclass(frozen=True, slots=True)
class MarkedImage:
    """What placing says of an image."""

    reject_reason: Reason | None = None
    reject_value: float | None = None
    clip_caption: float | None = None  # as in CandidateImage
    clip_alt_text: float | None = None


@dataclass(frozen=True, slots=True)
class PlacementMarks:
    """PLACED: where the images of a document go, and what that makes of it.

    A document that placing leaves as it was has no row.
    """

    doc_id: str
    reject_reason: Reason | None = None  # of the document; None: it is published
    reject_value: float | None = None
    images: tuple[MarkedImage, ...] = ()  # of all its images, in their order
    truncated: tuple[int, ...] = ()  # the sentences that are longer than the text model reads
    placements: tuple[Placement, ...] = ()  # the rest as in PlacedDocument
    similarity: bytes = b""
    clip_mean: float | None = None
    clip_min: float | None = None
    evidence: tuple[TextCosines, ...] = ()


@dataclass(frozen=True, slots=True)
class OutsideLimit:
    """DOCUMENT_MARKS of this path: a document that has a score outside the limits."""

    doc_id: str
    reject_reason: Reason
    reject_value: float  # the score
    reject_detail: str  # its name


@dataclass(frozen=True, slots=True)
class DocumentParts:
    """What is stored of one document, as a join brings it."""

    candidate: CandidateDocument
    judged: JudgedDocument | None = None
    marks: PlacementMarks | None = None
    outside: OutsideLimit | None = None
    text: str | None = None  # None where nobody asks for it


@dataclass(frozen=True, slots=True)
class ComparableDocument:
    """A candidate beside its vectors: what the placement job hands to the pure step."""

    candidate: CandidateDocument
    # of each image, webdoc.clip.vectors; b"" where it has none
    image_vectors: tuple[bytes, ...] = ()
    sentence_vectors: tuple[bytes, ...] = ()  # of each sentence; () where no image is live
    text_vectors: tuple[TextVector, ...] = ()  # of the images' own texts, by image and kind
    sentence_keys: tuple[str, ...] = ()  # webdoc.clip.vectors.sentence_key of each sentence


@dataclass(frozen=True, slots=True)
class PlacedDocument:
    """A candidate, and where its images go. Enough to place them again."""

    candidate: CandidateDocument
    placements: tuple[Placement, ...] = ()  # of the compared images, in the order of images
    similarity: bytes = b""  # (placements, sentences) float32, little-endian, row by row
    clip_mean: float | None = None  # of the placed images, by the best text of each
    clip_min: float | None = None  # likewise the least
    evidence: tuple[TextCosines, ...] = ()  # of the compared images


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
