"""Placed images beside their texts, and the limits on how alike they must be."""

import json
from dataclasses import replace

import numpy as np
import pytest

from mmc4_like.place_document import PlacingRules, place_again, place_document
from mmc4_like.records import CandidateImage, Sentence, TextDocument
from mmc4_like.release.rows import interleaved_row, mmc4_row
from mmc4_like.rules.placement import PlacementSettings
from mmc4_like.tables import CandidateDocument, ComparableDocument, PlacedDocument
from webdoc.clip.alignment import AlignmentRules
from webdoc.clip.vectors import to_bytes
from webdoc.reasons import Reason

TEXT = "One one. Two two. Three three."
SENTENCES = (Sentence(0, 8), Sentence(9, 17), Sentence(18, 30))
# Each sentence has an axis of its own, so an image's vector names its cosines.
PICTURES = ([0.75, 0.5, 0.0, 0.43], [0.5, 0.25, 0.25, 0.79])
IMAGES = (
    CandidateImage("https://e.org/0.png", "page", clip_caption=0.125, clip_alt_text=0.875),
    CandidateImage("https://e.org/1.png", "page", clip_caption=0.125),
)


def placed(**limits: float) -> PlacedDocument:
    """The first picture goes to sentence 0, the second one to sentence 1."""
    candidate = CandidateDocument(TextDocument("d", "https://e.org/", TEXT), SENTENCES, IMAGES)
    compared = ComparableDocument(
        candidate,
        tuple(to_bytes(np.array(vector)) for vector in PICTURES),
        tuple(to_bytes(row) for row in np.eye(4)[:3]),
    )
    placement = PlacementSettings(min_similarity=None, min_words=0)
    return place_document(compared, PlacingRules(placement, alignment=AlignmentRules(**limits)))


def test_a_placed_image_is_compared_with_the_text_on_both_sides() -> None:
    """The first one has none before it; the second one is more like the sentence before it."""
    found = placed()

    assert [(p.sentence, p.similarity, p.clip_neighbour) for p in found.placements] == [
        (0, 0.75, 0.75),
        (1, 0.25, 0.5),
    ]
    # By the best of each: alt text 0.875, neighbour 0.5.
    assert (found.clip_mean, found.clip_min) == (0.6875, 0.5)
    assert found.candidate.document.reject_reason is None


@pytest.mark.parametrize(("limit", "stays"), [(0.5, True), (0.51, False)])
def test_an_image_at_the_limit_stays(limit: float, stays: bool) -> None:
    """One below it is unplaced, and the document is what is left."""
    found = placed(min_image=limit)

    last = found.placements[1]
    assert last.reject_reason == (None if stays else Reason.UNPLACED_ALIGNMENT)
    assert (last.sentence, last.similarity) == ((1, 0.25) if stays else (None, 0.5))
    assert found.clip_min == (0.5 if stays else 0.875)
    assert len(mmc4_row(found).image_info) == (2 if stays else 1)


@pytest.mark.parametrize(
    ("limits", "value"),
    [
        ({"min_document_mean": 0.6875}, None),
        ({"min_document_mean": 0.69}, 0.6875),
        ({"min_document_min": 0.5}, None),
        ({"min_document_min": 0.51}, 0.5),
    ],
)
def test_a_document_at_the_limit_stays(limits: dict[str, float], value: float | None) -> None:
    document = placed(**limits).candidate.document

    assert document.reject_reason == (None if value is None else Reason.DOCUMENT_ALIGNMENT)
    assert document.reject_value == value


def test_a_document_whose_images_all_go_has_too_few() -> None:
    found = placed(min_image=1.0)

    assert found.candidate.document.reject_reason == Reason.DOCUMENT_IMAGES
    assert (found.clip_mean, found.clip_min) == (None, None)


def test_placing_again_needs_no_vectors_for_it() -> None:
    """Both ways: what a limit took comes back without it."""
    strict = PlacingRules(
        PlacementSettings(min_similarity=None, min_words=0),
        alignment=AlignmentRules(min_image=0.51, min_document_mean=0.9),
    )
    free = replace(strict, alignment=AlignmentRules())

    again = place_again(placed(), strict)

    assert again == placed(min_image=0.51, min_document_mean=0.9)
    assert again.candidate.document.reject_reason == Reason.DOCUMENT_ALIGNMENT
    assert place_again(again, free) == placed()


def test_the_release_holds_the_cosines_and_only_where_there_are_any() -> None:
    row = mmc4_row(placed())

    own = [(i.clip_caption, i.clip_alt_text, i.clip_neighbour) for i in row.image_info]
    assert own == [(0.125, 0.875, 0.75), (0.125, None, 0.5)]
    assert (row.clip_mean, row.clip_min) == (0.6875, 0.5)
    interleaved = interleaved_row(placed())
    shown = [about for about in json.loads(interleaved.metadata) if about]
    assert shown[0]["clip_alt_text"] == 0.875
    assert "clip_alt_text" not in shown[1]
    assert json.loads(interleaved.general_metadata)["clip_min"] == 0.5
