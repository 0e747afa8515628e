"""Rules that look at the page around a paragraph, on both sides of each limit."""

from dataclasses import replace

import pytest

from obelics_like.rules.document_rules import DocumentRules, flagged_finding
from obelics_like.rules.mark_document import Rules, finish, mark_page
from obelics_like.rules.settings import RuleSettings
from obelics_like.rules.text_rules import Finding, ParagraphRules
from obelics_like.settings import load_settings
from webdoc.page.document import Document, Image, Node
from webdoc.reasons import Reason

SENTENCE = "The old mill stands where the road crosses the river, as it did before the war"
DEFAULT = Rules.load(load_settings())


def p(text: str, path: str = "/html/body/main/p[1]", tag: str = "p", **marks: object) -> Node:
    return Node("text", text, tag=tag, dom_path=path, **marks)  # type: ignore[arg-type]


def picture(**facts: object) -> Node:
    return Node("image", tag="img", image=Image("https://e.org/mill.jpg", **facts))  # type: ignore[arg-type]


def marked(rules: Rules, *nodes: Node) -> list[Reason | None]:
    document = mark_page(Document("d1", "https://e.org/", nodes=nodes), rules)
    return [node.reject_reason for node in document.nodes]


def rules_with(**limits: object) -> Rules:
    paragraphs = ParagraphRules(**{"min_words": 1, "min_stopword_share": 0.0} | limits)  # type: ignore[arg-type]
    return Rules.load(RuleSettings(paragraphs=paragraphs))


@pytest.mark.parametrize(("limit", "reason"), [(0.117, None), (0.118, Reason.PARAGRAPH_STRAY)])
def test_a_short_line_in_a_place_of_its_own_goes(limit: float, reason: Reason | None) -> None:
    """It has 2 of the 34 words of the page: 2 * 2 / 34 is 0.1176."""
    body = [p(SENTENCE.replace("before", f"{n}th"), f"/html/body/main/p[{n}]") for n in (1, 2)]
    alone = p("Share this", "/html/body/main/div/span[3]")

    assert marked(rules_with(min_place_words=limit), *body, alone)[2] == reason


def test_a_short_line_among_the_text_of_the_page_stays() -> None:
    body = [p(SENTENCE, "/html/body/main/p[1]"), p("Salt and pepper", "/html/body/main/p[2]")]

    assert marked(rules_with(min_place_words=1.0), *body) == [None, None]


def test_a_line_beside_an_image_is_judged_as_a_fragment() -> None:
    strict = {"min_words": 4, "min_stopword_share": 0.3}
    nodes = [p(SENTENCE), picture(), p("Mill, 1912"), p(SENTENCE + " too"), p("Mill, 1912 again")]

    harsh, mild = (
        marked(rules_with(**strict, mild_beside_images=mild), *nodes) for mild in (False, True)
    )

    assert harsh == [None, None, Reason.PARAGRAPH_WORDS, None, Reason.PARAGRAPH_WORDS]
    assert mild == [None, None, None, None, Reason.PARAGRAPH_WORDS]


def test_an_image_that_is_left_out_makes_nothing_mild() -> None:
    gone = replace(picture(), reject_reason=Reason.IMAGE_INLINE)
    rules = rules_with(min_words=4, mild_beside_images=True)

    assert marked(rules, p(SENTENCE), gone, p("Mill, 1912"))[2] == Reason.PARAGRAPH_WORDS


@pytest.mark.parametrize(
    ("lines", "reason"),
    [("flour\nbutter", Reason.PARAGRAPH_STOPWORDS), ("flour\nbutter\nsugar", None)],
)
def test_three_short_lines_are_a_list(lines: str, reason: Reason | None) -> None:
    rules = rules_with(min_stopword_share=0.3, line_lists=True)

    assert marked(rules, p(SENTENCE), p(lines))[1] == reason


def test_long_lines_are_no_list() -> None:
    """12 words a line on average are a list, 13 are not."""
    twelve = " ".join(["flour"] * 12)
    rules = rules_with(min_stopword_share=0.3, max_char_repetition_share=1.0, line_lists=True)
    rules = Rules.load(
        replace(
            rules.settings,
            paragraphs=replace(rules.settings.paragraphs, max_word_repetition_share=1.0),
        )
    )

    assert marked(rules, p(SENTENCE), p("\n".join([twelve] * 3)))[1] is None
    longer = "\n".join([twelve + " flour"] * 3)
    assert marked(rules, p(SENTENCE), p(longer))[1] == Reason.PARAGRAPH_STOPWORDS


def finished(rules: Rules, *nodes: Node) -> list[Reason | None]:
    document = Document("d1", "https://e.org/", nodes=nodes, language="en")
    return [node.reject_reason for node in finish(document, rules).nodes]


def test_a_subject_word_is_no_spam() -> None:
    """In an article on cookies 1 of 4 words is no more than everywhere; elsewhere it is."""
    line = p("Cookies in the kitchen")
    on_cookies = p("The cookies that we bake are cookies with butter")  # 2 of 9 words
    rules = rules_with(max_spam_share=0.2, spam_page_factor=2.0)

    assert finished(rules, picture(), line, on_cookies)[1] is None
    assert finished(rules, picture(), line, p(SENTENCE))[1] == Reason.PARAGRAPH_SPAM_WORDS
    off = rules_with(max_spam_share=0.2)
    assert finished(off, picture(), line, on_cookies)[1] == Reason.PARAGRAPH_SPAM_WORDS


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("gone", "gone", Reason.IMAGE_WITHOUT_TEXT),
        ("gone", "live", None),
        ("live", "gone", None),
        ("gone", "image", Reason.IMAGE_WITHOUT_TEXT),
        ("image", "image", None),
    ],
)
def test_an_image_goes_with_its_text(before: str, after: str, reason: Reason | None) -> None:
    nodes = {
        "gone": p("Mill", reject_reason=Reason.PARAGRAPH_WORDS),
        "live": p(SENTENCE),
        "image": picture(),
    }
    other = replace(nodes["image"], image=Image("https://e.org/other.jpg"))
    beside = [other if name == "image" else nodes[name] for name in (before, after)]

    found = finished(DEFAULT, p(SENTENCE), beside[0], picture(), beside[1], p(SENTENCE))[2]

    assert found == reason
    kept = Rules.load(load_settings(assignments=["images.need_text=false"]))
    assert finished(kept, beside[0], picture(), beside[1], p(SENTENCE))[1] is None


FLAGGED = DocumentRules(max_flagged_characters_share=0.3, max_flagged_paragraphs_share=0.1)


@pytest.mark.parametrize(
    ("characters", "flagged", "finding"),
    [
        ([30, 70], [True, False], None),
        ([31, 69], [True, False], (Reason.DOCUMENT_FLAGGED_TEXT, 0.31)),
        ([1] * 3 + [10] * 27, [True] * 3 + [False] * 27, None),  # 3 of 30
        ([1] * 3 + [10] * 17, [True] * 3 + [False] * 17, (Reason.DOCUMENT_FLAGGED_TEXT, 0.15)),
        ([1] * 2 + [10] * 8, [True] * 2 + [False] * 8, None),  # two are too few to tell
        ([10], [False], None),
    ],
)
def test_a_page_with_much_flagged_text_is_left_out(
    characters: list[int], flagged: list[bool], finding: Finding | None
) -> None:
    assert flagged_finding(characters, flagged, FLAGGED) == finding
    assert flagged_finding(characters, flagged, DocumentRules()) is None


def test_a_page_is_not_laundered_by_its_paragraph_rules() -> None:
    """3 of 12 paragraphs are flagged; without them the page reads like any other."""
    good = [p(f"{SENTENCE}, says the {n}th miller.", f"/html/body/p[{n}]") for n in range(9)]
    bad = [p(f"They watch {word} all night long, and {word} again.") for word in ("porn",) * 3]
    bad = [replace(node, text=f"{node.text} {n}") for n, node in enumerate(bad)]
    document = mark_page(Document("d1", "https://e.org/", nodes=(*good, *bad)), DEFAULT)

    assert document.reject_reason == Reason.DOCUMENT_FLAGGED_TEXT
    assert document.reject_value == 0.25
