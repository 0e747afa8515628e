"""What each reason means, for a person."""

from typing import Final

from mmc4_like.records import Reason
from webdoc.funnel import IN_REJECTED_DOCUMENT, KEPT, LINKS, WITHOUT_IMAGE
from webdoc.record_texts import CAPTURE_TEXTS, KIND_TEXTS

REASON_TEXTS: Final[dict[str, str]] = {
    Reason.IMAGE_NO_URL: "image without an address, or with its bytes in the page",
    Reason.IMAGE_URL_BANNED: "image whose address says logo, button, icon or the like",
    Reason.IMAGE_EXTENSION: "image whose address has another ending than those wanted",
    Reason.IMAGE_NOT_PERMITTED: "image whose owner or page does not want it to be used",
    Reason.IMAGE_MISSING: "image whose bytes are nowhere to be had",
    Reason.IMAGE_UNREADABLE: "image whose bytes are no picture, or a damaged one",
    Reason.IMAGE_FORMAT: "image of a format that is not wanted",
    Reason.IMAGE_SIZE: "image too small or too large",
    Reason.IMAGE_ASPECT: "image much wider than high, or much higher than wide",
    Reason.IMAGE_NSFW: "image that is probably pornographic",
    Reason.IMAGE_FACE: "image that probably shows a face",
    Reason.IMAGE_TOO_FREQUENT: "image that stands too often in the whole corpus",
    Reason.IMAGE_REPEATED: "image that stands in the document already",
    Reason.IMAGE_NEAR_DUPLICATE: "image nearly the same as a larger one of the document",
    Reason.UNPLACED_UNRELATED: "image unlike every sentence, so left out of the assignment",
    Reason.UNPLACED_WEAK: "image too unlike the sentences that it could have had",
    Reason.UNPLACED_NO_SENTENCE: "image for which no sentence was free",
    Reason.UNPLACED_OVER_LIMIT: "image beyond the number that a document may hold",
    Reason.UNPLACED_ALIGNMENT: "image too unlike its caption, alt text and neighbouring text",
    Reason.GIVEN_NO_TEXT: "image that a given table gives to a text that is not there",
    Reason.DOCUMENT_FILE_UNREADABLE: "file that is missing, damaged or of an unknown format",
    Reason.DOCUMENT_TOO_LONG: "text or line longer than allowed",
    Reason.DOCUMENT_NOT_JSON: "line that is no JSON object",
    Reason.DOCUMENT_UNDECODABLE: "text that is not UTF-8",
    Reason.DOCUMENT_NOT_PERMITTED: "page whose owner does not want it to be used",
    Reason.DOCUMENT_NO_TEXT: "row without a text",
    Reason.DOCUMENT_REPEATED: "text that stands earlier in the corpus, from the same page",
    Reason.DOCUMENT_SENTENCES: "document with too few or too many sentences",
    Reason.DOCUMENT_IMAGES: "document with too few or too many images",
    Reason.DOCUMENT_WEAK_PLACEMENTS: "document in which too few images fit their sentence well",
    Reason.DOCUMENT_ALIGNMENT: "document whose images are too unlike their texts",
}


_TEXTS: Final[dict[str, str]] = {
    **CAPTURE_TEXTS,
    **KIND_TEXTS,
    **REASON_TEXTS,
    KEPT: "published",
    LINKS: "the image links of a page, of a WAT file",
    WITHOUT_IMAGE: "published, beside no image",
    IN_REJECTED_DOCUMENT: "in a document that was left out, broke no rule itself",
}


def reason_text(reason: str) -> str:
    """Return what a reason of the funnel means; its own name in words where it is unknown.

    A funnel written by another version may hold reasons that this one does not know.
    """
    return _TEXTS.get(reason) or reason.replace("_", " ")
