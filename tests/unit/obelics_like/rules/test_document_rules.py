"""Document rules, on both sides of each limit."""

import pytest

from obelics_like.rules.document_rules import DocumentRules, document_finding
from webdoc.reasons import Reason
from webdoc.text.measures import NOTHING, Measures

GOOD = Measures(
    characters=2_000,
    words=400,
    char_repetition=0.05,
    word_repetition=0.0,
    special_share=0.05,
    stopword_share=0.5,
    flagged_share=0.0,
    common_share=1.0,
    spam_share=0.0,
    tokens=450,
    punctuation_share=0.1,
)
RULES = DocumentRules()

LIMITS = [
    ("char_repetition", 0.1, 0.1001, Reason.DOCUMENT_CHAR_REPETITION),
    ("word_repetition", 0.2, 0.2001, Reason.DOCUMENT_WORD_REPETITION),
    ("special_share", 0.275, 0.2751, Reason.DOCUMENT_SPECIAL_CHARS),
    ("stopword_share", 0.35, 0.3499, Reason.DOCUMENT_STOPWORDS),
    ("punctuation_share", 0.03, 0.0299, Reason.DOCUMENT_PUNCTUATION),
    ("common_share", 0.9, 0.8999, Reason.DOCUMENT_COMMON_WORDS),
]


@pytest.mark.parametrize(("measure", "kept", "left_out", "reason"), LIMITS)
def test_a_document_at_a_limit_is_kept(
    measure: str, kept: float, left_out: float, reason: Reason
) -> None:
    assert document_finding(GOOD._replace(**{measure: kept}), 400, 0.0, RULES) is None

    finding = document_finding(GOOD._replace(**{measure: left_out}), 400, 0.0, RULES)

    assert finding == (reason, left_out)


@pytest.mark.parametrize(("words", "kept"), [(9, False), (10, True), (2_000, True), (2_001, False)])
def test_words_are_those_of_all_live_text(words: int, kept: bool) -> None:
    finding = document_finding(GOOD, words, 0.0, RULES)

    assert finding == (None if kept else (Reason.DOCUMENT_WORDS, words))


@pytest.mark.parametrize(("share", "kept"), [(0.01, True), (0.0101, False)])
def test_flagged_words_are_those_of_all_live_text(share: float, kept: bool) -> None:
    finding = document_finding(GOOD, 400, share, RULES)

    assert finding == (None if kept else (Reason.DOCUMENT_FLAGGED_WORDS, share))


def test_the_first_rule_in_order_decides() -> None:
    broken = GOOD._replace(**{measure: value for measure, _, value, _ in LIMITS})
    order = []
    for measure, _, _, reason in LIMITS:
        if reason is Reason.DOCUMENT_PUNCTUATION:  # flagged words come before it
            order.append(document_finding(broken, 400, 1.0, RULES))
        order.append(document_finding(broken, 400, 0.0, RULES))
        broken = broken._replace(**{measure: getattr(GOOD, measure)})

    reasons = [reason for *_, reason in LIMITS]
    reasons.insert(4, Reason.DOCUMENT_FLAGGED_WORDS)
    assert [finding and finding[0] for finding in order] == reasons


def test_a_page_of_lists_and_tables_is_not_judged_by_its_sentences() -> None:
    prose = DocumentRules(measure="prose")
    few = NOTHING._replace(words=9)

    assert document_finding(few, 400, 0.0, prose) is None
    assert document_finding(few._replace(words=10), 400, 0.0, prose) is not None
    assert document_finding(few, 400, 0.0, RULES) is not None
    assert document_finding(few, 400, 0.5, prose) == (Reason.DOCUMENT_FLAGGED_WORDS, 0.5)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"min_common_share": 90.0}, "min_common_share must be between 0 and 1"),
        ({"min_images": 31}, "at most max_images"),
        ({"max_words": 9}, "at most max_words"),
        ({"max_characters": 0}, "1 or more"),
        ({"max_perplexity": 0.0}, "max_perplexity must be 1 or more"),
    ],
)
def test_impossible_settings_are_refused(change: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        DocumentRules(**change)
