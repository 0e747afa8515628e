"""Marks say what jobs found, and nothing else: what they are made of comes out of them again."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obelics_like.rules.mark_document import final_document
from obelics_like.rules.marks import WHOLE, Mark, is_whole, marks_between, with_marks
from webdoc.page.document import Document, Image, Node
from webdoc.picture.facts import PictureFacts
from webdoc.reasons import Reason

FACTS = PictureFacts("ok", "ab", 9, "png", 200, 100)
REASONS = st.none() | st.sampled_from([Reason.PARAGRAPH_WORDS, Reason.IMAGE_SIZE])
TEXT = st.builds(Node, st.just("text"), st.just("Bread"), reject_reason=REASONS)
IMAGE = st.builds(
    Node,
    st.just("image"),
    reject_reason=REASONS,
    image=st.builds(
        Image, st.just("https://e.org/1.png"), facts=st.sampled_from([FACTS, PictureFacts()])
    ),
)
DOCUMENT = Document(
    "1", "https://e.org/", nodes=(Node("text", "Bread"), Node("image", image=Image("u")))
)


def later(node: Node, reason: Reason | None, cosine: float | None) -> Node:
    """Return a node as a later job may leave it."""
    if node.image is not None and node.reject_reason is None:
        node = replace(node, image=replace(node.image, facts=FACTS, clip_caption=cosine))
    if node.reject_reason is None and reason is not None:
        node = replace(node, reject_reason=reason, reject_value=2.0)
    return node


@given(
    st.lists(st.tuples(TEXT | IMAGE, REASONS, st.none() | st.just(0.5)), max_size=5),
    REASONS,
    st.none() | st.just(0.25),
)
def test_marks_between_two_states_make_one_of_the_other(
    nodes: list[tuple[Node, Reason | None, float | None]], whole: Reason | None, mean: float | None
) -> None:
    before = Document("1", "https://e.org/", nodes=tuple(node for node, _, _ in nodes))
    after = replace(
        before,
        nodes=tuple(later(*node) for node in nodes),
        reject_reason=whole,
        reject_value=None if whole is None else 1.0,
        reject_detail="" if whole is None else "why",
        clip_mean=mean,
        clip_min=mean,
    )
    marks = marks_between(before, after)
    assert with_marks(before, marks) == after
    assert with_marks(before, marks[::-1]) == after
    assert is_whole(marks) == (whole is not None)
    assert marks_between(before, before) == []


def test_the_first_reason_stays() -> None:
    first = with_marks(DOCUMENT, [Mark("1", 0, Reason.PARAGRAPH_WORDS, 3.0)])
    again = with_marks(first, [Mark("1", 0, Reason.PARAGRAPH_SPAM_WORDS, 1.0)])
    assert again == first
    whole = with_marks(DOCUMENT, [Mark("1", WHOLE, Reason.DOCUMENT_IMAGES, 0.0)])
    assert with_marks(whole, [Mark("1", WHOLE, Reason.DOCUMENT_NEAR_COPY, 1.0, "2")]) == whole


def test_of_two_rules_of_one_step_the_first_by_name_counts() -> None:
    both = [
        Mark("1", 0, Reason.PARAGRAPH_SIMILAR_ON_DOMAIN, 0.9),
        Mark("1", 0, Reason.PARAGRAPH_REPEATED_ON_DOMAIN, 3.0),
    ]
    for marks in (both, both[::-1]):
        node = with_marks(DOCUMENT, marks).nodes[0]
        assert (node.reject_reason, node.reject_value) == (Reason.PARAGRAPH_REPEATED_ON_DOMAIN, 3.0)


@pytest.mark.parametrize(
    ("gone", "ends"), [((), [False, True, False]), ((1,), [True, False, False])]
)
def test_ends_of_texts_follow_what_is_live_in_the_end(
    gone: tuple[int, ...], ends: list[bool]
) -> None:
    nodes = (Node("text", "One"), Node("text", "Two", ends_document=True), Node("text", "Three"))
    document = replace(DOCUMENT, nodes=nodes)
    marks = [Mark("1", place, Reason.PARAGRAPH_SPAM_WORDS, 1.0) for place in gone]
    assert [node.ends_document for node in final_document(document, marks).nodes] == ends
