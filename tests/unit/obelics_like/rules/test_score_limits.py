"""Scores written into a document's images, and what limits leave out."""

from dataclasses import replace

from obelics_like.rules.document_rules import DocumentRules
from obelics_like.rules.judge import Rules
from obelics_like.rules.score_limits import DocumentWithScores, NodeScores, with_scores
from obelics_like.rules.settings import RuleSettings
from tests.unit.obelics_like.rules.test_mark_document import ENGLISH, p, page, picture, reasons
from webdoc.reasons import Reason
from webdoc.scores.scorer import Score, ScoreSettings

SHARP = ScoreSettings(("sharpness",), min={"sharpness": 100.0})
RULES = Rules(RuleSettings(documents=DocumentRules(min_images=1, min_words=1)))
PAGE = page(picture("https://e.org/a.jpg"), p(ENGLISH), picture("https://e.org/b.jpg"))


def found(*scores: float) -> tuple[NodeScores, ...]:
    places = (0, 2)
    return tuple(
        NodeScores(place, (Score("sharpness", value),))
        for place, value in zip(places, scores, strict=False)
    )


def test_scores_stand_in_the_image_and_limits_mark_it() -> None:
    document = with_scores(DocumentWithScores(PAGE, found(100.0, 99.9)), SHARP, RULES)

    assert reasons(document) == [None, None, Reason.IMAGE_BLURRED]
    assert document.nodes[2].reject_value == 99.9
    assert [n.image.scores[0].value for n in document.nodes if n.image] == [100.0, 99.9]
    assert document.reject_reason is None


def test_a_document_whose_images_all_went_is_left_out() -> None:
    document = with_scores(DocumentWithScores(PAGE, found(1.0, 2.0)), SHARP, RULES)

    assert document.reject_reason is Reason.DOCUMENT_IMAGES


def test_without_limits_scores_only_stand_there() -> None:
    document = with_scores(DocumentWithScores(PAGE, found(1.0)), ScoreSettings(), RULES)

    assert reasons(document) == [None, None, None]
    assert document.nodes[2].image == PAGE.nodes[2].image


def test_what_is_left_out_already_stays_as_it_is() -> None:
    out = replace(PAGE, reject_reason=Reason.DOCUMENT_WORDS)

    assert with_scores(DocumentWithScores(out, found(1.0, 2.0)), SHARP, RULES) == out
