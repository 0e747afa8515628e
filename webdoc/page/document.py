"""A page as a document: paragraphs and images in page order. Frozen: a step returns a new one."""

from dataclasses import dataclass
from typing import Literal

from webdoc.picture.facts import NOT_LOOKED_FOR, PictureFacts
from webdoc.reasons import Reason
from webdoc.scores.scorer import Score


@dataclass(frozen=True, slots=True)
class Image:
    """One image as the page shows it and, once joined, what its bytes are."""

    url: str  # absolute http(s) URL; "" where the page gives none
    source_url: str = ""  # as the page writes it
    alt_text: str = ""
    caption: str = ""  # of the figure around it
    rendered_width: str = ""  # CSS pixels "640", or a share "50%"; "" when the page is silent
    rendered_height: str = ""  # likewise
    facts: PictureFacts = NOT_LOOKED_FOR  # of its bytes, once they were looked for
    permission_reason: str = (
        ""  # webdoc.permission.signs.Decision: why it may not be used, "" if it may
    )
    permission_source: str = ""  # and where that stands: "page header x-robots-tag"
    # cosines with its texts by the model of clip.model, [-1, 1]; None not compared
    clip_caption: float | None = None
    clip_alt_text: float | None = None
    clip_neighbour: float | None = None  # the paragraph before or after it, the more alike one
    scores: tuple[Score, ...] = ()  # by the scorers of scores.pictures; empty before SCORED
    licence: str = ""  # as the page names it, webdoc.rights.licences; "" where it does not
    licence_source: str = ""  # where that stands: "caption", "JSON-LD license"
    credit: str = ""  # whose work it is, as that place says


@dataclass(frozen=True, slots=True)
class Node:
    """One paragraph or one image. One list of these, never parallel lists."""

    kind: Literal["text", "image"]
    text: str = ""  # the paragraph, its lines divided by \n; "" for an image
    tag: str = ""  # the element that makes it a block: p, h2, li, tr, pre, figcaption, img, ...
    level: int = (
        0  # 1 to 6 for headings (6 for one that is but bold), depth from 1 for list items, else 0
    )
    dom_path: str = ""  # /html/body/div[2]/p[3]
    image: Image | None = None  # None for a paragraph
    ends_document: bool = False  # OBELICS' END_OF_DOCUMENT: what follows is another text
    reject_reason: Reason | None = None  # first rule broken; None while live
    reject_value: float | None = None  # what that rule measured


@dataclass(frozen=True, slots=True)
class Document:
    """One web page."""

    doc_id: str  # 32 hex digits, webdoc.archive.captures.capture_id
    url: str  # of the page, absolute
    warc_filename: str = ""
    warc_record_offset: int = 0
    warc_record_length: int = 0
    payload_digest: str = ""
    capture_time: str = ""  # UTC, 2024-05-18T01:58:10Z
    charset: str = ""  # the one its bytes were read with
    title: str = ""
    language: str = ""  # ISO 639-1 where there is one; "" when not looked for
    language_score: float = 0.0  # [0, 1]
    page_kind: str = ""  # of webdoc.page.learned.page_kind; "" where nobody looked
    page_kind_score: float = 0.0  # how likely it is of that kind, in [0, 1]
    html: str = ""  # simplified HTML of the document, only with extraction.keep_html
    nodes: tuple[Node, ...] = ()  # in page order; empty when the page could not be read
    reject_reason: Reason | None = None  # as in Node, for the page as a whole
    reject_value: float | None = None
    reject_detail: str = ""  # what a failure said, the doc_id that stays, the list that holds it
    clip_mean: float | None = None  # of its live images, by the best text of each; None: no such
    clip_min: float | None = None  # likewise the least
    licence: str = ""  # that the page names for itself, webdoc.rights.licences
    licence_source: str = ""  # where that stands: "link rel=license", "footer link"
    emails_replaced: int = 0  # by markers, webdoc.text.personal_data, in all its nodes and title
    phones_replaced: int = 0
    ip_addresses_replaced: int = 0

    @property
    def texts(self) -> tuple[str | None, ...]:
        """The live nodes in page order: each paragraph, and None where there is an image."""
        live = (node for node in self.nodes if node.reject_reason is None)
        return tuple(node.text if node.image is None else None for node in live)

    @property
    def images(self) -> tuple[str | None, ...]:
        """The same nodes: the URL of each image, and None where there is a paragraph."""
        live = (node for node in self.nodes if node.reject_reason is None)
        return tuple(node.image.url if node.image is not None else None for node in live)
