"""What a page adds to histograms and grids."""

import pytest

from obelics_like.release.spread import (
    IMAGES,
    WORDS,
    distributions,
    limits_of,
    picture_cases,
    tallies_of,
)
from obelics_like.settings import load_settings
from webdoc.page.document import Document, Image, Node
from webdoc.picture.facts import PictureFacts
from webdoc.picture.spread import SIDE
from webdoc.reasons import Reason
from webdoc.release.spread import Tally, histograms


def image(digest: str, reason: Reason | None = None, **more: str) -> Node:
    facts = PictureFacts("ok", digest, 9_000, "png", 640, 120)
    made = Image("https://pics.example/a.png", alt_text="A", facts=facts, **more)
    return Node("image", image=made, reject_reason=reason, reject_value=7.0 if reason else None)


PAGE = Document(
    "d1",
    "https://www.site.org/a",
    language="en",
    language_score=0.91,
    capture_time="2024-05-18T01:58:10Z",
    nodes=(
        Node("text", "one two three"),
        Node("text", "gone", reject_reason=Reason.PARAGRAPH_WORDS),
        image("aa"),
        image("bb", Reason.IMAGE_SIZE),
        image("cc", Reason.IMAGE_UNSAFE),
        image("dd", permission_reason="noai"),
    ),
)


def test_a_page_is_counted_with_what_stays_of_it() -> None:
    rows = set(tallies_of([PAGE]))

    assert Tally(WORDS.title, "", WORDS.place(3), True, 1) in rows
    assert Tally(IMAGES.title, "", IMAGES.place(2), True, 1) in rows
    assert Tally(SIDE.title, "", SIDE.place(120), True, 2) in rows
    assert Tally(SIDE.title, "", SIDE.place(120), False, 2) in rows
    assert Tally("Months of capture", "2024-05", 0, True, 1) in rows
    assert Tally("Most frequent domains", "site.org", 0, True, 1) in rows
    assert Tally("Most frequent hosts of pictures", "pics.example", 0, True, 2) in rows


def test_grids_get_no_picture_that_nobody_should_see() -> None:
    found = [(one.reason, one.sha256, one.value) for one in picture_cases(PAGE)]
    assert found == [("kept", "aa", None), ("image_size", "bb", 7.0)]


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (Reason.DOCUMENT_WORDS, ["in_rejected_document", "image_size"]),
        (Reason.DOCUMENT_NOT_PERMITTED, []),
    ],
)
def test_pictures_of_a_page_that_was_left_out(reason: Reason, expected: list[str]) -> None:
    page = Document("d", PAGE.url, nodes=PAGE.nodes, reject_reason=reason)
    assert [one.reason for one in picture_cases(page)] == expected


def test_thresholds_are_those_of_the_run() -> None:
    limits = limits_of(load_settings(assignments=["documents.min_words=33"]))
    assert [limit.value for limit in limits[WORDS.title]] == [33, 20_000]
    assert [limit.key for limit in limits[SIDE.title]] == ["images.min_side_px"]


def test_the_card_tells_how_images_and_words_are_spread() -> None:
    tallies = [*tallies_of([PAGE]), Tally(WORDS.title, "", 0, False, 3)]
    images, words = distributions(histograms(tallies, (IMAGES, WORDS), {}))
    assert images.name == "images in a document"
    assert [pair for pair in images.named_counts() if pair[1]] == [("2", 1)]
    assert [pair for pair in words.named_counts() if pair[1]] == [("1 to 10", 1)]
