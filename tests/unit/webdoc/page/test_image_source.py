import pytest
from hypothesis import given
from hypothesis import strategies as st

from webdoc.page.image_source import is_placeholder, largest_candidate, picked_source, rendered_size


@pytest.mark.parametrize(
    ("srcset", "expected"),
    [
        ("a.png 300w, b.png 1200w, c.png 600w", "b.png"),
        ("a.png 1x, b.png 2x", "b.png"),
        ("a.png, b.png 1.5x", "b.png"),
        ("a.png 1x,b.png 2x", "b.png"),
        ("a.png", "a.png"),
        ("a.png 2x, b.png 2x", "a.png"),
        ("w_300,h_200/a.png 300w, w_900,h_600/a.png 900w", "w_900,h_600/a.png"),
        ("data:image/gif;base64,R0 900w, a.png 300w", "a.png"),
        ("", ""),
        (" , ,", ""),
    ],
)
def test_largest_candidate_of_a_srcset(srcset: str, expected: str) -> None:
    assert largest_candidate(srcset) == expected


@pytest.mark.parametrize(
    "src", ["", "data:image/gif;base64,R0", "#", "/img/blank.gif", "spacer.gif?v=2", "x/1x1.png"]
)
def test_placeholders(src: str) -> None:
    assert is_placeholder(src)


@pytest.mark.parametrize("src", ["photo.jpg", "/blanket.gif", "pixels-of-art.png", "lazy-dog.jpg"])
def test_pictures_are_no_placeholders(src: str) -> None:
    assert not is_placeholder(src)


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"src": "a.jpg", "data-src": "b.jpg"}, "a.jpg"),
        ({"src": "blank.gif", "data-src": "b.jpg"}, "b.jpg"),
        ({"src": "a.jpg", "data-src": "b.jpg", "class": "photo lazyload"}, "b.jpg"),
        ({"src": "data:image/gif;base64,R0", "data-srcset": "b.jpg 1x, c.jpg 2x"}, "c.jpg"),
        ({"src": "data:image/gif;base64,R0", "data-anything": "/i/b.webp?w=3"}, "/i/b.webp?w=3"),
        ({"srcset": "a.jpg 1x, b.jpg 2x"}, "b.jpg"),
        ({"src": "a.jpg", "srcset": "a.jpg 1x, b.jpg 2x"}, "a.jpg"),
        ({"src": "a.jpg", "srcset": "b.jpg 640w, c.jpg 1280w, d.jpg 320w"}, "c.jpg"),
        ({"src": "a.jpg", "srcset": "b.jpg 17w"}, "b.jpg"),
        ({"src": "a.jpg", "srcset": "b.jpg 16x"}, "a.jpg"),
        ({"src": "a.jpg", "data-srcset": "b.jpg 640w, c.jpg 1280w"}, "c.jpg"),
        ({"src": "a.jpg", "srcset": "blank.gif 900w"}, "a.jpg"),
        ({"src": "data:image/gif;base64,R0"}, "data:image/gif;base64,R0"),
        ({}, ""),
    ],
)
def test_source_of_an_image(attributes: dict[str, str], expected: str) -> None:
    assert picked_source(attributes) == expected


def test_source_of_the_picture_around_it() -> None:
    assert picked_source({"src": "data:,"}, ["s.webp 1x, l.webp 2x"]) == "l.webp"


def test_widest_of_the_picture_and_its_sources() -> None:
    found = {"src": "a.jpg", "srcset": "b.jpg 600w"}
    assert picked_source(found, ["s.webp 300w", "l.webp 1200w, m.webp 600w"]) == "l.webp"
    assert picked_source(found, ["s.webp 300w", "m.webp 600w"]) == "b.jpg"
    assert picked_source({"src": "a.jpg"}, ["s.webp 1x, l.webp 2x"]) == "a.jpg"


def test_src_that_many_images_share_is_a_placeholder() -> None:
    found = {"src": "wait.jpg", "data-src": "b.jpg"}
    assert picked_source(found, repeated=frozenset({"wait.jpg"})) == "b.jpg"
    assert picked_source(found) == "wait.jpg"


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"width": "640", "height": "480px"}, ("640", "480")),
        ({"width": "50%", "height": "auto"}, ("50%", "")),
        ({"width": "640", "style": "width: 300px; max-height: 9px"}, ("300", "")),
        ({"width": "12.7"}, ("12", "")),
        ({}, ("", "")),
    ],
)
def test_rendered_size(attributes: dict[str, str], expected: tuple[str, str]) -> None:
    assert rendered_size(attributes) == expected


@given(st.text(alphabet="ab.,x1w ", max_size=60))
def test_candidate_is_a_word_of_the_srcset(srcset: str) -> None:
    assert largest_candidate(srcset) in srcset
