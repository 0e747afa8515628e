from dataclasses import replace

import numpy as np
import pytest

from mmc4_like.place_document import judge_and_place_again
from mmc4_like.records import CandidateImage, Placement, Sentence, TextDocument
from mmc4_like.rules.document_rules import DocumentRules
from mmc4_like.rules.image_rules import ImageRules
from mmc4_like.rules.placement import PlacementSettings
from mmc4_like.settings import RuleSettings
from mmc4_like.tables import CandidateDocument, PlacedDocument
from webdoc.picture.facts import PictureFacts
from webdoc.reasons import Reason

SENTENCES = (Sentence(0, 10), Sentence(11, 21), Sentence(22, 32))
TEXT = "One two. a Two three. Three four. "
MATRIX = np.array([[0.9, 0.5, 0.1], [0.8, 0.2, 0.1]], dtype="<f4")


def image(number: int, width_px: int, reason: Reason | None = None) -> CandidateImage:
    return CandidateImage(
        f"https://e.org/{number}.png",
        "page",
        reject_reason=reason,
        facts=PictureFacts(
            status="ok",
            sha256=f"{number}",
            format="png",
            width_px=width_px,
            height_px=300,
            size_bytes=9,
        ),
    )


def earlier(reason: Reason | None = None) -> PlacedDocument:
    """Three images: the second one was marked, and so never compared."""
    document = TextDocument("d", "https://e.org/", TEXT, reject_reason=reason)
    images = (image(0, 300), image(1, 600, Reason.IMAGE_SIZE), image(2, 400))
    candidate = CandidateDocument(document, SENTENCES, images)
    high, low = float(np.float32(0.9)), float(np.float32(0.8))
    placements = (
        Placement(0, 1, 0.5, clip_neighbour=high),  # the sentence before is more alike
        Placement(2, 0, low, clip_neighbour=low),
    )
    return PlacedDocument(candidate, placements, MATRIX.tobytes(), (high + low) / 2, low)


RULES = RuleSettings(placement=PlacementSettings(min_words=0))


def test_the_same_rules_give_the_same_placement() -> None:
    assert judge_and_place_again(earlier(), {}, None, RULES) == earlier()


def test_an_image_that_is_marked_now_leaves_its_sentence_to_others() -> None:
    rules = replace(RULES, images=ImageRules(min_side_px=150, max_side_px=399))

    again = judge_and_place_again(earlier(), {}, None, rules)

    high = float(np.float32(0.9))
    assert again.placements == (Placement(0, 0, high, clip_neighbour=high),)
    reasons = [one.reject_reason for one in again.candidate.images]
    assert reasons == [None, Reason.IMAGE_SIZE, Reason.IMAGE_SIZE]
    assert np.frombuffer(again.similarity, "<f4").tolist() == MATRIX[0].tolist()


def test_what_was_marked_stays_marked() -> None:
    rules = replace(RULES, images=ImageRules(min_side_px=1, max_aspect=9))
    again = judge_and_place_again(earlier(), {}, None, rules)
    assert again.candidate.images[1].reject_reason is Reason.IMAGE_SIZE


def test_frequent_pictures_are_marked() -> None:
    again = judge_and_place_again(earlier(), {"0": 11}, 10, RULES)
    assert again.candidate.images[0].reject_reason is Reason.IMAGE_TOO_FREQUENT
    assert [placement.image for placement in again.placements] == [2]


@pytest.mark.parametrize(("min_images", "reason"), [(2, None), (3, Reason.DOCUMENT_IMAGES)])
def test_a_document_is_judged_anew(min_images: int, reason: Reason | None) -> None:
    """What an earlier placement said of it does not bind."""
    rules = replace(RULES, documents=DocumentRules(min_images=min_images))
    again = judge_and_place_again(earlier(Reason.DOCUMENT_WEAK_PLACEMENTS), {}, None, rules)
    assert again.candidate.document.reject_reason is reason
