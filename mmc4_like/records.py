"""The records of this corpus. Frozen: a step returns a new one."""

from dataclasses import dataclass
from enum import StrEnum

from webdoc.faces import Face


class Reason(StrEnum):
    """Why an image, its placement or a document is left out. Each has a test that brings it about.

    A name begins with what it marks: image, unplaced (an image without a sentence) or document.
    """

    # images, by their URL and by their bytes
    IMAGE_NO_URL = "image_no_url"  # no http(s) address: a data: URI, a script, nothing
    IMAGE_URL_BANNED = "image_url_banned"  # logo, button, icon, ... in the URL
    IMAGE_EXTENSION = "image_extension"  # the URL's ending is none of those wanted
    IMAGE_NOT_PERMITTED = "image_not_permitted"  # its owner or the page says no
    IMAGE_MISSING = "image_missing"  # no bytes
    IMAGE_UNREADABLE = "image_unreadable"  # bytes that are no picture
    IMAGE_FORMAT = "image_format"
    IMAGE_SIZE = "image_size"
    IMAGE_ASPECT = "image_aspect"
    # images, by what a model or the corpus says of them
    IMAGE_NSFW = "image_nsfw"
    IMAGE_FACE = "image_face"  # only where fewer faces are asked for
    IMAGE_TOO_FREQUENT = "image_too_frequent"
    IMAGE_REPEATED = "image_repeated"  # the same URL or bytes stand in the document already
    IMAGE_NEAR_DUPLICATE = "image_near_duplicate"  # nearly the same picture stands there already
    # images that were compared with the sentences, and got none
    UNPLACED_UNRELATED = "unplaced_unrelated"  # its best sentence is below min_best_similarity
    UNPLACED_WEAK = "unplaced_weak"  # the sentences it could have are below min_similarity
    UNPLACED_NO_SENTENCE = "unplaced_no_sentence"  # better images took all sentences it could have
    UNPLACED_OVER_LIMIT = "unplaced_over_limit"  # the document holds max_images better ones
    UNPLACED_ALIGNMENT = "unplaced_alignment"  # unlike its caption, alt text and neighbours
    # rows of a given table that do nothing
    GIVEN_NO_TEXT = "given_no_text"  # the corpus has no text with this doc_id or url
    # rows of a text corpus that are no document
    DOCUMENT_FILE_UNREADABLE = "document_file_unreadable"  # missing, forbidden, or damaged
    DOCUMENT_TOO_LONG = "document_too_long"  # more bytes than reading.max_document_bytes
    DOCUMENT_NOT_JSON = "document_not_json"  # a line that is no JSON object
    DOCUMENT_UNDECODABLE = "document_undecodable"  # a text that is not UTF-8
    DOCUMENT_NOT_PERMITTED = "document_not_permitted"  # the page says no
    DOCUMENT_NO_TEXT = "document_no_text"  # the text is missing, null, no string, or blank
    # documents judged
    DOCUMENT_REPEATED = "document_repeated"  # the same text of the same URL stands earlier
    DOCUMENT_SENTENCES = "document_sentences"  # too few or too many
    DOCUMENT_IMAGES = "document_images"  # too few or too many images found a place
    DOCUMENT_WEAK_PLACEMENTS = "document_weak_placements"  # too few of them are good ones
    DOCUMENT_ALIGNMENT = "document_alignment"  # mean or least alignment of its images


@dataclass(frozen=True, slots=True)
class TextDocument:
    """One row of a text corpus, readable or not. Strings are "" where nothing is known."""

    doc_id: str  # 32 hex digits, of its place in the corpus and its content
    url: str  # of the page that the text is from, as the corpus writes it
    text: str
    timestamp: str = ""  # when the page was captured, UTC, 2019-04-25T12:57:54Z
    language: str = ""  # as the corpus names it, mostly ISO 639-1
    source_name: str = ""  # the file, without private folders
    source_row: int = 0  # line or row of it, from 1; 0 for the file as a whole
    url_key: str = ""  # webdoc.url_keys.url_key of url: what captures of the page are joined by
    content_key: str = ""  # 32 hex digits of url_key and text: equal ones are one document
    reject_reason: Reason | None = None  # None while live
    reject_value: float | None = None  # what that rule measured
    reject_detail: str = ""  # what a failure said, for a person


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, as a span of its document's text."""

    start: int  # characters from the start of the text
    end: int  # behind its last character that is no white space
    truncated: bool = False  # longer than the text model reads; only its beginning was compared


@dataclass(frozen=True, slots=True)
class CandidateImage:
    """One image that may be placed in a document, as far as it is known."""

    url: str  # absolute http(s) URL; "" where the page gives none
    source: str  # page, wat, pool, given: where the candidate is from
    order: int = -1  # among the images of its page, from 0; -1 unknown
    position: float | None = None  # in [0, 1] through its page, 0 the top; None unknown
    source_url: str = ""  # as the page writes it
    alt_text: str = ""
    caption: str = ""
    status: str = ""  # "" not looked for; webdoc.pictures.OK; else why there are no bytes
    sha256: str = ""  # hex, of the bytes as captured
    perceptual_hash: str = ""  # 16 hex digits, webdoc.perceptual_hash; "" unknown
    format: str = ""  # by content: jpeg, png, webp, gif, ...
    width_px: int = 0
    height_px: int = 0
    size_bytes: int = 0
    nsfw_score: float | None = None  # probability in [0, 1]; None not judged
    reject_reason: Reason | None = None  # None while live
    reject_value: float | None = None
    clip_caption: float | None = None  # cosine with its caption; None not compared
    clip_alt_text: float | None = None  # likewise
    faces: tuple[Face, ...] | None = None  # by images.face_model; None not looked for


@dataclass(frozen=True, slots=True)
class Placement:
    """Where one compared image goes."""

    image: int  # index among the document's images
    sentence: int | None  # index among its sentences; None while unplaced
    similarity: float  # cosine in [-1, 1]: with its sentence, or with its best one while unplaced
    reject_reason: Reason | None = None  # why it is unplaced; None for a placed image
    clip_neighbour: float | None = None  # cosine with its sentence or the one before it, the larger
