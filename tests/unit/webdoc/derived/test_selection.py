"""Which documents and images a condition keeps."""

import json
from typing import Any

import pytest

from webdoc.derived.selection import Kept, columns_of_release, selection
from webdoc.settings import SettingsError

ABOUT: dict[str, Any] = {"doc_id": "d", "url": "https://e.org/", "language": "en", "tags": ["sea"]}
IMAGES: list[tuple[str, dict[str, Any]]] = [
    ("https://e.org/a", {"sha256": "aa", "clip_caption": 0.3, "text_area": 0.05, "licence": "MIT"}),
    ("https://e.org/b", {"clip_caption": 0.28, "text_area": 0.0, "rendered_width": "50%"}),
    ("https://e.org/c", {"sha256": "cc", "clip_caption": 0.4, "text_area": 0.2, "sharpness": 9.5}),
]
COLUMNS = columns_of_release([(json.dumps([None, *(f for _, f in IMAGES)]), json.dumps(ABOUT))])


@pytest.mark.parametrize(
    ("where", "drops"),
    [
        ("language = 'en'", ()),
        ("language = 'de'", None),
        ("array_contains(tags, 'sea') and image_count = 3", ()),
        ("clip_mean > 0.1", None),  # unknown
        ("clip_mean is null", ()),
        ("clip_caption > 0.28", ("https://e.org/b",)),
        ("clip_caption > 0.28 and text_area < 0.1", ("cc", "https://e.org/b")),
        ("clip_caption >= 0.28 and text_area < 0.1", ("cc",)),
        ("clip_caption > 0.4", None),
        ("clip_caption > 0.28 and language = 'de'", None),
        ("image_licence = 'MIT'", ("cc", "https://e.org/b")),
        ("licence = 'MIT'", None),  # of the document
        ("rendered_width > 10 or rendered_width is null", ()),  # 50% is no number
        ("sharpness is null or sharpness > 9", ()),
        ("word_count = 3 and text_count = 2 and character_count = 12", ()),
    ],
)
def test_what_stays(where: str, drops: tuple[str, ...] | None) -> None:
    kept = selection(where, COLUMNS).kept(ABOUT, IMAGES, ["One two.", "Six."])

    assert kept == (None if drops is None else Kept("d", drops))


def test_only_texts_that_are_asked_for_are_wanted() -> None:
    assert selection("word_count > 3", COLUMNS).needs_texts
    assert not selection("image_count > 3 and clip_caption > 0", COLUMNS).needs_texts


def test_a_picture_shown_twice_stays_where_one_place_passes() -> None:
    images = [("u", {"sha256": "aa", "clip_caption": c}) for c in (0.1, 0.3)]

    assert selection("clip_caption > 0.2", COLUMNS).kept(ABOUT, images) == Kept("d")


def test_a_document_without_images_has_none_that_passes() -> None:
    assert selection("clip_caption > 0.2", COLUMNS).kept(ABOUT, []) is None


def test_a_wrong_name_gives_the_nearest_one() -> None:
    with pytest.raises(SettingsError, match="did you mean sharpness"):
        selection("sharpnes > 3", COLUMNS)


def test_scores_that_were_added_are_columns() -> None:
    scored = {
        "scores": [{"name": "rule_quality", "value": 0.9}],
        "images": [{"sha256": "aa", "scores": [{"name": "watermark", "value": 0.1}]}],
    }
    columns = columns_of_release([], [scored])

    kept = selection("rule_quality > 0.5 and watermark < 0.2", columns).kept(
        {**ABOUT, "rule_quality": 0.9}, [("u", {"sha256": "aa", "watermark": 0.1})]
    )

    assert kept == Kept("d")
