"""What of a document is compared by vectors: images, the texts that these have, and sentences."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mmc4_like.records import CandidateImage
from mmc4_like.tables import CandidateDocument, ComparedKey
from mmc4_like.texts.sentences import sentence_texts
from webdoc.clip.vectors import sentence_key

AROUND: Final = "around"  # the kind of the words around an image, which are no text about it
OF_IMAGES: Final = ("caption", "alt_text", AROUND)  # kinds of the texts that images have
IMAGE, SENTENCE = "image", "sentence"  # the other kinds


@dataclass(frozen=True, slots=True)
class Compared(ComparedKey):
    """What is compared, and the text that its vector is made of."""

    text: str | None = None  # None of an image


def compared_of(candidate: CandidateDocument) -> Iterator[Compared]:
    """Yield the live images of a document, the texts that they have, and its sentences."""
    doc_id = candidate.document.doc_id
    for index, image in enumerate(candidate.images):
        if image.reject_reason is None and image.facts.sha256:
            yield Compared(doc_id, IMAGE, index, image.facts.sha256)
            for kind, text in image_texts(image).items():
                yield Compared(doc_id, kind, index, sentence_key(text), text)
    for nth, text in enumerate(sentence_texts(candidate.document.text, candidate.sentences)):
        yield Compared(doc_id, SENTENCE, nth, sentence_key(text), text)


def image_texts(image: CandidateImage) -> dict[str, str]:
    """Return the texts that an image has on its page, by the part of a score; no blank ones."""
    texts = {
        "caption": image.caption,
        "alt_text": image.alt_text,
        AROUND: image.words_around,
    }
    return {part: text for part, text in texts.items() if text.strip()}
