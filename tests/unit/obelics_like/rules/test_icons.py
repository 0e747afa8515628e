"""Signs that an image is an icon: its name, its host, its alternative text, its place."""

from dataclasses import replace

import pytest

from obelics_like.rules.image_rules import ImageRules, page_finding
from obelics_like.rules.images_of_page import repeated_images_marked
from obelics_like.settings import load_settings
from webdoc.page.document import Image, Node
from webdoc.picture.facts import PictureFacts
from webdoc.picture.url_words import format_by_name, has_banned_name, has_banned_word, paths_of
from webdoc.reasons import Reason

URLS_ONLY = load_settings(assignments=['images.source="none"']).images
WITH_BYTES = load_settings().images


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://e.org/img/avatar-12.jpg", Reason.IMAGE_URL_BANNED),
        ("https://e.org/img/userAvatar.jpg", Reason.IMAGE_URL_BANNED),
        ("https://e.org/img/loading.jpg", Reason.IMAGE_URL_BANNED),
        ("https://e.org/flags/fr.png", Reason.IMAGE_URL_BANNED),
        ("https://e.org/img/star_on.png", Reason.IMAGE_URL_BANNED),
        ("https://e.org/img/no-star.png", Reason.IMAGE_URL_BANNED),
        ("https://e.org/img/star-wars-poster.jpg", None),
        ("https://e.org/img/pop-star.jpg", None),
        ("https://e.org/flagship/store.jpg", None),
        ("https://e.org/_next/image?url=%2Fstatic%2Fspinner.png&w=640", Reason.IMAGE_URL_BANNED),
        ("https://e.org/_next/image?url=%2Fstatic%2Fmill.png&w=640", None),
        ("https://i.e.org/x?src=https://f.org/emoji/1f600.png", Reason.IMAGE_URL_BANNED),
        ("https://ads.e.org/mill.jpg", Reason.IMAGE_AD),
        ("https://x.doubleclick.net/mill.jpg", Reason.IMAGE_AD),
        ("https://ads.org/mill.jpg", None),
        ("https://roads.e.org/mill.jpg", None),
        ("https://e.org/map.svg", Reason.IMAGE_EXTENSION),
        ("https://e.org/map.SVG?v=2", Reason.IMAGE_EXTENSION),
        ("https://e.org/mill.gif", Reason.IMAGE_EXTENSION),
        ("https://e.org/mill.jpeg", None),
        ("https://e.org/mill", None),
    ],
)
def test_what_an_address_says(url: str, reason: Reason | None) -> None:
    finding = page_finding(Image(url), URLS_ONLY)

    assert (finding and finding[0]) == reason


def test_an_extension_is_judged_only_where_no_bytes_are() -> None:
    assert page_finding(Image("https://e.org/map.svg"), WITH_BYTES) is None
    assert page_finding(Image("https://e.org/map.svg"), ImageRules(source="none")) is None


@pytest.mark.parametrize(
    ("alt", "is_banned"),
    [
        ("Company logo", True),
        ("4.5 out of 5, badge", True),  # "4", "5" are no words: three are left
        ("The lamp under the stars", False),  # stars are seen in photos too
        ("(navigation image)", True),
        ("The company logo on the wall", False),  # six words describe
        ("The old mill", False),
        ("", False),
    ],
)
def test_a_short_alternative_text_can_name_an_icon(alt: str, is_banned: bool) -> None:
    finding = page_finding(Image("https://e.org/a.jpg", alt_text=alt), URLS_ONLY)

    assert finding == ((Reason.IMAGE_ALT_BANNED, None) if is_banned else None)


def image(url: str = "a.jpg", path: str = "/html/body/p/img", **facts: object) -> Node:
    return Node("image", tag="img", dom_path=path, image=Image(f"https://e.org/{url}", **facts))  # type: ignore[arg-type]


def reasons(*nodes: Node, rules: ImageRules = URLS_ONLY) -> list[Reason | None]:
    return [node.reject_reason for node in repeated_images_marked(nodes, rules)]


def test_an_image_that_stands_three_times_goes_whole() -> None:
    often, twice = Reason.IMAGE_OFTEN_IN_DOCUMENT, Reason.IMAGE_REPEATED_IN_DOCUMENT

    assert reasons(image(), image("b.jpg"), image(), image()) == [often, None, often, often]
    assert reasons(image(), image()) == [None, twice]
    assert reasons(image(), image(), image(), rules=ImageRules()) == [None, twice, twice]


def test_a_picture_of_known_size_stays_once_however_often_it_stands() -> None:
    node = image(facts=PictureFacts(width_px=800, height_px=600))

    assert reasons(node, node, node)[0] is None


def row(n: int, **facts: object) -> list[Node]:
    return [image(f"{k}.jpg", f"/html/body/div[1]/a[{k}]/img[1]", **facts) for k in range(n)]


def test_a_row_of_linked_images_without_words_is_a_row_of_buttons() -> None:
    assert reasons(*row(4)) == [None] * 4
    assert reasons(*row(5)) == [Reason.IMAGE_LINK_ROW] * 5
    for facts in (
        {"alt_text": "Mill"},
        {"rendered_width": "300"},
        {"facts": PictureFacts(width_px=300)},
    ):
        assert reasons(*row(5, **facts)) == [None] * 5
    assert reasons(*row(5), rules=ImageRules()) == [None] * 5


def test_images_that_are_marked_already_stay_as_they_are() -> None:
    gone = replace(image(), reject_reason=Reason.IMAGE_RENDERED_SIZE)

    assert reasons(gone, gone, gone) == [Reason.IMAGE_RENDERED_SIZE] * 3


def test_hostile_addresses_are_read_to_an_end() -> None:
    long = "https://e.org/i?" + "&".join(["url=" + "%2F" * 2_000] * 500)

    assert len(paths_of(long)) <= 5
    assert not has_banned_word(long, ["logo"], "path_word")
    assert not has_banned_name("https://e.org/", ["star"])
    assert format_by_name("") == ""


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"banned_names": ("Star",)}, "banned_names must be in lower case"),
        ({"banned_alt_max_words": -1}, "banned_alt_max_words must be 0 or more"),
        ({"max_in_document": 0}, "max_in_document must be 1 or more, or none"),
        ({"max_link_row": 0}, "max_link_row must be 1 or more, or none"),
    ],
)
def test_impossible_settings_are_refused(change: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ImageRules(**change)
