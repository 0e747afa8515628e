"""Ways in which real pages show pictures, each on a page as small as it can be."""

import pytest

from webdoc.page.document import Image
from webdoc.page.extract import ExtractSettings, extract
from webdoc.page.image_source import is_placeholder, pointed_at

URL = "https://example.org/2024/dog.html"
SENTENCE = "The quick brown fox, tired of jumping, lay down beside the lazy dog and slept. "
ARTICLE = "".join(f"<p>Paragraph {number}: {SENTENCE * 3}</p>" for number in range(5))


def images(body: str) -> list[Image]:
    found = extract(f"<html><body>{body}</body></html>", URL, ExtractSettings())
    return [node.image for node in found.nodes if node.image is not None]


def texts(body: str) -> list[str]:
    found = extract(f"<html><body>{body}</body></html>", URL, ExtractSettings())
    return [node.text for node in found.nodes if node.image is None]


def test_picture_of_a_figure_that_a_script_fills() -> None:
    figure = "<figure itemid='/img/dog.jpg' itemtype='https://schema.org/ImageObject'>{}"
    caption = "<figcaption>A dog asleep</figcaption></figure>"
    (found,) = images(f"<article>{ARTICLE}{figure.format('')}{caption}</article>")
    assert (found.url, found.caption) == ("https://example.org/img/dog.jpg", "A dog asleep")

    (found,) = images(f"<article>{ARTICLE}{figure.format('<img src=b.png>')}{caption}</article>")
    assert found.url == "https://example.org/2024/b.png"


def test_figure_named_like_no_picture_holds_none() -> None:
    assert not images(f"<article>{ARTICLE}<figure itemid='/dogs/7'>A dog</figure></article>")


@pytest.mark.parametrize(
    ("widths", "kept"), [((0, 460, 1_050), 2), ((1_050, 460, 0), 0), ((0, 0), 0)]
)
def test_chart_drawn_for_several_screens_is_one_image(widths: tuple[int, ...], kept: int) -> None:
    boards = "".join(
        f"<div class=g-artboard data-min-width={width}><img class=g-aiImg src={number}.png>"
        f"<div class=g-aiAbs><p>{number} dogs</p></div></div>"
        for number, width in enumerate(widths)
    )
    page = f"<article>{ARTICLE}<div class=ai2html>{boards}</div>{ARTICLE}</article>"
    assert [image.url for image in images(page)] == [f"https://example.org/2024/{kept}.png"]
    assert [text for text in texts(page) if text.endswith("dogs")] == [f"{kept} dogs"]


@pytest.mark.parametrize(
    ("icon", "captioned"),
    [
        ("<img src=magnify.png width=15 height=11>", "dog.jpg"),
        ("<img src=magnify.png width=32 height=32>", "dog.jpg"),
        ("<img src=magnify.png width=33 height=32>", "magnify.png"),
    ],
)
def test_caption_goes_to_the_picture_and_not_to_the_icon_beside_it(
    icon: str, captioned: str
) -> None:
    """As in Wikipedia's frames: the picture, an icon that enlarges it, the caption."""
    frame = (
        "<div class=thumbinner><a href=/dog><img src=dog.jpg width=220 height=150></a>"
        f"<div><a href=/dog>{icon}</a></div><div class=thumbcaption>A dog asleep</div></div>"
    )
    found = images(f"<div>{ARTICLE}{frame}{ARTICLE}</div>")
    with_caption = [image.source_url for image in found if image.caption == "A dog asleep"]
    assert with_caption == [captioned]


def test_caption_of_a_figure_goes_to_its_pictures_and_not_to_its_icons() -> None:
    figure = (
        "<figure><img src=a.jpg><img src=zoom.png width=16 height=16>"
        "<figcaption>A dog</figcaption></figure>"
    )
    found = images(f"<div>{ARTICLE}{figure}{ARTICLE}</div>")
    assert [(image.source_url, image.caption) for image in found] == [
        ("a.jpg", "A dog"),
        ("zoom.png", ""),
    ]


@pytest.mark.parametrize("name", ["share-image", "social-share-hero", "js-sharing lead-photo"])
def test_lead_picture_named_after_sharing_is_kept(name: str) -> None:
    lead = f"<div class='{name}'><figure><img src=lead.jpg></figure></div>"
    deep = f"<div><div class=text>{ARTICLE}</div></div>"
    page = f"<title>The dog that slept</title><h1>The dog that slept</h1><div>{lead}</div>{deep}"
    assert [image.source_url for image in images(page)] == ["lead.jpg"]


@pytest.mark.parametrize(
    "label",
    [
        "<span class=visually-hidden>Image</span>",
        "<span class='off-screen'>Image caption</span>",
        "<span class='x sr-only'>Image</span>",
        "<span class=screen-reader-text>Image</span>",
    ],
)
def test_labels_for_screen_readers_are_no_text(label: str) -> None:
    figure = f"<figure><img src=a.jpg><figcaption>{label} A dog</figcaption></figure>"
    page = f"<div>{ARTICLE}{figure}<p>{label} End of it, {SENTENCE}</p></div>"
    assert [image.caption for image in images(page)] == ["A dog"]
    assert not any("Image" in text for text in texts(page))


def test_text_named_like_a_label_only_in_part_is_kept() -> None:
    page = f"<div>{ARTICLE}<p><span class=not-sr-only>Image</span> of a dog, {SENTENCE}</p></div>"
    assert any(text.startswith("Image of a dog") for text in texts(page))


@pytest.mark.parametrize(
    ("address", "picture"),
    [
        ("/_next/image?url=%2Fimg%2Fdog.jpg&w=640&q=75", "/img/dog.jpg"),
        ("https://i0.example/p?w=3&src=https%3A%2F%2Fe.org%2Fa.png", "https://e.org/a.png"),
        ("/dog.jpg?w=640", "/dog.jpg?w=640"),
        ("/p?url=%2Fabout%2Fus", "/p?url=%2Fabout%2Fus"),
        ("/p?curl=%2Fdog.jpg", "/p?curl=%2Fdog.jpg"),
    ],
)
def test_proxy_is_asked_for_a_picture(address: str, picture: str) -> None:
    assert pointed_at(address) == picture


def test_placeholder_behind_a_proxy() -> None:
    assert is_placeholder("/_next/image?url=%2Fimg%2Fspacer.gif&w=640&q=75")
    assert not is_placeholder("/_next/image?url=%2Fimg%2Fdog.jpg&w=640&q=75")
    lazy = "<img src='/_next/image?url=%2Fblank.gif&w=3' data-src=dog.jpg>"
    (found,) = images(f"<div>{ARTICLE}{lazy}{ARTICLE}</div>")
    assert found.source_url == "dog.jpg"
