"""What jobs write of a document, put together again, is the document."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmc4_like.marks import (
    assembled,
    judged_of,
    marks_of,
    parts_of,
    sizes_of,
    with_judged,
    with_marks,
    without_text,
)
from mmc4_like.records import CandidateImage, Placement, Sentence, TextDocument
from mmc4_like.release.counts import (
    Count,
    ShownImage,
    cosines,
    counts_of,
    faces,
    refusals,
    shown_images,
    similarities,
)
from mmc4_like.release.facts import SimilarityCount
from mmc4_like.tables import (
    CandidateDocument,
    DocumentParts,
    OutsideLimit,
    PlacedDocument,
    TextSizes,
)
from webdoc.picture.facts import Face, PictureFacts
from webdoc.reasons import Reason
from webdoc.release.alignment_spread import CosineCount
from webdoc.scores.scorer import Score

TEXT = "Zwei Füchse.  Drei\nBären schlafen."
LINKED = CandidateDocument(
    TextDocument("d" * 32, "https://e.org/", TEXT),
    (Sentence(0, 12), Sentence(14, len(TEXT))),
    (CandidateImage("https://e.org/1.png", "page", caption="One"), CandidateImage("", "pool")),
)
REASONS = st.none() | st.sampled_from([Reason.IMAGE_SIZE, Reason.IMAGE_MISSING])
VALUES = st.none() | st.floats(0, 9)
FACTS = st.builds(PictureFacts, st.sampled_from(["", "ok"]), st.sampled_from(["", "ab"]))
SCORES = st.lists(st.builds(Score, st.just("sharpness"), st.floats(0, 9)), max_size=2).map(tuple)


@st.composite
def judged_documents(draw: st.DrawFn) -> CandidateDocument:
    images = tuple(
        replace(
            image,
            facts=draw(FACTS),
            reject_reason=draw(REASONS),
            reject_value=draw(VALUES),
            scores=draw(SCORES),
        )
        for image in LINKED.images
    )
    document = replace(
        LINKED.document, reject_reason=draw(st.none() | st.just(Reason.DOCUMENT_IMAGES))
    )
    return replace(LINKED, document=document, images=images)


@st.composite
def placed_documents(draw: st.DrawFn, judged: CandidateDocument) -> PlacedDocument:
    images = tuple(
        replace(image, reject_reason=draw(REASONS), clip_caption=draw(VALUES))
        for image in judged.images
    )
    sentences = tuple(replace(one, truncated=draw(st.booleans())) for one in judged.sentences)
    placements = tuple(draw(st.lists(st.builds(Placement, st.just(0), st.just(1), st.just(0.5)))))
    candidate = replace(judged, images=images, sentences=sentences)
    return PlacedDocument(candidate, placements, draw(st.binary(max_size=8)), draw(VALUES))


@given(st.data())
def test_parts_put_together_are_the_document(data: st.DataObject) -> None:
    judged = data.draw(judged_documents())
    placed = data.draw(placed_documents(judged))
    linked = without_text(LINKED)
    assert linked.document.text == ""
    parts = DocumentParts(linked, judged_of(LINKED, judged), marks_of(judged, placed), text=TEXT)
    assert assembled(parts) == placed
    outside = OutsideLimit("d" * 32, Reason.DOCUMENT_SCORE, 0.5, "rule_quality")
    document = assembled(replace(parts, outside=outside)).candidate.document
    assert (document.reject_reason, document.reject_detail) == (
        Reason.DOCUMENT_SCORE,
        "rule_quality",
    )
    assert assembled(parts_of(placed)) == placed  # of a run of an earlier version
    assert sizes_of(assembled(replace(parts, text=None)).candidate) == sizes_of(LINKED)


def test_a_document_that_nothing_changed_has_no_row() -> None:
    assert judged_of(LINKED, LINKED) is None
    placed = PlacedDocument(LINKED, clip_mean=0.5)
    assert marks_of(placed, placed) is None
    assert marks_of(LINKED, PlacedDocument(LINKED)) is None
    assert with_marks(with_judged(LINKED, None), None) == PlacedDocument(LINKED)


def test_sizes_are_those_of_text_and_sentences() -> None:
    bytes_of = [len(part.encode()) for part in (TEXT, TEXT[:12], TEXT[14:])]
    assert sizes_of(LINKED) == TextSizes(5, bytes_of[0], (2, 3), tuple(bytes_of[1:]))


def test_a_text_that_is_lost_is_an_error_and_an_emptied_one_stays_empty() -> None:
    with pytest.raises(ValueError, match="is not where it was read from"):
        assembled(DocumentParts(without_text(LINKED), text=""))
    refused = replace(LINKED, document=replace(LINKED.document, text=""), sentences=())
    assert assembled(DocumentParts(without_text(refused), text=TEXT)).candidate.document.text == ""


def test_rows_of_another_document_are_an_error() -> None:
    judged = judged_of(LINKED, replace(LINKED, images=LINKED.images[:1]))
    with pytest.raises(ValueError, match="zip"):
        with_judged(LINKED, judged)


def test_what_cards_and_reports_count() -> None:
    face = PictureFacts("ok", "ab", faces=(Face(0.1, 0.1, 0.2, 0.2, 0.9),))
    images = (
        CandidateImage("https://e.org/1.png", "page", facts=face, clip_caption=0.299),
        CandidateImage("https://e.org/2.png", "page", reject_reason=Reason.IMAGE_NOT_PERMITTED),
        CandidateImage("https://e.org/3.png", "page"),
    )
    placements = (
        Placement(0, 1, -0.001, clip_neighbour=0.31),
        Placement(2, None, 0.12, Reason.UNPLACED_WEAK),
    )
    kept = PlacedDocument(replace(LINKED, images=images), placements)
    refused = TextDocument(
        "e" * 32, "", "", reject_reason=Reason.DOCUMENT_NOT_PERMITTED, reject_detail="noai: header"
    )
    counts = counts_of([kept, PlacedDocument(CandidateDocument(refused))])
    assert Count("document", "kept", 1, 5, len(TEXT.encode())) in counts
    assert similarities(counts) == (SimilarityCount(True, -1, 1), SimilarityCount(False, 12, 1))
    assert cosines(counts) == tuple(
        CosineCount(text, hundredth, 1)
        for text, hundredth in (("best", 31), ("caption", 29), ("neighbour", 31))
    )
    assert faces(counts) == [(1, 1)]
    assert refusals(counts) == [("document", "noai", 1), ("image", "any sign", 1)]
    own = ("d" * 32, None)
    assert list(shown_images(kept)) == [
        ShownImage(*own, "ab", None, is_placed=True),
        ShownImage(*own, "", Reason.IMAGE_NOT_PERMITTED, is_placed=False),
        ShownImage(*own, "", Reason.UNPLACED_WEAK, is_placed=False),
    ]
