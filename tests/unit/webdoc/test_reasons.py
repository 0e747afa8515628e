import pytest

from webdoc.reasons import CaptureReason, Explained, Reason, reason_text


@pytest.mark.parametrize("reason", [*Reason, *CaptureReason])
def test_every_reason_has_a_meaning_of_its_own(reason: Reason | CaptureReason) -> None:
    meaning = reason_text(reason)

    assert meaning == reason.text
    assert 10 < len(meaning) < 80
    assert meaning[0].islower()
    assert not meaning.endswith(".")


def test_no_two_reasons_read_the_same() -> None:
    words: list[Explained] = [*Reason, *CaptureReason]
    texts = {str(word): word.text for word in words}
    assert len(set(texts.values())) == len(texts)


def test_an_unknown_reason_is_shown_in_words() -> None:
    assert reason_text("document_from_the_future") == "document from the future"
