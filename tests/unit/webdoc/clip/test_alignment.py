import numpy as np
import pytest

from webdoc.clip.alignment import (
    AlignmentRules,
    DocumentAlignment,
    ImageAlignment,
    Vector,
    align_document,
    alignment_of,
    cosine,
    weak_document,
    weak_image,
)
from webdoc.release.alignment_spread import CosineCount, alignment_rows

EAST = np.array([1, 0], dtype=np.float16)
NORTH = np.array([0, 1], dtype=np.float16)
BETWEEN = np.array([0.6, 0.8], dtype=np.float32)


@pytest.mark.parametrize(("text", "expected"), [(EAST, 0.6), (NORTH, 0.8), (BETWEEN, 1.0)])
def test_an_image_beside_a_text(text: Vector, expected: float) -> None:
    assert cosine(BETWEEN, text) == pytest.approx(expected)


def test_the_best_text_of_an_image() -> None:
    assert ImageAlignment(caption=0.6, neighbour=0.8).best == 0.8
    assert ImageAlignment().best is None


def test_of_several_neighbours_the_more_alike_one_counts() -> None:
    found = alignment_of([("neighbour", 0.2), ("caption", -0.5), ("neighbour", 0.1)])

    assert found == ImageAlignment(caption=-0.5, neighbour=0.2)
    assert alignment_of([]) == ImageAlignment()


def test_a_document_by_its_images_that_have_a_text() -> None:
    images = [ImageAlignment(caption=0.2, alt_text=0.4), ImageAlignment(), ImageAlignment(0.1)]

    assert align_document(images) == DocumentAlignment(mean=0.25, min=0.1)
    assert align_document([ImageAlignment()]) == DocumentAlignment(None, None)


@pytest.mark.parametrize(("limit", "weak"), [(0.7, None), (0.71, 0.7), (None, None)])
def test_an_image_at_the_limit_stays(limit: float | None, weak: float | None) -> None:
    at_limit = float(np.float32(0.7))  # a little less than 0.7

    found = weak_image(ImageAlignment(caption=at_limit, alt_text=-0.5), AlignmentRules(limit))

    assert found == (None if weak is None else at_limit)
    assert weak_image(ImageAlignment(), AlignmentRules(1.0)) is None


def test_documents_by_mean_and_by_their_worst_image() -> None:
    document = DocumentAlignment(mean=0.25, min=0.1)

    assert weak_document(document, AlignmentRules(min_document_mean=0.3)) == 0.25
    assert weak_document(document, AlignmentRules(min_document_min=0.15)) == 0.1
    assert weak_document(document, AlignmentRules(None, 0.25, 0.1)) is None
    assert weak_document(DocumentAlignment(), AlignmentRules(None, 0.25, 0.1)) is None


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_vectors_that_are_none_are_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match="NaN"):
        cosine(EAST, np.array([wrong, 0.0]))
    with pytest.raises(ValueError, match="shapes"):
        cosine(EAST, np.array([1.0, 0.0, 0.0]))


def test_impossible_rules_are_refused() -> None:
    with pytest.raises(ValueError, match="min_document_min"):
        AlignmentRules(min_document_min=1.1)


def test_the_card_says_how_alike_images_and_texts_are() -> None:
    """Hundredths count as their middle: (0.295 + 3 x 0.305) / 4 = 0.3025."""
    counts = (
        CosineCount("best", 30, 3),
        CosineCount("best", 29, 1),
        CosineCount("alt_text", -2, 1_000),
    )

    best, alt_text = reversed(list(alignment_rows(counts)))

    assert (best.compared_with, best.images, best.high) == ("the best of these", 4, 0.75)
    assert best.mean == pytest.approx(0.3025)
    assert alt_text.compared_with == "its alternative text (`clip_alt_text`)"
    assert (alt_text.images, alt_text.high) == (1_000, 0.0)
    assert alt_text.mean == pytest.approx(-0.015)
