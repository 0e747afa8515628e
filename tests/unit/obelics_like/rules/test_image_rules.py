"""Image rules, on both sides of each limit."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obelics_like.rules.image_rules import ImageRules, bytes_finding, page_finding
from tests.unit.shown import changed
from webdoc.page.document import Image
from webdoc.picture.facts import PictureFacts
from webdoc.picture.url_words import has_banned_word
from webdoc.reasons import Reason

WORDS = ("logo", "icon", "sex")
PATH_WORDS = ImageRules(banned_words=WORDS)
GOOD = Image(
    "https://e.org/a.jpg",
    facts=PictureFacts(status="ok", format="jpeg", width_px=800, height_px=600, size_bytes=9),
)


@pytest.mark.parametrize(
    ("url", "path_word", "anywhere"),
    [
        ("https://e.org/photo.jpg", False, False),
        ("https://e.org/logo.png", True, True),
        ("https://e.org/Logo.png", True, False),
        ("https://e.org/siteLogo2.png", True, False),
        ("https://e.org/LOGO_big.png", True, False),
        ("https://e.org/my%2Flogo.png", True, True),
        ("https://e.org/logo/a.jpg", True, True),
        ("https://e.org/lexicon/a.jpg", False, True),
        ("https://silicon.org/a.jpg", False, True),
        ("https://logo.e.org/a.jpg", False, True),
        ("https://e.org/unisex.jpg", False, True),
        ("https://e.org/a.jpg?f=logo", False, True),
        ("https://[e.org/logo.png", True, True),
    ],
)
def test_banned_words_of_a_url(url: str, path_word: bool, anywhere: bool) -> None:
    assert has_banned_word(url, WORDS, "path_word") == path_word
    assert has_banned_word(url, WORDS, "anywhere") == anywhere


@given(st.text(max_size=30))
def test_any_url_has_an_answer(url: str) -> None:
    assert has_banned_word(url, WORDS, "path_word") in (True, False)


@pytest.mark.parametrize(
    ("shown", "kept"),
    [
        ("150", True),
        ("149.9", False),
        ("20000", True),
        ("20001", False),
        ("", True),
        ("10%", True),  # of an unknown width
        ("auto", True),
        ("nan", True),
    ],
)
def test_shown_size(shown: str, kept: bool) -> None:
    for side in ("rendered_width", "rendered_height"):
        finding = page_finding(changed(GOOD, **{side: shown}), PATH_WORDS)

        assert (finding is None) == kept
        assert kept or finding == (Reason.IMAGE_RENDERED_SIZE, float(shown))


def test_a_banned_url_is_found_first() -> None:
    image = replace(GOOD, url="https://e.org/icon.png", rendered_width="3")

    assert page_finding(image, PATH_WORDS) == (Reason.IMAGE_URL_BANNED, None)


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ({}, None),
        ({"status": "", "size_bytes": 0}, (Reason.IMAGE_MISSING, None)),
        ({"status": "not_found", "size_bytes": 0}, (Reason.IMAGE_MISSING, None)),
        ({"status": "unreadable", "width_px": 0}, (Reason.IMAGE_UNREADABLE, None)),
        ({"status": "cut"}, (Reason.IMAGE_UNREADABLE, None)),
        ({"status": "unsupported", "format": "heic"}, (Reason.IMAGE_UNREADABLE, None)),
        ({"status": "too_many_pixels", "width_px": 0}, (Reason.IMAGE_UNREADABLE, None)),
        ({"format": "gif"}, (Reason.IMAGE_FORMAT, None)),
        ({"format": "webp"}, None),
        ({"width_px": 150, "height_px": 150}, None),
        ({"width_px": 149, "height_px": 150}, (Reason.IMAGE_SIZE, 149)),
        ({"width_px": 150, "height_px": 149}, (Reason.IMAGE_SIZE, 149)),
        ({"width_px": 20_000, "height_px": 20_000}, None),
        ({"width_px": 20_001, "height_px": 20_000}, (Reason.IMAGE_SIZE, 20_001)),
        ({"rendered_width": "20%"}, None),  # of 800: 160
        ({"rendered_width": "18%"}, (Reason.IMAGE_RENDERED_SIZE, 144)),
        ({"rendered_height": "20%"}, (Reason.IMAGE_RENDERED_SIZE, 120)),
        ({"width_px": 400, "height_px": 200}, None),
        ({"width_px": 402, "height_px": 200}, (Reason.IMAGE_ASPECT, 2.01)),
        ({"width_px": 200, "height_px": 400}, None),
        ({"width_px": 199, "height_px": 400}, (Reason.IMAGE_ASPECT, 0.4975)),
    ],
)
def test_bytes(change: dict[str, object], finding: tuple[Reason, float] | None) -> None:
    assert bytes_finding(changed(GOOD, **change), PATH_WORDS) == finding


def test_a_cut_picture_is_one_where_settings_say_so() -> None:
    rules = ImageRules(accept_cut=True)

    assert bytes_finding(changed(GOOD, status="cut"), rules) is None
    assert bytes_finding(changed(GOOD, status="unreadable"), rules) is not None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"min_rendered_px": 9, "max_rendered_px": 8}, "max_rendered_px"),
        ({"min_side_px": -1}, "min_side_px"),
        ({"min_aspect": 3.0}, "max_aspect"),
        ({"max_graphic_score": 1.1}, "max_graphic_score"),
        ({"max_graphic_score": -0.1}, "max_graphic_score"),
        ({"banned_words": ("Logo",)}, "lower case"),
    ],
)
def test_impossible_settings_are_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ImageRules(**change)
