"""Paragraph rules, on both sides of each limit."""

import numpy as np
import pytest

from obelics_like.rules.text_rules import (
    BlockKind,
    BlockKinds,
    Finding,
    ParagraphRules,
    Paragraphs,
    paragraph_findings,
)
from webdoc.page.document import Node
from webdoc.reasons import Reason
from webdoc.text.measures import Measures, MeasuresOfEach

GOOD = Measures(
    characters=200,
    words=40,
    char_repetition=0.0,
    word_repetition=0.0,
    special_share=0.05,
    stopword_share=0.5,
    flagged_share=0.0,
    common_share=1.0,
    spam_share=0.0,
    tokens=45,
    punctuation_share=0.1,
)
RULES = ParagraphRules()


def paragraph_finding(measured: Measures, kind: BlockKind, rules: ParagraphRules) -> Finding | None:
    """Judge a paragraph that stands between two good ones."""
    rows = [GOOD, measured, GOOD]
    columns = MeasuresOfEach(*map(np.array, zip(*rows, strict=True)))
    paragraphs = Paragraphs(
        nodes=[Node("text", "text", tag="p", dom_path="/html/body/p")] * 3,
        kinds=np.array(["prose", kind, "prose"]),
        measured=columns,
        beside_image=np.zeros(3, dtype=bool),
    )
    findings = paragraph_findings(paragraphs, rules)
    assert findings.keys() <= {1}
    return findings.get(1)


LIMITS = [
    # measure, kept, left out, reason
    ("words", 4, 3, Reason.PARAGRAPH_WORDS),
    ("words", 1_000, 1_001, Reason.PARAGRAPH_WORDS),
    ("char_repetition", 0.1, 0.1001, Reason.PARAGRAPH_CHAR_REPETITION),
    ("word_repetition", 0.1, 0.1001, Reason.PARAGRAPH_WORD_REPETITION),
    ("special_share", 0.3, 0.3001, Reason.PARAGRAPH_SPECIAL_CHARS),
    ("stopword_share", 0.3, 0.2999, Reason.PARAGRAPH_STOPWORDS),
    ("flagged_share", 0.01, 0.0101, Reason.PARAGRAPH_FLAGGED_WORDS),
    ("punctuation_share", 0.001, 0.0009, Reason.PARAGRAPH_PUNCTUATION),
    ("common_share", 0.8, 0.7999, Reason.PARAGRAPH_COMMON_WORDS),
]


@pytest.mark.parametrize(("measure", "kept", "left_out", "reason"), LIMITS)
def test_a_paragraph_at_a_limit_is_kept(
    measure: str, kept: float, left_out: float, reason: Reason
) -> None:
    assert paragraph_finding(GOOD._replace(**{measure: kept}), "prose", RULES) is None

    finding = paragraph_finding(GOOD._replace(**{measure: left_out}), "prose", RULES)

    assert finding == (reason, left_out)


def test_the_first_rule_in_order_decides() -> None:
    """Every rule broken, then one less each time: the order is OBELICS'."""
    broken = GOOD._replace(**{measure: value for measure, _, value, _ in LIMITS[1:]})
    order = []
    for measure, _, _, _ in LIMITS[1:]:
        finding = paragraph_finding(broken, "prose", RULES)
        assert finding is not None
        order.append(finding[0])
        broken = broken._replace(**{measure: getattr(GOOD, measure)})

    assert order == [reason for *_, reason in LIMITS[1:]]


@pytest.mark.parametrize(("tokens", "reason"), [(11, None), (12, Reason.PARAGRAPH_PUNCTUATION)])
def test_short_paragraphs_need_no_punctuation(tokens: int, reason: Reason | None) -> None:
    finding = paragraph_finding(GOOD._replace(tokens=tokens, punctuation_share=0.0), "prose", RULES)

    assert (finding[0] if finding else None) == reason


@pytest.mark.parametrize(
    ("change", "share", "reason"),
    [
        ({"stopwords_from_words": 41}, {"stopword_share": 0.0}, None),
        ({"stopwords_from_words": 40}, {"stopword_share": 0.0}, Reason.PARAGRAPH_STOPWORDS),
        ({"common_from_words": 41}, {"common_share": 0.0}, None),
        ({"common_from_words": 40}, {"common_share": 0.0}, Reason.PARAGRAPH_COMMON_WORDS),
    ],
)
def test_short_paragraphs_may_be_all_names(
    change: dict[str, int], share: dict[str, float], reason: Reason | None
) -> None:
    """The paragraph has 40 words."""
    finding = paragraph_finding(GOOD._replace(**share), "prose", ParagraphRules(**change))

    assert (finding[0] if finding else None) == reason


def test_fragments_need_no_sentences() -> None:
    short = GOOD._replace(words=1, stopword_share=0.0, common_share=0.0, punctuation_share=0.0)

    assert paragraph_finding(short, "fragment", RULES) is None
    assert paragraph_finding(short._replace(words=0), "fragment", RULES) == (
        Reason.PARAGRAPH_WORDS,
        0,
    )
    assert paragraph_finding(short, "prose", RULES) == (Reason.PARAGRAPH_WORDS, 1)


@pytest.mark.parametrize(("share", "kept"), [(0.5, True), (0.5001, False)])
def test_fragments_have_their_own_limit_of_special_characters(share: float, kept: bool) -> None:
    finding = paragraph_finding(GOOD._replace(special_share=share), "fragment", RULES)

    assert (finding is None) == kept


def test_data_has_no_shape() -> None:
    code = GOOD._replace(
        words=0, char_repetition=1.0, word_repetition=1.0, special_share=1.0, stopword_share=0.0
    )

    assert paragraph_finding(code, "data", RULES) is None
    finding = paragraph_finding(code._replace(flagged_share=0.5), "data", RULES)
    assert finding == (Reason.PARAGRAPH_FLAGGED_WORDS, 0.5)


def test_what_is_neither_fragment_nor_data_is_prose() -> None:
    kinds = BlockKinds(ParagraphRules(fragment_tags=("h2", "li"), data_tags=("pre",)))

    assert [kinds[tag] for tag in ("p", "", "li", "pre")] == ["prose", "prose", "fragment", "data"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"max_flagged_share": 1.1}, "max_flagged_share must be between 0 and 1, got 1.1"),
        ({"min_language_score": -1.0}, "min_language_score must be between 0 and 1"),
        ({"min_words": 5, "max_words": 4}, "at most max_words"),
        ({"word_ngram": 0}, "1 or more"),
        ({"punctuation_from_tokens": -1}, "0 or more"),
        ({"max_perplexity": 0.5}, "max_perplexity must be 1 or more"),
        ({"common_from_words": -1}, "common_from_words must be 0 or more"),
        ({"min_place_words": 0.0}, "min_place_words must be above 0"),
        ({"repeated_min_words": 0}, "repeated_min_words must be 1 or more"),
    ],
)
def test_impossible_settings_are_refused(change: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ParagraphRules(**change)
