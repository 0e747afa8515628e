"""What every reason means, in words: for the report, the card and `explain`."""

from obelics_like.records import Reason
from webdoc.funnel import IN_REJECTED_DOCUMENT, KEPT
from webdoc.record_texts import CAPTURE_TEXTS, KIND_TEXTS

REASON_TEXTS: dict[str, str] = {
    **CAPTURE_TEXTS,
    Reason.IMAGE_NO_URL: "the page gives no usable address for it",
    Reason.IMAGE_INLINE: "written into the page itself, mostly a placeholder",
    Reason.IMAGE_TRACKING_PIXEL: "one or two pixels wide or high, made to count visitors",
    Reason.IMAGE_URL_BANNED: "its address holds a word such as logo, button or icon",
    Reason.IMAGE_RENDERED_SIZE: "the page shows it too small or too large",
    Reason.IMAGE_NOT_PERMITTED: "its page, its host or a list says that it may not be used",
    Reason.IMAGE_MISSING: "the archive holds no bytes under its address",
    Reason.IMAGE_UNREADABLE: "its bytes are no picture that can be read",
    Reason.IMAGE_FORMAT: "a picture format that is not wanted",
    Reason.IMAGE_SIZE: "the picture itself is too small or too large",
    Reason.IMAGE_ASPECT: "too wide for its height, or too high for its width",
    Reason.IMAGE_UNSAFE: "a safety model takes it for pornographic",
    Reason.IMAGE_GRAPHIC: "its pixels look like a logo or another small graphic",
    Reason.IMAGE_FACES: "shows more faces than are wanted, says a model",
    Reason.IMAGE_REPEATED_IN_DOCUMENT: "already shown earlier in the same document",
    Reason.IMAGE_TOO_FREQUENT: "shown on too many pages, so likely decoration",
    Reason.IMAGE_CONTAMINATED: "a near-copy of it is in a list of pictures to leave out",
    Reason.IMAGE_COPIES_TOO_FREQUENT: "it and its near-copies are shown on too many pages",
    Reason.IMAGE_NEAR_COPY_IN_DOCUMENT: "its document shows another copy, as large or larger",
    Reason.IMAGE_ALIGNMENT: "a CLIP model finds it too unlike the texts around it",
    Reason.PARAGRAPH_WORDS: "too few or too many words",
    Reason.PARAGRAPH_CHAR_REPETITION: "the same strings of characters again and again",
    Reason.PARAGRAPH_WORD_REPETITION: "the same runs of words again and again",
    Reason.PARAGRAPH_SPECIAL_CHARS: "too many symbols among its characters",
    Reason.PARAGRAPH_STOPWORDS: "too few of the small words that sentences need",
    Reason.PARAGRAPH_FLAGGED_WORDS: "too many words of the pornographic list",
    Reason.PARAGRAPH_PUNCTUATION: "too little punctuation for its length",
    Reason.PARAGRAPH_COMMON_WORDS: "too few words that are common in its language",
    Reason.PARAGRAPH_LANGUAGE: "in another language, or in none that is certain",
    Reason.PARAGRAPH_PERPLEXITY: "too unlike the text that the language model knows",
    Reason.PARAGRAPH_SPAM_WORDS: "mostly words such as share, subscribe, cookie or log in",
    Reason.PARAGRAPH_REPEATED_ON_DOMAIN: "the same paragraph stands on several pages of its site",
    Reason.PARAGRAPH_SIMILAR_ON_DOMAIN: "most of its word runs stand on other pages of its site",
    Reason.PARAGRAPH_REPEATED_IN_DOCUMENT: "already stands earlier in the same document",
    Reason.DOCUMENT_UNDECODABLE: "no character set explains its bytes",
    Reason.DOCUMENT_TOO_LARGE: "more markup than the settings allow",
    Reason.DOCUMENT_TOO_COMPLEX: "more elements than the settings allow",
    Reason.DOCUMENT_PARSER_FAILED: "its markup could not be read",
    Reason.DOCUMENT_NOT_PERMITTED: "the page, its host or a list says that it may not be used",
    Reason.DOCUMENT_EMPTY: "neither text nor image was found in the page",
    Reason.DOCUMENT_LANGUAGE: "not in one of the languages asked for",
    Reason.DOCUMENT_LANGUAGE_UNSURE: "its language is not certain enough",
    Reason.DOCUMENT_NO_LANGUAGE_PACK: "in a language that was asked for but has no rules yet",
    Reason.DOCUMENT_UNSAFE_IMAGE: "shows an image that a safety model takes for pornographic",
    Reason.DOCUMENT_IMAGES: "too few or too many images are left",
    Reason.DOCUMENT_NO_TEXT: "no paragraph is left",
    Reason.DOCUMENT_WORDS: "too few or too many words are left",
    Reason.DOCUMENT_CHAR_REPETITION: "its text repeats the same strings of characters",
    Reason.DOCUMENT_WORD_REPETITION: "its text repeats the same runs of words",
    Reason.DOCUMENT_SPECIAL_CHARS: "too many symbols in its text",
    Reason.DOCUMENT_STOPWORDS: "its text has too few of the small words that sentences need",
    Reason.DOCUMENT_FLAGGED_WORDS: "too many words of the pornographic list in its text",
    Reason.DOCUMENT_PUNCTUATION: "too little punctuation in its text",
    Reason.DOCUMENT_COMMON_WORDS: "its text has too few words that are common in its language",
    Reason.DOCUMENT_PERPLEXITY: "its text is too unlike what the language model knows",
    Reason.DOCUMENT_CHARACTERS: "more text than the settings allow",
    Reason.DOCUMENT_URL_REPEATED: "a newer capture of the same page stays instead",
    Reason.DOCUMENT_CONTAMINATED: "a near-copy of it is in a list of texts to leave out",
    Reason.DOCUMENT_NEAR_COPY: "a document with nearly the same text stays instead",
    Reason.DOCUMENT_IMAGE_SET_REPEATED: "another document with the same images stays instead",
    Reason.DOCUMENT_ALIGNMENT: "a CLIP model finds its images too unlike the texts around them",
}

_TEXTS: dict[str, str] = {
    **{str(reason): text for reason, text in REASON_TEXTS.items()},
    KEPT: "in the release",
    IN_REJECTED_DOCUMENT: "broke no rule itself, but its document was left out",
    **KIND_TEXTS,
}


def reason_text(reason: str) -> str:
    """Return what a reason of the funnel means; its own name in words where it is unknown.

    A funnel written by another version may hold reasons that this one does not know.
    """
    return _TEXTS.get(reason) or reason.replace("_", " ")
