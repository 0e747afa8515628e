import pytest

from obelics_like.reason_texts import REASON_TEXTS, reason_text
from obelics_like.records import Reason
from webdoc.captures import CaptureReason


@pytest.mark.parametrize("reason", [*Reason, *CaptureReason])
def test_every_reason_has_a_meaning_of_its_own(reason: Reason | CaptureReason) -> None:
    assert reason in REASON_TEXTS
    meaning = REASON_TEXTS[reason]
    assert 10 < len(meaning) < 80
    assert meaning[0].islower()
    assert not meaning.endswith(".")


def test_no_two_reasons_read_the_same() -> None:
    assert len(set(REASON_TEXTS.values())) == len(REASON_TEXTS)


def test_an_unknown_reason_is_shown_in_words() -> None:
    assert reason_text("document_from_the_future") == "document from the future"
