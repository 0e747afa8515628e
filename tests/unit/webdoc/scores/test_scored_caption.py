"""What stands around an image: its texts, the sentences on both sides, the pictures before it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmc4_like.join_pictures import candidate_captions
from mmc4_like.records import CandidateImage, Sentence, TextDocument
from mmc4_like.tables import CandidateDocument
from obelics_like.release.row import release_row
from obelics_like.rules.captions import document_captions
from webdoc.page.document import Document, Image, Node
from webdoc.picture.facts import PictureFacts
from webdoc.reasons import Reason
from webdoc.release.published import published_document
from webdoc.scores.published_captions import named_scores, published_captions
from webdoc.scores.scored_caption import (
    FIELDS,
    Need,
    PlacedCaption,
    ScoredCaption,
    ShownImage,
    captions_of,
    edge_sentence,
    filled,
)
from webdoc.scores.scorer import Score

ALL: tuple[Need, ...] = tuple(FIELDS)


def looks(name: str) -> str:
    """Return a perceptual hash."""
    return f"{ord(name):016x}"


def image(name: str, caption: str = "", **others: str) -> Node:
    facts = PictureFacts("ok", f"sha-{name}", perceptual_hash=looks(name))
    return Node(
        "image", image=Image(f"https://e.org/{name}", caption=caption, facts=facts, **others)
    )


def text(words: str, **others: bool) -> Node:
    return Node("text", words, **others)


PAGE = Document(
    "d",
    "https://e.org/",
    language="en",
    nodes=(
        image("a", alt_text="An a"),
        text("First one. Second one."),
        text("Sold out"),
        image("b", "A caption"),
        text("A caption"),
        text("Third one. Fourth one.", ends_document=True),
        image("c"),
    ),
)
BETWEEN = [
    PlacedCaption(
        "d",
        0,
        ScoredCaption("sha-a", "An a", "", "", "First one.", "en", looks("a"), ()),
    ),
    PlacedCaption(
        "d",
        3,
        ScoredCaption(
            "sha-b", "", "A caption", "Sold out", "Third one.", "en", looks("b"), (looks("a"),)
        ),
    ),
    PlacedCaption(
        "d", 6, ScoredCaption("sha-c", "", "", "", "", "en", looks("c"), (looks("a"), looks("b")))
    ),
]


def test_images_stand_between_sentences() -> None:
    """A caption is not its own neighbour, and a text that ended is no neighbour either."""
    assert document_captions(PAGE, ALL) == BETWEEN


def test_a_release_tells_the_same() -> None:
    row = release_row(PAGE)
    document = published_document(row.images, row.texts, row.metadata, row.general_metadata, {})
    # "A caption" and the paragraph after it are one text there, so that its first line is skipped
    # by no one: everything else is equal.
    found = published_captions(document, ALL)
    assert [one.shown.sha256 for one in found] == ["sha-a", "sha-b", "sha-c"]
    assert [one.shown.before for one in found] == ["", "Sold out", ""]
    assert [one.shown.earlier for one in found] == [one.shown.earlier for one in BETWEEN]


@pytest.mark.parametrize("need", ALL)
def test_only_what_is_needed_is_filled(need: Need) -> None:
    whole = document_captions(PAGE, ALL)
    for part, all_of_it in zip(document_captions(PAGE, [need]), whole, strict=True):
        for name in ScoredCaption.__slots__:
            kept = name == "sha256" or name in filled([need])
            wanted = getattr(all_of_it.shown if kept else ScoredCaption(), name)
            assert getattr(part.shown, name) == wanted


def test_marked_images_and_documents_have_none() -> None:
    gone = Node("image", image=image("x").image, reject_reason=Reason.IMAGE_SIZE)
    unseen = Node("image", image=Image("https://e.org/y"))
    assert document_captions(Document("d", "", nodes=(gone, unseen)), ALL) == []
    rejected = Document("d", "", nodes=PAGE.nodes, reject_reason=Reason.DOCUMENT_WORDS)
    assert document_captions(rejected, ALL) == []


@given(st.lists(st.one_of(st.text(), st.none(), st.builds(ShownImage, st.integers(), st.text()))))
def test_every_known_image_has_one(parts: list[str | ShownImage | None]) -> None:
    known = [part.place for part in parts if isinstance(part, ShownImage) and part.sha256]
    assert [one.place for one in captions_of("d", parts, "en", ALL)] == known


@pytest.mark.timeout(20)
def test_thousands_of_images_in_a_row_take_no_square_of_time() -> None:
    parts = ["Before.", *(ShownImage(i, "s", perceptual_hash="h") for i in range(20_000)), "After."]
    found = captions_of("d", parts, "en", ["sentences"])
    assert {(one.shown.before, one.shown.after) for one in found} == {("Before.", "After.")}


@pytest.mark.parametrize(
    ("words", "last", "sentence"),
    [
        ("One. Two.", True, "Two."),
        ("One. Two.", False, "One."),
        ("One.\nA heading\n\n", True, "A heading"),
        ("\n \n", True, ""),
        ("\u4f60\u597d\u3002\u518d\u89c1\u3002", True, "\u518d\u89c1\u3002"),
        ("a" * 5_000, True, "a" * 1_000),
        ("lone \ud800 half", True, "lone \ufffd half"),
    ],
)
def test_the_nearest_sentence(words: str, last: bool, sentence: str) -> None:
    assert edge_sentence(words, "", last=last) == sentence


@pytest.mark.parametrize(
    ("anchor", "sides"),
    [(0, ("", "One.")), (1, ("One.", "Two.")), (2, ("Two.", "")), (None, ("", ""))],
)
def test_a_candidate_knows_the_sentences_where_its_page_had_it(
    anchor: int | None, sides: tuple[str, str]
) -> None:
    facts = PictureFacts("ok", "s", perceptual_hash="h")
    images = (
        CandidateImage("https://e.org/z", "page", facts=PictureFacts("missing")),
        CandidateImage("https://e.org/a", "page", alt_text="A", facts=facts, anchor_index=anchor),
    )
    document = TextDocument("d", "", "One. Two.", language="en")
    candidate = CandidateDocument(document, (Sentence(0, 4), Sentence(5, 9)), images)

    (found,) = candidate_captions(candidate, ALL)

    assert (found.place, found.shown.alt_text) == (1, "A")
    assert (found.shown.before, found.shown.after) == sides
    marked = TextDocument("d", "", "One.", reject_reason=Reason.DOCUMENT_NO_TEXT)
    assert candidate_captions(CandidateDocument(marked, (), images), ALL) == []


def test_scores_of_a_build_are_read_from_metadata() -> None:
    facts = [
        {"sha256": "s", "caption_words": 3.0, "alt_text": None, "perceptual_hash": "x"},
        None,
        {},
    ]
    document = published_document(
        ("https://e.org/a", None, "https://e.org/b"),
        (None, "Words.", None),
        json.dumps(facts),
        json.dumps({"doc_id": "d"}),
        {},
    )
    (row,) = named_scores(document, ["caption_words"])
    assert (row.place, row.sha256, row.scores) == (0, "s", (Score("caption_words", 3.0),))
    shown = published_captions(document, ALL)[0].shown
    assert (shown.alt_text, shown.perceptual_hash) == ("", "")  # neither is what it should be
