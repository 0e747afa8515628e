import pytest

from mmc4_like.records import CandidateImage, Sentence, TextDocument
from mmc4_like.tables import CandidateDocument
from mmc4_like.with_vectors import GatheredDocument, ImageRow, SentenceRow, TextCosine, comparable

CANDIDATE = CandidateDocument(
    TextDocument("d" * 32, "", "One. Two."),
    sentences=(Sentence(0, 4), Sentence(5, 9)),
    images=tuple(CandidateImage(f"https://e.org/{n}", "page") for n in range(3)),
)
SENTENCES = (SentenceRow(1, True, b"s1"), SentenceRow(0, False, b"s0"))


def test_vectors_find_their_places_in_whatever_order_they_come() -> None:
    document = GatheredDocument(CANDIDATE, (ImageRow(2, b"i2"), ImageRow(0, b"i0")), SENTENCES)

    ready = comparable(document)

    assert ready.image_vectors == (b"i0", b"", b"i2")
    assert ready.sentence_vectors == (b"s0", b"s1")
    assert [sentence.truncated for sentence in ready.candidate.sentences] == [False, True]


def test_cosines_of_captions_and_alt_texts_find_their_images() -> None:
    cosines = (TextCosine(2, "alt_text", 0.3), TextCosine(0, "caption", 0.1),
               TextCosine(2, "caption", -0.2))  # fmt: skip

    ready = comparable(GatheredDocument(CANDIDATE, (), SENTENCES, cosines))

    found = [(image.clip_caption, image.clip_alt_text) for image in ready.candidate.images]
    assert found == [(0.1, None), (None, None), (-0.2, 0.3)]


def test_a_sentence_without_a_vector_is_a_bug() -> None:
    with pytest.raises(ValueError, match="without a vector"):
        comparable(GatheredDocument(CANDIDATE, (), SENTENCES[:1]))
