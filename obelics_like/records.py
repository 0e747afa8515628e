"""The records of this corpus. Frozen: a step returns a new one."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Reason(StrEnum):
    """Why a node or a document is left out. Each one has a test that brings it about.

    A name begins with what it marks: image, paragraph or document.
    """

    # images, seen in the page
    IMAGE_NO_URL = "image_no_url"  # no source at all, or one that is no URL
    IMAGE_INLINE = "image_inline"  # a data: URI, mostly a placeholder
    IMAGE_TRACKING_PIXEL = "image_tracking_pixel"  # one or two pixels wide or high
    IMAGE_URL_BANNED = "image_url_banned"  # logo, button, icon, ... in the URL
    IMAGE_RENDERED_SIZE = "image_rendered_size"  # shown too small or too large
    IMAGE_NOT_PERMITTED = "image_not_permitted"  # Image.permission_reason says by which sign
    # images, once their bytes are known
    IMAGE_MISSING = "image_missing"  # no bytes in the archive
    # bytes that are no picture, a broken one, or one that is not decoded: HEIC, too many pixels
    IMAGE_UNREADABLE = "image_unreadable"
    IMAGE_FORMAT = "image_format"
    IMAGE_SIZE = "image_size"
    IMAGE_ASPECT = "image_aspect"
    IMAGE_UNSAFE = "image_unsafe"  # by the model of safety.model
    IMAGE_GRAPHIC = "image_graphic"  # its pixels look like a logo
    IMAGE_FACES = "image_faces"  # more faces than faces.max_faces
    # images, seen in the corpus
    IMAGE_REPEATED_IN_DOCUMENT = "image_repeated_in_document"
    IMAGE_TOO_FREQUENT = "image_too_frequent"
    IMAGE_CONTAMINATED = "image_contaminated"  # in a list of decontamination.images
    IMAGE_COPIES_TOO_FREQUENT = "image_copies_too_frequent"  # counted with its near-copies
    IMAGE_NEAR_COPY_IN_DOCUMENT = "image_near_copy_in_document"  # the largest stays
    # images, beside their texts
    IMAGE_ALIGNMENT = "image_alignment"  # unlike its caption, alt text and neighbours, by CLIP
    # paragraphs
    PARAGRAPH_WORDS = "paragraph_words"
    PARAGRAPH_CHAR_REPETITION = "paragraph_char_repetition"
    PARAGRAPH_WORD_REPETITION = "paragraph_word_repetition"
    PARAGRAPH_SPECIAL_CHARS = "paragraph_special_chars"
    PARAGRAPH_STOPWORDS = "paragraph_stopwords"
    PARAGRAPH_FLAGGED_WORDS = "paragraph_flagged_words"
    PARAGRAPH_PUNCTUATION = "paragraph_punctuation"
    PARAGRAPH_COMMON_WORDS = "paragraph_common_words"
    PARAGRAPH_LANGUAGE = "paragraph_language"
    PARAGRAPH_PERPLEXITY = "paragraph_perplexity"
    PARAGRAPH_SPAM_WORDS = "paragraph_spam_words"
    PARAGRAPH_REPEATED_IN_DOCUMENT = "paragraph_repeated_in_document"  # the first one stays
    PARAGRAPH_REPEATED_ON_DOMAIN = "paragraph_repeated_on_domain"
    PARAGRAPH_SIMILAR_ON_DOMAIN = "paragraph_similar_on_domain"  # most of its n-grams are repeated
    # documents that could not be made
    DOCUMENT_UNDECODABLE = "document_undecodable"  # bytes that no character set explains
    DOCUMENT_TOO_LARGE = "document_too_large"  # more markup than extraction.max_html_bytes
    DOCUMENT_TOO_COMPLEX = "document_too_complex"  # more elements than extraction.max_elements
    DOCUMENT_PARSER_FAILED = "document_parser_failed"
    DOCUMENT_NOT_PERMITTED = "document_not_permitted"  # reject_detail says by which sign
    DOCUMENT_EMPTY = "document_empty"  # neither text nor image in the page
    # documents judged
    DOCUMENT_LANGUAGE = "document_language"  # not one of the languages asked for
    DOCUMENT_LANGUAGE_UNSURE = "document_language_unsure"  # score below the limit
    DOCUMENT_NO_LANGUAGE_PACK = "document_no_language_pack"  # asked for, but we have no rules
    DOCUMENT_UNSAFE_IMAGE = "document_unsafe_image"  # one image_unsafe, where safety.policy says so
    DOCUMENT_IMAGES = "document_images"  # too few or too many live images
    DOCUMENT_NO_TEXT = "document_no_text"  # no live paragraph is left
    DOCUMENT_WORDS = "document_words"
    DOCUMENT_CHAR_REPETITION = "document_char_repetition"
    DOCUMENT_WORD_REPETITION = "document_word_repetition"
    DOCUMENT_SPECIAL_CHARS = "document_special_chars"
    DOCUMENT_STOPWORDS = "document_stopwords"
    DOCUMENT_FLAGGED_WORDS = "document_flagged_words"
    DOCUMENT_PUNCTUATION = "document_punctuation"
    DOCUMENT_COMMON_WORDS = "document_common_words"
    DOCUMENT_PERPLEXITY = "document_perplexity"
    DOCUMENT_CHARACTERS = "document_characters"  # more text than documents.max_characters
    # documents, seen in the corpus
    DOCUMENT_URL_REPEATED = "document_url_repeated"  # a newer capture of the URL stays
    DOCUMENT_CONTAMINATED = "document_contaminated"  # in a list of decontamination.texts
    DOCUMENT_NEAR_COPY = "document_near_copy"  # a document with nearly the same text stays
    DOCUMENT_IMAGE_SET_REPEATED = "document_image_set_repeated"
    # documents, by their images beside their texts
    DOCUMENT_ALIGNMENT = "document_alignment"  # mean or least of its images, by CLIP


@dataclass(frozen=True, slots=True)
class Image:
    """One image as the page shows it and, once joined, what its bytes are."""

    url: str  # absolute http(s) URL; "" where the page gives none
    source_url: str = ""  # as the page writes it
    alt_text: str = ""
    caption: str = ""  # of the figure around it
    rendered_width: str = ""  # CSS pixels "640", or a share "50%"; "" when the page is silent
    rendered_height: str = ""  # likewise
    status: str = ""  # "" not looked for; "ok"; else why there are no bytes
    sha256: str = ""  # hex, of the bytes as captured
    perceptual_hash: str = ""  # 16 hex digits, webdoc.perceptual_hash; "" where nothing was decoded
    format: str = ""  # by content: jpeg, png, webp, gif, ...
    width_px: int = 0  # of the picture itself; 0 unknown
    height_px: int = 0
    size_bytes: int = 0
    permission_reason: str = ""  # webdoc.permission.Decision: why it may not be used, "" if it may
    permission_source: str = ""  # and where that stands: "page header x-robots-tag"
    graphic_score: float | None = None  # webdoc.graphic_score, [0, 1]; None not scored
    nsfw_score: float | None = None  # by the model of safety.model, [0, 1]; None not scored
    # cosines with its texts by the model of alignment.model, [-1, 1]; None not compared
    clip_caption: float | None = None
    clip_alt_text: float | None = None
    clip_neighbour: float | None = None  # the paragraph before or after it, the more alike one
    faces: int | None = None  # that the model of faces.model finds; None not looked for


@dataclass(frozen=True, slots=True)
class Node:
    """One paragraph or one image. One list of these, never parallel lists."""

    kind: Literal["text", "image"]
    text: str = ""  # the paragraph, its lines divided by \n; "" for an image
    tag: str = ""  # the element that makes it a block: p, h2, li, tr, pre, figcaption, img, ...
    level: int = 0  # 1 to 6 for headings, depth from 1 for list items, else 0
    dom_path: str = ""  # /html/body/div[2]/p[3]
    image: Image | None = None  # None for a paragraph
    ends_document: bool = False  # OBELICS' END_OF_DOCUMENT: what follows is another text
    reject_reason: Reason | None = None  # first rule broken; None while live
    reject_value: float | None = None  # what that rule measured


@dataclass(frozen=True, slots=True)
class Document:
    """One web page."""

    doc_id: str  # 32 hex digits, webdoc.captures.capture_id
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
    html: str = ""  # simplified HTML of the document, only with extraction.keep_html
    nodes: tuple[Node, ...] = ()  # in page order; empty when the page could not be read
    reject_reason: Reason | None = None  # as in Node, for the page as a whole
    reject_value: float | None = None
    reject_detail: str = ""  # what a failure said, the doc_id that stays, the list that holds it
    clip_mean: float | None = None  # of its live images, by the best text of each; None: no such
    clip_min: float | None = None  # likewise the least
