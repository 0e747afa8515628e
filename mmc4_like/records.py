"""The records of this corpus. Frozen: a step returns a new one."""

from dataclasses import dataclass

from webdoc.picture.facts import NOT_LOOKED_FOR, PictureFacts
from webdoc.reasons import Reason
from webdoc.scores.scorer import Score


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
    facts: PictureFacts = NOT_LOOKED_FOR  # of its bytes, as far as they are known
    reject_reason: Reason | None = None  # None while live
    reject_value: float | None = None
    clip_caption: float | None = None  # cosine with its caption; None not compared
    clip_alt_text: float | None = None  # likewise
    scores: tuple[Score, ...] = ()  # by the scorers of scores.pictures


@dataclass(frozen=True, slots=True)
class Placement:
    """Where one compared image goes."""

    image: int  # index among the document's images
    sentence: int | None  # index among its sentences; None while unplaced
    similarity: float  # cosine in [-1, 1]: with its sentence, or with its best one while unplaced
    reject_reason: Reason | None = None  # why it is unplaced; None for a placed image
    clip_neighbour: float | None = None  # cosine with its sentence or the one before it, the larger
