"""The three moments, on small documents. What each rule decides is tested beside the rule."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obelics_like.rules.document_rules import DocumentRules
from obelics_like.rules.mark_document import Rules, finish, live_text, mark_images, mark_page
from obelics_like.rules.settings import LanguageLimits, LanguageRules, RuleSettings, rules_for
from obelics_like.rules.text_rules import ParagraphRules
from tests.unit.shown import changed
from webdoc.page.document import Document, Image, Node
from webdoc.picture.facts import PictureFacts
from webdoc.reasons import Reason

ENGLISH = (
    "The old mill stands where the road crosses the river, and the farmers bring their grain to it "
    "in every year that is not too dry for them."
)
MORE = (
    "Nobody in the village can say when it was built, but there is a date above the door that the "
    "rain has made hard to read."
)
GERMAN = "Die Mühle steht dort, wo die Straße den Fluss überquert, und die Bauern kommen gern."
PORTUGUESE = "O tempo estava bom e caminhámos ao longo do rio até o sol se pôr, e não choveu."
SWEDISH = "Den gamla kvarnen står där vägen går över ån, och bönderna kommer gärna dit."
JUNK = "Shoes boots sandals leather discount outlet store sale cheap"

DEFAULT = Rules.load(
    RuleSettings(
        paragraphs=ParagraphRules(
            fragment_tags=("h1", "li"), data_tags=("pre",), repeated_min_words=8
        ),
        documents=DocumentRules(measure="prose", judge_again=True),
    )
)
OBELICS = Rules.load(RuleSettings(language=LanguageRules(("en",), 0.8, judge_as="en")))


def p(text: str, tag: str = "p", **marks: object) -> Node:
    return Node("text", text, tag=tag, **marks)  # type: ignore[arg-type]


def picture(url: str = "https://e.org/a.jpg", **facts: object) -> Node:
    sound = PictureFacts(status="ok", format="png", width_px=300, height_px=300, size_bytes=9)
    return Node("image", tag="img", image=changed(Image(url, facts=sound), **facts))


def page(*nodes: Node) -> Document:
    return Document("d1", "https://e.org/", nodes=nodes)


def reasons(document: Document) -> list[Reason | None]:
    return [node.reject_reason for node in document.nodes]


def test_a_good_page_stays_as_it_is() -> None:
    before = page(p("The mill", "h1"), picture(), p(ENGLISH), p("salt", "li"), p("x = 1", "pre"))

    after = finish(mark_images(mark_page(before, DEFAULT), DEFAULT), DEFAULT)

    assert after.nodes == before.nodes
    assert after.reject_reason is None
    assert (after.language, after.language_score > 0.9) == ("en", True)


def test_paragraphs_and_images_are_marked_with_what_was_measured() -> None:
    small = replace(picture(), image=replace(picture().image, rendered_width="20"))

    after = mark_page(page(p(ENGLISH), p(JUNK), p("too short"), small), DEFAULT)

    assert reasons(after) == [
        None,
        Reason.PARAGRAPH_STOPWORDS,
        Reason.PARAGRAPH_WORDS,
        Reason.IMAGE_RENDERED_SIZE,
    ]
    values = [node.reject_value for node in after.nodes]
    assert values == [None, 0.0, 2.0, 20.0]
    assert all(isinstance(value, float) for value in values[1:])
    assert live_text(after) == ENGLISH


def test_marks_that_are_there_stay() -> None:
    marked = p(JUNK, reject_reason=Reason.PARAGRAPH_REPEATED_ON_DOMAIN, reject_value=3.0)
    gone = replace(picture(), reject_reason=Reason.IMAGE_INLINE)
    before = page(p(ENGLISH), marked, gone, picture())

    after = finish(mark_images(mark_page(before, DEFAULT), DEFAULT), DEFAULT)

    assert after.nodes == before.nodes


def test_a_rejected_document_stays_as_it_is() -> None:
    before = replace(page(p(JUNK)), reject_reason=Reason.DOCUMENT_TOO_LARGE)

    assert mark_page(before, DEFAULT) is before
    assert mark_images(before, DEFAULT) is before
    assert finish(before, DEFAULT) is before


@pytest.mark.parametrize(
    ("text", "rules", "reason"),
    [
        (GERMAN, DEFAULT, None),
        (GERMAN, OBELICS, Reason.DOCUMENT_NO_TEXT),  # English rules find nothing to keep
        (PORTUGUESE, DEFAULT, Reason.DOCUMENT_LANGUAGE),
        ("", DEFAULT, Reason.DOCUMENT_NO_TEXT),
    ],
)
def test_languages(text: str, rules: Rules, reason: Reason | None) -> None:
    assert mark_page(page(p(text)), rules).reject_reason == reason


def with_language(**settings: object) -> Rules:
    return Rules.load(RuleSettings(language=LanguageRules(**settings)))  # type: ignore[arg-type]


def test_a_language_without_a_pack_has_a_reason_of_its_own() -> None:
    asked = with_language(accept=("sv",))
    kept = with_language(accept=("*",), keep_without_pack=True)

    assert mark_page(page(p(SWEDISH)), asked).reject_reason == Reason.DOCUMENT_NO_LANGUAGE_PACK
    after = mark_page(page(p(SWEDISH), p(JUNK)), kept)
    assert (after.language, after.reject_reason) == ("sv", None)
    assert reasons(after) == [None, None]
    assert finish(page(picture(), p(SWEDISH)), kept).reject_reason is None


def test_an_unsure_language_is_left_out() -> None:
    score = mark_page(page(p(ENGLISH)), DEFAULT).language_score

    at, above = with_language(min_score=score), with_language(min_score=min(1.0, score + 1e-6))

    assert mark_page(page(p(ENGLISH)), at).reject_reason is None
    after = mark_page(page(p(ENGLISH)), above)
    assert (after.reject_reason, after.reject_value) == (Reason.DOCUMENT_LANGUAGE_UNSURE, score)


def test_the_language_is_asked_of_prose_first() -> None:
    items = [p("Größe Länge Breite", "li") for _ in range(100)]

    assert mark_page(page(*items, p(ENGLISH)), DEFAULT).language == "en"


def test_a_page_without_prose_has_a_language_too() -> None:
    assert mark_page(page(p(GERMAN, "li")), DEFAULT).language == "de"


def test_judge_as_asks_for_the_language_of_what_is_left() -> None:
    after = mark_page(page(p(GERMAN), p(ENGLISH)), OBELICS)

    assert (after.language, after.reject_reason) == ("en", None)
    assert reasons(after)[0] is not None


def test_too_much_text_is_left_unread() -> None:
    rules = Rules.load(RuleSettings(documents=DocumentRules(max_characters=len(ENGLISH))))

    assert mark_page(page(p(ENGLISH)), rules).reject_reason is None
    after = mark_page(page(p(ENGLISH), p("x")), rules)
    assert after.reject_reason == Reason.DOCUMENT_CHARACTERS
    assert after.reject_value == len(ENGLISH) + 1


def test_a_copy_of_a_text_that_breaks_a_rule_breaks_the_same() -> None:
    """The first reason stays, and no copy stays for one that goes."""
    first, second = reasons(mark_page(page(p(ENGLISH), p(JUNK), p(JUNK)), DEFAULT))[1:]

    assert first == second == Reason.PARAGRAPH_STOPWORDS


def test_a_text_that_stands_twice_in_a_page_stays_once() -> None:
    once = "Seven words are one too few here"
    nodes = [p(ENGLISH), p(ENGLISH), p(once), p(once), p(MORE)]

    assert reasons(mark_page(page(*nodes), DEFAULT)) == [
        None,
        Reason.PARAGRAPH_REPEATED_IN_DOCUMENT,
        None,
        None,
        None,
    ]


def test_paragraphs_by_language_and_perplexity_only_when_asked() -> None:
    class Model:
        def perplexity(self, text: str) -> float:
            return 2_000.0 if text == MORE else 1_000.0

    settings = RuleSettings(
        paragraphs=ParagraphRules(min_language_score=0.8, max_perplexity=1_500.0)
    )
    rules = Rules(settings, Model())  # type: ignore[arg-type]

    after = mark_page(page(p(ENGLISH), p(MORE), p("Chat et chien in the house.")), rules)

    assert reasons(after)[:2] == [None, Reason.PARAGRAPH_PERPLEXITY]
    assert after.nodes[1].reject_value == 2_000.0
    loose = replace(settings, paragraphs=ParagraphRules(), documents=DocumentRules())
    whole = mark_page(page(p(MORE)), Rules(loose, Model()))  # type: ignore[arg-type]
    assert (whole.reject_reason, whole.reject_value) == (Reason.DOCUMENT_PERPLEXITY, 2_000.0)


def test_a_paragraph_of_another_language_is_found_when_asked() -> None:
    strict = ParagraphRules(min_stopword_share=0.0, min_common_share=0.0, min_language_score=0.8)
    rules = Rules.load(RuleSettings(paragraphs=strict, documents=DocumentRules(max_words=999)))

    after = mark_page(page(p(ENGLISH), p(MORE), p(GERMAN)), rules)

    assert reasons(after) == [None, None, Reason.PARAGRAPH_LANGUAGE]


def english(*nodes: Node) -> Document:
    return replace(page(*nodes), language="en")


@pytest.mark.parametrize(("words", "reason"), [(25, Reason.PARAGRAPH_SPAM_WORDS), (26, None)])
def test_a_paragraph_at_the_spam_limit_is_left_out(words: int, reason: Reason | None) -> None:
    """3 of 25 are 0.12."""
    spam = " ".join(["share", "cookies", "password"] + ["river"] * (words - 3))

    after = finish(english(picture(), p(spam), p(ENGLISH)), DEFAULT)

    assert reasons(after)[1] == reason


def test_spam_in_exempt_tags_stays() -> None:
    limits = replace(DEFAULT.settings.paragraphs, spam_exempt_tags=("h1",))
    rules = Rules.load(replace(DEFAULT.settings, paragraphs=limits))

    after = finish(english(picture(), p("Privacy", "h1"), p("Privacy", "li"), p(ENGLISH)), rules)

    assert reasons(after) == [None, None, Reason.PARAGRAPH_SPAM_WORDS, None]


@pytest.mark.parametrize(("images", "kept"), [(0, False), (1, True), (30, True), (31, False)])
def test_the_number_of_live_images(images: int, kept: bool) -> None:
    pictures = [picture(f"https://e.org/{number}.jpg") for number in range(images)]

    after = finish(english(p(ENGLISH), *pictures), DEFAULT)

    assert after.reject_reason == (None if kept else Reason.DOCUMENT_IMAGES)
    assert after.reject_value == (None if kept else images)


def test_a_document_without_live_text_is_left_out() -> None:
    gone = p(ENGLISH, reject_reason=Reason.PARAGRAPH_REPEATED_ON_DOMAIN)

    assert finish(english(picture(), gone), DEFAULT).reject_reason == Reason.DOCUMENT_NO_TEXT


@pytest.mark.parametrize(("rules", "reason"), [(DEFAULT, Reason.DOCUMENT_WORDS), (OBELICS, None)])
def test_documents_are_judged_again_where_settings_say_so(
    rules: Rules, reason: Reason | None
) -> None:
    """Once paragraphs are gone, 5 words are left; OBELICS does not look again."""
    gone = p(ENGLISH, reject_reason=Reason.PARAGRAPH_REPEATED_ON_DOMAIN)

    after = finish(english(picture(), gone, p("What is left of it")), rules)

    assert after.reject_reason == reason


def test_documents_that_lost_nothing_are_not_judged_again() -> None:
    assert finish(english(picture(), p("What is left of it")), DEFAULT).reject_reason is None


def ends(*spec: str) -> list[bool]:
    """Nodes from letters: t text, x rejected text, i image; a bar behind one ends a text."""
    nodes = {
        "t": p(ENGLISH),
        "x": p(ENGLISH, reject_reason=Reason.PARAGRAPH_WORDS),
        "i": picture(),
        "m": p(""),
    }
    page_nodes = [replace(nodes[one[0]], ends_document="|" in one) for one in spec]
    return [node.ends_document for node in finish(english(*page_nodes), DEFAULT).nodes]


def test_ends_of_texts_are_put_in_order() -> None:
    no = False
    assert ends("t|", "i") == [True, no]
    assert ends("i", "t|") == [no, no]  # nothing follows
    assert ends("x|", "i", "t") == [no, no, no]  # nothing stands before
    assert ends("t", "x|", "i") == [True, no, no]  # moved to what is left
    assert ends("t|", "x|", "i") == [True, no, no]  # two become one
    assert ends("t|", "i", "x", "m|") == [True, no, no, no]
    assert ends("t", "m|", "i") == [True, no, no]  # a marker without text


def test_limits_of_a_language_replace_those_of_all() -> None:
    settings = RuleSettings(
        by_language={
            "zh": LanguageLimits(word_ngram=8, paragraph_min_stopword_share=0.1),
            "de": LanguageLimits(document_min_common_share=0.85),
        }
    )

    paragraphs, documents = rules_for(settings, "zh")
    assert (paragraphs.word_ngram, documents.word_ngram) == (8, 8)
    assert (paragraphs.min_stopword_share, documents.min_stopword_share) == (0.1, 0.35)
    assert rules_for(settings, "de")[1].min_common_share == 0.85
    assert rules_for(settings, "en") == (settings.paragraphs, settings.documents)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"accept": ()}, "accept must name a language"),
        ({"min_score": 1.5}, "min_score must be between 0 and 1, got 1.5"),
        ({"max_chars": 0}, "max_chars must be 1 or more"),
        ({"judge_as": "pt"}, "judge_as must be one of en, fr"),
    ],
)
def test_impossible_language_settings_are_refused(change: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        LanguageRules(**change)


def test_limits_of_a_language_without_a_pack_are_refused() -> None:
    with pytest.raises(ValueError, match=r"by_language\.sv has no pack"):
        RuleSettings(by_language={"sv": LanguageLimits()})
    with pytest.raises(ValueError, match="1 or more"):
        LanguageLimits(char_ngram=-1)


nodes = st.builds(
    Node,
    kind=st.just("text"),
    text=st.sampled_from([ENGLISH, MORE, JUNK, GERMAN, "", "share", "\ud800 a"]) | st.text(),
    tag=st.sampled_from(["p", "li", "pre", "h1"]),
    ends_document=st.booleans(),
    reject_reason=st.sampled_from([None, None, Reason.PARAGRAPH_WORDS]),
) | st.just(picture())


@given(st.lists(nodes, max_size=8), st.sampled_from([DEFAULT, OBELICS]))
def test_nothing_is_deleted_or_unmarked(before: list[Node], rules: Rules) -> None:
    document = page(*before)

    after = finish(mark_images(mark_page(document, rules), rules), rules)

    assert [(n.kind, n.text, n.image) for n in after.nodes] == [
        (n.kind, n.text, n.image) for n in before
    ]
    for old, new in zip(before, after.nodes, strict=True):
        assert old.reject_reason in (None, new.reject_reason)
    assert mark_page(document, rules) == mark_page(document, rules)
