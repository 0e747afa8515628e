"""Why a thing is left out, in one place for both corpora, and the rows that count it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self


class Explained(StrEnum):
    """A word that tables hold, with one sentence that says what it means."""

    text: str  # for the report, the card and `explain`

    def __new__(cls, value: str, text: str) -> Self:
        """Make a member that equals its value."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.text = text
        return member


class Reason(Explained):
    """Why an image, paragraph, placement or document is left out. Each has a test that brings it.

    A name begins with what it marks: image, unplaced (an image without a sentence), paragraph or
    document.
    """

    # images, seen in the page
    IMAGE_NO_URL = "image_no_url", "the page gives no usable address for it"
    IMAGE_INLINE = "image_inline", "written into the page itself, mostly a placeholder"
    IMAGE_EXTENSION = "image_extension", "its address has another ending than those wanted"
    IMAGE_TRACKING_PIXEL = (
        "image_tracking_pixel",
        "one or two pixels wide or high, made to count visitors",
    )
    IMAGE_URL_BANNED = "image_url_banned", "its address holds a word such as logo, button or icon"
    IMAGE_AD = "image_ad", "its host serves advertisements"
    IMAGE_ALT_BANNED = (
        "image_alt_banned",
        "its alternative text is short and holds a word such as logo, button or icon",
    )
    IMAGE_RENDERED_SIZE = "image_rendered_size", "the page shows it too small or too large"
    IMAGE_NOT_PERMITTED = (
        "image_not_permitted",
        "its page, its host or a list says that it may not be used",
    )
    IMAGE_LICENCE = "image_licence", "neither it nor its page bears one of the licences asked for"
    # images, once their bytes are known
    IMAGE_MISSING = "image_missing", "its bytes are nowhere to be had"
    IMAGE_UNREADABLE = "image_unreadable", "its bytes are no picture that can be read"
    IMAGE_FORMAT = "image_format", "a picture format that is not wanted"
    IMAGE_SIZE = "image_size", "the picture itself is too small or too large"
    IMAGE_ASPECT = "image_aspect", "too wide for its height, or too high for its width"
    IMAGE_UNSAFE = "image_unsafe", "a safety model takes it for pornographic"
    IMAGE_GRAPHIC = "image_graphic", "its pixels look like a logo or another small graphic"
    IMAGE_FACES = "image_faces", "shows more faces than are wanted, says a model"
    IMAGE_NSFW = "image_nsfw", "a safety model finds it too likely to be pornographic"
    IMAGE_FACE = "image_face", "a model is too sure that it shows a face"
    # images, seen in the corpus
    IMAGE_REPEATED_IN_DOCUMENT = (
        "image_repeated_in_document",
        "already shown earlier in the same document",
    )
    IMAGE_OFTEN_IN_DOCUMENT = (
        "image_often_in_document",
        "stands so often in the page that it is a sign, not a picture",
    )
    IMAGE_LINK_ROW = "image_link_row", "one of several linked images in a row, so likely a button"
    IMAGE_WITHOUT_TEXT = "image_without_text", "the paragraphs next to it were left out"
    IMAGE_TOO_FREQUENT = "image_too_frequent", "shown on too many pages, so likely decoration"
    IMAGE_CONTAMINATED = (
        "image_contaminated",
        "a near-copy of it is in a list of pictures to leave out",
    )
    IMAGE_COPIES_TOO_FREQUENT = (
        "image_copies_too_frequent",
        "it and its near-copies are shown on too many pages",
    )
    IMAGE_NEAR_COPY_IN_DOCUMENT = (
        "image_near_copy_in_document",
        "its document shows another copy, as large or larger",
    )
    IMAGE_REPEATED = "image_repeated", "stands in the document already, by its address or its bytes"
    IMAGE_NEAR_DUPLICATE = (
        "image_near_duplicate",
        "nearly the same as a larger picture of the document",
    )
    # images that were compared with the sentences, and got none
    UNPLACED_UNRELATED = (
        "unplaced_unrelated",
        "unlike every sentence, so left out of the assignment",
    )
    UNPLACED_WEAK = "unplaced_weak", "too unlike the sentences that it could have had"
    UNPLACED_FOREIGN = "unplaced_foreign", "no more like its sentences than like those of others"
    UNPLACED_NO_SENTENCE = "unplaced_no_sentence", "no sentence was free for it"
    UNPLACED_OVER_LIMIT = (
        "unplaced_over_limit",
        "beyond the number of images that a document may hold",
    )
    UNPLACED_ALIGNMENT = (
        "unplaced_alignment",
        "too unlike its caption, alternative text and neighbouring text",
    )
    # rows of a given table that do nothing
    GIVEN_NO_TEXT = "given_no_text", "a given table gives it to a text that is not there"
    # images, by scores of their pictures
    IMAGE_BLURRED = "image_blurred", "its picture is too blurred"
    IMAGE_CODES = "image_codes", "shows QR codes or barcodes"
    IMAGE_FLAT = "image_flat", "of few grey levels, or mostly of plain areas"
    IMAGE_TECHNICAL_QUALITY = (
        "image_technical_quality",
        "too noisy, too blurred or too much compressed",
    )
    IMAGE_AESTHETICS = "image_aesthetics", "a model finds it less pleasing than is wanted"
    IMAGE_TEXT = "image_text", "too much of it is text"
    # images, by scores of their pictures beside their captions
    IMAGE_TEXT_ALONE = (
        "image_text_alone",
        "without the text in it, a CLIP model finds it too unlike its caption",
    )
    IMAGE_TEXT_IS_CAPTION = "image_text_is_caption", "its caption is written in it"
    IMAGE_NEAR_FRAME = "image_near_frame", "nearly the same as an earlier picture of its document"
    IMAGE_NO_CONCEPT = (
        "image_no_concept",
        "its caption names nothing of a list of things to be seen",
    )
    IMAGE_CAPTION_WORDS = "image_caption_words", "its caption has too few or too many words"
    IMAGE_CAPTION_CHARS = (
        "image_caption_chars",
        "its caption has too few or too many characters",
    )
    IMAGE_CAPTION_LANGUAGE = "image_caption_language", "its caption is not in English"
    IMAGE_CAPTION_RELATIONS = (
        "image_caption_relations",
        "its caption says too little about what it names",
    )
    IMAGE_CAPTION_ACTION = "image_caption_action", "its caption names too few actions"
    IMAGE_CAPTION_FORM = (
        "image_caption_form",
        "its caption is not formed like a sentence about a picture",
    )
    IMAGE_CAPTION_OFFENSIVE = "image_caption_offensive", "its caption holds an offensive word"
    IMAGE_CAPTION_CLASSES = (
        "image_caption_classes",
        "an image classifier sees other things than its caption names",
    )
    IMAGE_CAPTION_GENERATED = (
        "image_caption_generated",
        "its caption is too unlike the captions that a model wrote for the picture",
    )
    # images, beside their texts
    IMAGE_ALIGNMENT = "image_alignment", "a CLIP model finds it too unlike the texts around it"
    # paragraphs
    PARAGRAPH_WORDS = "paragraph_words", "too few or too many words"
    PARAGRAPH_CHAR_REPETITION = (
        "paragraph_char_repetition",
        "the same strings of characters again and again",
    )
    PARAGRAPH_WORD_REPETITION = (
        "paragraph_word_repetition",
        "the same runs of words again and again",
    )
    PARAGRAPH_SPECIAL_CHARS = "paragraph_special_chars", "too many symbols among its characters"
    PARAGRAPH_STOPWORDS = "paragraph_stopwords", "too few of the small words that sentences need"
    PARAGRAPH_FLAGGED_WORDS = "paragraph_flagged_words", "too many words of the pornographic list"
    PARAGRAPH_PUNCTUATION = "paragraph_punctuation", "too little punctuation for its length"
    PARAGRAPH_COMMON_WORDS = (
        "paragraph_common_words",
        "too few words that are common in its language",
    )
    PARAGRAPH_STRAY = (
        "paragraph_stray",
        "short, and where little of the page's text stands, such as a date or a button",
    )
    PARAGRAPH_LANGUAGE = "paragraph_language", "in another language, or in none that is certain"
    PARAGRAPH_PERPLEXITY = (
        "paragraph_perplexity",
        "too unlike the text that the language model knows",
    )
    PARAGRAPH_SPAM_WORDS = (
        "paragraph_spam_words",
        "mostly words such as share, subscribe, cookie or log in",
    )
    PARAGRAPH_REPEATED_IN_DOCUMENT = (
        "paragraph_repeated_in_document",
        "already stands earlier in the same document",
    )
    PARAGRAPH_REPEATED_ON_DOMAIN = (
        "paragraph_repeated_on_domain",
        "the same paragraph stands on several pages of its site",
    )
    PARAGRAPH_SIMILAR_ON_DOMAIN = (
        "paragraph_similar_on_domain",
        "most of its word runs stand on other pages of its site",
    )
    # documents that could not be made
    DOCUMENT_FILE_UNREADABLE = (
        "document_file_unreadable",
        "the file is missing, damaged or of an unknown format",
    )
    DOCUMENT_TOO_LONG = "document_too_long", "a text or line longer than the settings allow"
    DOCUMENT_ROW_INVALID = (
        "document_row_invalid",
        "columns are missing, lists have unequal lengths, or a value is of another kind",
    )
    DOCUMENT_NOT_JSON = "document_not_json", "a line that is no JSON object"
    DOCUMENT_UNDECODABLE = "document_undecodable", "no character set explains its bytes"
    DOCUMENT_TOO_LARGE = "document_too_large", "more markup than the settings allow"
    DOCUMENT_TOO_COMPLEX = "document_too_complex", "more elements than the settings allow"
    DOCUMENT_PARSER_FAILED = "document_parser_failed", "its markup could not be read"
    DOCUMENT_OVER_BUDGET = (
        "document_over_budget",
        "to read it took more time or memory than a page may take",
    )
    # not the fault of what is left out
    INTERNAL_ERROR = "internal_error", "a mistake of this program met it: please report its detail"
    DOCUMENT_NOT_PERMITTED = (
        "document_not_permitted",
        "the page, its host or a list says that it may not be used",
    )
    DOCUMENT_LICENCE = "document_licence", "the page bears none of the licences asked for"
    DOCUMENT_EMPTY = "document_empty", "neither text nor image was found in the page"
    # documents judged
    DOCUMENT_PAGE_KIND = (
        "document_page_kind",
        "a page of a kind that is left out: a list of links, a home page",
    )
    DOCUMENT_LANGUAGE = "document_language", "not in one of the languages asked for"
    DOCUMENT_LANGUAGE_UNSURE = "document_language_unsure", "its language is not certain enough"
    DOCUMENT_NO_LANGUAGE_PACK = (
        "document_no_language_pack",
        "in a language that was asked for but has no rules yet",
    )
    DOCUMENT_UNSAFE_IMAGE = (
        "document_unsafe_image",
        "shows an image that a safety model takes for pornographic",
    )
    DOCUMENT_IMAGES = "document_images", "too few or too many images are left"
    DOCUMENT_NO_TEXT = "document_no_text", "no text is left, or there was none"
    DOCUMENT_WORDS = "document_words", "too few or too many words are left"
    DOCUMENT_CHAR_REPETITION = (
        "document_char_repetition",
        "its text repeats the same strings of characters",
    )
    DOCUMENT_WORD_REPETITION = "document_word_repetition", "its text repeats the same runs of words"
    DOCUMENT_SPECIAL_CHARS = "document_special_chars", "too many symbols in its text"
    DOCUMENT_STOPWORDS = (
        "document_stopwords",
        "its text has too few of the small words that sentences need",
    )
    DOCUMENT_FLAGGED_WORDS = (
        "document_flagged_words",
        "too many words of the pornographic list in its text",
    )
    DOCUMENT_FLAGGED_TEXT = (
        "document_flagged_text",
        "too many, or too long, paragraphs hold words of the pornographic list",
    )
    DOCUMENT_PUNCTUATION = "document_punctuation", "too little punctuation in its text"
    DOCUMENT_COMMON_WORDS = (
        "document_common_words",
        "its text has too few words that are common in its language",
    )
    DOCUMENT_PERPLEXITY = (
        "document_perplexity",
        "its text is too unlike what the language model knows",
    )
    DOCUMENT_CHARACTERS = "document_characters", "more text than the settings allow"
    DOCUMENT_SENTENCES = "document_sentences", "too few or too many sentences"
    DOCUMENT_WEAK_PLACEMENTS = (
        "document_weak_placements",
        "too few of its images fit their sentences well",
    )
    # documents, seen in the corpus
    DOCUMENT_REPEATED = (
        "document_repeated",
        "the same text of the same page stands earlier in the corpus",
    )
    DOCUMENT_URL_REPEATED = (
        "document_url_repeated",
        "a newer capture of the same page stays instead",
    )
    DOCUMENT_CONTAMINATED = (
        "document_contaminated",
        "a near-copy of it is in a list of texts to leave out",
    )
    DOCUMENT_NEAR_COPY = "document_near_copy", "a document with nearly the same text stays instead"
    DOCUMENT_IMAGE_SET_REPEATED = (
        "document_image_set_repeated",
        "another document with the same images stays instead",
    )
    # documents, by their images beside their texts
    DOCUMENT_SCORE = "document_score", "one of its scores is outside the limits that are set"
    DOCUMENT_ALIGNMENT = (
        "document_alignment",
        "a CLIP model finds its images too unlike the texts around them",
    )
    DOCUMENT_NOT_DRAWN = (
        "document_not_drawn",
        "its images show what very many do, or nothing listed; it was not drawn",
    )
    # documents and pictures of a release, where another release was made of it
    DOCUMENT_REMOVED = "document_removed", "it, or each of its pictures, is in a list of removals"
    IMAGE_REMOVED = "image_removed", "it is in a list of removals"
    DOCUMENT_NOT_SELECTED = "document_not_selected", "not among those that were asked for"
    DOCUMENT_NOT_NEAR_TARGETS = (
        "document_not_near_targets",
        "none of its images is of a kind that the target vectors show",
    )
    DOCUMENT_SEMANTIC_COPY = (
        "document_semantic_copy",
        "its vector, or that of each image, is nearly that of one that stays",
    )
    IMAGE_SEMANTIC_COPY = (
        "image_semantic_copy",
        "its vector is nearly that of a picture that stays",
    )
    DOCUMENT_NOT_SAMPLED = "document_not_sampled", "not in the sample"
    DOCUMENT_MERGED = "document_merged", "another release that was merged has it, or a copy of it"


class Kind(Explained):
    """What a record is to us."""

    PAGE = "page", "read as a web page"
    IMAGE = "image", "read as a picture"
    ROBOTS = "robots", "the rules of a host for robots"
    OTHER = "other", "neither a page, a picture nor a robots.txt that was read"


class CaptureReason(Explained):
    """Why a record is nothing that was read whole. Each one has a test that brings it about."""

    # records that are not meant to be pages
    NOT_A_RESPONSE = "not_a_response", "a request, a note or another record that carries no answer"
    REVISIT = "revisit", "a repeated visit; its content stands in an earlier record"
    NOT_HTTP = "not_http", "not fetched over HTTP, such as a DNS answer"
    STATUS_NOT_200 = "status_not_200", "a redirect or an error instead of content"
    TYPE_NOT_WANTED = "type_not_wanted", "neither a web page nor a picture"
    # records that should have been, but cannot be read whole
    EMPTY_BODY = "empty_body", "an answer without content"
    TRUNCATED = "truncated", "the content was cut off when it was captured"
    BODY_TOO_LARGE = "body_too_large", "more bytes than the settings allow"
    BODY_UNDECODABLE = "body_undecodable", "the compression or transfer coding is damaged"
    HEADERS_BROKEN = "headers_broken", "the HTTP headers cannot be read"
    # parts of a file that hold no readable record
    DAMAGED_RECORD = "damaged_record", "damaged bytes between readable records"
    NOT_AN_ARCHIVE = "not_an_archive", "the file is empty or not a web archive"
    UNREADABLE_FILE = "unreadable_file", "the file is missing or its storage failed"
    # rows of an index that lead to no record
    BAD_POINTER = "bad_pointer", "a row of the index that names no place in a file"
    NOT_AT_POINTER = "not_at_pointer", "no record stands where the index says, or another one does"
    # what is wrong with us
    OVER_BUDGET = "over_budget", "to read it took more time or memory than a picture may take"
    # The same word as of a document: it says the same of a record.
    INTERNAL_ERROR = "internal_error", "a mistake of this program met it: please report its detail"


KEPT = "kept"
IN_REJECTED_DOCUMENT = "in_rejected_document"  # the node itself broke no rule
LINKS = "links"  # a record of a WAT file: the image links of a page
# Levels of what a user offers: a run may have none, and they are not published.
OFFERED_LEVELS = ("pool_image", "given_image")
WITHOUT_IMAGE = "without_image"  # a sentence that is published, beside no image


@dataclass(frozen=True, slots=True)
class FunnelRow:
    """FUNNEL: one reason at one level. The counts of a level add up to all there was."""

    level: str  # record, pool_image, given_image, document, text, sentence, image
    reason: str  # "kept", a reason, or "in_rejected_document"
    count: int
    words: int = 0  # of the texts counted here, divided at white space
    text_bytes: int = 0  # likewise, in UTF-8


# FUNNEL level of what was replaced in the texts of published pages: webdoc.text.personal_data.
PERSONAL_DATA = "personal_data"
EMAILS, PHONES, IP_ADDRESSES = "emails_replaced", "phones_replaced", "ip_addresses_replaced"

_TEXTS: Final[dict[str, str]] = {
    **{str(word): word.text for words in (CaptureReason, Reason, Kind) for word in words},
    KEPT: "in the release",
    IN_REJECTED_DOCUMENT: "broke no rule itself, but its document was left out",
    EMAILS: "e-mail addresses in published pages, now a marker",
    PHONES: "phone numbers in published pages, now a marker",
    IP_ADDRESSES: "public IP addresses in published pages, now a marker",
    LINKS: "the image links of a page, of a WAT file",
    WITHOUT_IMAGE: "in the release, beside no image",
}


def reason_text(reason: str) -> str:
    """Return what a reason of the funnel means; its own name in words where it is unknown.

    A funnel written by another version may hold reasons that this one does not know.
    """
    return _TEXTS.get(reason) or reason.replace("_", " ")
