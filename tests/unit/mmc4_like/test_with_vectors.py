import numpy as np
import pytest

from mmc4_like.records import CandidateImage, Sentence, TextDocument, TextVector
from mmc4_like.tables import CandidateDocument
from mmc4_like.with_vectors import GatheredDocument, ImageRow, SentenceRow, comparable

CANDIDATE = CandidateDocument(
    TextDocument("d" * 32, "", "One. Two."),
    sentences=(Sentence(0, 4), Sentence(5, 9)),
    images=tuple(CandidateImage(f"https://e.org/{n}", "page") for n in range(3)),
)
SENTENCES = (SentenceRow(1, "k1", True, b"s1"), SentenceRow(0, "k0", False, b"s0"))


def test_vectors_find_their_places_in_whatever_order_they_come() -> None:
    document = GatheredDocument(CANDIDATE, (ImageRow(2, b"i2"), ImageRow(0, b"i0")), SENTENCES)

    ready = comparable(document)

    assert ready.image_vectors == (b"i0", b"", b"i2")
    assert ready.sentence_vectors == (b"s0", b"s1")
    assert ready.sentence_keys == ("k0", "k1")
    assert [sentence.truncated for sentence in ready.candidate.sentences] == [False, True]


def vector(*values: float) -> bytes:
    return np.array(values, dtype="<f2").tobytes()


def test_images_are_compared_with_their_captions_and_alternative_texts() -> None:
    images = (ImageRow(0, vector(1, 0)), ImageRow(2, vector(0, 1)))
    texts = (
        TextVector(2, "caption", vector(0, -1)),
        TextVector(2, "alt_text", vector(0.5, 0.5)),
        TextVector(1, "caption", vector(1, 0)),  # its image has no vector
        TextVector(0, "around", vector(1, 0)),  # no text about the image
        TextVector(0, "caption", vector(0.25, 0)),
    )

    ready = comparable(GatheredDocument(CANDIDATE, images, SENTENCES, texts))

    found = [(image.clip_caption, image.clip_alt_text) for image in ready.candidate.images]
    assert found == [(0.25, None), (None, None), (-1, 0.5)]
    assert [(one.image, one.kind) for one in ready.text_vectors] == [
        (0, "around"), (0, "caption"), (1, "caption"), (2, "alt_text"), (2, "caption"),
    ]  # fmt: skip


def test_a_sentence_without_a_vector_is_a_bug() -> None:
    with pytest.raises(ValueError, match="without a vector"):
        comparable(GatheredDocument(CANDIDATE, (), SENTENCES[:1]))
