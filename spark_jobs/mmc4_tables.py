"""The tables between the jobs of the MMC4 path: where they lie, and their rows."""

from dataclasses import dataclass

from mmc4_like.records import CandidateImage, TextDocument
from mmc4_like.wat import LinkedPage
from obelics_like.tables import Record
from webdoc.faces import Face

ARCHIVES = "tables/archives"  # ArchiveRow
TEXTS = "tables/texts"  # TextRow
REFUSED = "tables/refused"  # mmc4_like.archive_robots.PageRefusals
POOL = "tables/pool"  # PoolPicture
GIVEN = "tables/given"  # GivenImage
NEIGHBOURS = "tables/neighbours"  # webdoc.nearest.Neighbour
LINKS = "tables/links"  # mmc4_like.tables.CandidateDocument, before any picture was looked at
PICTURES = "tables/pictures"  # KnownPicture
FOUND = "tables/found"  # CandidateDocument, with what its pictures are
CANDIDATES = "tables/candidates"  # CandidateDocument, judged
IMAGE_VECTORS = "tables/image_vectors"
SENTENCE_VECTORS = "tables/sentence_vectors"
PLACED = "tables/placed"  # mmc4_like.tables.PlacedDocument


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
class KnownPicture:
    """PICTURES: one row for each distinct picture, and where its bytes stand."""

    sha256: str
    url: str  # "" of a file in a folder
    status: str  # webdoc.pictures
    perceptual_hash: str
    format: str
    width_px: int
    height_px: int
    size_bytes: int
    nsfw_score: float | None  # None: not scored
    kind: str  # of the place: spark_jobs.image_places.ImagePlace, as the next four
    path: str
    position: int
    length: int
    name: str
    faces: tuple[Face, ...] | None = None  # by images.face_model; None: not looked for


@dataclass(frozen=True, slots=True)
class PoolPicture(KnownPicture):
    """POOL: a picture that any text may show, unless it breaks a rule."""

    reject_reason: str | None = None  # mmc4_like.records.Reason; None: it may be the nearest one


@dataclass(frozen=True, slots=True)
class GivenImage:
    """GIVEN: an image that a table of the user gives to a text; a row for each text it matches."""

    text: str  # doc_id, or webdoc.url_keys.url_key, of the text as the table names it
    rank: int  # the order among those of one row of the table
    image: CandidateImage
    doc_id: str | None  # of the text in the corpus; None: there is no such text
