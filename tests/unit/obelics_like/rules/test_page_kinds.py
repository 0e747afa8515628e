"""Pages of a kind that is left out: a list of links is no document."""

import pytest

from obelics_like.rules.document_rules import DocumentRules
from obelics_like.rules.mark_document import Rules, mark_page
from obelics_like.rules.settings import RuleSettings
from obelics_like.settings import load_settings
from webdoc.page.document import Document, Node
from webdoc.reasons import Reason

ENGLISH = (
    "The old mill stands where the road crosses the river, and the farmers bring their grain to it "
    "in every year that is not too dry for them."
)


def marked(kind: str, score: float, rules: DocumentRules) -> Document:
    page = Document(
        "d1",
        "https://e.org/a",
        nodes=(Node("text", ENGLISH, tag="p"),),
        page_kind=kind,
        page_kind_score=score,
    )
    return mark_page(page, Rules.load(RuleSettings(documents=rules)))


@pytest.mark.parametrize(
    ("kind", "score", "reason"),
    [
        ("listing", 0.8, Reason.DOCUMENT_PAGE_KIND),
        ("listing", 0.79, None),
        ("home", 1.0, Reason.DOCUMENT_PAGE_KIND),
        ("article", 1.0, None),
        ("", 0.0, None),
    ],
)
def test_page_that_is_surely_of_an_unwanted_kind(
    kind: str, score: float, reason: Reason | None
) -> None:
    rules = DocumentRules(left_out_kinds=("home", "listing"), min_kind_score=0.8)
    found = marked(kind, score, rules)
    assert found.reject_reason == reason
    assert found.reject_value == (None if reason is None else score)


def test_obelics_leaves_out_no_kind_and_the_default_lists_and_home_pages() -> None:
    assert load_settings(options={"preset": "obelics"}).documents.left_out_kinds == ()
    assert load_settings().documents.left_out_kinds == ("home", "listing")


def test_kinds_that_there_are_not() -> None:
    with pytest.raises(ValueError, match=r"left_out_kinds may name .*home, not blog$"):
        DocumentRules(left_out_kinds=("blog",))
