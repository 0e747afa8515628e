import pytest

from mmc4_like.gathered import GatheredDocument, ImageRow, SentenceRow, comparable
from mmc4_like.records import CandidateImage, Sentence, TextDocument
from mmc4_like.tables import CandidateDocument

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


def test_a_sentence_without_a_vector_is_a_bug() -> None:
    with pytest.raises(ValueError, match="without a vector"):
        comparable(GatheredDocument(CANDIDATE, (), SENTENCES[:1]))
